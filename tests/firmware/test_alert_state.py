# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The latch across reboot and power loss, with and without a clock."""

import json

from alarm.alert import Alert

UTC = 200000000


def reborn(a, up_s, utc_s, new_up_s, new_utc_s, config=None):
    fresh = Alert(config)
    state = json.loads(json.dumps(a.state(up_s, utc_s)))
    assert fresh.restore(state, new_up_s, new_utc_s)
    return fresh


def test_an_alert_sounds_again_softly_after_a_power_loss():
    for kind, priority in (("siren", "high"), ("chime", "medium")):
        for pause in (False, True):
            for new_utc in (None, UTC + 5, UTC + 90000, UTC - 50):
                a = Alert()
                a.finding(kind, "sure", True, 1000)
                a.tick(1300)
                if pause:
                    a.press("short", 1301)
                b = reborn(a, 1302, UTC, 2, new_utc)
                assert b.sounding and b.priority == priority and b.volume_step == 1
                assert b.latched and not b.acknowledged and b.relay_alarm
                b.tick(40)
                assert b.volume_step > 1
                assert b.press("long", 41) and not b.sounding


def test_a_hold_goes_on_by_the_clock():
    a = Alert()
    a.finding("siren", "sure", True, 1000)
    a.press("long", 1010)
    b = reborn(a, 1100, UTC, 2, UTC + 600)  # 690 of 1800 s are over
    assert b.acknowledged and not b.sounding and b.lamps["red"] == "blip"
    b.finding("siren", "sure", True, 3)
    assert not b.sounding
    b.tick(2 + 1109)
    b.finding("siren", "sure", True, 2 + 1109)
    assert not b.sounding
    b.tick(2 + 1110)
    b.finding("siren", "sure", True, 2 + 1110)
    assert b.sounding


def test_a_hold_without_a_trusted_clock_ends():
    for old, new in ((None, None), (UTC, None), (None, UTC), (UTC, UTC - 1), (UTC, UTC + 5000)):
        a = Alert()
        a.finding("siren", "sure", True, 1000)
        a.press("long", 1010)
        b = reborn(a, 1100, old, 2, new)
        b.tick(3)
        b.finding("siren", "sure", True, 4)
        assert b.sounding and b.priority == "high", (old, new)


def test_a_reboot_loop_never_prolongs_a_hold():
    a = Alert()
    a.finding("siren", "sure", True, 1000)
    a.press("long", 1010)
    up, utc = 1100, UTC
    for _ in range(4):
        a = reborn(a, up, utc, 2, utc + 300)
        up, utc = 202, utc + 500
        a.tick(202)
    a.finding("siren", "sure", True, 203)
    assert a.sounding


def test_lamp_shown_and_fault_lamps_survive():
    a = Alert()
    a.finding("chime", "weak", False, 0)
    b = reborn(a, 100, UTC, 0, UTC + 60)
    assert b.lamps["yellow"] == "steady"
    a = Alert()
    a.finding("siren", "weak", False, 0)
    a.tick(900)
    b = reborn(a, 1000, UTC, 0, None)
    assert b.siren.state == "shown" and b.latched and b.lamps["yellow"] == "steady"
    a = Alert()
    a.technical("microphone", True, 0)
    b = reborn(a, 10, None, 0, None)
    assert not b.sounding and b.latched and b.lamps["yellow"] == "blip"
    b.technical("microphone", True, 1)
    assert b.sounding


def test_repeats_and_since_when_survive():
    a = Alert()
    a.tick(1000, UTC)
    a.finding("siren", "sure", False, 1000)
    a.finding("siren", "sure", True, 1600)
    b = reborn(a, 1700, UTC + 700, 5, UTC + 800)
    key, fields = b.what()
    assert key == "siren" and fields["repeats"] == 1 and fields["since_utc_s"] == UTC
    assert fields["since_s"] == 800


def test_changed_tells_when_to_save():
    a = Alert()
    a.tick(1)
    assert not a.changed
    for act in (
        lambda: a.finding("siren", "sure", False, 2),
        lambda: a.press("short", 3),
        lambda: a.tick(200),
        lambda: a.press("long", 201),
        lambda: a.finding("siren", "sure", True, 600),
        lambda: a.tick(9000),
        lambda: a.technical("loop", True, 9001),
    ):
        a.changed = False
        act()
        assert a.changed
    a.changed = False
    a.tick(9002)
    assert not a.changed


def test_foreign_states_are_refused_whole():
    a = Alert()
    a.finding("siren", "sure", False, 10)
    a.finding("chime", "sure", True, 10)
    text = json.dumps(a.state(20, UTC))
    bad = [None, 7, [], {}, {"v": 1}, {"v": 2, "up": 0, "utc": None, "conds": {}}]
    for key in ("up", "utc", "conds"):
        for value in ("x", [1], 1 << 40, {"tiger": {}}):
            broken = json.loads(text)
            broken[key] = value
            bad.append(broken)
    broken = json.loads(text)
    broken["conds"]["tiger"] = broken["conds"]["siren"]
    bad.append(broken)
    for field in ("state", "level", "onset_s", "until_s", "repeats", "booked"):
        for value in (None, "x", 1.5, 1 << 40):
            broken = json.loads(text)
            broken["conds"]["siren"][field] = value
            bad.append(broken)
        broken = json.loads(text)
        del broken["conds"]["chime"][field]
        bad.append(broken)
    for state in bad:
        b = Alert()
        assert b.restore(state, 5, UTC) is False, state
        assert not b.latched and b.channels[0].state == "idle"
    assert Alert().restore(json.loads(text), 5, UTC)


def test_a_lamp_and_a_low_sound_have_their_times_after_a_reboot():
    a = Alert()
    a.finding("chime", "weak", False, 0)
    b = reborn(a, 100, UTC, 0, UTC + 20000)
    b.tick(43200 - 20100 - 1)
    assert b.lamps["yellow"] == "steady"
    b.tick(43200 - 20100)
    assert b.lamps["yellow"] == "off"
    b = reborn(a, 100, UTC, 0, None)
    b.tick(43199)
    assert b.lamps["yellow"] == "steady", "nobody knows how long it was off"
    b.tick(43200)
    assert b.lamps["yellow"] == "off"
    a = Alert()
    a.finding("siren", "weak", False, 0)
    b = reborn(a, 500, UTC, 7, UTC)
    b.tick(7 + 899)
    assert b.sounding
    b.tick(7 + 900)
    assert not b.sounding and b.latched
