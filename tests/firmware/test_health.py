# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Health: every fault is raised in its stated time, cleared, and told both times."""

from array import array

import health
from health import Health

NOISE = array("i", [(i * 7919 % 251 - 125) << 8 for i in range(256)])


def _after(function, want, limit=200):
    """Seconds until function() has produced the change ``want``."""
    for second in range(1, limit):
        if want in function():
            return second
    raise AssertionError("never: %s" % (want,))


def _drain(state):
    found = [(name, raised) for name, _, raised, _ in state.changes]
    state.changes.clear()
    return found


def _mic(state, block, floor=-800, clipped_step=0):
    total = [0]

    def second():
        total[0] += clipped_step
        state.microphone(block, floor, total[0])
        return _drain(state)

    return second


def test_dead_stuck_clipping_and_noisy_microphone():
    stuck = array("i", [77] * 256)
    for name, block, floor, clipped in (
        ("mic_silent", array("i", bytes(1024)), -800, 0),
        ("mic_stuck", stuck, -800, 0),
        ("mic_clipping", NOISE, -800, 900),
        ("mic_noise", NOISE, -100, 0),
    ):
        state = Health()
        state.prove()
        rule = health.FAULTS[name]
        assert _after(_mic(state, block, floor, clipped), (name, True)) == rule[1]
        assert state.names() == [name]
        assert state.listening == (rule[0] != health.TECHNICAL)
        assert state.degraded == (rule[0] == health.DEGRADED)
        assert _after(_mic(state, NOISE), (name, False)) == rule[2]
        assert state.listening and not state.degraded


def test_a_short_silence_is_no_fault():
    state = Health()
    silence = array("i", bytes(1024))
    for _ in range(20):
        for _ in range(4):
            state.microphone(silence, -800, 0)
        state.microphone(NOISE, -800, 0)
    assert state.changes == []


def test_lost_audio_is_told_and_cleared():
    state = Health()
    for _ in range(50):
        state.second(993, 992)
    assert state.changes == []
    state.second(992 + 400, 992)
    assert _drain(state) == [("loop", True)]

    def second():
        state.second(992, 992)
        return _drain(state)

    assert _after(second, ("loop", False)) == 30


def test_slow_loss_adds_up():
    state = Health()

    def second():
        state.second(992 + 20, 992)
        return _drain(state)

    assert _after(second, ("loop", True)) < 20


def test_crystals_may_differ():
    state = Health()
    for second in range(4000):
        state.second(992 + (second % 20 == 0), 992)
    for second in range(4000):
        state.second(992 - (second % 20 == 0), 992)
    assert state.changes == [] and state.loop_ok


def test_no_audio_is_no_proof():
    state = Health()
    state.second(1000, 0)
    assert not state.loop_ok


def test_set_tells_once():
    state = Health()
    state.set("clock", True, "bus")
    state.set("clock", True, "bus")
    state.set("clock", False)
    assert state.changes == [
        ("clock", health.DEGRADED, True, "bus"),
        ("clock", health.DEGRADED, False, "bus"),
    ]


def test_nothing_is_claimed_before_the_first_proof():
    state = Health()
    assert not state.listening
    state.set("supply", True)
    state.prove()
    assert not state.listening
    state.set("supply", False)
    assert state.listening
