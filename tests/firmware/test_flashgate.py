# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Flash gate: I2S off around every write, the gap told, the credit kept."""

import flashgate

from drivers.microphone import SETTLE_BLOCKS, Microphone


class FakeI2S:
    active = 0

    def __init__(self):
        FakeI2S.active += 1

    def readinto(self, block):
        return 1024

    def deinit(self):
        FakeI2S.active -= 1


class World:
    def __init__(self, now=0):
        FakeI2S.active = 0
        self.now = now
        self.gaps = []
        self.microphone = Microphone(FakeI2S)
        self.gate = flashgate.FlashGate(self.microphone, self, lambda: self.now, self.diff)

    def diff(self, a, b):
        return ((a - b + 2**29) % 2**30) - 2**29

    def gap(self, ms):
        self.gaps.append(ms)

    def job(self):
        assert FakeI2S.active == 0, "a write while I2S runs"
        self.now = (self.now + 120) % 2**30
        return "done"


def test_write_happens_with_i2s_off_and_the_gap_is_told():
    world = World(2**30 - 50)  # across the wrap of the ticks
    world.microphone.start()
    assert world.gate.settled() == 0 and world.gaps == []
    assert world.gate.write(world.job, 10) == "done"
    assert FakeI2S.active == 1 and world.microphone.settling == SETTLE_BLOCKS
    world.now = (world.now + 304) % 2**30
    assert world.gate.settled() == 424
    assert world.gaps == [424] and world.gate.deaf_ms == 424


def test_before_the_first_start_there_is_no_gap():
    world = World()
    assert world.gate.write(world.job, 0) == "done"
    assert not world.microphone.running
    assert world.gate.settled() == 0


def test_failing_job_still_restarts_the_microphone():
    world = World()
    world.microphone.start()

    def fails():
        raise OSError(5)

    try:
        world.gate.write(fails, 0)
        raise AssertionError("no error")
    except OSError:
        pass
    assert world.microphone.running


def test_two_writes_before_settling_are_one_gap():
    world = World()
    world.microphone.start()
    world.gate.write(world.job, 0)
    world.now += 100
    world.gate.write(world.job, 0)
    world.now += 304
    assert world.gate.settled() == 120 + 100 + 120 + 304


def test_routine_writes_wait_and_keep_away_from_due_times():
    world = World()
    gate = world.gate
    assert not gate.allows(100, False)
    assert gate.allows(flashgate.ROUTINE_S, False)
    assert not gate.allows(flashgate.ROUTINE_S, True)


def test_quiet_night_costs_at_most_ten_seconds():
    world = World()
    world.microphone.start()
    gate = world.gate
    for second in range(8 * 3600):
        world.now += 1000
        gate.second()
        if gate.allows(second, False):
            gate.write(world.job, second)
            world.now += 304
            gate.settled()
    assert 10 <= gate.passes <= 20, gate.passes
    assert gate.deaf_ms <= 10_000, gate.deaf_ms


def test_empty_credit_refuses():
    world = World()
    world.microphone.start()
    for _ in range(25):
        world.gate.write(world.job, 0)
        world.now += 304
        world.gate.settled()
    assert not world.gate.allows(10_000, False)


def test_routine_writes_never_meet_a_regular_pump_twice_running():
    for period_s in (600, 1800, 3600, 7200):
        for phase_s in range(period_s):
            before = False
            for at_s in range(phase_s, 48 * 3600, period_s):
                since_s = at_s % flashgate.ROUTINE_S
                met = since_s < 3 or since_s > flashgate.ROUTINE_S - 6
                assert not (met and before), (period_s, phase_s, at_s)
                before = met
