# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The line port: bounded work, whole answers, hostile input refused, slow readers dropped."""

import lineport
from lineport import LinePort

from drivers.console import CHUNK


class Console:
    """Bytes in and out; ``space`` pieces can be written, None: any number."""

    def __init__(self):
        self.arrived = b""
        self.out = b""
        self.space = None
        self.taken = 0

    def take(self):
        if not self.arrived:
            return -1
        byte = self.arrived[0]
        self.arrived = self.arrived[1:]
        self.taken += 1
        return byte

    def room(self):
        return self.space is None or self.space > 0

    def write(self, data):
        assert self.room() and 0 < len(data) <= CHUNK
        if self.space is not None:
            self.space -= 1
        self.out += data

    def lines(self):
        return [line.rstrip().decode() for line in self.out.split(b"\n") if line]


def numbers(words):
    if words:
        raise ValueError("numbers takes nothing")
    for number in range(5):
        yield b"%d" % number
        yield b""


def broken(words):
    yield b"1"
    raise OSError(5)


def make():
    console = Console()
    commands = {"numbers": numbers, "broken": broken}
    return console, LinePort(console, lambda: commands)


def say(port, console, data, steps=40):
    console.arrived += data
    for _ in range(steps):
        port.step()


def test_an_answer_comes_whole_and_ends():
    console, port = make()
    say(port, console, b"numbers\n")
    assert console.lines() == ["0", "1", "2", "3", "4", '{"end":"numbers"}']
    assert not port.busy


def test_every_answer_fills_whole_pieces():
    console, port = make()
    say(port, console, b"numbers\r\n\r\nnonsense\n")
    assert len(console.out) % CHUNK == 0


def test_work_a_step_is_bounded():
    console, port = make()
    console.arrived = b"x" * 10000
    port.step()
    assert console.taken == lineport.INPUT_BYTES
    console, port = make()
    big = b"y" * 5000
    port._commands = port._load()
    port._commands["big"] = lambda words: iter((big,))
    say(port, console, b"big\n", 2)
    assert len(console.out) <= 2 * lineport.CHUNKS * CHUNK


def test_hostile_input_is_refused_and_the_port_lives_on():
    console, port = make()
    for data in (
        b"\x00\x01\x02\xff\n",
        b"numbers now please\n",
        b"x" * 5000 + b"\n",
        b"__import__('os')\n",
        b"log from 99999999999999999999999999\n",
        b"\xf0\x9f\x98\x80\n",
        b" \n\n\r\r\n",
        b'{"cmd":"log"}\n',
    ):
        say(port, console, data, 400)
    assert all(line.startswith('{"error":') for line in console.lines()), console.lines()
    assert any("longer than" in line for line in console.lines())
    console.out = b""
    say(port, console, b"numbers\n")
    assert console.lines()[-1] == '{"end":"numbers"}'


def test_a_flood_gets_one_answer_at_a_time_and_keeps_nothing():
    console, port = make()
    console.space = 0
    for _ in range(100):
        say(port, console, b"nonsense\n", 1)
    assert len(port._out) == CHUNK


def test_a_flood_of_good_commands_keeps_little_either():
    """Nobody reads, and the port waits 10 s for room: unbounded answers would fill the memory."""
    for word in (b"stop", b"findings"):
        console, port = make()
        console.space = 0
        for _ in range(600):
            say(port, console, (word + b"\n") * 6, 1)
        assert 0 < len(port._out) <= 1024, (word, len(port._out))
        console.arrived = b""
        console.space = None
        console.out = b""
        say(port, console, b"stop\nnumbers\n")
        assert console.lines()[-1] == '{"end":"numbers"}'


def test_nothing_that_fails_in_a_command_reaches_the_loop():
    """No memory for the answers' module, or an error before the first line."""
    console, port = make()

    def full(*words):
        raise MemoryError("no room")

    port._load = full
    say(port, console, b"numbers\n")
    assert "MemoryError" in console.lines()[0] and not port.busy
    port._load = lambda: {"full": full, "numbers": numbers}
    say(port, console, b"full\n")
    assert "MemoryError" in console.lines()[1] and not port.busy
    say(port, console, b"numbers\n")
    assert console.lines()[-1] == '{"end":"numbers"}'


def test_a_command_during_an_answer_is_refused_and_stop_ends_it():
    console, port = make()

    def forever(words):
        while True:
            yield b"z"

    port._commands = port._load()
    port._commands["forever"] = forever
    say(port, console, b"forever\n", 5)
    say(port, console, b"numbers\n", 5)
    say(port, console, b"stop\n", 20)
    assert console.lines()[-1] == '{"end":"stop"}' and not port.busy


def test_a_failing_command_is_told():
    console, port = make()
    say(port, console, b"broken\n")
    assert console.lines()[0] == "1" and "OSError" in console.lines()[1]


def test_live_records_follow_until_stop():
    console, port = make()
    port.live(b'{"n":1}\n')
    say(port, console, b"findings\n")
    port.live(b'{"n":2}\n')
    say(port, console, b"")
    assert console.lines()[1:] == ['{"live":{"n":2}}']
    say(port, console, b"stop\n")
    port.live(b'{"n":3}\n')
    say(port, console, b"")
    assert "3" not in console.lines()[-1]


def test_a_reader_that_left_is_dropped_after_ten_seconds():
    console, port = make()
    say(port, console, b"findings\n")
    console.space = 0
    for number in range(40):
        port.live(b'{"n":%d}\n' % number)
    assert len(port._live) == lineport.LIVE_LINES and port.lost == 32
    say(port, console, b"", 700)
    assert not port.busy and not port.following and not port._live


def test_an_idle_step_takes_no_memory():
    from skipping import SkipTest

    try:
        import gc

        from micropython import heap_lock, heap_unlock

        gc.mem_alloc()
    except (ImportError, AttributeError):
        raise SkipTest("only MicroPython's heap can be locked")
    from aside import Aside, NoDisplay

    console, port = make()
    aside = Aside(NoDisplay(), port)
    aside.step()
    heap_lock()
    try:
        for _ in range(50):
            aside.step()
    finally:
        heap_unlock()
