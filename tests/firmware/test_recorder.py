# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""When records and states go to flash; restarts, uptime and wall clock beside them."""

from recorder import PROVE_S, SOON, Recorder
from restarts import Restarts
from uptime import Uptime
from wallclock import WallClock


class Gate:
    def __init__(self):
        self.open = True
        self.writes = []
        self.untold_ms = self.deaf_ms = self.passes = 0

    def allows(self, now_s, near_due):
        return self.open and not near_due

    def write(self, job, now_s):
        self.writes.append(now_s)
        return job()


class Log:
    def __init__(self):
        self.rows = []
        self.waiting = 0
        self.crowded = False
        self.lost = 0
        self.fault = ""
        self.dropped = 0

    def drop_oldest(self):
        self.dropped += 1
        return self.dropped < 3

    def add(self, kind, fields, utc_s, up_s):
        self.rows.append((kind, dict(fields)))
        self.waiting += 1
        return len(self.rows)

    def commit(self):
        if self.fault:
            return False
        self.waiting = 0
        return True


class Bench:
    def __init__(self):
        self.gate = Gate()
        self.log = Log()
        self.faults = []
        self.saved = []
        self.recorder = Recorder(
            self.log, self.gate, self.faults.append, lambda path, value: self.saved.append(value)
        )

    def run(self, from_s, to_s, near_due=False, between=True):
        for second in range(from_s, to_s):
            self.recorder.second(second, near_due, between)


def test_mere_findings_wait_for_the_gate():
    bench = Bench()
    bench.gate.open = False
    bench.recorder.add("not_matched", (), None, 0)
    bench.run(0, 100)
    assert bench.gate.writes == []
    bench.gate.open = True
    bench.run(100, 110, near_due=True)
    bench.run(110, 120, between=False)
    assert bench.gate.writes == []
    bench.run(120, 130)
    assert bench.gate.writes == [120]


def test_urgent_records_wait_for_the_end_of_the_burst_but_not_long():
    bench = Bench()
    bench.gate.open = False
    bench.recorder.add("alert", (), None, 10, True)
    bench.run(10, 12, True, False)
    assert bench.gate.writes == []
    bench.run(12, 13, True, True)
    assert bench.gate.writes == [12]
    bench.recorder.add("alert", (), None, 20, True)
    bench.run(20, 30, True, False)
    assert bench.gate.writes == [12, 24]


def test_a_press_waits_for_a_siren_to_end_and_for_a_due_time_to_pass():
    bench = Bench()
    bench.gate.open = False
    bench.recorder.add("paused", (), None, 10, SOON)
    bench.run(10, 20)
    assert bench.gate.writes == [14]
    bench.recorder.add("ack", (), None, 30, SOON)
    bench.run(30, 40, near_due=True)
    assert bench.gate.writes == [14]
    bench.run(40, 50, near_due=True)
    assert bench.gate.writes == [14, 45]
    bench.recorder.add("ack", (), None, 60, SOON)
    bench.recorder.add("alert", (), None, 61, True)  # an alert waits for nothing of this
    bench.run(61, 63, near_due=True)
    assert bench.gate.writes == [14, 45, 61]


def test_a_crowded_queue_is_written():
    bench = Bench()
    bench.gate.open = False
    bench.recorder.add("heard", (), None, 0)
    bench.log.crowded = True
    bench.run(0, 2)
    assert bench.gate.writes == [0]


def test_states_are_saved_with_the_records_and_only_when_changed():
    bench = Bench()
    bench.recorder.keep("a.json", lambda: "a")
    bench.recorder.keep("b.json", lambda: "b")
    bench.run(0, 5)
    assert bench.gate.writes == []
    bench.recorder.changed("b.json")
    bench.run(5, 10)
    assert bench.saved == ["b"] and bench.gate.writes == [5]


def test_a_state_that_cannot_be_made_ends_nothing():
    bench = Bench()

    def broken():
        raise TypeError("no state")

    bench.recorder.keep("a.json", broken)
    bench.recorder.keep("b.json", lambda: "b")
    bench.recorder.changed("a.json")
    bench.run(0, 2)
    assert "no state" in bench.faults[0] and "a.json" in bench.faults[0]
    # The flash takes writes: whatever comes next does not wait as it does for a failing one.
    bench.recorder.add("alert", (), None, 3, True)
    bench.recorder.changed("b.json")
    bench.run(3, 9)
    assert bench.gate.writes == [0, 3] and bench.saved == ["b"] and not bench.log.waiting
    assert "no state" in bench.faults[-1]
    # It is tried again with each pass, and told as well once it can be saved.
    bench.recorder.keep("a.json", lambda: "a")
    bench.recorder.add("alert", (), None, 20, True)
    bench.run(20, 26)
    assert bench.saved == ["b", "a"] and bench.faults[-1] == ""


