# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The inner loops of the spectrum, in MicroPython's viper.

In: raw microphone slots. Out: one row of log levels per frame. `kernels_plain` is the same
arithmetic in plain Python and is the reference: both fill every buffer with the same bits.

Viper integers are machine words and its loads are unsigned on 64 bits, so signed values are
stored with a bias that makes them positive (Z_BIAS, D_BIAS); in the butterflies the biases cancel
or become the rounding constant, which costs less than extending a sign. Every bound stated here
holds for any input, full scale included, and is tested on 32 bits.

How these loops are written, by what the compiler makes of them (Cortex-M0+ cycles):

* A shipped file has two variables in registers, the first two arguments. They are called x and y,
  and take in turn whatever is hottest: pointers and numbers, which int() and ptr32() tell apart at
  no cost.
* The right side of an operation stands in one of them or in memory, the left one in one of them or
  is a result: 2 to 5 cycles; two numbers from memory take 10. So `x[0] - y`, not `x[0] - x[1]`.
* `if v >> 31` asks for the sign: a comparison first makes a True or a False of itself.
* An index in a register (`row[int(y)]`) is cheaper than one more pointer to move, and a loop that
  counts to 0 than one with an end.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    # From 3.14 on CPython would compile this module (annotations are lazy) and fail at the calls.
    raise ImportError("viper is MicroPython's")


@micropython.viper
def intake(x: ptr32, y: ptr32, st: ptr32) -> int:
    """(block, ring, st): 256 slots -> first differences, biased by 2**24, in the ring of 2048 from
    st[1] on. Returns where the next ones go, which is the oldest ones' place.

    st: 0 previous sample + 2**23, 1 place in the ring, 2 and 3 lowest and highest sample + 2**23
    (out), 4 to 11 OR of |difference| of the block that stands in each eighth of the ring. A sample
    is 24 bits, a difference 25: |d| <= 2**24 - 1. The difference is the high-pass that keeps DC,
    hum and rumble out of the block exponent. A sample that went up cannot be the lowest.
    """
    last = st[0]
    bits = 0
    at = st[1]
    ring = ptr32(int(y) + (at << 2))
    end = int(x) + 1024
    lo = int(uint(x[0]) >> 8) ^ 0x800000
    hi = lo
    while int(x) < end:
        y = ptr32(int(uint(x[0]) >> 8) ^ 0x800000)
        prev = int(y)
        if (int(y) - last) >> 31:
            if (int(y) - lo) >> 31:
                lo = int(y)
            y = ptr32(last - int(y))
            ring[0] = 0x1000000 - int(y)
        else:
            if (hi - int(y)) >> 31:
                hi = int(y)
            y = ptr32(int(y) - last)
            ring[0] = int(y) + 0x1000000
        bits = bits | int(y)
        y = ptr32(int(uint(x[1]) >> 8) ^ 0x800000)
        last = int(y)
        if (int(y) - prev) >> 31:
            if (int(y) - lo) >> 31:
                lo = int(y)
            y = ptr32(prev - int(y))
            ring[1] = 0x1000000 - int(y)
        else:
            if (hi - int(y)) >> 31:
                hi = int(y)
            y = ptr32(int(y) - prev)
            ring[1] = int(y) + 0x1000000
        bits = bits | int(y)
        y = ptr32(int(uint(x[2]) >> 8) ^ 0x800000)
        prev = int(y)
        if (int(y) - last) >> 31:
            if (int(y) - lo) >> 31:
                lo = int(y)
            y = ptr32(last - int(y))
            ring[2] = 0x1000000 - int(y)
        else:
            if (hi - int(y)) >> 31:
                hi = int(y)
            y = ptr32(int(y) - last)
            ring[2] = int(y) + 0x1000000
        bits = bits | int(y)
        y = ptr32(int(uint(x[3]) >> 8) ^ 0x800000)
        last = int(y)
        if (int(y) - prev) >> 31:
            if (int(y) - lo) >> 31:
                lo = int(y)
            y = ptr32(prev - int(y))
            ring[3] = 0x1000000 - int(y)
        else:
            if (hi - int(y)) >> 31:
                hi = int(y)
            y = ptr32(int(y) - prev)
            ring[3] = int(y) + 0x1000000
        bits = bits | int(y)
        x = ptr32(int(x) + 16)
        ring = ptr32(int(ring) + 16)
    st[0] = last
    st[2] = lo
    st[3] = hi
    st[4 + (at >> 8)] = bits
    at = (at + 256) & 2047
    st[1] = at
    return at


