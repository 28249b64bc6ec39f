# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Pause, acknowledgement, repeats after it, and one condition under another."""

from alarm.alert import Alert


def alert(**config):
    return Alert(config)


def siren(a, now_s, grade="sure", repeat=False):
    return a.finding("siren", grade, repeat, now_s)


def chime(a, now_s, grade="sure", repeat=False):
    return a.finding("chime", grade, repeat, now_s)


def taken(kind="siren", at_s=100, **config):
    """An alert of that kind, acknowledged at that time."""
    a = alert(**config)
    a.finding(kind, "sure", True, at_s - 20)
    assert a.press("long", at_s) and not a.sounding and a.acknowledged
    return a


def logged(a):
    return [event[0] for event in a.events]


def test_short_press_pauses_for_a_limited_time_and_counts_down():
    for kind, limit in (("siren", 120), ("chime", 600)):
        a = alert(learned=True)
        a.finding(kind, "sure", False, 100)
        assert a.press("short", 130)
        assert not a.sounding and a.cadence == "" and a.volume_step == 0 and not a.second_sounder
        assert a.paused_left_s == limit and a.lamps["paused"] == "count%d" % (limit // 60)
        assert a.lamps["red" if kind == "siren" else "yellow"] in ("fast", "slow"), "lamp stays"
        assert a.latched and not a.acknowledged
        a.tick(130 + limit - 1)
        assert a.paused_left_s == 1 and not a.sounding and a.lamps["paused"] == "count1"
        a.tick(130 + limit)
        assert a.sounding and a.volume_step == 1 and a.lamps["paused"] == "off"
        assert logged(a) == ["alert", "paused", "resumed"]


def test_the_relay_stays_while_paused():
    a = alert()
    siren(a, 0)
    a.press("short", 5)
    a.tick(20)
    assert a.relay_alarm
    a.press("long", 25)
    assert not a.relay_alarm


def test_a_second_short_press_ends_the_pause():
    a = alert()
    siren(a, 0)
    a.press("short", 10)
    assert a.press("short", 20) and a.sounding


def test_presses_that_mean_nothing():
    a = alert()
    assert not a.press("short", 1) and not a.press("long", 2) and a.events == []


def test_acknowledge_then_repeats_give_lamp_and_log_only():
    for kind, hold in (("siren", 1800), ("chime", 43200)):
        a = taken(kind)
        a.events.clear()
        for t in (700, 1300, hold + 99):
            a.tick(100 + t - 100)
            a.finding(kind, "sure", True, t)
            assert not a.sounding, (kind, t)
            assert logged(a)[-1] == "repeat"
            lamp = a.lamps["red" if kind == "siren" else "yellow"]
            assert lamp == ("fast" if kind == "siren" else "slow"), "a repeat shows"
            a.tick(t + 60)
            lamp = a.lamps["red" if kind == "siren" else "yellow"]
            assert lamp == "blip" or t == hold + 99, "someone has taken over"
        a.tick(100 + hold)
        assert not a.latched and a.lamps["red"] == a.lamps["yellow"] == "off"
        a.finding(kind, "sure", True, 101 + hold)
        assert a.sounding and a.priority == ("high" if kind == "siren" else "medium")


def test_a_maybe_siren_acknowledged_does_not_silence_a_real_one():
    a = alert()
    siren(a, 0, "weak")
    a.press("long", 10)
    siren(a, 300, "weak")
    assert not a.sounding, "the same again: lamp and log"
    siren(a, 600, "weak", True)
    assert a.priority == "high" and a.sounding and a.volume_step == 1


def test_a_chime_acknowledged_at_low_does_not_rise():
    a = alert()
    chime(a, 0)
    assert a.priority == "low"
    a.press("long", 10)
    chime(a, 3600, "sure", True)
    assert not a.sounding and a.lamps["yellow"] != "off"


def test_rises_sound_softly_from_the_start_and_end_the_pause():
    a = alert()
    chime(a, 0)
    a.tick(200)
    assert a.volume_step == 2
    a.press("short", 201)
    chime(a, 300, "sure", True)
    assert a.priority == "medium" and a.sounding and a.volume_step == 1
    assert [e[1]["why"] for e in a.events if e[0] == "alert"] == ["alert", "rise"]


def test_a_chime_that_becomes_a_siren_alerts_at_once_and_ends_any_pause():
    a = alert(learned=True)
    chime(a, 0)
    a.technical("microphone", True, 5)
    a.press("short", 10)
    assert not a.sounding and a.chime.state == a.technic.state == "paused"
    siren(a, 100)
    assert a.priority == "high" and a.sounding and a.paused_left_s == 0
    assert a.chime.state == a.technic.state == "sounding"
    b = taken("chime")
    siren(b, 200)
    assert b.priority == "high" and b.sounding, "nor does an acknowledged chime hold it back"


def test_a_siren_covers_the_chime():
    a = alert(learned=True)
    siren(a, 0)
    chime(a, 1)
    a.press("short", 10)
    assert not a.sounding, "no chime in the siren's pause"
    a.press("long", 20)
    assert not a.sounding and a.chime.state == "taken"


def test_a_maybe_siren_does_not_soften_a_chime():
    a = alert(learned=True)
    chime(a, 0)
    siren(a, 1, "weak")
    assert a.priority == "medium"
    assert a.what()[0] == "siren_maybe" and a.what()[1]["also"] == ["chime"]


def test_a_low_sound_has_its_time_then_the_lamp_stays_latched():
    a = alert()
    siren(a, 0, "weak")
    a.tick(899)
    assert a.sounding
    a.tick(900)
    assert not a.sounding and a.latched and a.lamps["yellow"] == "steady"
    siren(a, 5000, "weak")
    assert a.sounding, "again"
    a.tick(6000)
    siren(a, 6100, "weak", True)
    assert a.priority == "high"
    a.press("long", 6110)
    assert a.acknowledged


def test_a_weak_chime_is_a_lamp_that_goes_out_by_itself_or_by_a_long_press():
    a = alert()
    chime(a, 0, "weak")
    assert not a.latched and logged(a) == ["lamp"]
    a.tick(43199)
    assert a.lamps["yellow"] == "steady"
    a.tick(43200)
    assert a.lamps["yellow"] == "off"
    chime(a, 50000, "weak")
    assert a.press("long", 50001) and a.lamps["yellow"] == "off"
    chime(a, 53600, "weak", True)
    assert a.priority == "medium", "what was no alert holds nothing back"


def test_the_relay_counts_from_the_rise_and_through_pauses():
    a = alert()
    chime(a, 0)
    chime(a, 500, "sure", True)
    a.press("short", 510)
    a.tick(619)
    assert not a.relay_alarm
    a.tick(620)
    assert a.relay_alarm, "120 s after it became medium, paused or not"


def test_a_repeat_of_the_siren_ends_no_other_pause():
    a = alert(learned=True)
    chime(a, 0)
    a.press("short", 5)
    siren(a, 10, "weak")
    assert a.chime.state == "sounding"
    a.press("short", 20)
    assert a.chime.state == "paused" and a.sounding, "the maybe siren was not heard until now"
    siren(a, 30, "weak")
    assert a.chime.state == "paused"


def test_a_low_sound_that_was_paused_has_its_time_again():
    a = alert()
    siren(a, 0, "weak")
    a.press("short", 10)
    a.tick(610)
    assert a.sounding and a.priority == "low"
    a.tick(610 + 899)
    assert a.sounding
    a.tick(610 + 900)
    assert not a.sounding and a.siren.state == "shown"