def test_too_little_memory_for_a_state_is_tried_again():
    bench = Bench()
    memory = [False]

    def latch():
        if not memory[0]:
            raise MemoryError()
        return "latch"

    bench.recorder.keep("a.json", latch)
    bench.recorder.changed("a.json")
    bench.run(0, 5)
    assert bench.saved == [] and "MemoryError" in bench.faults[-1]
    memory[0] = True
    bench.run(5, 100)
    assert bench.saved == ["latch"] and bench.faults[-1] == ""


def test_a_flash_is_proven_when_nothing_is_logged_and_only_then():
    bench = Bench()
    bench.recorder.keep("boot.json", lambda: "boot")
    bench.recorder.proof = "boot.json"
    bench.run(0, 8 * 3600)
    assert len(bench.gate.writes) == 8 and set(bench.saved) == {"boot"}
    gaps = [b - a for a, b in zip(bench.gate.writes, bench.gate.writes[1:])]
    assert gaps == [PROVE_S] * 7 and PROVE_S < 3600
    # What is logged proves it as well: no write for its own sake beside that.
    bench = Bench()
    bench.recorder.keep("boot.json", lambda: "boot")
    bench.recorder.proof = "boot.json"
    for at_s in range(0, 8 * 3600, 3000):
        bench.recorder.add("heard", (), None, at_s)
        bench.run(at_s, at_s + 3000)
    assert len(bench.gate.writes) == 10 and bench.saved == []


def test_a_flash_that_fails_in_a_silent_night_is_told_within_the_hour():
    bench = Bench()
    bench.recorder.keep("boot.json", lambda: "boot")
    bench.recorder.proof = "boot.json"
    bench.run(0, 4000)
    assert bench.faults == [""]

    def refuse(path, value):
        raise OSError(30)

    bench.recorder._save = refuse
    bench.run(4000, 7600)
    assert "30" in bench.faults[-1]


def test_on_a_full_flash_the_oldest_records_give_way_to_the_latch():
    """The log took the last room: it must not be the alert's latch that is lost."""
    bench = Bench()
    free = [1]

    def save(path, value):
        if bench.log.dropped < free[0]:
            raise OSError(28)
        bench.saved.append(value)

    bench.recorder._save = save
    bench.recorder.keep("alert", lambda: "latched")
    bench.recorder.changed("alert")
    assert bench.recorder.commit(None, 10)
    assert bench.saved == ["latched"] and bench.faults == [""] and bench.log.dropped == 1
    free[0] = 99  # to no avail: told, and no more records than one are given up a try
    bench.recorder.changed("alert")
    assert not bench.recorder.commit(None, 20)
    assert "28" in bench.faults[-1] and bench.log.dropped == 2


def test_failed_writes_are_tried_again_ever_more_rarely_and_without_noise():
    bench = Bench()
    bench.log.fault = "log write: 5"
    bench.recorder.add("alert", (), None, 0, True)
    bench.gate.untold_ms = 300
    bench.run(0, 4000)
    assert bench.gate.writes == [0, 60, 180, 420, 900, 1860, 3780], bench.gate.writes
    assert bench.faults[0] == "log write: 5"
    bench.log.fault = ""
    bench.run(4000, 8000)
    assert bench.faults[-1] == "" and bench.log.waiting == 0
    assert len(bench.log.rows) == 2


def test_an_alert_after_hours_of_failed_writes_does_not_wait_for_the_next_hour():
    bench = Bench()
    bench.log.fault = "EIO"
    bench.recorder.add("heard", (), None, 0)
    bench.run(0, 6 * 3600)
    tries = len(bench.gate.writes)
    last_s = bench.gate.writes[-1]
    assert tries < 15 and 6 * 3600 - last_s > 120  # the next one is far away
    bench.log.fault = ""
    bench.recorder.add("alert", (), None, 6 * 3600, True)
    bench.run(6 * 3600, 6 * 3600 + 5)
    assert len(bench.gate.writes) == tries + 1 and not bench.log.waiting
    # While it still fails, a new alert costs a try, not one each second.
    bench.log.fault = "EIO"
    for at_s in range(7 * 3600, 7 * 3600 + 300, 60):
        bench.recorder.add("alert", (), None, at_s, True)
    bench.run(7 * 3600, 7 * 3600 + 300)
    assert len(bench.gate.writes) <= tries + 1 + 4


