# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sounds too faint for one hearing: those that come back are found, noise is not."""

import json

import micropython
from dice import Dice

from alarm.faint import ROOM, Faint
from alarm.recurrence import Recurrence
from alarm.recurrence_faint import SIZE, FaintPast
from alarm.recurrence_fit import FAINT_CAP_DB, alike, faint_db


def noise(rec, dice, from_s, to_s):
    """Candidates as white noise gives them: about one a minute, half of them within 3 dB."""
    now = from_s
    verdicts = 0
    while True:
        now += 1 + dice.below(119)
        if now >= to_s:
            return verdicts
        rec.tick(now)
        strength = 0
        while dice.below(10) < 8 and strength < 30:
            strength += 1
        verdicts += rec.faint(600 + dice.below(4400), 0, strength, now) is not None


def cycles_until_found(rec, dice, interval_s, strength_db, most=12, hz=2000, first_s=7200):
    now = 0
    for n in range(most):
        at = first_s + n * interval_s
        assert noise(rec, dice, now, at) == 0
        rec.tick(at)
        if rec.faint(hz + dice.below(3) - 1, 0, strength_db, at):
            return n + 1
        now = at
    return 0


def test_a_faint_chime_is_found_after_some_hours():
    for seed in (1, 2, 3):
        assert 3 <= cycles_until_found(Recurrence(), Dice(seed), 3600, 10) <= 4
        assert 3 <= cycles_until_found(Recurrence(), Dice(seed), 600, 10) <= 4


def test_the_weaker_the_later():
    strong = cycles_until_found(Recurrence(), Dice(5), 3600, 14)
    weak = cycles_until_found(Recurrence(), Dice(5), 3600, 2)
    assert 3 <= strong < weak, (strong, weak)


def test_an_interval_nobody_expects_takes_longer():
    odd = cycles_until_found(Recurrence(), Dice(7), 1111, 10)
    assert odd > cycles_until_found(Recurrence(), Dice(7), 600, 10)
    assert odd <= 6, odd


def test_missed_soundings_do_not_end_it():
    rec = Recurrence()
    dice = Dice(9)
    heard = (0, 2, 3, 6)
    found = []
    now = 0
    for n in heard:
        at = 7200 + 3600 * n
        noise(rec, dice, now, at)
        found.append(rec.faint(2000, 0, 14, at) is not None)
        now = at
    assert found[0] is False and found[-1] is True, found


def test_a_month_of_noise_is_silent():
    rec = Recurrence()
    assert noise(rec, Dice(11), 0, 6 * 86400) == 0


def test_two_are_never_enough_however_strong():
    rec = Recurrence()
    assert rec.faint(2000, 0, 27, 7200) is None
    assert rec.faint(2000, 0, 27, 10800) is None
    assert rec.faint(2000, 0, 27, 14400) is not None


def test_another_tone_or_time_does_not_count():
    for hz, at in ((2010, 14400), (2000, 14400 + 300)):
        rec = Recurrence()
        rec.faint(2000, 0, 20, 7200)
        rec.faint(2000, 0, 20, 10800)
        assert rec.faint(hz, 0, 20, at) is None, (hz, at)


def test_a_tone_of_every_minute_is_a_machine():
    rec = Recurrence()
    dice = Dice(13)
    now = alerts = 0
    while now < 8 * 3600:
        now += 41 + dice.below(60)
        rec.tick(now)
        alerts += rec.faint(2350, 0, 8, now) is not None
    assert alerts == 0


def test_a_faint_one_strengthens_a_weak_one():
    rec = Recurrence()
    rec.heard("chime", (2000,), "weak", 100)
    rec.faint(2001, 0, 14, 3700)
    verdict = rec.faint(2000, 0, 14, 7300)
    assert verdict and verdict.repeat and verdict.grade == "weak" and verdict.interval_s == 3600


