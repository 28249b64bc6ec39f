# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""I2C master of the simulated board, with the DS3231 and, if fitted, an SSD1306 on it.

In: the calls of machine.I2C. Out: register bytes, or OSError as rp2 raises it: EIO (5) when nobody
answers, ETIMEDOUT (110) when the bus is stuck. A transfer takes its bits' time. The pins driven by
hand, see sim_wires: the controller has them from its construction until a Pin takes one.
"""

from sim_core import sim
from sim_wires import Wires

_EIO = 5
_ETIMEDOUT = 110


wires = Wires(lambda: sim.bus.values())


class I2C:
    def __init__(self, ident=0, scl=None, sda=None, freq=400000, timeout=50000):
        self._freq = freq
        self._timeout_us = timeout
        wires.by_controller()

    def init(self, scl=None, sda=None, freq=400000):
        self._freq = freq

    def deinit(self):
        pass

    def _device(self, address, size):
        if not wires.begin():  # somebody holds the data line low for everybody
            sim.advance_us(self._timeout_us)
            raise OSError(_ETIMEDOUT)
        sim.advance_us((size + 1) * 9_000_000 // self._freq)
        device = sim.bus.get(address)
        if device is None or not device.present:
            raise OSError(_EIO)
        return device

    def scan(self):
        sim.advance_us(112 * 18_000_000 // self._freq)
        if not wires.begin():
            return []
        return sorted([address for address in sim.bus if sim.bus[address].present])

    def writeto(self, address, buf, stop=True):
        data = bytes(buf)
        self._device(address, len(data)).write(data)
        return len(data) + 1

    def writevto(self, address, vector, stop=True):
        return self.writeto(address, b"".join([bytes(part) for part in vector]), stop)

    def readfrom(self, address, nbytes, stop=True):
        return bytes(self._device(address, nbytes).read(nbytes))

    def readfrom_into(self, address, buf, stop=True):
        buf[:] = self._device(address, len(buf)).read(len(buf))

    def writeto_mem(self, address, register, buf, addrsize=8):
        self.writeto(address, bytes([register]) + bytes(buf))

    def readfrom_mem(self, address, register, nbytes, addrsize=8):
        self.writeto(address, bytes([register]))
        return self.readfrom(address, nbytes)

    def readfrom_mem_into(self, address, register, buf, addrsize=8):
        self.writeto(address, bytes([register]))
        self.readfrom_into(address, buf)


SoftI2C = I2C