@micropython.viper
def window(src: ptr32, dst: ptr32, win: ptr16, z: ptr32) -> int:
    """(ring, st, win, z): 2048 differences, oldest first, times the window -> 2048 words in z,
    biased by 2**20; st as `intake` leaves it. Returns the bits of the largest difference, at least
    1.

    lsh brings the largest difference to 25 bits. |d << lsh| < 2**25, after >> 9 |d| <= 2**16,
    times the Q15 window (<= 32767) plus the rounding < 2**31; |z| <= 2**14.
    win holds the rising half, 1024 values; the falling half is read backwards.
    """
    w = win
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
    blocks = 4
    while blocks:
        src = ptr32(ring + (at << 2))
        end = int(src) + 1024
        while int(src) < end:
            dst[0] = (((((src[0] - 0x1000000) << lsh) >> 9) * w[0] + 65536) >> 17) + 0x100000
            dst[1] = (((((src[1] - 0x1000000) << lsh) >> 9) * w[1] + 65536) >> 17) + 0x100000
            dst[2] = (((((src[2] - 0x1000000) << lsh) >> 9) * w[2] + 65536) >> 17) + 0x100000
            dst[3] = (((((src[3] - 0x1000000) << lsh) >> 9) * w[3] + 65536) >> 17) + 0x100000
            dst[4] = (((((src[4] - 0x1000000) << lsh) >> 9) * w[4] + 65536) >> 17) + 0x100000
            dst[5] = (((((src[5] - 0x1000000) << lsh) >> 9) * w[5] + 65536) >> 17) + 0x100000
            dst[6] = (((((src[6] - 0x1000000) << lsh) >> 9) * w[6] + 65536) >> 17) + 0x100000
            dst[7] = (((((src[7] - 0x1000000) << lsh) >> 9) * w[7] + 65536) >> 17) + 0x100000
            src = ptr32(int(src) + 32)
            dst = ptr32(int(dst) + 32)
            w = ptr16(int(w) + 16)
        at = (at + 256) & 2047
        blocks -= 1
    blocks = 4
    while blocks:
        src = ptr32(ring + (at << 2))
        end = int(src) + 1024
        while int(src) < end:
            w = ptr16(int(w) - 16)
            dst[0] = (((((src[0] - 0x1000000) << lsh) >> 9) * w[7] + 65536) >> 17) + 0x100000
            dst[1] = (((((src[1] - 0x1000000) << lsh) >> 9) * w[6] + 65536) >> 17) + 0x100000
            dst[2] = (((((src[2] - 0x1000000) << lsh) >> 9) * w[5] + 65536) >> 17) + 0x100000
            dst[3] = (((((src[3] - 0x1000000) << lsh) >> 9) * w[4] + 65536) >> 17) + 0x100000
            dst[4] = (((((src[4] - 0x1000000) << lsh) >> 9) * w[3] + 65536) >> 17) + 0x100000
            dst[5] = (((((src[5] - 0x1000000) << lsh) >> 9) * w[2] + 65536) >> 17) + 0x100000
            dst[6] = (((((src[6] - 0x1000000) << lsh) >> 9) * w[1] + 65536) >> 17) + 0x100000
            dst[7] = (((((src[7] - 0x1000000) << lsh) >> 9) * w[0] + 65536) >> 17) + 0x100000
            src = ptr32(int(src) + 32)
            dst = ptr32(int(dst) + 32)
        at = (at + 256) & 2047
        blocks -= 1
    return length


