# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The inner loops of the spectrum, in MicroPython's viper.

In: raw microphone slots. Out: one row of log levels per frame. `kernels_plain` is the same
arithmetic in plain Python and is the reference: both fill every buffer with the same bits.

Viper integers are machine words and its loads are unsigned on 64 bits, so signed values are
stored with a bias that makes them positive (Z_BIAS, D_BIAS); in the butterflies the biases cancel
or become the rounding constant, which costs less than extending a sign. Every bound stated here
holds for any input, full scale included, and is tested on 32 bits.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    # From 3.14 on CPython would compile this module (annotations are lazy) and fail at the calls.
    raise ImportError("viper is MicroPython's")


@micropython.viper
def intake(block: ptr32, ring: ptr32, st: ptr32) -> int:
    """256 slots -> first differences, biased by 2**24, in the ring of 2048 from st[1] on. Returns
    where the next ones go, which is the oldest ones' place.

    st: 0 previous sample + 2**23, 1 place in the ring, 2 and 3 lowest and highest sample + 2**23
    (out), 4 to 11 OR of |difference| of the block that stands in each eighth of the ring. A sample
    is 24 bits, a difference 25: |d| <= 2**24 - 1. The difference is the high-pass that keeps DC,
    hum and rumble out of the block exponent.
    """
    last = st[0]
    bits = 0
    lo = 0xFFFFFF
    hi = 0
    at = st[1]
    ring = ptr32(int(ring) + (at << 2))
    end = int(block) + 1024
    while int(block) < end:
        at = ((block[0] >> 8) & 0xFFFFFF) ^ 0x800000
        if at > hi:
            hi = at
        if at < lo:
            lo = at
        prev = at
        at -= last
        ring[0] = at + 0x1000000
        if at < 0:
            at = 0 - at
        bits |= at
        at = ((block[1] >> 8) & 0xFFFFFF) ^ 0x800000
        if at > hi:
            hi = at
        if at < lo:
            lo = at
        last = at
        at -= prev
        ring[1] = at + 0x1000000
        if at < 0:
            at = 0 - at
        bits |= at
        at = ((block[2] >> 8) & 0xFFFFFF) ^ 0x800000
        if at > hi:
            hi = at
        if at < lo:
            lo = at
        prev = at
        at -= last
        ring[2] = at + 0x1000000
        if at < 0:
            at = 0 - at
        bits |= at
        at = ((block[3] >> 8) & 0xFFFFFF) ^ 0x800000
        if at > hi:
            hi = at
        if at < lo:
            lo = at
        last = at
        at -= prev
        ring[3] = at + 0x1000000
        if at < 0:
            at = 0 - at
        bits |= at
        block = ptr32(int(block) + 16)
        ring = ptr32(int(ring) + 16)
    st[0] = last
    st[2] = lo
    st[3] = hi
    at = st[1]
    st[4 + (at >> 8)] = bits
    at = (at + 256) & 2047
    st[1] = at
    return at


