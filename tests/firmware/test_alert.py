# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The alert's policy rows, its escalation, its words and its bounds."""

import micropython

from alarm.alert import Alert


def alert(**config):
    return Alert(config)


def siren(a, now_s, grade="sure", repeat=False):
    return a.finding("siren", grade, repeat, now_s)


def chime(a, now_s, grade="sure", repeat=False):
    return a.finding("chime", grade, repeat, now_s)


# design: (kind, grade, repeat): not learned, learned
ROWS = (
    ("siren", "sure", False, "high", "high"),
    ("siren", "sure", True, "high", "high"),
    ("siren", "weak", False, "low", "low"),
    ("siren", "weak", True, "high", "high"),
    ("chime", "sure", False, "low", "medium"),
    ("chime", "sure", True, "medium", "medium"),
    ("chime", "weak", False, "", ""),
    ("chime", "weak", True, "medium", "medium"),
)
LAMPS = {
    "": {"red": "off", "yellow": "steady", "paused": "off"},
    "low": {"red": "off", "yellow": "steady", "paused": "off"},
    "medium": {"red": "off", "yellow": "slow", "paused": "off"},
    "high": {"red": "fast", "yellow": "off", "paused": "off"},
}


def test_policy_rows():
    for kind, grade, repeat, unlearned, learned in ROWS:
        for flag, want in ((False, unlearned), (True, learned)):
            a = alert(learned=flag)
            a.finding(kind, grade, repeat, 100)
            row = (kind, grade, repeat, flag)
            assert a.priority == want and a.cadence == want, row
            assert a.sounding == (want != ""), row
            assert a.lamps == LAMPS[want], row
            assert a.latched == (want != ""), row
            assert a.volume_step == (1 if want else 0), row


def test_any_pump_sound_is_an_emergency():
    for kind, grade, repeat, _a, _b in ROWS:
        a = alert(emergency=True)
        a.finding(kind, grade, repeat, 100)
        assert a.priority == "high" and a.lamps["red"] == "fast", (kind, grade)


def test_other_findings_are_nothing():
    a = alert()
    assert a.finding("not matched", "", False, 5) == "" and a.finding("siren", "", False, 5) == ""
    assert not a.sounding and a.lamps["yellow"] == "off" and a.events == []
    assert a.what() == ("", {})


def test_policy_rows_can_be_changed_but_a_sure_siren_cannot():
    a = alert(policy={"chime weak": "low", "chime weak repeat": "high"})
    chime(a, 5, "weak")
    assert a.priority == "low"
    chime(a, 9, "weak", True)
    assert a.priority == "high"


def test_high_grows_louder_then_the_second_sounder():
    a = alert()
    siren(a, 1000)
    seen = []
    for t in (0, 9, 10, 20, 30, 59, 60, 3600):
        a.tick(1000 + t)
        seen.append((a.volume_step, a.second_sounder, a.relay_alarm))
    steps = [row[0] for row in seen]
    assert steps == [1, 1, 2, 3, 4, 4, 4, 4]
    assert [row[1] for row in seen] == [False] * 6 + [True, True]
    assert [row[2] for row in seen] == [True] * 8, "the relay is silent at the bed: at once"


def test_medium_and_low_escalate_later():
    a = alert(learned=True)
    chime(a, 1000)
    at = {}
    for t in range(400):
        a.tick(1000 + t)
        for name in ("volume_step", "second_sounder", "relay_alarm"):
            at.setdefault((name, getattr(a, name)), t)
    assert at[("volume_step", 4)] == 120
    assert at[("relay_alarm", True)] == 120 and at[("second_sounder", True)] == 300
    a = alert()
    chime(a, 1000)
    for t in range(0, 899):
        a.tick(1000 + t)
        assert not a.relay_alarm and not a.second_sounder and a.volume_step <= 2


def test_schedule_from_settings():
    a = alert(schedule={"high": {"second_s": 5, "relay_s": 7, "volume_s": [0, 1, 2, 3]}})
    siren(a, 0)
    a.tick(3)
    assert (a.volume_step, a.second_sounder, a.relay_alarm) == (4, False, False)
    a.tick(5)
    assert a.second_sounder and not a.relay_alarm
    a.tick(7)
    assert a.relay_alarm


def test_repeats_while_sounding_are_counted():
    a = alert()
    siren(a, 0)
    a.tick(31)
    siren(a, 600, "sure", True)
    siren(a, 1200, "weak")
    key, fields = a.what()
    assert key == "siren" and fields["repeats"] == 2 and a.volume_step == 4
    assert fields["since_s"] == 1200 and fields["since_utc_s"] is None


def test_mri_today_explains_and_still_alerts():
    a = alert(mri_today=True)
    siren(a, 0)
    assert a.what()[0] == "siren_mri" and a.priority == "high" and a.sounding
    a.set_option("mri_today", False)
    assert a.what()[0] == "siren"


def test_since_when_in_utc():
    a = alert()
    a.tick(50, 200000050)
    a.finding("siren", "sure", False, 60, 200000060)
    a.tick(90, 200000090)
    assert a.what()[1]["since_utc_s"] == 200000060


def test_uptime_that_steps_back_ends_no_pause_and_prolongs_none():
    a = alert()
    siren(a, 1000)
    a.press("short", 1010)
    a.tick(900)
    assert a.paused_left_s == 120
    a.tick(1130)
    assert a.sounding


def test_the_event_list_is_bounded_and_counts_what_it_lost():
    a = alert()
    for n in range(100):
        siren(a, n)
    assert len(a.events) == 48 and a.lost_events == 52


def test_ticks_do_not_allocate():
    for prepare in (
        lambda a: None,
        lambda a: siren(a, 10),
        lambda a: (chime(a, 10, "weak"), a.degraded("clock", True, 11)),
        lambda a: (siren(a, 10), a.press("short", 11)),
        lambda a: (siren(a, 10), a.technical("loop", True, 10), a.press("long", 11)),
    ):
        a = alert()
        a.tick(5, 200000000)
        prepare(a)
        a.tick(12)
        micropython.heap_lock()
        try:
            now = 13
            while now < 100:
                a.tick(now)
                now += 1
        finally:
            micropython.heap_unlock()


def test_settings_that_are_wrong_are_named():
    wrong = {
        "pause_high_s": 121, "pause_s": True, "hold_siren_s": 1801, "civil_hour": 24, "volume": 3,
        "learned": 1, "policy": {"siren sure": "low"}, "schedule": {"high": {"second_s": -1}},
        "low_sound_s": 5.0, "utc_offset_min": "60",
    }  # fmt: skip
    more = [
        ("policy", {"chime weak": "off"}),
        ("policy", ["low"]),
        ("schedule", {"loud": {}}),
        ("schedule", {"high": {"volume_s": [0, 5, 3, 9]}}),
        ("schedule", {"high": {"volume_s": [0, 5]}}),
        ("schedule", {"medium": {"relay": 5}}),
        ("schedule", 5),
    ]
    for name, value in list(wrong.items()) + more:
        try:
            Alert({name: value})
        except ValueError as e:
            assert name in str(e), e
        else:
            raise AssertionError((name, value))
    Alert({"schedule": {"high": {"relay_s": -1}, "low": {"second_s": -1}}})


def test_a_learned_profile_counts_for_its_own_findings_and_may_raise_them():
    for known, want in (("", "low"), ("low", "medium"), ("medium", "medium"), ("high", "high")):
        assert alert().finding("chime", "sure", False, 0, None, known) == want, known
    assert alert().finding("chime", "weak", False, 0, None, "high") == "lamp"
    assert alert().finding("siren", "sure", False, 0, None, "low") == "high"