@micropython.viper
def fft(x: ptr32, y: ptr32):
    """(z, sine): in place, 1024 complex points (re, im interleaved, biased by 2**20), radix 4,
    decimation in frequency, a quarter a pass; the output stands in base-4 digit-reversed order.

    |z| <= 2**14.5 going in and after each pass; sums of four <= 2**16.5; times Q14 twiddles
    <= 2**30.5 plus rounding < 2**31. sine: 2048 values of sin(2 pi i / 2048) in Q14 + 16384.

    A turn by c + js takes three products, x n, (x + y) c and y m with m = s - c and n = -c - s:
    integers, so their sums have the same bits as x c + y s and y c - x s. `up` holds the rounding
    and 2**31: an unsigned shift then leaves the point with a bias of 2**15, in one go. (What the
    first quarters add up keeps the bias it came with. Biases cancel in differences, and the last
    pass brings all to 2**20.)
    """
    z = int(x)
    end = z + 8192
    sine = int(y)
    up = 1
    up = (up << 31) + 32768
    quarter = 2048  # of what a pass transforms, in bytes
    step = 4  # in the table, in bytes
    while quarter > 32:
        o = 0
        at = z
        last = z + quarter
        while at < last:  # four points and their turns at once
            y = ptr32(o)
            x = ptr32(sine + int(y))
            y = ptr32(ptr16(x)[512])
            c1 = int(y) - 16384
            m1 = ptr16(x)[0] - int(y)
            n1 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c2 = int(y) - 16384
            m2 = ptr16(x)[0] - int(y)
            n2 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c3 = int(y) - 16384
            m3 = ptr16(x)[0] - int(y)
            n3 = 32768 - int(y) - ptr16(x)[0]
            y = ptr32(step)
            o = o + int(y)
            y = ptr32(o)
            x = ptr32(sine + int(y))
            y = ptr32(ptr16(x)[512])
            c4 = int(y) - 16384
            m4 = ptr16(x)[0] - int(y)
            n4 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c5 = int(y) - 16384
            m5 = ptr16(x)[0] - int(y)
            n5 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c6 = int(y) - 16384
            m6 = ptr16(x)[0] - int(y)
            n6 = 32768 - int(y) - ptr16(x)[0]
            y = ptr32(step)
            o = o + int(y)
            y = ptr32(o)
            x = ptr32(sine + int(y))
            y = ptr32(ptr16(x)[512])
            c7 = int(y) - 16384
            m7 = ptr16(x)[0] - int(y)
            n7 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c8 = int(y) - 16384
            m8 = ptr16(x)[0] - int(y)
            n8 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c9 = int(y) - 16384
            m9 = ptr16(x)[0] - int(y)
            n9 = 32768 - int(y) - ptr16(x)[0]
            y = ptr32(step)
            o = o + int(y)
            y = ptr32(o)
            x = ptr32(sine + int(y))
            y = ptr32(ptr16(x)[512])
            c10 = int(y) - 16384
            m10 = ptr16(x)[0] - int(y)
            n10 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c11 = int(y) - 16384
            m11 = ptr16(x)[0] - int(y)
            n11 = 32768 - int(y) - ptr16(x)[0]
            x = ptr32(int(x) + o)
            y = ptr32(ptr16(x)[512])
            c12 = int(y) - 16384
            m12 = ptr16(x)[0] - int(y)
            n12 = 32768 - int(y) - ptr16(x)[0]
            y = ptr32(step)
            o = o + int(y)
            x = ptr32(at)
            while int(x) < end:
                pa = x
                y = ptr32(quarter)
                x = ptr32(int(x) + int(y))
                pb = x
                x = ptr32(int(x) + int(y))
                pc = x
                x = ptr32(int(x) + int(y))
                pd = x
                x = ptr32(pb[0])
                y = ptr32(pd[0])
                t2r = int(x) + int(y)
                t3r = int(x) - int(y)
                x = ptr32(pb[1])
                y = ptr32(pd[1])
                t2i = int(x) + int(y)
                x = ptr32(int(x) - int(y))
                y = ptr32(pc[0])
                xb = pa[0] - int(y) + int(x)
                xd = pa[0] - int(y) - int(x)
                y = ptr32(pa[0] + int(y))
                x = ptr32(t2r)
                pa[0] = (int(y) + int(x) + 2) >> 2
                xc = int(y) - int(x)
                x = ptr32(pa[1])
                y = ptr32(pc[1])
                x = ptr32(int(x) - int(y))
                y = ptr32(int(x) + int(y) + int(y))
                yb = int(x) - t3r
                yd = int(x) + t3r
                x = ptr32(t2i)
                pa[1] = (int(y) + int(x) + 2) >> 2
                y = ptr32(int(y) - int(x))
                x = ptr32(xc)
                pc[1] = uint(int(x) * n2 + int(x := ptr32((int(x) + int(y)) * c2 + up))) >> 16
                pc[0] = uint(int(y) * m2 + int(x)) >> 16
                x = ptr32(xb)
                y = ptr32(yb)
                pb[1] = uint(int(x) * n1 + int(x := ptr32((int(x) + int(y)) * c1 + up))) >> 16
                pb[0] = uint(int(y) * m1 + int(x)) >> 16
                x = ptr32(xd)
                y = ptr32(yd)
                pd[1] = uint(int(x) * n3 + int(x := ptr32((int(x) + int(y)) * c3 + up))) >> 16
                pd[0] = uint(int(y) * m3 + int(x)) >> 16
                x = ptr32(pb[2])
                y = ptr32(pd[2])
                t2r = int(x) + int(y)
                t3r = int(x) - int(y)
                x = ptr32(pb[3])
                y = ptr32(pd[3])
                t2i = int(x) + int(y)
                x = ptr32(int(x) - int(y))
                y = ptr32(pc[2])
                xb = pa[2] - int(y) + int(x)
                xd = pa[2] - int(y) - int(x)
                y = ptr32(pa[2] + int(y))
                x = ptr32(t2r)
                pa[2] = (int(y) + int(x) + 2) >> 2
                xc = int(y) - int(x)
                x = ptr32(pa[3])
                y = ptr32(pc[3])
                x = ptr32(int(x) - int(y))
                y = ptr32(int(x) + int(y) + int(y))
                yb = int(x) - t3r
                yd = int(x) + t3r
                x = ptr32(t2i)
                pa[3] = (int(y) + int(x) + 2) >> 2
                y = ptr32(int(y) - int(x))
                x = ptr32(xc)
                pc[3] = uint(int(x) * n5 + int(x := ptr32((int(x) + int(y)) * c5 + up))) >> 16
                pc[2] = uint(int(y) * m5 + int(x)) >> 16
                x = ptr32(xb)
                y = ptr32(yb)
                pb[3] = uint(int(x) * n4 + int(x := ptr32((int(x) + int(y)) * c4 + up))) >> 16
                pb[2] = uint(int(y) * m4 + int(x)) >> 16
                x = ptr32(xd)
                y = ptr32(yd)
                pd[3] = uint(int(x) * n6 + int(x := ptr32((int(x) + int(y)) * c6 + up))) >> 16
                pd[2] = uint(int(y) * m6 + int(x)) >> 16
                x = ptr32(pb[4])
                y = ptr32(pd[4])
                t2r = int(x) + int(y)
                t3r = int(x) - int(y)
                x = ptr32(pb[5])
                y = ptr32(pd[5])
                t2i = int(x) + int(y)
                x = ptr32(int(x) - int(y))
                y = ptr32(pc[4])
                xb = pa[4] - int(y) + int(x)
                xd = pa[4] - int(y) - int(x)
                y = ptr32(pa[4] + int(y))
                x = ptr32(t2r)
                pa[4] = (int(y) + int(x) + 2) >> 2
                xc = int(y) - int(x)
                x = ptr32(pa[5])
                y = ptr32(pc[5])
                x = ptr32(int(x) - int(y))
                y = ptr32(int(x) + int(y) + int(y))
                yb = int(x) - t3r
                yd = int(x) + t3r
                x = ptr32(t2i)
                pa[5] = (int(y) + int(x) + 2) >> 2
                y = ptr32(int(y) - int(x))
                x = ptr32(xc)
                pc[5] = uint(int(x) * n8 + int(x := ptr32((int(x) + int(y)) * c8 + up))) >> 16
                pc[4] = uint(int(y) * m8 + int(x)) >> 16
                x = ptr32(xb)
                y = ptr32(yb)
                pb[5] = uint(int(x) * n7 + int(x := ptr32((int(x) + int(y)) * c7 + up))) >> 16
                pb[4] = uint(int(y) * m7 + int(x)) >> 16
                x = ptr32(xd)
                y = ptr32(yd)
                pd[5] = uint(int(x) * n9 + int(x := ptr32((int(x) + int(y)) * c9 + up))) >> 16
                pd[4] = uint(int(y) * m9 + int(x)) >> 16
                x = ptr32(pb[6])
                y = ptr32(pd[6])
                t2r = int(x) + int(y)
                t3r = int(x) - int(y)
                x = ptr32(pb[7])
                y = ptr32(pd[7])
                t2i = int(x) + int(y)
                x = ptr32(int(x) - int(y))
                y = ptr32(pc[6])
                xb = pa[6] - int(y) + int(x)
                xd = pa[6] - int(y) - int(x)
                y = ptr32(pa[6] + int(y))
                x = ptr32(t2r)
                pa[6] = (int(y) + int(x) + 2) >> 2
                xc = int(y) - int(x)
                x = ptr32(pa[7])
                y = ptr32(pc[7])
                x = ptr32(int(x) - int(y))
                y = ptr32(int(x) + int(y) + int(y))
                yb = int(x) - t3r
                yd = int(x) + t3r
                x = ptr32(t2i)
                pa[7] = (int(y) + int(x) + 2) >> 2
                y = ptr32(int(y) - int(x))
                x = ptr32(xc)
                pc[7] = uint(int(x) * n11 + int(x := ptr32((int(x) + int(y)) * c11 + up))) >> 16
                pc[6] = uint(int(y) * m11 + int(x)) >> 16
                x = ptr32(xb)
                y = ptr32(yb)
                pb[7] = uint(int(x) * n10 + int(x := ptr32((int(x) + int(y)) * c10 + up))) >> 16
                pb[6] = uint(int(y) * m10 + int(x)) >> 16
                x = ptr32(xd)
                y = ptr32(yd)
                pd[7] = uint(int(x) * n12 + int(x := ptr32((int(x) + int(y)) * c12 + up))) >> 16
                pd[6] = uint(int(y) * m12 + int(x)) >> 16
                y = ptr32(quarter)
                x = ptr32(int(pd) + int(y))
            at += 32
        quarter >>= 2
        step <<= 2
    # Quarters of four points: all of it is within reach of one pointer, and the turns are by
    # multiples of pi / 8, half of which are 0 or have equal parts.
    x = ptr32(sine)
    co = ptr16(x)[512 + 128] - 16384
    si = ptr16(x)[128] - 16384
    h = ptr16(x)[256] - 16384
    hn = 0 - h
    cn = 0 - co
    pl = co - si
    mi = si - co
    po = co + si
    ne = 0 - po
    two = 131074
    x = ptr32(z)
    while int(x) < end:
        y = ptr32(x[16])
        t0 = x[0] + int(y)
        t1 = x[0] - int(y) + two
        y = ptr32(x[17])
        u0 = x[1] + int(y)
        u1 = x[1] - int(y) + two
        y = ptr32(x[24])
        t2 = x[8] + int(y)
        t3 = x[8] - int(y)
        y = ptr32(x[25])
        u3 = x[9] - int(y)
        y = ptr32(x[9] + int(y))
        x[1] = (u0 + int(y) + 2) >> 2
        x[17] = (u0 - int(y) + two) >> 2
        y = ptr32(t2)
        x[0] = (t0 + int(y) + 2) >> 2
        x[16] = (t0 - int(y) + two) >> 2
        y = ptr32(u3)
        x[8] = (t1 + int(y)) >> 2
        x[24] = (t1 - int(y)) >> 2
        y = ptr32(t3)
        x[9] = (u1 - int(y)) >> 2
        x[25] = (u1 + int(y)) >> 2
        y = ptr32(x[18])
        t0 = x[2] + int(y)
        t1 = x[2] - int(y)
        y = ptr32(x[19])
        u0 = x[3] + int(y)
        u1 = x[3] - int(y)
        y = ptr32(x[26])
        t2 = x[10] + int(y)
        t3 = x[10] - int(y)
        y = ptr32(x[27])
        u3 = x[11] - int(y)
        y = ptr32(x[11] + int(y))
        x[3] = (u0 + int(y) + 2) >> 2
        u0 = u0 - int(y)
        y = ptr32(t2)
        x[2] = (t0 + int(y) + 2) >> 2
        k = t0 - int(y)
        y = ptr32(u0)
        x[18] = uint((k + int(y)) * h + up) >> 16
        x[19] = uint((int(y) - k) * h + up) >> 16
        y = ptr32(u3)
        k = t1 + int(y)
        t1 = t1 - int(y)
        y = ptr32(t3)
        u0 = u1 + int(y)
        y = ptr32(u1 - int(y))
        v = k * ne
        x[10] = uint(int(y) * mi + int(y := ptr32((k + int(y)) * co + up))) >> 16
        x[11] = uint(v + int(y)) >> 16
        k = t1
        y = ptr32(u0)
        v = k * ne
        x[26] = uint(int(y) * pl + int(y := ptr32((k + int(y)) * si + up))) >> 16
        x[27] = uint(v + int(y)) >> 16
        y = ptr32(x[20])
        t0 = x[4] + int(y)
        t1 = x[4] - int(y)
        y = ptr32(x[21])
        u0 = x[5] + int(y)
        u1 = x[5] - int(y)
        y = ptr32(x[28])
        t2 = x[12] + int(y)
        t3 = x[12] - int(y)
        y = ptr32(x[29])
        u3 = x[13] - int(y)
        y = ptr32(x[13] + int(y))
        x[5] = (u0 + int(y) + 2) >> 2
        x[20] = (u0 - int(y) + two) >> 2
        y = ptr32(t2)
        x[4] = (t0 + int(y) + 2) >> 2
        x[21] = (int(y) - t0 + two) >> 2
        y = ptr32(u3)
        k = t1 + int(y)
        t1 = t1 - int(y)
        y = ptr32(u1 - t3)
        x[12] = uint((k + int(y)) * h + up) >> 16
        x[13] = uint((int(y) - k) * h + up) >> 16
        k = t1
        y = ptr32(u1 + t3)
        x[28] = uint((int(y) - k) * h + up) >> 16
        x[29] = uint((k + int(y)) * hn + up) >> 16
        y = ptr32(x[22])
        t0 = x[6] + int(y)
        t1 = x[6] - int(y)
        y = ptr32(x[23])
        u0 = x[7] + int(y)
        u1 = x[7] - int(y)
        y = ptr32(x[30])
        t2 = x[14] + int(y)
        t3 = x[14] - int(y)
        y = ptr32(x[31])
        u3 = x[15] - int(y)
        y = ptr32(x[15] + int(y))
        x[7] = (u0 + int(y) + 2) >> 2
        u0 = u0 - int(y)
        y = ptr32(t2)
        x[6] = (t0 + int(y) + 2) >> 2
        k = t0 - int(y)
        y = ptr32(u0)
        x[22] = uint((int(y) - k) * h + up) >> 16
        x[23] = uint((k + int(y)) * hn + up) >> 16
        y = ptr32(u3)
        k = t1 + int(y)
        t1 = t1 - int(y)
        y = ptr32(t3)
        u0 = u1 + int(y)
        y = ptr32(u1 - int(y))
        v = k * ne
        x[14] = uint(int(y) * pl + int(y := ptr32((k + int(y)) * si + up))) >> 16
        x[15] = uint(v + int(y)) >> 16
        k = t1
        y = ptr32(u0)
        v = k * po
        x[30] = uint(int(y) * pl + int(y := ptr32((k + int(y)) * cn + up))) >> 16
        x[31] = uint(v + int(y)) >> 16
        x = ptr32(int(x) + 128)
    # Quarters of one point, without a turn. The bias and the rounding are added in fours.
    x = ptr32(z)
    up = 0x400002
    rest = 0x3E0002
    while int(x) < end:
        y = ptr32(x[4])
        t0 = x[0] + int(y)
        t1 = x[0] - int(y) + up
        y = ptr32(x[5])
        u0 = x[1] + int(y)
        u1 = x[1] - int(y) + up
        y = ptr32(x[6])
        t2 = x[2] + int(y)
        t3 = x[2] - int(y)
        y = ptr32(x[7])
        u3 = x[3] - int(y)
        y = ptr32(x[3] + int(y))
        x[1] = (u0 + int(y) + rest) >> 2
        x[5] = (u0 - int(y) + up) >> 2
        y = ptr32(t2)
        x[0] = (t0 + int(y) + rest) >> 2
        x[4] = (t0 - int(y) + up) >> 2
        y = ptr32(u3)
        x[2] = (t1 + int(y)) >> 2
        x[6] = (t1 - int(y)) >> 2
        y = ptr32(t3)
        x[3] = (u1 - int(y)) >> 2
        x[7] = (u1 + int(y)) >> 2
        y = ptr32(x[12])
        t0 = x[8] + int(y)
        t1 = x[8] - int(y) + up
        y = ptr32(x[13])
        u0 = x[9] + int(y)
        u1 = x[9] - int(y) + up
        y = ptr32(x[14])
        t2 = x[10] + int(y)
        t3 = x[10] - int(y)
        y = ptr32(x[15])
        u3 = x[11] - int(y)
        y = ptr32(x[11] + int(y))
        x[9] = (u0 + int(y) + rest) >> 2
        x[13] = (u0 - int(y) + up) >> 2
        y = ptr32(t2)
        x[8] = (t0 + int(y) + rest) >> 2
        x[12] = (t0 - int(y) + up) >> 2
        y = ptr32(u3)
        x[10] = (t1 + int(y)) >> 2
        x[14] = (t1 - int(y)) >> 2
        y = ptr32(t3)
        x[11] = (u1 - int(y)) >> 2
        x[15] = (u1 + int(y)) >> 2
        x = ptr32(int(x) + 64)
    x = ptr32(z)
    x[0] = x[0] - 0xF8000  # these had it
    x[1] = x[1] - 0xF8000


