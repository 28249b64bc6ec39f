# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""DS3231 real-time clock at register level, after its data sheet (19-5170).

In: register reads and writes, and a function that gives virtual milliseconds. Out: bytes.
Modelled: 0x00-0x12, BCD, 12/24-hour mode, day of week, century bit, OSF, EOSC (stops the
oscillator on battery only), CONV, temperature, drift in ppm, battery loss, alarm flags left alone;
and a reading in whose middle the master was reset ("I2C interface may be placed into a known state
by toggling SCL until SDA is observed to be at a high level").
Imports nothing of the board, so that tests can use it on every interpreter.
"""

ADDRESS = 0x68
REGISTERS = 0x13
_CONTROL = 0x0E
_STATUS = 0x0F
_DAYS_BEFORE = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


def to_bcd(value):
    return (value // 10) << 4 | value % 10


def _from_bcd(byte):
    """Value, or None when a digit is above 9."""
    if byte & 15 > 9 or byte >> 4 > 9:
        return None
    return (byte >> 4) * 10 + (byte & 15)


def _days_in(month, year):
    if month == 2:
        return 28 + (year % 4 == 0)  # the chip knows no other rule; right for 2000-2099
    return 30 if month in (4, 6, 9, 11) else 31


class DS3231:
    def __init__(self, now_ms, ppm=0, temperature_c=21.25):
        self._now_ms = now_ms
        self.ppm = ppm
        self.present = True
        self.stuck = False  # the data line shorted to ground: no clock releases it
        self._bits = 0  # of the byte that is being sent, still to come; 0 = the line is let go
        self._byte = 0
        self._pointer = 0
        self._regs = bytearray(REGISTERS)
        self._restart_divider()
        self.set_temperature(temperature_c)
        self.lose_battery()

    # --- the chip's surroundings ----------------------------------------------------------------

    def lose_battery(self):
        """Power-on state of a chip that had neither supply nor battery."""
        self._regs[0:7] = b"\x00\x00\x00\x01\x01\x01\x00"
        for i in range(7, 0x0E):
            self._regs[i] = 0
        self._regs[_CONTROL] = 0x1C
        self._regs[_STATUS] = 0x88
        self._restart_divider()

    def on_battery(self, seconds):
        """The supply was away for so long (already passed on the clock of `now_ms`)."""
        if self._regs[_CONTROL] & 0x80:  # EOSC: stopped meanwhile
            self._settle()
            self._count(-seconds)
            self._regs[_STATUS] |= 0x80

    def stop_flag(self):
        self._regs[_STATUS] |= 0x80

    def set_utc(self, year, month, day, hour, minute, second, weekday=None):
        """As if somebody had set it properly before; clears OSF. Weekday 1..7."""
        if weekday is None:
            days = (year - 2000) * 365 + (year - 1997) // 4 + _DAYS_BEFORE[month - 1] + day
            days += month > 2 and year % 4 == 0
            weekday = (days + 4) % 7 + 1  # 2000-01-01 was a Saturday: 6 when Monday is 1
        values = (second, minute, hour, weekday, day, month, year - 2000)
        for i in range(7):
            self._regs[i] = to_bcd(values[i])
        self._restart_divider()
        self._regs[_STATUS] &= 0x7F

    def set_temperature(self, celsius):
        quarter = int(celsius * 4) & 0x3FF
        self._regs[0x11] = quarter >> 2
        self._regs[0x12] = (quarter & 3) << 6

    def spoil(self, register=0x05, value=0x1F):
        """Puts an impossible value into a time register (a disturbed transfer)."""
        self._settle()
        self._regs[register] = value

    def shift(self, seconds):
        """The clock steps by so many seconds (positive: forward), as if set wrongly."""
        self._settle()
        self._count(seconds)

    def state(self):
        self._settle()
        passed_ms = self._now_ms() - self._base_ms
        return {
            "regs": list(self._regs),
            "passed_ms": passed_ms,
            "counted_s": self._counted_s,
            "ppm": self.ppm,
            "sending": [self._byte, self._bits],
        }

    def restore(self, state, off_s=0):
        """As `state` left it, so many seconds ago."""
        self._regs[:] = bytes(state["regs"])
        self._base_ms = self._now_ms() - state["passed_ms"] - int(off_s * 1000)
        self._counted_s = state["counted_s"]
        self.ppm = state["ppm"]
        self._byte, self._bits = state.get("sending", (0, 0))

    # --- the two wires, bit by bit: only for a reading that was broken off -----------------------

    def break_off(self, byte=0, bits=8):
        """The master was reset while the chip sends: `bits` of `byte` are still to come."""
        self._byte = byte
        self._bits = bits

    def sda(self):
        """0 while the chip pulls the data line."""
        if self.stuck:
            return 0
        return self._byte >> (self._bits - 1) & 1 if self._bits else 1

    def clocked(self, level, sda):
        """An edge of the clock: each fall brings the next bit. After the last the chip lets go, for
        the master's answer; it stays so, because a master that does not know of it answers no."""
        if not level and self._bits:
            self._bits -= 1

    def started(self):
        """START or STOP: whatever it sent is over."""
        self._bits = 0

    # --- the bus ----------------------------------------------------------------------------------

    def write(self, data):
        """A write transfer: register pointer, then data."""
        if not data:
            return
        self._pointer = data[0] % REGISTERS
        if len(data) == 1:
            return
        self._settle()
        for byte in data[1:]:
            self._store(self._pointer, byte)
            self._pointer = (self._pointer + 1) % REGISTERS

    def read(self, size):
        self._settle()
        out = bytearray(size)
        for i in range(size):
            out[i] = self._regs[self._pointer]
            self._pointer = (self._pointer + 1) % REGISTERS
        return out

    def _store(self, register, byte):
        if register == _STATUS:
            # OSF and the alarm flags can only be cleared; BSY is the chip's own.
            old = self._regs[_STATUS]
            byte = (old & byte & 0x83) | (old & 0x04) | (byte & 0x08)
        elif register == _CONTROL:
            byte &= 0xDF  # CONV clears itself
        elif register >= 0x11:
            return  # temperature is read-only
        elif register == 0:
            byte &= 0x7F
            self._restart_divider()  # as writing the seconds does on the chip
        elif register <= 6:
            byte &= (0x7F, 0x7F, 0x7F, 0x07, 0x3F, 0x9F, 0xFF)[register]
        self._regs[register] = byte

    # --- counting -------------------------------------------------------------------------------

    def _restart_divider(self):
        self._base_ms = self._now_ms()
        self._counted_s = 0

    def _settle(self):
        """Brings the time registers up to now. Counted from a fixed base, so that drift adds up."""
        passed_ms = self._now_ms() - self._base_ms
        seconds = (passed_ms + passed_ms * self.ppm // 1_000_000) // 1000
        if seconds != self._counted_s:
            self._count(seconds - self._counted_s)
            self._counted_s = seconds

    def _count(self, seconds):
        regs = self._regs
        twelve = regs[2] & 0x40
        hour = _from_bcd(regs[2] & (0x1F if twelve else 0x3F))
        second, minute = _from_bcd(regs[0]), _from_bcd(regs[1])
        day, month = _from_bcd(regs[4]), _from_bcd(regs[5] & 0x1F)
        year = _from_bcd(regs[6])
        if None in (hour, second, minute, day, month, year) or not 1 <= month <= 12 or day < 1:
            return  # impossible contents stay as they are, so that the firmware can see them
        if twelve:
            hour = hour % 12 + (12 if regs[2] & 0x20 else 0)
        total = second + 60 * (minute + 60 * hour) + seconds
        days = total // 86400
        total -= days * 86400
        weekday = (regs[3] - 1 + days) % 7 + 1
        century = regs[5] & 0x80
        day += days
        while day > _days_in(month, year):
            day -= _days_in(month, year)
            month += 1
            if month > 12:
                month = 1
                year += 1
                if year > 99:
                    year = 0
                    century ^= 0x80
        while day < 1:
            month -= 1
            if month < 1:
                month = 12
                year = (year - 1) % 100
            day += _days_in(month, year)
        hour = total // 3600
        regs[0] = to_bcd(total % 60)
        regs[1] = to_bcd(total // 60 % 60)
        if twelve:
            regs[2] = 0x40 | (0x20 if hour >= 12 else 0) | to_bcd((hour + 11) % 12 + 1)
        else:
            regs[2] = to_bcd(hour)
        regs[3] = weekday
        regs[4] = to_bcd(day)
        regs[5] = century | to_bcd(month)
        regs[6] = to_bcd(year)
