# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recurrence: what counts as a repeat, how weak evidence adds up, what due times and misses are."""

import micropython

from alarm.recurrence import NEED_DB, Recurrence
from alarm.recurrence_fit import db, near_hz, tone_band


def run_ticks(rec, from_s, to_s):
    while from_s < to_s:
        from_s += 1
        rec.tick(from_s)
    return to_s


def hear_all(rec, kind, hz, grade, times):
    """Hear a sound at these times, with ticks between; the list of (repeat, score)."""
    out = []
    now = times[0] - 1
    for at in times:
        now = run_ticks(rec, now, at)
        verdict = rec.heard(kind, hz, grade, at)
        out.append((verdict.repeat, verdict.score_db))
    return out


def repeats(kind, hz, grade, times, config=None):
    return [row[0] for row in hear_all(Recurrence(config), kind, hz, grade, times)]


def names(rec):
    return [event[0] for event in rec.events]


def test_db_is_ten_log10_within_one():
    cases = ((1, 1, 0), (2, 1, 3), (10, 1, 10), (1, 10, -10), (1000000, 1, 60), (5, 4, 1))
    for num, den, want in cases + ((3600 * 32 * 200, 1, 74), (1, 64000, -48)):
        assert abs(db(num, den) - want) <= 1, (num, den, db(num, den))


def test_near_hz_and_bands():
    assert near_hz(1000, 1020) and near_hz(1000, 980) and near_hz(600, 616)
    assert not near_hz(1000, 1021) and not near_hz(4000, 3919)
    bands = [tone_band(hz) for hz in (1, 500, 600, 1200, 2400, 4800, 8000)]
    assert bands[0] == bands[1] == 0 and bands[-1] <= 31
    assert bands[3] - bands[2] == bands[4] - bands[3] == bands[5] - bands[4] == 8


def test_weak_siren_repeats_at_any_plausible_interval():
    for interval in (60, 137, 600, 1800, 3600, 5400):
        got = repeats("siren", (900, 1200), "weak", [1000, 1000 + interval])
        assert got == [False, True], interval


def test_sure_chime_repeats_at_any_plausible_interval():
    for interval in (60, 600, 1234, 3600, 5400):
        assert repeats("chime", (2000,), "sure", [1000, 1000 + interval]) == [False, True], interval


def test_a_missed_sounding_still_leaves_a_repeat():
    assert repeats("chime", (2000,), "sure", [1000, 1000 + 3 * 3600]) == [False, True]
    assert repeats("siren", (900, 1200), "weak", [1000, 1000 + 4 * 600]) == [False, True]
    rec = Recurrence()  # the first pair had missed one: 20, then 10 minutes
    hear_all(rec, "siren", (900, 1200), "sure", [1000, 2200, 2800])
    assert rec.verdict.on_time and rec.verdict.interval_s == 600


def test_neither_too_soon_nor_too_late_nor_another_tone():
    assert repeats("siren", (900, 1200), "weak", [1000, 1050]) == [False, False]
    assert repeats("chime", (2000,), "sure", [1000, 1000 + 7 * 3600 + 1000]) == [False, False]
    rec = Recurrence()
    rec.heard("siren", (900, 1200), "weak", 1000)
    assert not rec.heard("siren", (900, 1300), "weak", 1600).repeat
    assert not rec.heard("chime", (900,), "weak", 2200).repeat
    assert rec.heard("siren", (1185, 905), "weak", 2200).repeat, "order and 1 % do not matter"


def test_the_same_sounding_twice_is_no_repeat():
    rec = Recurrence()
    rec.heard("siren", (900, 1200), "weak", 1000)
    verdict = rec.heard("siren", (900, 1200), "weak", 1004)
    assert verdict.duplicate and not verdict.repeat and not verdict.alert
    verdict = rec.heard("siren", (900, 1200), "sure", 1005)
    assert verdict.alert and verdict.grade == "sure", "a better look is passed on"


def test_weak_chimes_add_up():
    got = hear_all(Recurrence(), "chime", (2000,), "weak", [100 + 3600 * n for n in range(4)])
    assert [row[0] for row in got] == [False, False, True, True]
    scores = [row[1] for row in got]
    assert scores == sorted(scores) and scores[1] < NEED_DB <= scores[2]
    got = repeats("chime", (2000,), "weak", [100 + 1500 * n for n in range(5)])
    assert got == [False, False, False, True, True], "an unexpected interval needs one more"


def test_failed_look_alikes_add_up_more_slowly():
    rec = Recurrence()
    got = []
    for n in range(12):
        verdict = rec.heard("chime", (2000,), "", 100 + 3600 * n)
        run_ticks(rec, 100 + 3600 * n, 3600 * (n + 1))
        got.append((verdict.repeat, verdict.alert, verdict.grade))
    assert [row[0] for row in got[:4]] == [False] * 4
    assert got[3] == (False, False, "weak"), "not enough: not for the alert"
    assert got[7] == (True, True, "weak"), got


def test_misses_take_evidence_away():
    times = [100, 3700, 3700 + 4 * 3600]
    got = hear_all(Recurrence(), "chime", (2000,), "weak", times)
    assert got[2][1] == 12 - 3 * 3 + 12
    assert not got[2][0]


def test_confidence_grows_with_on_time_repeats():
    rec = Recurrence()
    seen = []
    for n in range(5):
        seen.append(rec.heard("chime", (2000,), "weak", 100 + 3600 * n).confidence)
    assert seen == sorted(seen) and seen[0] < seen[1] < seen[2] < seen[3] <= 99


