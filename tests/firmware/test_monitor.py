# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The loop with fake hardware: every block once, alert first and flash later, nothing allocated."""

import gc

from monitorbench import Bench, Finding
from skipping import SkipTest

from drivers.microphone import SETTLE_BLOCKS


def test_every_block_is_heard_once_after_the_start_up():
    bench = Bench()
    bench.monitor.step(1000)
    assert bench.listener.pushed == 1000 - SETTLE_BLOCKS
    assert bench.listener.gaps == []


def test_time_feed_and_pulses_come_from_audio():
    bench = Bench()
    bench.run_s(100)
    assert 99 <= bench.monitor.uptime.up_s <= 100, bench.monitor.uptime.up_s
    assert 99 <= bench.world.fed <= 101
    edges = bench.pins["beat"].edges
    assert 1500 < edges < 1700, edges
    assert bench.pins["green"].level == 1 and bench.pins["relay"].level == 1
    assert bench.log.written == []


def test_alert_first_then_the_record_within_five_seconds():
    bench = Bench()
    bench.run_s(60)
    bench.find(Finding())
    begun_ms = bench.world.total_ms
    bench.run_s(8)
    assert 0 <= bench.pwm.started_ms - begun_ms <= 48, bench.pwm.started_ms - begun_ms
    assert bench.log.kinds() == ["heard", "alert"], bench.log.written
    for row in bench.log.written:
        assert bench.pwm.started_ms < row[4] <= begun_ms + 5000
    assert bench.pins["relay"].level == 0 and bench.pins["red"].edges > 10
    assert len(bench.listener.gaps) == 1 and 400 <= bench.listener.gaps[0] <= 460


def test_the_write_falls_between_bursts():
    bench = Bench()
    bench.find(Finding())
    levels = []
    write = bench.log.commit

    def commit():
        levels.append(bench.pwm.duty)
        return write()

    bench.log.commit = commit
    bench.run_s(8)
    assert levels == [0]


def test_the_time_of_the_sound_is_the_time_of_its_start():
    bench = Bench()
    bench.run_s(100)
    bench.monitor.step(31)
    at_s = bench.world.total_ms // 1000
    bench.find(Finding())
    bench.monitor.step(2)
    assert abs(bench.recurrence.heard_at[0][1] - (at_s - 3)) <= 1


def test_a_rejected_sound_carries_no_grade():
    bench = Bench()
    for finding in (Finding("not matched", "sure"), Finding("siren", "sure")):
        bench.find(finding)
        bench.run_s(1)
    assert bench.recurrence.grades == ["", "sure"]


def test_a_faint_candidate_is_told_only_when_it_has_come_back():
    bench = Bench()
    bench.run_s(20)
    before = len(bench.log.kinds())
    bench.listener.faint.waiting.append((2000, 0, 7, 5000))
    bench.run_s(2)
    low_hz, high_hz, strength_db, at_s = bench.recurrence.faint_at[0]
    assert (low_hz, high_hz, strength_db) == (2000, 0, 7) and 14 <= at_s <= 17
    assert len(bench.log.kinds()) == before and not bench.alert.priority
    bench.recurrence.faint_comes_back = True
    bench.listener.faint.waiting.append((2000, 0, 7, 5000))
    bench.run_s(8)
    assert "heard" in bench.log.kinds() and bench.alert.priority


def test_a_siren_is_told_although_the_recurrence_fails():
    bench = Bench()

    def fails(*_):
        raise TypeError("broken")

    bench.recurrence.heard = fails
    bench.run_s(20)
    bench.find(Finding())
    bench.run_s(8)
    assert bench.alert.priority == "high" and bench.health.names() == ["recurrence"]
    rows = [row for row in bench.log.written if row[0] == "error"]
    assert len(rows) == 1 and "broken" in rows[0][1]["trace"]


def test_a_failing_tick_of_the_recurrence_is_told_once():
    bench = Bench()

    def fails(*_):
        raise ValueError("tick")

    bench.recurrence.near_due = fails
    bench.run_s(20)
    assert bench.health.names() == ["recurrence"] and bench.log.kinds().count("error") == 1


def test_a_failing_screen_is_told_once_and_the_listening_goes_on():
    bench = Bench()

    def fail(now_s, utc_s):
        raise IndexError("no such row")

    bench.monitor.response._screen.second = fail
    bench.run_s(30)
    errors = [row[1] for row in bench.log.written if row[0] == "error"]
    assert len(errors) == 1 and "no such row" in errors[0]["trace"]
    assert bench.health.names() == ["display"] and bench.health.listening


def _micropython():
    try:
        import micropython

        micropython.heap_lock()
        micropython.heap_unlock()
        gc.mem_alloc()
        return micropython
    except (ImportError, AttributeError):
        raise SkipTest("only MicroPython's heap can be locked")


def test_ten_quiet_seconds_allocate_nothing():
    micropython = _micropython()
    bench = Bench()
    bench.run_s(20)
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    assert bench.listener.pushed > 1500


def test_ten_seconds_of_alert_allocate_nothing():
    micropython = _micropython()
    bench = Bench()
    bench.find(Finding())
    bench.run_s(10)
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    assert bench.alert.sounding and bench.pins["red"].edges > 20


def test_the_real_policy_in_the_loop_allocates_nothing_either():
    from alarm import alert
    from alarm import recurrence as recurrence_module

    micropython = _micropython()
    bench = Bench(0, alert.Alert(None), recurrence_module.Recurrence(None))
    bench.run_s(20)
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    bench.find(Finding())
    bench.run_s(12)
    assert bench.alert.sounding and bench.log.kinds()[:2] == ["heard", "alert"]
    micropython.heap_lock()
    try:
        bench.monitor.step(620)
    finally:
        micropython.heap_unlock()
    assert bench.alert.sounding


def test_the_pause_lamp_answers_the_press_at_once():
    """Its pattern takes 8 s: it begins with the press, whenever that is."""
    for blocks in (0, 97, 203, 411):
        bench = Bench()
        bench.find(Finding())
        bench.run_s(10)
        bench.monitor.step(blocks)
        bench.alert.lamps["paused"] = "count2"
        bench.monitor.response.follow()
        lamp = bench.pins["paused"]
        assert lamp.level == 1, blocks
        edges = lamp.edges
        bench.monitor.step(2 * 25 + 4)  # both blinks of two minutes
        assert lamp.edges == edges + 3 and lamp.level == 0, (blocks, lamp.edges)
        bench.monitor.step(500 - 54 - 4)
        assert lamp.edges == edges + 3
        bench.monitor.step(8)
        assert lamp.level == 1  # the next round
