# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Second, independent sounder: a self-driven piezo behind one transistor.

In: a Pin.  Out: on or off. It shares no amplifier, speaker or PWM with the main sounder, so that
one broken part cannot silence both.
"""


class BackupSounder:
    def __init__(self, pin):
        self._pin = pin
        self.sounding = False
        pin.value(0)

    def set(self, on):
        if on != self.sounding:
            self._pin.value(1 if on else 0)
            self.sounding = on
