# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""SSD1306 display, 128 x 64, through Adafruit's driver (adafruit_ssd1306, MIT) over I2C.

In: the bus the clock is on, up to 8 lines of 16 characters.  Out: text, one row a ``step``.

Adafruit's own ``show()`` sends 1 KiB in one go: 95 ms at the bus's 100 kHz, a third of what the
microphone's buffer holds. Here only rows that changed are sent, each by itself: 13 ms.
"""

from drivers.clock import BusAdapter

ROWS = 8
COLUMNS = 16
ADDRESS = 0x3C
_WIDTH = 128


def _driver_class():
    from adafruit_ssd1306 import SSD1306_I2C  # ImportError when it is not installed

    return SSD1306_I2C


def _nothing():
    """No chip yet, for the type checker: later it is Adafruit's object."""
    return None


class Display:
    """``show(lines)`` takes memory and no bus time; ``step()`` while ``pending`` sends one row.

    ``fault``: "" or "no display" | "bus" | "no driver"; nothing raises.
    """

    fitted = True

    def __init__(self, i2c, driver_class=None):
        self._bus = BusAdapter(i2c)
        self._driver_class = driver_class
        self._chip = _nothing()
        self._page = bytearray(_WIDTH + 1)
        self._lines = [""] * ROWS
        self._dirty = 0  # one bit a row
        self.pending = False
        self.fault = "no display"

    def connect(self):
        """Look for the display (100 ms when it is there). True when it answers."""
        try:
            if self._driver_class is None:
                self._driver_class = _driver_class()
            self._chip = self._driver_class(_WIDTH, ROWS * 8, self._bus, addr=ADDRESS)
        except ImportError:
            self.fault = "no driver"
        except ValueError:  # Adafruit's probe found nothing at the address
            self.fault = "no display"
        except OSError:
            self.fault = "bus"
        else:
            self.fault = ""
            self._lines = [""] * ROWS
            self._dirty = 0
        self.pending = False
        if self.fault:
            self._bus.recover()  # for the next try
        return not self.fault

    def show(self, lines):
        """Draw what changed."""
        if self.fault:
            return
        for row in range(ROWS):
            text = lines[row][:COLUMNS] if row < len(lines) else ""
            if text != self._lines[row]:
                self._lines[row] = text
                self._chip.fill_rect(0, row * 8, _WIDTH, 8, 0)
                self._chip.text(text, 0, row * 8, 1)
                self._dirty |= 1 << row
        self.pending = self._dirty != 0

    def step(self):
        """Send one row."""
        row = 0
        while row < ROWS and not self._dirty >> row & 1:
            row += 1
        if row == ROWS:
            self.pending = False
            return
        chip = self._chip
        page = self._page
        page[0] = 0x40  # what follows are pixels
        start = 1 + row * _WIDTH
        page[1:] = memoryview(chip.buffer)[start : start + _WIDTH]
        try:
            # Window: all columns of this row (commands 0x21 and 0x22).
            for command in (0x21, 0, _WIDTH - 1, 0x22, row, row):
                chip.write_cmd(command)
            chip.i2c_device.write(page)
        except OSError:
            self.fault = "bus"
            self.pending = False
            return
        self._dirty &= ~(1 << row)
        self.pending = self._dirty != 0
