# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The monitor's own faults and flaws, the civil hour, the stuck button, the booked refill."""

from alarm.alert import Alert

DAY = 86400
MIDNIGHT = 200016000  # a whole number of days since 2020-01-01: 00:00 UTC


def logged(a):
    return [event[0] for event in a.events]


def run(a, from_s, to_s, utc_less_now=None, step=60):
    """Tick; the times at which it began or stopped to sound."""
    changes = []
    was = a.sounding
    while from_s < to_s:
        from_s = min(to_s, from_s + step)
        a.tick(from_s, None if utc_less_now is None else from_s + utc_less_now)
        if a.sounding != was:
            changes.append(from_s)
            was = a.sounding
    return changes


def test_midnight_is_one():
    assert MIDNIGHT % DAY == 0


def test_cannot_listen_is_audible_now_with_its_own_sound_and_lamp():
    a = Alert()
    a.technical("microphone", True, 100)
    assert a.priority == a.cadence == "technical" and a.sounding and a.relay_alarm
    assert a.lamps == {"red": "off", "yellow": "double", "paused": "off"}
    assert logged(a) == ["technical", "alert"]
    key, fields = a.what()
    assert key == "technical" and fields["names"] == ["microphone"]


def test_a_fault_that_clears_unseen_leaves_its_lamp_until_a_long_press():
    a = Alert()
    a.technical("microphone", True, 100)
    a.technical("loop", True, 101)
    a.technical("microphone", False, 110)
    assert a.sounding, "one is still there"
    a.technical("loop", False, 120)
    assert not a.sounding and a.latched and a.lamps["yellow"] == "blip"
    assert logged(a).count("cleared") == 2
    a.technical("loop", True, 130)
    assert a.sounding
    a.technical("loop", False, 140)
    assert a.press("long", 150) and not a.latched and a.lamps["yellow"] == "off"


def test_an_acknowledged_fault_is_told_again_when_another_joins_or_time_is_up():
    a = Alert()
    a.technical("microphone", True, 100)
    a.press("long", 110)
    assert not a.sounding and a.lamps["yellow"] == "double", "it still cannot listen"
    a.technical("microphone", False, 120)
    assert a.lamps["yellow"] == "blip"
    a.technical("microphone", True, 130)
    assert not a.sounding, "it flaps: lamp and log"
    a.technical("sounder", True, 140)
    assert a.sounding
    a.press("long", 150)
    assert run(a, 150, 150 + 28800) == [150 + 28800]


def test_an_acknowledged_fault_that_came_back_is_told_again_after_half_an_hour():
    a = Alert()
    a.technical("microphone", True, 100)
    a.press("long", 110)
    a.technical("microphone", False, 120)
    a.technical("microphone", True, 130)
    assert run(a, 130, 3000, step=10) == [120 + 1800]


def test_flapping_does_not_break_a_pause_but_another_fault_does():
    a = Alert()
    a.technical("microphone", True, 100)
    a.press("short", 110)
    a.technical("microphone", False, 120)
    a.technical("microphone", True, 130)
    assert not a.sounding
    a.technical("loop", True, 140)
    assert a.sounding
    a.press("short", 150)
    a.technical("microphone", False, 160)
    a.technical("loop", False, 160)
    a.tick(750)
    assert not a.sounding and a.lamps["yellow"] == "blip", "gone when the pause ended"


def test_order_of_sounds():
    a = Alert({"learned": True})
    a.degraded("log", True, 1)
    a.finding("chime", "sure", False, 2)
    assert a.cadence == "medium"
    a.technical("supply", True, 3)
    assert a.cadence == "technical" and a.what()[0] == "technical"
    a.finding("siren", "sure", False, 4)
    assert a.cadence == "high" and a.what()[0] == "siren"
    assert a.what()[1]["also"] == ["technical", "chime", "degraded"]
    assert a.lamps["red"] == "fast" and a.lamps["yellow"] == "double"
    a.press("long", 10)
    a.tick(11)
    assert not a.sounding, "all were heard before"


def test_a_press_means_only_what_was_heard():
    a = Alert()
    a.finding("siren", "sure", False, 0)
    a.technical("microphone", True, 5)
    a.press("long", 10)
    assert a.cadence == "technical" and a.sounding, "hidden under the siren until now"
    a.press("short", 20)
    assert not a.sounding and a.siren.state == "taken" and a.technic.state == "paused"


def test_a_mute_sounder_brings_the_second_one_at_once():
    a = Alert()
    a.technical("sounder", True, 0)
    assert a.second_sounder
    a.press("long", 5)
    assert not a.second_sounder
    a.finding("siren", "sure", False, 50)
    assert a.second_sounder
    b = Alert()
    b.technical("sounder", True, 0)
    b.press("long", 5)
    b.finding("siren", "weak", False, 9)
    assert b.priority == "low" and not b.second_sounder, "the piezo is for what must wake"