def test_a_hearing_between_due_times_is_not_on_time():
    rec = Recurrence()
    hear_all(rec, "chime", (2000,), "weak", [100, 3700, 7300])
    assert not rec.heard("chime", (2000,), "weak", 7300 + 1700).on_time
    assert rec.heard("chime", (2000,), "weak", 7300 + 3600).on_time, "nor does it shift the phase"


def test_missed_then_no_longer_heard_once():
    rec = Recurrence()
    hear_all(rec, "siren", (900, 1200), "sure", [1000 + 600 * n for n in range(4)])
    rec.events.clear()
    now = run_ticks(rec, 2800, 2800 + 599)
    assert names(rec) == []
    run_ticks(rec, now, 2800 + 7200)
    assert names(rec) == ["missed", "missed", "missed", "no longer heard"]
    assert rec.events[0][1]["at_s"] == 3400
    assert rec.events[3][1]["at_s"] == 2800, "since when"
    rec.events.clear()
    assert rec.heard("siren", (900, 1200), "weak", 2800 + 7200).repeat, "it can come back"


def test_only_a_known_pump_is_missed():
    rec = Recurrence()
    hear_all(rec, "chime", (2000,), "weak", [100, 3700])
    run_ticks(rec, 3700, 3700 + 9 * 3600)
    assert rec.events == [] and rec.tracks == []


def test_masked_is_not_missed():
    rec = Recurrence()
    hear_all(rec, "siren", (900, 1200), "sure", [1000 + 600 * n for n in range(4)])
    rec.events.clear()
    rec.masked(3398, 3401)
    run_ticks(rec, 2800, 3500)
    assert names(rec) == ["masked"]
    score = rec.tracks[0].score
    rec.masked(3900, 3950)
    run_ticks(rec, 3500, 4100)
    assert names(rec) == ["masked", "missed"], "deaf at another time does not excuse"
    assert rec.tracks[0].score == score - 3


def test_a_moved_phase_is_not_no_longer_heard():
    rec = Recurrence()
    hear_all(rec, "siren", (900, 1200), "sure", [1000 + 600 * n for n in range(5)])
    rec.events.clear()
    hear_all(rec, "siren", (900, 1200), "sure", [3700 + 600 * n for n in range(5)])
    assert "no longer heard" not in names(rec)
    assert len(rec.tracks) == 1


def test_due_and_near_due():
    rec = Recurrence()
    assert rec.due(0) is None and not rec.near_due(0)
    hear_all(rec, "siren", (900, 1200), "sure", [1000, 1600, 2200])
    kind, from_s, to_s = rec.due(2300)
    assert kind == "siren" and from_s < 2800 < to_s and to_s - from_s < 20
    assert [rec.near_due(t, 6, 8) for t in (2793, 2794, 2800, 2808, 2809)] == [
        False, True, True, True, False]  # fmt: skip
    first = Recurrence()
    first.heard("siren", (900, 1200), "sure", 1000)
    assert first.near_due(1600) and not first.near_due(1500), "expect it in 10 minutes"
    assert first.near_due(2200) and not first.near_due(2300) and first.near_due(1000 + 6 * 600)
    assert not first.near_due(1000 + 7 * 600)
    weak = Recurrence()
    weak.heard("siren", (900, 1200), "weak", 1000)
    assert weak.near_due(1600) and weak.risk(1600) and not weak.near_due(1500), "it may turn high"


def test_an_interval_is_learned_and_told_once():
    rec = Recurrence()
    hear_all(rec, "siren", (900, 1200), "sure", [1000 + 420 * n for n in range(9)])
    assert rec.learned_s["siren"] == 420 and names(rec) == ["learned"]
    verdict = rec.heard("siren", (2000, 2500), "weak", 9000)
    assert not verdict.repeat
    assert not rec.heard("siren", (2000, 2500), "weak", 9000 + 1000).repeat, "not any time now"
    assert rec.heard("siren", (2000, 2500), "weak", 9000 + 2000).repeat, "its own rhythm"


def test_an_interval_that_was_told():
    assert repeats("siren", (900, 1200), "weak", [100, 400], {"siren_s": 300}) == [False, True]
    for bad in ({"siren_s": 5}, {"siren_s": "10 min"}, {"interval": 600}):
        try:
            Recurrence(bad)
        except ValueError as e:
            assert "s" in str(e)
        else:
            raise AssertionError(bad)


def test_a_failed_look_alike_does_not_hide_the_real_one():
    rec = Recurrence()
    rec.heard("siren", (900, 1200), "", 990)
    assert rec.heard("siren", (900, 1200), "weak", 1000).alert
    assert rec.heard("siren", (900, 1200), "weak", 1600).repeat
    rec.heard("siren", (900, 1200), "", 2198)
    verdict = rec.heard("siren", (900, 1200), "weak", 2200)
    assert verdict.alert and verdict.repeat, "heard better at the second look"
    assert not rec.heard("siren", (900, 1200), "weak", 2203).alert


def test_quiet_seconds_do_not_allocate():
    rec = Recurrence({"siren_s": 600})
    hear_all(rec, "siren", (900, 1200), "sure", [1000, 1600, 2200])
    rec.heard("siren", (2000, 2500), "sure", 2300)
    rec.heard("chime", (3000,), "", 2400)
    rec.tick(2401)
    rec.near_due(2401)
    rec.risk(2401)
    micropython.heap_lock()
    try:
        now = 2402
        while now < 2402 + 380:
            rec.tick(now)
            rec.near_due(now)
            rec.risk(now)
            rec.masked(now - 1, now)
            now += 1
    finally:
        micropython.heap_unlock()
