# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Main sounder: one PWM pin into an analogue class-D amplifier and a speaker.

In: a PWM object.  Out: a 520 Hz pulse wave of at most 25 % duty.

520 Hz woke 92 % of hard-of-hearing sleepers (as a square wave). A 25 % pulse has even harmonics too
and so meets IEC 60601-1-8's four components within 15 dB; it costs 3 dB of fundamental against the
square. Softer means a narrower pulse. Its harmonics fall later than its fundamental, so the steps
are set by the A-weighted level of all of them (hardware/sound.py), not by the fundamental.
"""

FUNDAMENTAL_HZ = 520
TECHNICAL_HZ = 330  # the device's own failure has its own, lower voice

# duty_u16 for volume steps 0..4; the A-weighted level against full: -18, -13.5, -9, -4.5, 0 dB.
# An alert begins at step 1: more than 12 dB below full, so that it does not startle the patient.
DUTY_STEPS = (611, 1039, 1836, 3858, 16384)


class Sounder:
    """``on(step)``, ``off()``; never raises the duty above a quarter."""

    def __init__(self, pwm):
        self._pwm = pwm
        self._hz = FUNDAMENTAL_HZ
        self.sounding = False
        pwm.duty_u16(0)

    def on(self, step, hz=FUNDAMENTAL_HZ):
        """Sound at volume ``step`` (0 softest; clipped to the table)."""
        if step < 0:
            step = 0
        elif step >= len(DUTY_STEPS):
            step = len(DUTY_STEPS) - 1
        if hz != self._hz:
            self._pwm.freq(hz)
            self._hz = hz
        self._pwm.duty_u16(DUTY_STEPS[step])
        self.sounding = True

    def off(self):
        # Duty 0 rather than deinit: the pin stays driven low, so the amplifier does not hum.
        self._pwm.duty_u16(0)
        self.sounding = False
