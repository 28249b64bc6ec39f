# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recurrence across a reboot, with and without a clock."""

import json

from alarm.recurrence import Recurrence

UTC = 200000000
HZ = (900, 1200)


def heard(times, grade="weak"):
    rec = Recurrence()
    for at in times:
        rec.heard("siren", HZ, grade, at)
    return rec


def reborn(rec, up_s, utc_s, new_up_s, new_utc_s):
    fresh = Recurrence()
    state = json.loads(json.dumps(rec.state(up_s, utc_s)))
    assert fresh.restore(state, new_up_s, new_utc_s)
    return fresh


def test_due_times_go_on_after_a_reboot():
    rec = heard([1000, 1600, 2200])
    # 250 s later the device has been up for 10 s
    fresh = reborn(rec, 2300, UTC, 10, UTC + 250)
    verdict = fresh.heard("siren", HZ, "weak", 10 + 250)  # 2200 + 600 in the old time
    assert verdict.on_time and verdict.repeat and verdict.interval_s == 600
    other = reborn(rec, 2300, UTC, 10, UTC + 250)
    assert not other.heard("siren", HZ, "weak", 10 + 100).on_time


def test_what_came_due_without_power_is_not_missed():
    rec = heard([1000, 1600, 2200], "sure")
    fresh = reborn(rec, 2300, UTC, 10, UTC + 3 * 600)
    fresh.events.clear()
    now = 10
    while now < 10 + 450:
        now += 1
        fresh.tick(now)
    assert fresh.events == []
    while now < 10 + 600:
        now += 1
        fresh.tick(now)
    assert [e[0] for e in fresh.events] == ["missed"]


def test_without_a_clock_the_tones_and_interval_stand():
    for old, new in ((None, None), (None, UTC), (UTC, None), (UTC, UTC - 5000)):
        fresh = reborn(heard([1000, 1600, 2200]), 2300, old, 10, new)
        assert fresh.due(10) is None
        assert fresh.heard("siren", HZ, "weak", 333).repeat, (old, new)
        assert fresh.heard("siren", HZ, "weak", 333 + 600).on_time
        assert fresh.verdict.interval_s == 600


def test_a_long_sleep_loses_the_phase_only():
    fresh = reborn(heard([1000, 1600, 2200]), 2300, UTC, 10, UTC + 40 * 86400)
    assert fresh.due(10) is None
    assert fresh.heard("siren", HZ, "weak", 500).repeat


def test_one_weak_siren_before_the_power_cut_counts():
    fresh = reborn(heard([1000]), 1100, UTC, 5, UTC + 500)
    assert fresh.heard("siren", HZ, "weak", 105).repeat
    fresh = reborn(heard([1000]), 1100, None, 5, None)
    assert fresh.heard("siren", HZ, "weak", 105).repeat


def test_learned_interval_survives():
    rec = heard([1000 + 420 * n for n in range(6)])
    assert reborn(rec, 4000, None, 0, None).learned_s["siren"] == 420


def test_setting_the_clock_moves_nothing():
    rec = heard([1000, 1600, 2200])
    rec.state(2300, UTC)
    rec.state(2301, UTC + 86400)  # the clock was set; uptime goes on
    assert rec.heard("siren", HZ, "weak", 2800).on_time


def test_foreign_states_are_refused_whole():
    good = heard([1000, 1600, 2200]).state(2300, UTC)
    text = json.dumps(good)
    bad = [None, [], 5, {}, {"v": 2}, {"v": 1}]
    for key in ("up", "learned", "tracks", "utc"):
        for value in ("x", 1 << 31, [[]], {"siren": "x"}):
            broken = json.loads(text)
            broken[key] = value
            bad.append(broken)
    for column in range(16):
        for value in ("x", None, -7, 1 << 30):
            broken = json.loads(text)
            if column in (3, 12) and value == -7:
                continue  # a time before this boot is right
            broken["tracks"][0][column] = value
            bad.append(broken)
    for state in bad:
        fresh = heard([50])
        before = json.dumps(fresh.state(60, None))
        assert fresh.restore(state, 10, UTC) is False, state
        assert json.dumps(fresh.state(60, None)) == before
    assert Recurrence().restore(good, 10, UTC)
