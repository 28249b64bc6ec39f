# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""SSD1306 display, 128 x 64, at command level; tells the host the text that can be read on it.

In: I2C transfers (control byte 0x80/0x00: commands, 0x40: pixels). Out: "display" events with the
lines of text, found by comparing each 8 x 8 cell with MicroPython's own font (framebuf). CPython
has no framebuf: there every cell that is not blank reads "?".
"""

from sim_core import sim
from sim_wires import Chip

ADDRESS = 0x3C
WIDTH = 128
PAGES = 8
# Commands that are followed by argument bytes; all others stand alone.
_ARGUMENTS = {
    0x20: 1, 0x21: 2, 0x22: 2, 0x81: 1, 0x8D: 1, 0xA8: 1, 0xD3: 1, 0xD5: 1, 0xD9: 1, 0xDA: 1,
    0xDB: 1,
}  # fmt: skip
_glyphs = {}


def _load_font():
    try:
        import framebuf
    except ImportError:
        return
    cell = bytearray(8)
    canvas = framebuf.FrameBuffer(cell, 8, 8, framebuf.MONO_VLSB)
    for code in range(126, 31, -1):
        canvas.fill(0)
        canvas.text(chr(code), 0, 0)
        _glyphs[bytes(cell)] = chr(code)


class SSD1306(Chip):
    def __init__(self):
        if not _glyphs:
            _load_font()
        self.present = True
        self.on = False
        self._pixels = bytearray(WIDTH * PAGES)
        self._columns = (0, WIDTH - 1)
        self._pages = (0, PAGES - 1)
        self._column = 0
        self._page = 0
        self._command = None
        self._arguments = []
        self._told = None

    def read(self, size):
        return bytes([0 if self.on else 0x40] * size)

    def write(self, data):
        at = 0
        while at < len(data):
            control = data[at]
            if control & 0x40:
                self._data(data[at + 1 :])
                break
            if control & 0x80:  # one command byte, then another control byte
                self._byte(data[at + 1])
                at += 2
            else:
                for byte in data[at + 1 :]:
                    self._byte(byte)
                break

    def _byte(self, byte):
        if self._command is None:
            if byte in _ARGUMENTS:
                self._command = byte
                self._arguments = []
            elif byte in (0xAE, 0xAF):
                self.on = byte == 0xAF
                self._tell()
            return
        self._arguments.append(byte)
        if len(self._arguments) < _ARGUMENTS[self._command]:
            return
        if self._command == 0x21:
            self._columns = (self._arguments[0] & 127, self._arguments[1] & 127)
            self._column = self._columns[0]
        elif self._command == 0x22:
            self._pages = (self._arguments[0] & 7, self._arguments[1] & 7)
            self._page = self._pages[0]
        self._command = None

    def _data(self, data):
        for byte in data:
            self._pixels[self._page * WIDTH + self._column] = byte
            self._column += 1
            if self._column > self._columns[1]:
                self._column = self._columns[0]
                self._page += 1
                if self._page > self._pages[1]:
                    self._page = self._pages[0]
        self._tell()

    def _tell(self):
        lines = []
        if self.on:
            for page in range(PAGES):
                cells = [
                    bytes(self._pixels[at : at + 8])
                    for at in range(page * WIDTH, (page + 1) * WIDTH, 8)
                ]
                blank = bytes(8)
                lines.append("".join([" " if c == blank else _glyphs.get(c, "?") for c in cells]))
            lines = [line.rstrip() for line in lines]
            while lines and not lines[-1]:
                lines.pop()
        now = (self.on, lines)
        if now != self._told:
            self._told = now
            sim.emit("display", {"on": 1 if self.on else 0, "lines": lines})
