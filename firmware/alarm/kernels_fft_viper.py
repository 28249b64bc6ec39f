# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The transform of the spectrum, in MicroPython's viper.

In and out as in `kernels_plain`, bit for bit; see `kernels_viper` for how viper is written here.
"""

import sys

import micropython

if sys.implementation.name != "micropython":
    raise ImportError("viper is MicroPython's")  # see kernels_viper


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
        x = ptr32(int(x) + 32)
    x = ptr32(z)
    x[0] = x[0] - 0xF8000  # these had it
    x[1] = x[1] - 0xF8000
