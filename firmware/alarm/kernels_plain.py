# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The reference for `kernels_viper` and `kernels_thumb`, in plain Python.

Read this one to understand the numbers; the bounds and formats stand in the docstrings there.
Both fill every buffer with the same bits, whatever the input.
"""

Z_BIAS = 1 << 20
D_BIAS = 1 << 24


def intake(block, ring, st):
    """256 slots -> first differences in the ring; see kernels_viper.intake."""
    at = st[1]
    prev = st[0]
    bits = 0
    lo = 0xFFFFFF
    hi = 0
    for i in range(256):
        s = ((block[i] >> 8) & 0xFFFFFF) ^ 0x800000
        d = s - prev
        prev = s
        ring[at + i] = d + D_BIAS
        bits |= -d if d < 0 else d
        if s > hi:
            hi = s
        if s < lo:
            lo = s
    st[0] = prev
    st[2] = lo
    st[3] = hi
    st[4 + (at >> 8)] = bits
    st[1] = (at + 256) & 2047
    return st[1]


def window(ring, st, win, z):
    """2048 differences times the window, scaled to |z| <= 2**14; see kernels_viper.window."""
    bits = 0
    for i in range(4, 12):
        bits |= st[i]
    length = 1
    while bits >> length:
        length += 1
    oldest = st[1]
    lsh = 25 - length
    for n in range(2048):
        d = ((ring[(oldest + n) & 2047] - D_BIAS) << lsh) >> 9
        w = win[n] if n < 1024 else win[2047 - n]
        z[n] = ((d * w + 65536) >> 17) + Z_BIAS
    return length


def fft(z, sine):
    """1024 complex points in place, radix 4, digit-reversed output; see kernels_viper.fft."""
    q = 256
    step = 2
    while q:
        for j in range(q):
            i = j * step
            s1 = sine[i] - 16384
            c1 = sine[i + 512] - 16384
            s2 = sine[2 * i] - 16384
            c2 = sine[2 * i + 512] - 16384
            s3 = sine[3 * i] - 16384
            c3 = sine[3 * i + 512] - 16384
            for a in range(2 * j, 2048, 8 * q):
                b = a + 2 * q
                c = b + 2 * q
                d = c + 2 * q
                t0r = z[a] + z[c]
                t1r = z[a] - z[c]
                t0i = z[a + 1] + z[c + 1]
                t1i = z[a + 1] - z[c + 1]
                t2r = z[b] + z[d]
                t3r = z[b] - z[d]
                t2i = z[b + 1] + z[d + 1]
                t3i = z[b + 1] - z[d + 1]
                z[a] = (t0r + t2r + 2) >> 2
                z[a + 1] = (t0i + t2i + 2) >> 2
                for at, x, y, co, si in (
                    (b, t1r + t3i, t1i - t3r, c1, s1),
                    (c, t0r - t2r, t0i - t2i, c2, s2),
                    (d, t1r - t3i, t1i + t3r, c3, s3),
                ):
                    if q == 1:  # the last pass has no twiddles
                        z[at] = ((x + 2) >> 2) + Z_BIAS
                        z[at + 1] = ((y + 2) >> 2) + Z_BIAS
                    else:
                        z[at] = ((x * co + y * si + 32768) >> 16) + Z_BIAS
                        z[at + 1] = ((y * co - x * si + 32768) >> 16) + Z_BIAS
        q >>= 2
        step <<= 2


def _log8(p, logs):
    """8 * log2(p) from the table of 256 values, by the leading 4 to 8 bits."""
    up = 0
    while p > 255:
        p >>= 4
        up += 32
    return logs[p] + up


def _phase(re, im):
    """Angle in 1/16 turn, rounded: 1/5 and 2/3 are the tangents of 1/32 and 3/32 turn, within
    1/4000 turn."""
    x, y = abs(re), abs(im)
    low, high = min(x, y), max(x, y)
    turn = (5 * low > high) + (3 * low - high > high)
    if y > x:
        turn = 4 - turn
    if re < 0:
        turn = 8 - turn
    return (-turn if im < 0 else turn) & 15


def levels(z, rev, sine, logs, floor, out, turns, par):
    """log2 power of the band's 600 bins in 1/8 octave, and phase; see kernels_viper.levels."""
    base = par[1] << 4
    row = (par[0] >> 1 & 7) * 600
    shift = (par[0] & 1) << 2
    most = 0
    for n in range(600):
        a = rev[2 * n] >> 2
        b = rev[2 * n + 1] >> 2
        x = z[a + 1] + z[b + 1] - 2 * Z_BIAS
        y = z[b] - z[a]
        c = sine[59 + n + 512] - 16384
        s = sine[59 + n] - 16384
        re = z[a] + z[b] - 2 * Z_BIAS + ((x * c + y * s + 8192) >> 14)
        im = z[a + 1] - z[b + 1] + ((y * c - x * s + 8192) >> 14)
        out[n] = _log8(re * re + im * im, logs) + base
        over = out[n] - (floor[n] >> 4)
        if over > 4:
            most = max(most, over)
            turns[row + n] = turns[row + n] & 0xF0 >> shift | _phase(re, im) << shift
    par[3] = most


def whiten(level, floor, hist, sums, lut, loud, par):
    """Level over the slow floor -> row, and the running sums; see kernels_viper.whiten."""
    t = par[0]
    row = (t & 63) * 600
    short = ((t - 15) & 63) * 600
    long = ((t - 46) & 63) * 600
    step = par[2]
    lift = par[3] = max(0, par[3] - 112)
    for n in range(8):
        floor[n] = floor[8]
        floor[608 + n] = floor[607]
    box = sum(floor[:16])
    total = 0
    for n in range(600):
        own = floor[n + 8]
        mean = box >> 4
        box += floor[n + 16] - floor[n]
        if not -32 * step < mean - own < 32 * step:
            mean = own
        v = level[n] - (mean >> 4) + 64 - lift
        if (level[n] << 4) > own:
            floor[n + 8] += step
        elif own > step:
            floor[n + 8] -= step
        v = min(max(v, 0), 255)
        sums[n] = sums[n] + v - hist[short + n]
        sums[600 + n] = sums[600 + n] + lut[v] - lut[hist[long + n]]
        hist[row + n] = v
        total += v
    loud[t & 63] = total >> 3


def scan(sums, first, need, out, room):
    """Bins that stand out of both sides -> out; see kernels_viper.scan."""
    found = 0
    left = sum(sums[first : first + 12])
    right = sum(sums[first + 25 : first + 37])
    for i in range(first, first + 564):
        x = sums[i + 18]
        if (
            x * 12 - min(left, right) > need
            and x >= sums[i + 17]
            and x > sums[i + 19]
            and x >= sums[i + 16]
            and x > sums[i + 20]
            and found < room
        ):
            out[found] = i + 18 - first
            found += 1
        left += sums[i + 12] - sums[i]
        right += sums[i + 37] - sums[i + 25]
    return found