def test_a_weak_one_looks_back_at_a_faint_one():
    rec = Recurrence()
    rec.faint(2000, 0, 14, 100)
    verdict = rec.heard("chime", (2001,), "weak", 3700)
    assert verdict.hits == 2 and verdict.alert and not verdict.repeat
    assert rec.faint(2000, 0, 14, 7300) is not None


def test_a_faint_pump_is_not_missed_each_time_and_stops_late():
    rec = Recurrence()
    for n in range(4):
        verdict = rec.faint(2000, 0, 14, 7200 + 3600 * n)
    assert verdict
    rec.events.clear()
    now = 7200 + 3 * 3600
    last = now
    while now < last + 12 * 3600:
        now += 5
        rec.tick(now)
    assert [event[0] for event in rec.events] == ["no longer heard"], rec.events


def test_it_survives_a_reboot_in_few_bytes():
    rec = Recurrence()
    for n in range(2):
        rec.faint(2000, 0, 14, 7200 + 3600 * n)
    state = json.dumps(rec.state(11000, 900000))
    assert len(state) < 300
    fresh = Recurrence()
    assert fresh.restore(json.loads(state), 50, 901000)  # 1000 s later
    assert fresh.faint(2000, 0, 14, 14400 - 11000 - 1000 + 50) is not None
    fresh = Recurrence()
    assert fresh.restore(json.loads(state), 50, None), "a lost clock: the phase is gone"
    assert fresh.faint(2000, 0, 14, 2450) is None


def test_the_clock_set_by_hours_moves_nothing():
    rec = Recurrence()
    for n in range(2):
        rec.faint(2000, 0, 14, 7200 + 3600 * n)
        rec.state(7200 + 3600 * n, 900000 + n * 7 * 3600)
    assert rec.faint(2000, 0, 14, 14400) is not None


def test_the_past_keeps_the_strong_and_forgets_the_weak():
    past = FaintPast()
    past.put(2000, 0, 20, 100)
    past.put(3000, 0, 0, 101)
    for n in range(SIZE):
        past.put(4000, 0, 1, 200 + n)
    assert past.collect(2000, 0, 1000) == 1 and past.collect(3000, 0, 1000) == 0
    assert past.collect(4000, 0, 1000) == -1, "too many of one tone"


def test_evidence_by_strength_rate_and_window():
    assert faint_db(300, 15, 20, 9) > faint_db(300, 15, 20, 2) > faint_db(3000, 15, 20, 2)
    assert faint_db(150, 15, 20, 0) > faint_db(150, 15, 5460, 0)
    assert 0 <= faint_db(64000, 1, 10920, 0) and faint_db(1, 900, 1, 99) == FAINT_CAP_DB
    assert alike(2000, 2003, False) and not alike(2000, 2004, False)


def test_the_mailbox_passes_only_what_was_alone():
    faint = Faint()
    faint.put(2000, 0, 5, 1000)
    assert not faint.take(4000), "others may still come"
    assert faint.take(6000)
    assert (faint.low_hz, faint.high_hz, faint.strength_db, faint.ago_ms) == (2000, 0, 4, 5000)
    faint.put(2000, 0, 5, 10000)
    faint.put(3000, 0, 5, 11000)
    assert not faint.take(20000), "two at once"
    faint.put(2000, 0, 5, 30000)
    faint.spoil(30500)
    faint.put(2500, 0, 5, 31500)
    assert not faint.take(50000), "beside a finding"
    for n in range(ROOM + 2):
        faint.put(2000, 0, 5, 60000 + 2500 * n)
    assert sum(faint.take(1 << 20) for _ in range(20)) == ROOM
    faint.put(2000, 0, 5, (1 << 30) - 1000)
    assert faint.take(4000) and faint.ago_ms == 5000, "the stream time wraps"


def test_the_mailbox_does_not_allocate():
    faint = Faint()
    faint.put(2000, 0, 5, 1000)
    faint.take(2000)
    micropython.heap_lock()
    try:
        faint.put(2100, 0, 5, 9000)
        faint.spoil(20000)
        faint.take(20000)
        faint.take(20001)
    finally:
        micropython.heap_unlock()
