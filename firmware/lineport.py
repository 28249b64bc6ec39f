# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Line protocol: a computer reads log, health, settings, live findings; listening goes on.

In: command lines from a console, one ``step`` every fourth block (every block while busy).
Out: JSON lines; each answer ends with {"end":"<command>"}. Bounded work a step: INPUT_BYTES read,
one line made, CHUNKS pieces written. Nothing that arrives here can raise, block or fill the memory.

Answers are padded with blanks to whole pieces, see ``drivers.console``.
"""

import json

from drivers.console import CHUNK

INPUT_BYTES = 32  # a step: 2 kB/s, far more than a person types
LINE_BYTES = 80
CHUNKS = 4  # a step: 16 kB/s while busy
LIVE_LINES = 8  # findings that wait for a slow reader
_PATIENCE = 625  # steps (10 s) without room: the reader has gone
_MOST_OUT = 512  # bytes that wait for room: what answers a flood goes unsaid


def _good(line):
    """Printable ASCII only."""
    for byte in line:
        if not 32 <= byte < 127:
            return False
    return True


class LinePort:
    """``load()`` gives the commands: name -> function(words) -> iterable of lines; b"" = later.
    It is called at the first command, so that a monitor nobody talks to keeps the memory."""

    def __init__(self, console, load):
        self._console = console
        self._load = load
        self._commands = {}
        self._line = bytearray(LINE_BYTES)
        self._length = 0
        self._overlong = False
        self._job = None
        self._job_name = ""
        self._out = b""
        self._at = 0
        self._waits = 0
        self._live = []
        self.following = False  # live records are wanted
        self.lost = 0  # live records dropped
        self.busy = False  # wants a step in every block

    def step(self):
        for _ in range(INPUT_BYTES):
            byte = self._console.take()
            if byte < 0:
                break
            self._byte(byte)
        if self.busy:
            self._talk()

    # --- in -------------------------------------------------------------------------------------

    def _byte(self, byte):
        if byte == 10 or byte == 13:
            if self._overlong:
                self._refuse("line longer than %d bytes" % LINE_BYTES)
            elif self._length:
                self._command(bytes(self._line[: self._length]))
            self._length = 0
            self._overlong = False
        elif self._length < LINE_BYTES:
            self._line[self._length] = byte
            self._length += 1
        else:
            self._overlong = True

    def _command(self, line):
        if not _good(line):
            self._refuse("not a command")
            return
        words = line.decode().split()
        if not words:
            return
        name = words[0].lower()
        if name == "stop":
            self._job = None
            self.following = False
            self._live.clear()
            self._say(b'{"end":"stop"}')
        elif self._job is not None:
            self._refuse("busy; stop ends it")
        elif name == "findings" and len(words) == 1:
            self.following = True
            self._say(b'{"ok":"findings follow; stop ends them"}')
        else:
            try:
                self._begin(name, words[1:])
            except ValueError as error:
                self._refuse(str(error))
            except Exception as error:  # no memory to load them, for one
                self._refuse(repr(error))

    def _begin(self, name, words):
        if not self._commands:
            self._commands = self._load()
        if name not in self._commands:
            raise ValueError("unknown command; help lists them")
        self._job = iter(self._commands[name](words))
        self._job_name = name
        self.busy = True

    def _refuse(self, text):
        # A flood of nonsense gets one answer at a time.
        if not self._out:
            self._say(b'{"error":' + json.dumps(text).encode() + b"}")

    # --- out ------------------------------------------------------------------------------------

    def _say(self, line):
        """Append one line; the piece it ends in is filled up."""
        if len(self._out) - self._at > _MOST_OUT:
            return
        size = len(line) + 1
        self._out = self._out[self._at :] + line + b" " * (-size % CHUNK) + b"\n"
        self._at = 0
        self.busy = True

    def live(self, line):
        """A record that was just logged (bytes, with or without its newline)."""
        if not self.following:
            return
        if len(self._live) >= LIVE_LINES:
            self._live.pop(0)
            self.lost += 1
        self._live.append(b'{"live":' + line.rstrip() + b"}")
        self.busy = True

    def _talk(self):
        if not self._out:
            self._next()
        if not self._out:
            return
        for _ in range(CHUNKS):
            if not self._console.room():
                self._waits += 1
                if self._waits > _PATIENCE:
                    self._hang_up()
                return
            self._waits = 0
            at = self._at
            self._console.write(self._out[at : at + CHUNK])
            self._at = at + CHUNK
            if self._at >= len(self._out):
                self._out = b""
                self._at = 0
                return

    def _next(self):
        """One more line of the answer, or a live record."""
        if self._job is not None:
            try:
                line = next(self._job)
            except StopIteration:
                line = b'{"end":"%s"}' % self._job_name.encode()
                self._job = None
            except Exception as error:
                self._job = None
                line = b'{"error":%s}' % json.dumps(repr(error)).encode()
            if line:
                self._say(line)
        elif self._live:
            self._say(self._live.pop(0))
        else:
            self.busy = False

    def _hang_up(self):
        self._job = None
        self._live.clear()
        self._out = b""
        self._at = 0
        self._waits = 0
        self.following = False
        self.busy = False