@micropython.viper
def levels(
    x: ptr32,
    y: ptr32,
    sine: ptr16,
    logs: ptr8,
    floor: ptr16,
    out: ptr16,
    turns: ptr8,
    par: ptr32,
):
    """(z, rev, sine, logs, floor, out, turns, par): the band's bins of the real spectrum: log2 of
    the power in 1/8 octave, plus base, and the phase in 1/16 turn of the cells that stand over 4
    steps over their floor (others keep rubbish).

    rev: byte offsets of Z[k] and Z[1024-k] in z, alternating; sine as in fft, the band's first
    bin is 59; logs: 8*log2(i), 256 bytes. floor: 600 in 1/128 octave. turns: eight rows of two
    frames each, the even one in the lower four bits. par: 0 the frame's number, 1 the bits of its
    largest difference; 3 (out) the most that a cell stands over its floor, 0 when none by over 4.
    |Xe|, |Xo| <= 2**15.5, times Q14 < 2**30; |X| <= 2**15, so the power is <= 2**30.

    c and s are left as the table has them, 2**14 too much, which is a whole number once shifted:
    re and im begin with less by as much. |(c, s)| < 2.4143 * 2**14, times 2**15.5 is < 2**31.
    """
    z = int(x)
    r = ptr16(int(y) + 2400)
    sn = ptr16(int(sine) + 118)
    cs = ptr16(int(sine) + 1142)
    base = par[1] << 4
    b4 = base + 32
    b8 = base + 64
    b12 = base + 96
    b16 = base + 128
    b20 = base + 160
    b24 = base + 192
    q = ptr8(int(turns) + ((par[0] >> 1) & 7) * 600)
    shift = (par[0] & 1) << 2
    keep = 0xF0 >> shift
    least = 0
    n = 600
    while n:
        y = ptr32(n - 1)
        n = int(y)
        c = cs[int(y)]
        y = ptr32(n)
        s = sn[int(y)]
        r = ptr16(int(r) - 4)
        y = ptr32(z)
        x = ptr32(r[0] + int(y))
        y = ptr32(r[1] + int(y))
        v = y[1]
        y = ptr32(y[0])
        y = ptr32(x[0] - int(y))
        im = (x[1] << 1) + int(y) - 0x200000
        re = (x[0] << 1) - 0x200000
        x = ptr32(x[1] - 0x200000 + v)
        re = ((int(x) * c - int(y) * s + 8192) >> 14) + re - int(x)
        y = ptr32(((8192 - int(y) * c - int(x) * s) >> 14) + im)
        im = int(y)
        x = ptr32(re)
        x = ptr32(int(x) * int(x) + int(y) * int(y))
        if int(x) >> 16:
            if int(x) >> 20:
                if int(x) >> 24:
                    if int(x) >> 28:
                        x = ptr32(logs[int(x) >> 24])
                        x = ptr32(int(x) + b24)
                    else:
                        x = ptr32(logs[int(x) >> 20])
                        x = ptr32(int(x) + b20)
                else:
                    x = ptr32(logs[int(x) >> 16])
                    x = ptr32(int(x) + b16)
            else:
                x = ptr32(logs[int(x) >> 12])
                x = ptr32(int(x) + b12)
        elif int(x) >> 12:
            x = ptr32(logs[int(x) >> 8])
            x = ptr32(int(x) + b8)
        elif int(x) >> 8:
            x = ptr32(logs[int(x) >> 4])
            x = ptr32(int(x) + b4)
        else:
            x = ptr32(logs[int(x)])
            x = ptr32(int(x) + base)
        y = ptr32(n)
        out[int(y)] = int(x)
        y = ptr32(n)
        x = ptr32((floor[int(y)] >> 4) - int(x))
        if (int(x) + 4) >> 31:
            if (int(x) - least) >> 31:
                least = int(x)
            x = ptr32(re)
            y = ptr32(im)
            im = (int(x) ^ int(y)) >> 31
            re = 0
            if int(x) >> 31:
                re = 8
                x = ptr32(0 - int(x))
            if int(y) >> 31:
                y = ptr32(0 - int(y))
            if (int(x) - int(y)) >> 31:
                if (int(y) + int(y) - int(x) * 3) >> 31:
                    x = ptr32(2)
                elif (int(y) - int(x) * 5) >> 31:
                    x = ptr32(3)
                else:
                    x = ptr32(4)
            elif (int(x) + int(x) - int(y) * 3) >> 31:
                x = ptr32(2)
            elif (int(x) - int(y) * 5) >> 31:
                x = ptr32(1)
            else:
                x = ptr32(0)
            x = ptr32((((int(x) ^ im) - im + re) & 15) << shift)
            y = ptr32(n)
            y = ptr32(q[int(y)])
            re = int(y) & keep | int(x)
            y = ptr32(n)
            q[int(y)] = re
    par[3] = 0 - least


