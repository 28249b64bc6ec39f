# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain's tables, in integers: floats differ from board to board.

Out: sine, window, digit-reversed bins and logarithms for the spectrum; power and amplitude by level
for the finders.
"""

from array import array

from micropython import const

BINS = const(600)  # of 7.8125 Hz
FIRST_BIN = const(59)


def sine_q30(n, quarter):
    """sin(pi/2 * n / quarter) for n = 0..quarter in Q30, in integers: floats differ by board."""
    # cos and sin of one step by their series in Q60; the rotation then loses < 1 ulp of Q30.
    one = 1 << 60
    pi = 3622009729038561421  # pi in Q60
    x = pi // (2 * quarter)
    x2 = x * x >> 60
    s, c, term_s, term_c, k = x, one, x, one, 1
    while term_s or term_c:
        term_c = -(term_c * x2 >> 60) // ((2 * k - 1) * (2 * k))
        term_s = -(term_s * x2 >> 60) // ((2 * k) * (2 * k + 1))
        if term_c in (0, -1):
            term_c = 0
        if term_s in (0, -1):
            term_s = 0
        c += term_c
        s += term_s
        k += 1
    a, b = one, 0
    out = []
    for _ in range(n):
        out.append(b >> 30)
        a, b = (a * c - b * s) >> 60, (a * s + b * c) >> 60
    return out


def tables():
    """(sine, win, rev, logs): Q14+16384 sine of 2048, rising half of a Hann in Q15, byte offsets
    of the digit-reversed FFT bins, 8*log2(i)."""
    quarter = sine_q30(513, 512)
    sine = array("H", bytes(4096))
    win = array("H", bytes(2048))
    for i in range(2048):
        j = i & 1023
        v = (quarter[j if j <= 512 else 1024 - j] + 32768) >> 16
        sine[i] = 16384 + (v if i < 1024 else -v)
    for i in range(1024):  # (1 - cos)/2 half a sample off the edge, so the halves mirror
        c = (_cos(quarter, i) + _cos(quarter, i + 1)) >> 1  # the mean is 1e-6 short: no matter
        win[i] = ((1 << 30) - c) * 32767 >> 31
    rev = array("H", bytes(4 * BINS))
    for n in range(BINS):
        k = FIRST_BIN + n
        rev[2 * n] = _reversed4(k) * 8
        rev[2 * n + 1] = _reversed4(1024 - k) * 8
    logs = bytearray(256)
    for i in range(2, 256):
        # 8*log2(i) = floor(log2(i**8)), rounded by half a step: log2(i**16) + 1 halved
        logs[i] = _bit_length(i**16) >> 1
    return sine, win, rev, logs


def _cos(quarter, i):
    """cos(2 pi i / 2048) for 0 <= i <= 1024 from the quarter wave."""
    return quarter[512 - i] if i <= 512 else -quarter[i - 512]


def _reversed4(k):
    r = 0
    for _ in range(5):
        r = r << 2 | k & 3
        k >>= 2
    return r


def _bit_length(n):
    bits = 0
    while n:
        n >>= 1
        bits += 1
    return bits


def power_tables():
    """(lut, amp): 8 * power and 16 * amplitude by level; 64 is 1; capped at 15 dB, so that one
    loud click weighs no more than a tone in one frame."""
    lut = bytearray(256)
    amp = bytearray(256)
    # 2**(1/16) in Q24, multiplied up and down: integers, the same on every board
    up = 17519940
    a = 1 << 24
    for i in range(64, 256):
        amp[i] = min(90, (a * 16 + (1 << 23)) >> 24)
        lut[i] = min(255, (a * a * 8 + (1 << 47)) >> 48)
        a = min(a * up >> 24, 1 << 28)
    a = 1 << 24
    for i in range(63, -1, -1):
        a = (a << 24) // up
        amp[i] = (a * 16 + (1 << 23)) >> 24
        lut[i] = (a * a * 8 + (1 << 47)) >> 48
    return lut, amp
