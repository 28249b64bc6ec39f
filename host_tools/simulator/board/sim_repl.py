# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""MicroPython's prompt on the simulated board, as far as mpremote speaks to it: the raw REPL.

In: bytes of the console's terminal (`console_fd`). Out: code run by the real interpreter on the
real littlefs, what it prints sent back. Raw paste with flow control is offered as on the boards.
Virtual time goes as real time does while the prompt waits; timers go on.
"""

import io
import sys

from sim_core import sim

_WINDOW = 1024


def _trace(error):
    text = io.StringIO()
    sys.print_exception(error, text)
    return text.getvalue()


class Prompt:
    def __init__(self, port):
        self._port = port
        self._byte = bytearray(1)
        self._globals = {"__name__": "__main__", "print": self._print}

    def _print(self, *values, sep=" ", end="\n", file=None):
        text = sep.join([str(value) for value in values]) + end
        self._port.write(text.encode())

    def _take(self):
        """The next byte; time passes until it comes."""
        while not self._port.flags() & 1:
            self._port.wait(1)
            sim.advance_us(1000)
        self._port.readinto(self._byte)
        return self._byte[0]

    def serve(self):
        """Never returns: a reset or a power cut ends it."""
        write = self._port.write
        raw = False
        code = bytearray()
        write(b"\r\n>>> ")
        while True:
            byte = self._take()
            if byte == 1:
                raw = True
                code = bytearray()
                write(b"raw REPL; CTRL-B to exit\r\n>")
            elif byte == 2:
                raw = False
                write(b"\r\nMicroPython\r\n>>> ")
            elif byte == 3:
                code = bytearray()
                if not raw:
                    write(b"\r\n>>> ")
            elif not raw:
                continue
            elif byte == 5 and not code:
                self._take()
                self._take()
                self._paste()
            elif byte == 4:
                if code:
                    write(b"OK")
                    self._run(code)
                else:
                    write(b"OK\r\nMPY: soft reboot\r\nraw REPL; CTRL-B to exit\r\n>")
                code = bytearray()
            else:
                code.append(byte)

    def _paste(self):
        write = self._port.write
        write(b"R\x01" + bytes([_WINDOW & 255, _WINDOW >> 8]))
        code = bytearray()
        while True:
            byte = self._take()
            if byte == 4:
                break
            if byte == 3:
                code = bytearray()
                break
            code.append(byte)
            if len(code) % _WINDOW == 0:
                write(b"\x01")
        write(b"\x04")
        self._run(code)

    def _run(self, code):
        failed = b""
        try:
            exec(compile(bytes(code), "<stdin>", "exec"), self._globals)
        except BaseException as error:  # noqa: B036 - the prompt survives everything
            failed = _trace(error).encode()
        self._port.write(b"\x04" + failed + b"\x04>")
