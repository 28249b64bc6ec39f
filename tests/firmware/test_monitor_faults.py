# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The loop with fake hardware: own bursts, self-tests, faults that come and go, the wrap."""

import selfhearing
from localtime import LocalTime
from monitorbench import Bench, Finding
from selfhearing import Daily


def test_own_bursts_are_masked_and_told_to_the_recurrence():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(6)
    assert bench.listener.masks[:2] == [True, False]
    assert bench.recurrence.masked_s >= 3


def test_a_dead_sounder_is_noticed_at_the_third_burst_and_cleared_when_heard():
    bench = Bench()
    bench.world.heard = False
    bench.find(Finding())
    bench.run_s(40)
    assert bench.health.names() == ["sounder"]
    bench.world.heard = True
    bench.run_s(20)
    assert bench.health.names() == []


def test_a_sounder_that_is_heard_is_no_fault():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(60)
    assert bench.health.names() == []


def test_the_self_test_sounds_shortly_and_is_logged():
    for heard in (True, False):
        bench = Bench()
        bench.world.heard = heard
        bench.run_s(10)
        assert bench.monitor.outputs.selftest()
        bench.run_s(2)
        assert bench.pwm.duty == 0
        bench.run_s(1900)
        told = [row[1]["ok"] for row in bench.log.written if row[0] == "selftest"]
        # One that is not heard comes again twice, a minute apart, and is then a fault.
        assert told == ([True] if heard else [False] * 3), told
        assert bench.health.names() == ([] if heard else ["sounder"])


def test_a_self_test_that_proves_nothing_comes_again_and_is_told_when_overdue():
    """A room too loud at that hour, day after day: nobody would know of an unproven sounder."""
    bench = Bench()
    judge = bench.hearing.during
    bench.hearing.during = lambda hz, volume: None
    daily = bench.monitor.response._daily
    daily._last_s = -86400  # no clock: due now
    daily._judged_s = 60 - selfhearing.OVERDUE_S
    bench.run_s(30)
    assert bench.pwm.started_ms is not None and not bench.hearing.testing
    assert bench.health.names() == []
    bench.run_s(60)
    assert bench.health.names() == ["selftest"] and bench.health.degraded
    assert not [row for row in bench.log.written if row[0] == "selftest"]
    bench.hearing.during = judge
    bench.run_s(selfhearing.UNJUDGED_S)
    assert bench.hearing.last_ok and bench.health.names() == []


def test_an_unjudged_self_test_is_not_tried_for_ever():
    daily = Daily(10, LocalTime(0, ""))
    tests = 0
    for up_s in range(0, 2 * 86400, 60):
        if daily.due(up_s, None):
            daily.done(up_s, None)
            daily.unjudged(up_s + 1)
            tests += 1
    assert tests == 1 + selfhearing.MOST_UNJUDGED, tests


def test_the_self_test_comes_once_a_day_at_its_hour():
    daily = Daily(10, LocalTime(60, ""))
    start_s = 190_677_600  # 22:00 UTC
    tests = []
    for minute in range(3 * 1440):
        utc_s = start_s + minute * 60
        if daily.due(minute * 60, utc_s):
            daily.done(minute * 60, utc_s)
            tests.append(utc_s % 86400)
    assert tests == [9 * 3600] * 3, tests
    assert daily.due(4 * 86400, start_s, True)
    daily = Daily(10, LocalTime(0, ""))
    assert not daily.due(86399, None) and daily.due(86400, None)


def test_due_times_hold_bursts_back():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(4)
    bench.recurrence.due_to_s = bench.monitor.uptime.up_s + 12
    changes = bench.listener.mask_changes
    bench.run_s(10)
    assert bench.listener.mask_changes - changes <= 2
    bench.run_s(4)
    assert bench.listener.mask_changes - changes > 2


def test_buttons_reach_the_alert_and_the_log():
    bench = Bench()
    bench.find(Finding())
    bench.run_s(6)
    bench.key.level = 0
    bench.monitor.step(10)
    bench.key.level = 1
    bench.run_s(6)
    assert bench.alert.presses == ["short"]
    assert "ack" in bench.log.kinds()
    assert bench.pwm.duty == 0 and bench.pins["red"].level == 0


def test_stuck_button_is_a_degraded_fault():
    bench = Bench()
    bench.key.level = 0
    bench.run_s(40)
    assert bench.health.names() == ["button"]
    bench.key.level = 1
    bench.run_s(3)
    assert bench.health.names() == []


def test_rejected_sounds_are_logged_late_and_not_too_often():
    bench = Bench()
    bench.recurrence.verdict.alert = False
    for _ in range(30):
        bench.find(Finding("not matched", "", reason="speech"))
        bench.run_s(2)
    assert bench.log.written == [] and bench.log.waiting == 20
    bench.run_s(3700)
    kinds = bench.log.kinds()
    assert kinds.count("not_matched") == 20
    assert bench.gate.deaf_ms < 1000


