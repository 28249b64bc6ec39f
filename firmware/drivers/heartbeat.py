# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Pulse train that holds the cell-powered buzzer silent.

In: a Pin.  Out: a square wave, one edge a call. A charge pump needs edges, so a pin that is stuck
high or low, a stopped loop and a lost supply all let the buzzer sound.
"""


class Heartbeat:
    def __init__(self, pin):
        self._write = pin.value
        self._level = 0
        pin.value(0)

    def edge(self):
        self._level = level = 1 - self._level
        self._write(level)