def test_look_alikes_are_limited_and_counted():
    bench = Bench()
    bench.gate.open = False
    numbers = [bench.recorder.add("not_matched", (), None, 0) for _ in range(50)]
    assert numbers.count(0) == 30
    assert bench.recorder.add("heard", (), None, 10)
    bench.recorder.add("not_matched", (), None, 3600)
    assert ("not_logged", {"count": 30}) in bench.log.rows


def test_deaf_time_and_lost_records_are_told_once():
    bench = Bench()
    bench.gate.untold_ms = bench.gate.deaf_ms = 400
    bench.log.lost = 3
    bench.recorder.commit(None, 0)
    bench.recorder.commit(None, 1)
    kinds = [kind for kind, _ in bench.log.rows]
    assert kinds == ["gap", "lost"] and bench.gate.untold_ms == 0


def test_restart_reasons_and_counts():
    first = Restarts(None, False)
    assert (first.reason, first.count, first.boots, first.reduced) == ("power on", 0, 1, False)
    state = first.state()
    for count in (1, 2, 3):
        again = Restarts(state, True)
        assert (again.reason, again.count) == ("watchdog", count)
        state = again.state()
    assert again.reduced and not again.muted
    assert Restarts(first.state("error: x"), True).reason == "error: x"
    assert Restarts(again.state(), False).count == 0
    assert again.well() and again.count == 0 and not again.well()


def test_a_slot_has_run_well_once_it_has_listened_long_enough():
    run = Restarts({"well": "a"}, False, "b")
    assert "well" not in run.state()  # that was another one
    assert not run.well(False) and "well" not in run.state()
    assert run.well(True) and run.state()["well"] == "b"
    assert not run.well(True)
    image = Restarts(None, False)  # no slots: nothing to store
    assert not image.well(True) and "well" not in image.state()


def test_damaged_boot_state_is_a_first_start():
    for state in ("x", [], {"restarts": "many", "boots": None, "reason": 5}, {"restarts": -4}):
        restarts = Restarts(state, True)
        assert restarts.count == 1 and restarts.boots == 1 and restarts.reason == "watchdog"


def test_a_restart_loop_does_not_fill_the_log():
    muted = [Restarts({"restarts": count}, True).muted for count in range(200)]
    assert not any(muted[:10]) and muted.count(False) <= 10 + 4


def test_uptime_across_the_wrap():
    ticks = [2**30 - 1500]
    uptime = Uptime(lambda: ticks[0], lambda a, b: ((a - b + 2**29) % 2**30) - 2**29)
    for _ in range(10):
        ticks[0] = (ticks[0] + 992) % 2**30
        assert uptime.advance() == 992
    assert uptime.up_s == 9
    ticks[0] += 200
    assert uptime.now_s() == 10 and uptime.now_s(3000) == 7


class Clock:
    fault = ""

    def __init__(self, utc_s):
        self.utc_s = utc_s

    def read_utc_s(self):
        return self.utc_s


def test_wall_clock_goes_on_by_uptime_when_the_chip_fails():
    clock = Clock(190_000_000)
    wall = WallClock(clock)
    assert wall.utc_s(0) is None
    wall.read(0)
    assert wall.utc_s(100) == 190_000_100 and not wall.estimated
    clock.utc_s = None
    clock.fault = "bus"
    wall.read(160)
    assert wall.fault == "bus" and wall.estimated and wall.utc_s(200) == 190_000_200
    clock.utc_s = 190_000_301
    wall.read(300)
    assert wall.fault == "" and not wall.estimated and wall.utc_s(300) == 190_000_301


def test_a_step_of_the_clock_is_believed_at_the_second_reading():
    clock = Clock(190_000_000)
    wall = WallClock(clock)
    wall.read(0)
    clock.utc_s = 190_003_660
    assert wall.read(60) == 0 and wall.utc_s(60) == 190_000_060
    clock.utc_s = 190_000_120  # it was a wire fault
    assert wall.read(120) == 0 and wall.utc_s(120) == 190_000_120
    clock.utc_s = 189_996_580
    assert wall.read(180) == 0
    clock.utc_s = 189_996_640
    assert wall.read(240) == -3600
    assert wall.utc_s(240) == 189_996_640


def test_without_a_clock_there_is_no_time_and_no_fault():
    wall = WallClock(None)
    assert wall.read(60) == 0 and wall.fault == "" and wall.utc_s(60) is None