@micropython.viper
def window(src: ptr32, dst: ptr32, win: ptr16, z: ptr32) -> int:
    """(ring, st, win, z): 2048 differences, oldest first, times the window -> 2048 words in z,
    biased by 2**20; st as `intake` leaves it. Returns the bits of the largest difference, at least
    1. The first two arguments become the hottest variables.

    lsh brings the largest difference to 25 bits. |d << lsh| < 2**25, after >> 9 |d| <= 2**16,
    times the Q15 window (<= 32767) plus the rounding < 2**31; |z| <= 2**14.
    win holds the rising half, 1024 values; the falling half is read backwards.
    """
    w = win  # the third and last variable in a register
    ring = int(src)
    at = 0
    blocks = 4
    while blocks < 12:
        at |= dst[blocks]
        blocks += 1
    length = 0
    while at:
        at >>= 1
        length += 1
    if length == 0:
        length = 1
    lsh = 25 - length
    at = dst[1]
    dst = z
    blocks = 0
    while blocks < 4:
        src = ptr32(ring + (at << 2))
        end = int(src) + 1024
        while int(src) < end:
            d = ((src[0] - 0x1000000) << lsh) >> 9
            dst[0] = ((d * w[0] + 65536) >> 17) + 0x100000
            d = ((src[1] - 0x1000000) << lsh) >> 9
            dst[1] = ((d * w[1] + 65536) >> 17) + 0x100000
            d = ((src[2] - 0x1000000) << lsh) >> 9
            dst[2] = ((d * w[2] + 65536) >> 17) + 0x100000
            d = ((src[3] - 0x1000000) << lsh) >> 9
            dst[3] = ((d * w[3] + 65536) >> 17) + 0x100000
            src = ptr32(int(src) + 16)
            dst = ptr32(int(dst) + 16)
            w = ptr16(int(w) + 8)
        at = (at + 256) & 2047
        blocks += 1
    w = ptr16(int(w) - 8)
    while blocks:
        src = ptr32(ring + (at << 2))
        end = int(src) + 1024
        while int(src) < end:
            d = ((src[0] - 0x1000000) << lsh) >> 9
            dst[0] = ((d * w[3] + 65536) >> 17) + 0x100000
            d = ((src[1] - 0x1000000) << lsh) >> 9
            dst[1] = ((d * w[2] + 65536) >> 17) + 0x100000
            d = ((src[2] - 0x1000000) << lsh) >> 9
            dst[2] = ((d * w[1] + 65536) >> 17) + 0x100000
            d = ((src[3] - 0x1000000) << lsh) >> 9
            dst[3] = ((d * w[0] + 65536) >> 17) + 0x100000
            src = ptr32(int(src) + 16)
            dst = ptr32(int(dst) + 16)
            w = ptr16(int(w) - 8)
        at = (at + 256) & 2047
        blocks -= 1
    return length


@micropython.viper
def fft(x: ptr32, y: ptr32):
    """(z, sine): in place, 1024 complex points (re, im interleaved, biased by 2**20), radix 4,
    decimation in frequency, a quarter a pass; the output stands in base-4 digit-reversed order.

    |z| <= 2**14.5 going in and after each pass; sums of four <= 2**16.5; times Q14 twiddles
    <= 2**30.5 plus rounding < 2**31. sine: 2048 values of sin(2 pi i / 2048) in Q14 + 16384.
    The arguments become x and y, numbers that stay in registers; the right side of an operation
    best stands in one, or the left one goes through memory.
    """
    w = 0  # the third and last variable in a register
    z = int(x)
    sine = ptr16(y)
    q = 256
    s = 2
    while q > 1:
        qb = q << 3
        j = 0
        while j < q:
            i = j * s  # not w: indexing by a variable in a register spoils it on Arm (1.26.1)
            s1 = sine[i] - 16384
            c1 = sine[i + 512] - 16384
            i += i
            s2 = sine[i] - 16384
            c2 = sine[i + 512] - 16384
            i += j * s
            s3 = sine[i] - 16384
            c3 = sine[i + 512] - 16384
            p = ptr32(z + (j << 3))
            end = z + 8192
            while int(p) < end:
                w = qb
                pb = ptr32(int(p) + w)
                pc = ptr32(int(pb) + w)
                pd = ptr32(int(pc) + w)
                x = ptr32(p[0])
                y = ptr32(pc[0])
                t0 = int(x) + int(y)
                t1 = int(x) - int(y)
                x = ptr32(pb[1])
                y = ptr32(pd[1])
                w = int(x) - int(y)
                y = ptr32(int(x) + int(y))
                xb = t1 + w
                xd = t1 - w
                x = ptr32(p[1])
                w = pc[1]
                t1 = int(x) - w
                x = ptr32(int(x) + w)
                p[1] = (int(x) + int(y) + 2) >> 2
                yc = int(x) - int(y)
                x = ptr32(pb[0])
                y = ptr32(pd[0])
                w = int(x) - int(y)
                yb = t1 - w
                yd = t1 + w
                x = ptr32(int(x) + int(y))
                p[0] = (t0 + int(x) + 2) >> 2
                x = ptr32(t0 - int(x))
                y = ptr32(yc)
                pc[0] = ((int(x) * c2 + int(y) * s2 + 32768) >> 16) + 0x100000
                pc[1] = ((int(y) * c2 - int(x) * s2 + 32768) >> 16) + 0x100000
                x = ptr32(xb)
                y = ptr32(yb)
                pb[0] = ((int(x) * c1 + int(y) * s1 + 32768) >> 16) + 0x100000
                pb[1] = ((int(y) * c1 - int(x) * s1 + 32768) >> 16) + 0x100000
                x = ptr32(xd)
                y = ptr32(yd)
                pd[0] = ((int(x) * c3 + int(y) * s3 + 32768) >> 16) + 0x100000
                pd[1] = ((int(y) * c3 - int(x) * s3 + 32768) >> 16) + 0x100000
                w = qb
                p = ptr32(int(pd) + w)
            j += 1
        q >>= 2
        s <<= 2
    p = ptr32(z)
    end = z + 8192
    while int(p) < end:
        x = ptr32(p[0])
        y = ptr32(p[4])
        t0 = int(x) + int(y)
        t1 = int(x) - int(y)
        x = ptr32(p[2])
        y = ptr32(p[6])
        xd = int(x) - int(y)
        x = ptr32(int(x) + int(y))
        p[0] = (t0 + int(x) + 2) >> 2
        p[4] = (t0 - int(x) + 0x400002) >> 2
        x = ptr32(p[3])
        y = ptr32(p[7])
        w = int(x) - int(y)
        y = ptr32(int(x) + int(y))
        p[2] = (t1 + w + 0x400002) >> 2
        p[6] = (t1 - w + 0x400002) >> 2
        x = ptr32(p[1])
        w = p[5]
        t1 = int(x) - w
        x = ptr32(int(x) + w)
        p[1] = (int(x) + int(y) + 2) >> 2
        p[5] = (int(x) - int(y) + 0x400002) >> 2
        x = ptr32(xd)
        p[3] = (t1 - int(x) + 0x400002) >> 2
        p[7] = (t1 + int(x) + 0x400002) >> 2
        p = ptr32(int(p) + 32)


