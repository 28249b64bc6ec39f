# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The USB serial port of the simulated board: `sys.stdin`, `sys.stdout` and `select` for it.

In: scripted inputs {"t": …, "stdin": "health\\n"} (or "stdin_hex"), or a real terminal's descriptor
(`console_fd`) for a live talk. Out: what the firmware writes, as "stdout" events by whole lines, or
to the terminal. Faults: `usb_stall` (the computer stops reading: no room), `usb_ok`.
"""

import sys

from sim_core import sim

POLLIN = 1
POLLOUT = 4
_ON_MICROPYTHON = sys.implementation.name == "micropython"


class Port:
    """Both directions; `select.poll().register` takes it in either."""

    def __init__(self):
        self.buffer = self
        self.stalled = False
        self._arrived = bytearray()
        self._line = bytearray()
        self._file = None
        self._poller = None
        self._reader = None

    def open_terminal(self, fd):
        # Loaded here: only a live talk needs the real one.
        import uselect

        self._file = open(fd, "r+b")
        self._poller = uselect.poll()
        self._poller.register(self._file, POLLIN | POLLOUT)
        self._reader = uselect.poll()
        self._reader.register(self._file, POLLIN)

    def arrive(self, data):
        self._arrived += data

    def flags(self):
        if self._file is not None:
            for event in self._poller.ipoll(0):
                return event[1] & (POLLIN | POLLOUT)
            return 0
        return (POLLIN if self._arrived else 0) | (0 if self.stalled else POLLOUT)

    def wait(self, timeout_ms):
        """Wait in real time for something to arrive on the terminal."""
        for _ in self._reader.ipoll(timeout_ms):
            pass

    @property
    def is_terminal(self):
        return self._file is not None

    def readinto(self, buf):
        if self._file is not None:
            return self._file.readinto(buf)
        size = min(len(buf), len(self._arrived))
        buf[:size] = self._arrived[:size]
        self._arrived = self._arrived[size:]
        return size

    def read(self, size=1):
        data = bytearray(size)
        return bytes(data[: self.readinto(data)])

    def write(self, data):
        if isinstance(data, str):
            data = data.encode()
        if self._file is not None:
            return self._file.write(data)
        if self.stalled:
            sim.advance_us(500_000)  # rp2 waits that long for a computer that does not read
            return len(data)
        self._line += data
        while True:
            at = self._line.find(b"\n")
            if at < 0:
                return len(data)
            line = bytes(self._line[:at])
            self._line = self._line[at + 1 :]
            sim.emit("stdout", {"line": line.decode().rstrip()})

    def flush(self):
        pass


port = Port()


class poll:  # noqa: N801 - the name in MicroPython's select
    def __init__(self):
        self._wanted = 0
        self._event = (port, 0)

    def register(self, stream, flags):
        self._wanted |= flags

    def unregister(self, stream):
        self._wanted = 0

    def ipoll(self, timeout_ms=0):
        return _BOTH[port.flags() & self._wanted]

    poll = ipoll


# Ready-made answers, so that asking takes no memory.
_BOTH = {
    0: (),
    POLLIN: ((port, POLLIN),),
    POLLOUT: ((port, POLLOUT),),
    POLLIN | POLLOUT: ((port, POLLIN | POLLOUT),),
}


class _Select:
    POLLIN = POLLIN
    POLLOUT = POLLOUT
    POLLERR = 8
    POLLHUP = 16
    poll = poll


class _Sys:
    """`sys` with another stdin and stdout; MicroPython's own cannot be changed."""


class _Implementation:
    """As `sys.implementation`, under the name of the board that is simulated."""

    name = "micropython"
    _machine = "Raspberry Pi Pico with RP2040 (simulated)"
    version = tuple(sys.implementation.version)
    _mpy = getattr(sys.implementation, "_mpy", 0)


def install(console_fd=None):
    if console_fd is not None:
        port.open_terminal(console_fd)
    sys.modules["select"] = _Select
    if not _ON_MICROPYTHON:
        sys.stdin = sys.stdout = port
        return
    double = _Sys()
    for name in dir(sys):
        if not hasattr(double, name):
            setattr(double, name, getattr(sys, name))
    double.stdin = double.stdout = port
    double.implementation = _Implementation
    sys.modules["sys"] = double
