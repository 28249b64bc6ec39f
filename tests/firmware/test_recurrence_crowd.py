# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Recurrence among chance findings: nothing random adds up, nothing real is pushed out."""

from dice import Dice

from alarm.recurrence import MOST_TRACKS, Recurrence
from alarm.recurrence_due import MOST_EVENTS
from alarm.recurrence_fit import db
from alarm.recurrence_past import SIZE, Past


def test_drift_and_jitter_are_tolerated():
    dice = Dice(5)
    rec = Recurrence()
    at = 1000
    n = 0
    while n < 200:  # the pump is 300 ppm slow and jitters by 3 s
        verdict = rec.heard("chime", (2000,), "weak", at + n // 1 + dice.below(7) - 3)
        if n >= 3:
            assert verdict.on_time and verdict.repeat, n
        n += 1
        at = 1000 + 3600 * n
    assert len(rec.tracks) == 1
    assert abs(verdict.interval_s - 3601) <= 1


def test_memory_is_bounded_and_a_crowd_does_not_push_out_a_pump():
    dice = Dice(7)
    rec = Recurrence()
    rec.heard("chime", (2000,), "weak", 100)
    rec.heard("chime", (2000,), "weak", 3700)
    for n in range(3000):
        rec.heard("chime", (600 + dice.below(4400),), "", 3800 + n)
    assert len(rec.tracks) <= MOST_TRACKS
    assert rec.heard("chime", (2000,), "weak", 7300).repeat
    for n in range(3000):
        rec.heard("chime", (600 + dice.below(4400),), "weak", 7400 + n)
        rec.heard("siren", (600 + dice.below(900), 1500 + dice.below(3000)), "sure", 7400 + n)
    assert len(rec.tracks) <= MOST_TRACKS and len(rec.events) <= MOST_EVENTS
    assert rec.heard("chime", (2000,), "weak", 10900).on_time


def test_random_weak_findings_do_not_add_up():
    dice = Dice(11)
    rec = Recurrence()
    now = alerts = 0
    while now < 30 * 86400:  # 30 days of one weak chime an hour, at random
        now += 60 + dice.below(7080)
        rec.tick(now)
        alerts += rec.heard("chime", (600 + dice.below(4400),), "weak", now).repeat
    assert alerts == 0


def test_a_crowd_of_music_does_not_add_up():
    dice = Dice(13)
    rec = Recurrence()
    notes = [622, 698, 784, 880, 1046, 1318, 1568, 2093]
    now = alerts = 0
    while now < 12 * 3600:  # 12 h of 300 failed look-alikes an hour on eight notes
        now += 1 + dice.below(23)
        rec.tick(now)
        alerts += rec.heard("chime", (notes[dice.below(8)],), "", now).repeat
    assert alerts == 0


def noisy(seed, kind, grade, per_hour):
    """A recurrence that has had an hour of random findings of this kind and grade."""
    dice = Dice(seed)
    rec = Recurrence()
    for n in range(per_hour):
        at = n * 3600 // per_hour
        rec.tick(at)
        hz = 600 + dice.below(800)  # away from the tones of the tests
        rec.heard(kind, (hz, hz + 300) if kind == "siren" else (hz,), grade, at)
    return rec


def pair(rec, kind, hz, grade, interval_s):
    rec.heard(kind, hz, grade, 3700)
    return rec.heard(kind, hz, grade, 3700 + interval_s)


def test_a_noisy_room_makes_weak_evidence_count_less():
    quiet = pair(Recurrence(), "chime", (4000,), "weak", 1500).score_db
    loud = pair(noisy(3, "chime", "weak", 60), "chime", (4000,), "weak", 1500).score_db
    assert quiet == 9 and loud < 5
    assert pair(noisy(3, "siren", "weak", 60), "chime", (4000,), "weak", 1500).score_db == 9


def test_at_the_first_repeat_holds_in_a_noisy_room():
    for seed, interval in ((3, 1500), (5, 600), (7, 3600)):
        rec = noisy(seed, "siren", "weak", 60)
        assert pair(rec, "siren", (3000, 4000), "weak", interval).repeat, interval
        rec = noisy(seed, "chime", "sure", 60)
        assert pair(rec, "chime", (4000,), "sure", interval).repeat, interval


def test_one_note_all_evening_does_not_add_up():
    dice = Dice(17)
    rec = Recurrence()
    now = alerts = 0
    while now < 6 * 3600:
        now += 41 + dice.below(60)
        rec.tick(now)
        alerts += rec.heard("chime", (880,), "", now).repeat
    assert alerts == 0


def test_failed_look_alikes_hold_at_most_half_of_the_memory():
    rec = Recurrence()
    for n in range(40):
        rec.heard("chime", (600 + 90 * n,), "", 4000000 + 15 * n)
    for n in range(1, 6):
        rec.tick(4000000 + 600 * n)
    for n in range(40):
        rec.heard("chime", (600 + 90 * n,), "", 4003600 + 15 * n)
    assert len(rec.tracks) == MOST_TRACKS // 2
    for n in range(40):
        rec.heard("chime", (600 + 90 * n,), "sure", 5000000 + 50 * n)
    assert len(rec.tracks) == MOST_TRACKS
    rec.heard("chime", (600 + 90 * 39,), "", 5009000)
    assert sum(1 for t in rec.tracks if t.sure) == MOST_TRACKS, "nor does one push out a better one"


def test_a_failed_look_alike_and_a_weak_siren_are_no_repeat_yet():
    rec = Recurrence()
    rec.heard("siren", (900, 1200), "", 1000)
    assert not rec.heard("siren", (900, 1200), "weak", 1600).repeat
    assert rec.heard("siren", (900, 1200), "weak", 2200).repeat


def test_an_interval_found_double_is_halved_and_a_part_is_multiplied():
    rec = Recurrence()
    for at in (0, 840, 1260):
        rec.heard("chime", (2000,), "sure", at)
    assert rec.verdict.on_time and rec.verdict.interval_s == 420
    rec = Recurrence()
    for at in (0, 3600, 7200, 10800):  # six times ten minutes, until it is plain that it is an hour
        rec.heard("siren", (900, 1200), "sure", at)
    assert rec.verdict.interval_s == 3600


def test_a_tone_that_drifts_is_followed():
    rec = Recurrence()
    hz = 2000
    for n in range(40):
        verdict = rec.heard("chime", (hz,), "weak", 3600 * n)
        hz += 8
    assert verdict.on_time and len(rec.tracks) == 1


def test_a_better_second_look_counts():
    rec = Recurrence()
    rec.heard("chime", (2000,), "weak", 0)
    assert rec.heard("chime", (2000,), "sure", 5).score_db == 15
    assert rec.heard("chime", (2000,), "sure", 9).score_db == 15, "once"
    assert rec.heard("chime", (2000,), "weak", 1500).repeat


def test_a_pump_under_a_crowd_is_found():
    dice = Dice(23)
    rec = Recurrence()
    now, heard = 0, []
    for n in range(16):  # an hourly chime that always fails a test, among 30 others an hour
        while now < 3600 * n - 60:
            now += 30 + dice.below(180)
            rec.tick(now)
            hz = 600 + dice.below(3000)
            assert not rec.heard("chime", (hz,), "", now).repeat
        heard.append(rec.heard("chime", (4200,), "", 3600 * n).repeat)
    assert not any(heard[:5]) and any(heard[5:14]), heard


def test_the_past_is_a_ring():
    past = Past()
    past.put("siren", (900, 1200), 0)
    assert past.find("siren", (1200, 905), 600, (600,)) == (900, 1200, 0)
    assert past.find("siren", (900, 1200), 1215, (600,)) == (900, 1200, 0), "one was missed"
    for kind, hz, now in (
        ("chime", (900, 1200), 600),
        ("siren", (900, 1300), 600),
        ("siren", (900,), 600),
        ("siren", (), 600),
        ("siren", (900, 1200), 640),
        ("siren", (900, 1200), 560),
        ("siren", (900, 1200), 1800),
    ):
        assert past.find(kind, hz, now, (600,)) is None, (kind, hz, now)
    past.put("siren", (905, 1200), 600)
    assert past.find("siren", (900, 1200), 1200, (600,))[2] == 600, "the latest"
    for _n in range(SIZE):
        past.put("chime", (2000,), 700)
    assert past.find("siren", (900, 1200), 1200, (600,)) is None


def test_two_look_alikes_alike_within_2_percent_and_not_within_1_are_no_pair():
    """The first is remembered as near, the pair's odds are none: dividing by them never ended."""
    for first, second in (((1618, 3945), (1638, 3997)), ((1000, 2000), (1019, 2038))):
        rec = Recurrence()
        rec.heard("siren", first, "", 1660)
        verdict = rec.heard("siren", second, "", 1660 + 3518)
        assert not verdict.alert and not verdict.repeat and verdict.score_db == 0
    assert db(0, 5) == db(1, 5) and db(5, 0) == db(5, 1)