@micropython.viper
def levels(
    z: ptr32,
    rev: ptr16,
    sine: ptr16,
    logs: ptr8,
    floor: ptr16,
    out: ptr16,
    turns: ptr8,
    par: ptr32,
):
    """The band's bins of the real spectrum: log2 of the power in 1/8 octave, plus base, and the
    phase in 1/16 turn of the cells that stand over 4 steps over their floor (others keep rubbish).

    rev: byte offsets of Z[k] and Z[1024-k] in z, alternating; sine as in fft, the band's first
    bin is 59; logs: 8*log2(i), 256 bytes. floor: 600 in 1/128 octave. turns: eight rows of two
    frames each, the even one in the lower four bits. par: 0 the frame's number, 1 the bits of its
    largest difference; 3 (out) the most that a cell stands over its floor, 0 when none by over 4.
    |Xe|, |Xo| <= 2**15.5, times Q14 < 2**30; |X| <= 2**15, so the power is <= 2**30.
    """
    end = int(out) + 1200
    base = par[1] << 4
    o = out
    r = rev
    w = ptr16(int(sine) + 118)
    f = floor
    q = ptr8(int(turns) + ((par[0] >> 1) & 7) * 600)
    shift = (par[0] & 1) << 2
    keep = 0xF0 >> shift
    most = 0
    while int(o) < end:
        pa = ptr32(int(z) + r[0])
        pb = ptr32(int(z) + r[1])
        x = pa[1] + pb[1] - 0x200000
        y = pb[0] - pa[0]
        c = w[512] - 16384
        s = w[0] - 16384
        re = pa[0] + pb[0] - 0x200000 + ((x * c + y * s + 8192) >> 14)
        im = pa[1] - pb[1] + ((y * c - x * s + 8192) >> 14)
        x = re * re + im * im
        if x < 65536:
            if x < 256:
                y = logs[x]
            elif x < 4096:
                y = logs[x >> 4] + 32
            else:
                y = logs[x >> 8] + 64
        elif x < 0x1000000:
            if x < 0x100000:
                y = logs[x >> 12] + 96
            else:
                y = logs[x >> 16] + 128
        elif x < 0x10000000:
            y = logs[x >> 20] + 160
        else:
            y = logs[x >> 24] + 192
        y += base
        o[0] = y
        y -= f[0] >> 4
        if y > 4:
            if y > most:
                most = y
            x = re
            if x < 0:
                x = 0 - x
            y = im
            if y < 0:
                y = 0 - y
            if y > x:
                c = 4
                if 5 * x > y:
                    c = 3
                    if 3 * x - y > y:
                        c = 2
            else:
                c = 0
                if 5 * y > x:
                    c = 1
                    if 3 * y - x > x:
                        c = 2
            if re < 0:
                c = 8 - c
            if im < 0:
                c = 0 - c
            q[0] = (q[0] & keep) | ((c & 15) << shift)
        o = ptr16(int(o) + 2)
        f = ptr16(int(f) + 2)
        r = ptr16(int(r) + 4)
        w = ptr16(int(w) + 2)
        q = ptr8(int(q) + 1)
    par[3] = most


