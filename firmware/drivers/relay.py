# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Nurse-call relay, energised while all is well.

In: a Pin.  Out: a dry change-over contact. It drops out for an alarm, for a monitor that can no
longer listen, and by itself when the supply or the processor stops: silence always means alarm.
"""


class Relay:
    def __init__(self, pin):
        self._pin = pin
        self.healthy = False
        pin.value(0)

    def set_healthy(self, healthy):
        if healthy != self.healthy:
            self._pin.value(1 if healthy else 0)
            self.healthy = healthy