@micropython.viper
def whiten(x: ptr16, y: ptr16, hist: ptr8, sums: ptr16, lut: ptr8, loud: ptr16, par: ptr32):
    """(level, floor, hist, sums, lut, loud, par): level over each bin's slow floor -> a row of hist
    (bytes, 1/8 octave, 64 = the floor).

    floor: 1/128 octave, 600 values between 8 more at each end, which take the last ones' value;
    follows the median of its bin by +/- step a frame. A bin within 32 steps (1.5 dB once settled)
    of the mean of the 16 around it takes that mean: a bin's own median wanders by 0.4 dB.
    par: 0 the frame's number, 2 step, 3 the most that a cell stands over its floor: what stands
    42 dB over it is the top, so what is more is taken off the whole row, and stands in 3 then.
    sums: 600 short sums (15 frames) of levels, then 600 long sums (46) of lut[level], the power;
    each <= 255 * 64. (A tone that is there half of the time stands out more in power than in its
    mean level.) loud: 64 rows' sums, in eights.
    """
    lv = ptr16(int(x) + 1200)
    f = y
    t = par[0]
    ra = ptr8(int(hist) + ((t - 15) & 63) * 600 + 600)
    rb = ptr8(int(hist) + ((t - 46) & 63) * 600 + 600)
    row = ptr8(int(hist) + (t & 63) * 600 + 600)
    step = par[2]
    near = (step << 5) - 1
    width = uint(0)
    if step:
        width = uint(near + near + 1)
    lift = par[3] - 112
    if lift < 0:
        lift = 0
    par[3] = lift
    lift = 64 - lift
    n = 0
    while n < 8:
        f[n] = f[8]
        f[n + 608] = f[607]
        n += 1
    box = 0
    n = 0
    while n < 16:
        box += f[n]
        n += 1
    total = 0
    at = int(sums)  # 600 short sums, and as many long ones behind them
    n = -600
    while n:
        y = ptr16(n)
        v = lv[int(y)]
        y = f
        x = ptr16(box)
        if uint((d := (int(x) >> 4) - y[8]) + near) >= width:
            d = 0
        x = ptr16(int(x) + y[16] - y[0])
        box = int(x)
        f = ptr16(int(y) + 2)
        x = ptr16(y[8])
        if (int(x) - (v << 4)) >> 31:
            y[8] = int(x) + step
        elif (step - int(x)) >> 31:
            y[8] = int(x) - step
        x = ptr16((int(x) + d) >> 4)
        x = ptr16(v - int(x) + lift)
        if int(x) >> 8:
            if int(x) >> 31:
                x = ptr16(0)
            else:
                x = ptr16(255)
        total = total + int(x)
        y = ptr16(n)
        row[int(y)] = int(x)
        v = int(x) - ra[int(y)]
        y = ptr16(rb[int(y)])
        y = ptr16(lut[int(y)])
        x = ptr16(lut[int(x)] - int(y))
        y = ptr16(at)
        at = int(y) + 2
        y[0] = y[0] + v
        y = ptr16(int(y) + 1200)
        y[0] = y[0] + int(x)
        n += 1
    loud[t & 63] = total >> 3


