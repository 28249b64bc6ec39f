# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What our own sounder sounds like at the microphone: a table of samples, added to a block.

In: frequency, PWM duty and gain. Out: one period of the waveform as int32 slots (bytes), and the
saturating addition. A PWM pulse of duty D has harmonics of amplitude sin(pi k D) / k; the speaker
gives nothing below 300 Hz or above 7 kHz. Level: 25 % duty and gain 1 stand for 75 dB SPL at the
microphone, -45 dBFS (94 dB SPL is -26 dBFS on the microphones used).
"""

import math
from array import array

import micropython

RATE_HZ = 16000
_REFERENCE_DUTY = 16384
_REFERENCE_DBFS = -45
_TOP_HZ = 7000
_MAX_TABLES = 12
_tables = {}


def _amplitudes(hz, duty):
    share = duty / 65536
    count = max(1, int(_TOP_HZ // hz))
    return [math.sin(math.pi * k * share) / k for k in range(1, count + 1)]


def wave_of(hz, duty, gain):
    """(bytes of int32 samples of whole periods, number of samples); cached."""
    hz = max(50, min(_TOP_HZ, int(hz)))
    key = (hz, duty >> 8, int(gain * 1000))
    if key in _tables:
        return _tables[key]
    if len(_tables) >= _MAX_TABLES:
        _tables.clear()
    # Whole periods fit into rate / gcd samples; the phase counter runs to 16000, a multiple.
    a, b = hz, RATE_HZ
    while b:
        a, b = b, a % b
    length = RATE_HZ // a
    reference = sum([x * x for x in _amplitudes(hz, _REFERENCE_DUTY)])
    unit = gain * 0x7FFFFF00 * 10 ** (_REFERENCE_DBFS / 20) / math.sqrt(reference)
    parts = [unit * x for x in _amplitudes(hz, duty)]
    table = array("i", bytes(length * 4))
    step = 2 * math.pi * hz / RATE_HZ
    for i in range(length):
        angle = step * i
        table[i] = int(sum([part * math.sin(angle * (k + 1)) for k, part in enumerate(parts)]))
    _tables[key] = (table, length)
    return _tables[key]


@micropython.viper
def _add_viper(view, table, samples: int, start: int, length: int):
    """Adds with saturation. Sums are formed modulo 2**32; only bit 31 is looked at, so that
    64-bit words (ptr32 loads are zero-extended there) and 32-bit words agree."""
    target = ptr32(view)  # noqa: F821
    source = ptr32(table)  # noqa: F821
    half = 0x3FFFFFFF
    top = half + half + 1
    at = start
    i = 0
    while i < samples:
        a = target[i]
        b = source[at]
        s = a + b
        if (((a ^ s) & (b ^ s)) >> 31) & 1:
            if (a >> 31) & 1:
                s = top + 1
            else:
                s = top
        target[i] = s
        at += 1
        if at >= length:
            at = 0
        i += 1


def _add_plain(view, table, samples, start, length):
    target = memoryview(view).cast("i")
    for i in range(samples):
        s = target[i] + table[(start + i) % length]
        target[i] = max(-0x80000000, min(0x7FFFFFFF, s))


add_wave = _add_plain if hasattr(memoryview, "cast") else _add_viper