def test_zeros_are_named_after_a_look_at_the_other_slot():
    cases = (
        (0, None, "mic_silent"),
        (0, True, "mic_slot"),
        (-1, None, "mic_stuck"),
        (-1, True, "mic_slot"),
    )
    for samples, right, name in cases:
        bench = Bench()
        bench.run_s(10)
        bench.world.samples, bench.world.right = samples, right
        passes = bench.gate.passes
        bench.run_s(9)
        assert bench.health.names() == [name], bench.health.names()
        assert bench.world.i2s_on and not bench.world.both, "it listens on in its own slot"
        bench.run_s(60)
        assert bench.health.names() == [name]
        told = [dict(row[1]) for row in bench.log.written if row[0] == "technical"]
        assert [row["name"] for row in told] == [name]
        # One look, no more: the rest of the deaf time is the log's.
        assert bench.gate.passes == passes + 1 and len(bench.listener.gaps) == 2
        bench.world.samples = None
        bench.run_s(12)
        assert bench.health.names() == []


def test_a_look_that_is_refused_leaves_the_zeros_told():
    bench = Bench()
    bench.run_s(10)
    bench.world.samples = 0

    def refused(block):
        raise ValueError("no stereo here")

    bench.monitor.microphone.other_slot = refused
    bench.run_s(9)
    assert bench.health.names() == ["mic_silent"] and bench.world.i2s_on


def test_dead_microphone_is_a_technical_alarm_and_clears():
    bench = Bench()
    bench.run_s(10)
    bench.world.samples = 0
    bench.run_s(8)
    assert bench.alert.priority == "technical" and bench.pwm.hz != 520
    assert bench.pins["green"].level == 0 and bench.pins["relay"].level == 0
    beats = bench.pins["beat"].edges
    fed = bench.world.fed
    bench.run_s(5)
    assert bench.pins["beat"].edges == beats and bench.world.fed > fed
    bench.world.samples = None
    bench.run_s(12)
    assert bench.alert.priority == "" and bench.pins["green"].level == 1
    assert [k for k in bench.log.kinds() if k in ("technical", "cleared")] == [
        "technical",
        "cleared",
    ]


def test_low_supply_is_technical():
    bench = Bench()
    bench.adc.raw = 20000
    bench.run_s(5)
    assert bench.health.names() == ["supply"] and bench.alert.priority == "technical"


MV = 65536 / 9900  # of the ADC's steps


def test_a_pulled_plug_is_told_softly_and_an_empty_pack_aloud():
    bench = Bench()
    bench.pack.raw = int(3900 * MV)
    bench.run_s(20)
    assert bench.health.names() == []
    bench.mains.raw = 0
    bench.run_s(10)
    assert bench.health.names() == ["mains"] and bench.health.listening
    assert bench.alert.priority == "" and bench.pwm.duty == 0 and bench.pins["relay"].level == 1
    bench.pack.raw = int(3300 * MV)
    bench.run_s(15)
    assert sorted(bench.health.names()) == ["battery", "mains"]
    assert bench.alert.priority == "technical" and not bench.health.listening
    bench.mains.raw = int(5000 * MV)
    bench.run_s(40)
    assert bench.health.names() == [] and bench.health.listening


def test_a_brown_out_of_seconds_is_not_told():
    bench = Bench()
    bench.pack.raw = int(3900 * MV)
    bench.mains.raw = 0
    bench.run_s(3)
    bench.mains.raw = int(5000 * MV)
    bench.run_s(20)
    assert bench.health.names() == [] and "degraded" not in bench.log.kinds()


def test_without_a_pack_a_lost_adapter_is_a_lost_supply():
    bench = Bench()
    bench.mains.raw = bench.adc.raw = 0  # they are joined
    bench.run_s(10)
    assert bench.health.names() == ["supply"]


def test_no_audio_ends_in_an_error_and_without_feeding():
    bench = Bench()
    bench.run_s(5)
    bench.world.bytes = 0
    fed = bench.world.fed
    try:
        bench.run_s(10)
        raise AssertionError("no error")
    except RuntimeError:
        pass
    assert bench.world.fed <= fed + 1


def test_the_watchdog_is_fed_from_samples_that_advance_alone():
    """The loop runs on and blocks arrive, but the count says that no sound was in them."""
    bench = Bench()
    bench.run_s(5)
    health = bench.monitor.health
    proof = health.second
    health.second = lambda elapsed_ms, audio_ms: proof(elapsed_ms, 0)
    fed = bench.world.fed
    bench.run_s(5)
    assert bench.world.fed == fed
    health.second = proof
    bench.run_s(2)
    assert bench.world.fed == fed + 2


def test_failing_flash_is_degraded_and_listening_goes_on():
    bench = Bench()
    bench.log.fault = "log write: 5"
    bench.find(Finding())
    bench.run_s(8)
    assert bench.health.names() == ["log"]
    assert bench.alert.priority == "high"
    pushed = bench.listener.pushed
    passes = bench.gate.passes
    bench.run_s(30)
    assert bench.listener.pushed - pushed > 1500 and bench.gate.passes == passes
    bench.log.fault = ""
    bench.run_s(90)
    assert bench.health.names() == [] and "alert" in bench.log.kinds()


def test_the_wrap_of_the_ticks_changes_nothing():
    plain = Bench()
    wrapped = Bench(2**30 - 30_000)
    for bench in (plain, wrapped):
        bench.run_s(28)
        bench.find(Finding())
        bench.run_s(60)
    assert plain.monitor.uptime.up_s == wrapped.monitor.uptime.up_s
    assert plain.log.written == wrapped.log.written
    assert plain.health.names() == wrapped.health.names() == []