@micropython.viper
def scan(x: ptr16, y: int, need: int, out: ptr16, room: int) -> int:
    """(sums, first, need, out, room): bins that stand out of both sides -> out;
    returns how many (at most room).

    A bin's sum is held against the mean of the 12 bins 7..18 beside it on the quieter side:
    need is 12 times the excess wanted. It must be the largest within two bins. Bins 18 to 581
    (5 kHz) have that many beside them; the last step reads one sum more and makes no use of it.
    The running sums hold need as well.
    """
    first = y
    sums = int(x)
    x = ptr16(sums + first + first)
    left = need
    right = need
    y = 12
    while y:
        left = left + x[0]
        right = right + x[25]
        x = ptr16(int(x) + 2)
        y -= 1
    x = ptr16(int(x) - 24)
    y = left
    found = 0
    end = int(x) + 1128
    while int(x) < end:
        if (y - x[18] * 12) >> 31 or (x[18] * -12 + right) >> 31:
            if x[18] >= x[17] and x[18] > x[19] and x[18] >= x[16] and x[18] > x[20]:
                if found < room:
                    out[found] = ((int(x) - sums + 36) >> 1) - first
                    found += 1
        y = y + x[12] - x[0]
        right = right + x[37] - x[25]
        if (y - x[19] * 12) >> 31 or (x[19] * -12 + right) >> 31:
            if x[19] >= x[18] and x[19] > x[20] and x[19] >= x[17] and x[19] > x[21]:
                if found < room:
                    out[found] = ((int(x) - sums + 38) >> 1) - first
                    found += 1
        y = y + x[13] - x[1]
        right = right + x[38] - x[26]
        if (y - x[20] * 12) >> 31 or (x[20] * -12 + right) >> 31:
            if x[20] >= x[19] and x[20] > x[21] and x[20] >= x[18] and x[20] > x[22]:
                if found < room:
                    out[found] = ((int(x) - sums + 40) >> 1) - first
                    found += 1
        y = y + x[14] - x[2]
        right = right + x[39] - x[27]
        if (y - x[21] * 12) >> 31 or (x[21] * -12 + right) >> 31:
            if x[21] >= x[20] and x[21] > x[22] and x[21] >= x[19] and x[21] > x[23]:
                if found < room:
                    out[found] = ((int(x) - sums + 42) >> 1) - first
                    found += 1
        y = y + x[15] - x[3]
        right = right + x[40] - x[28]
        x = ptr16(int(x) + 8)
    return found