@micropython.viper
def whiten(level: ptr16, floor: ptr16, hist: ptr8, sums: ptr16, lut: ptr8, loud: ptr16, par: ptr32):
    """Level over each bin's slow floor -> a row of hist (bytes, 1/8 octave, 64 = the floor).

    floor: 1/128 octave, 600 values between 8 more at each end, which take the last ones' value;
    follows the median of its bin by +/- step a frame. A bin within 32 steps (1.5 dB once settled)
    of the mean of the 16 around it takes that mean: a bin's own median wanders by 0.4 dB.
    par: 0 the frame's number, 2 step, 3 the most that a cell stands over its floor: what stands
    42 dB over it is the top, so what is more is taken off the whole row, and stands in 3 then.
    sums: 600 short sums (15 frames) of levels, then 600 long sums (46) of lut[level], the power;
    each <= 255 * 64. (A tone that is there half of the time stands out more in power than in its
    mean level.) loud: 64 rows' sums, in eights.
    """
    n = 0
    s = sums
    f = floor
    lv = level
    t = par[0]
    ra = ptr8(int(hist) + ((t - 15) & 63) * 600)
    rb = ptr8(int(hist) + ((t - 46) & 63) * 600)
    row = ptr8(int(hist) + (t & 63) * 600)
    step = par[2]
    box = 0
    total = 0
    near = step << 5
    lift = par[3] - 112
    if lift < 0:
        lift = 0
    par[3] = lift
    while n < 8:
        f[n] = f[8]
        f[n + 608] = f[607]
        n += 1
    n = 0
    while n < 16:
        box += f[n]
        n += 1
    n = 0
    while n < 600:
        x = lv[0]
        y = f[8]
        v = box >> 4
        box += f[16] - f[0]
        v -= y
        if v >= near:
            v = 0
        elif v <= 0 - near:
            v = 0
        v += y
        v = x - (v >> 4) + 64 - lift
        x = x << 4
        if x > y:
            f[8] = y + step
        elif y > step:
            f[8] = y - step
        if v < 0:
            v = 0
        elif v > 255:
            v = 255
        s[0] = s[0] + v - ra[n]
        s[600] = s[600] + lut[v] - lut[rb[n]]
        row[n] = v
        total += v
        s = ptr16(int(s) + 2)
        f = ptr16(int(f) + 2)
        lv = ptr16(int(lv) + 2)
        n += 1
    loud[t & 63] = total >> 3


@micropython.viper
def scan(sums: ptr16, first: int, need: int, out: ptr16, room: int) -> int:
    """Bins that stand out of both sides -> out; returns how many (at most room).

    A bin's sum is held against the mean of the 12 bins 7..18 beside it on the quieter side:
    need is 12 times the excess wanted. It must be the largest within two bins. Bins 18 to 581
    (5 kHz) have that many beside them; the last step reads one sum more and makes no use of it.
    """
    s = ptr16(int(sums) + first + first)
    left = 0
    right = 0
    i = 0
    while i < 12:
        left += s[i]
        right += s[i + 25]
        i += 1
    found = 0
    end = int(s) + 1128
    while int(s) < end:
        x = s[18]
        y = left
        if right < left:
            y = right
        if x * 12 - y > need:
            if x >= s[17]:
                if x > s[19]:
                    if x >= s[16]:
                        if x > s[20]:
                            if found < room:
                                out[found] = (int(s) - int(sums) + 36 - first - first) >> 1
                                found += 1
        left += s[12] - s[0]
        right += s[37] - s[25]
        s = ptr16(int(s) + 2)
    return found