def test_degraded_lamp_now_and_sound_at_the_civil_hour():
    for offset_min in (0, 60, -300):
        a = Alert({"utc_offset_min": offset_min})
        zero = MIDNIGHT + 3 * 3600 - offset_min * 60  # 03:00 local
        a.tick(0, zero)
        a.degraded("log", True, 0)
        assert not a.sounding and a.lamps["yellow"] == "blip" and not a.latched
        assert run(a, 0, 6 * 3600, zero) == [5 * 3600, 5 * 3600 + 1800], offset_min
        assert a.cadence == "" and a.lamps["yellow"] == "blip"
        assert run(a, 6 * 3600, 30 * 3600, zero)[0] == 29 * 3600, "again the next day"


def test_degraded_after_the_civil_hour_waits_for_the_next():
    a = Alert()
    zero = MIDNIGHT + 14 * 3600
    a.tick(0, zero)
    a.degraded("log", True, 0)
    assert run(a, 0, DAY, zero)[0] == 18 * 3600


def test_degraded_without_a_clock_sounds_after_half_a_day():
    a = Alert()
    a.degraded("clock", True, 50)
    assert run(a, 0, 13 * 3600, step=10)[0] == 50 + 12 * 3600


def test_degraded_goes_when_mended_and_is_held_when_acknowledged():
    a = Alert({"civil_hour": 6})
    zero = MIDNIGHT
    a.tick(0, zero)
    a.degraded("log", True, 0)
    a.degraded("clock", True, 0)
    a.degraded("log", False, 60)
    assert a.lamps["yellow"] == "blip"
    a.degraded("clock", False, 70)
    assert a.lamps["yellow"] == "off" and a.what() == ("", {})
    a.degraded("log", True, 80)
    assert a.press("long", 90), "seen before it sounded"
    assert run(a, 90, 29 * 3600, zero) == [], "not today"
    assert run(a, 29 * 3600, 31 * 3600, zero)[0] == 30 * 3600


def test_a_clock_set_back_does_not_postpone_the_civil_hour_for_days():
    a = Alert()
    a.tick(0, MIDNIGHT + 40 * DAY)
    a.degraded("log", True, 0)
    a.tick(60, MIDNIGHT)
    assert run(a, 60, 9 * 3600, MIDNIGHT)[0] == 8 * 3600


def test_a_stuck_button_takes_back_its_acknowledgement():
    a = Alert()
    a.finding("siren", "sure", False, 0)
    a.press("long", 10)
    assert not a.sounding
    assert a.press("stuck", 37) and a.sounding and a.priority == "high"
    assert a.degrade.state == "waiting" and a.flaws == ["button"]
    a.press("free", 50)
    assert a.flaws == [] and a.sounding
    b = Alert()
    b.finding("siren", "sure", False, 0)
    b.press("long", 10)
    b.press("stuck", 200)
    assert not b.sounding, "that press was another"


def test_a_booked_refill_makes_it_one_reminder_a_day():
    a = Alert()
    zero = MIDNIGHT + 9 * 3600  # 09:00
    a.tick(0, zero)
    a.finding("chime", "sure", True, 0)
    a.press("long", 60)
    a.set_option("refill_booked", True)
    times = []
    was = False
    for t in range(60, 3 * DAY, 60):
        a.tick(t, zero + t)
        if t % 3600 == 0:
            a.finding("chime", "sure", True, t)
        if a.sounding and not was:
            times.append(t)
            assert a.priority == "low"
        was = a.sounding
    assert times == [23 * 3600, 47 * 3600, 71 * 3600]


def test_a_booked_refill_without_more_chimes_reminds_of_nothing():
    a = Alert({"refill_booked": True})
    a.tick(0, MIDNIGHT)
    a.finding("chime", "sure", True, 0)
    a.press("long", 60)
    assert run(a, 60, 3 * DAY, MIDNIGHT) == [] and not a.latched


def test_a_fault_that_is_told_twice_is_one():
    a = Alert()
    for _ in range(3):
        a.technical("loop", True, 1)
        a.degraded("log", True, 1)
    a.technical("supply", False, 2)
    a.degraded("clock", False, 2)
    assert logged(a) == ["technical", "alert", "degraded", "waiting"]


def test_a_flaw_keeps_silent_in_another_pause():
    a = Alert()
    a.degraded("log", True, 0)
    a.technical("loop", True, 43100)
    a.press("short", 43150)
    a.tick(43300)
    assert a.degrade.state == "sounding" and not a.sounding
