# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The hottest kernels in Thumb of ARMv6-M, for the boards: five times fewer cycles than viper.

In and out: as in `kernels_viper`, whose docstrings state formats and bounds; every bit the same
(tested in an emulator, `tests/host/test_kernels_thumb.py`). RP2040 and RP2350 both run this code;
the unix port refuses the decorator and does without.

The assembler has no name for some instructions; they go in as data, with their text beside them.
r8 to r12 and lr hold values only: MOV, ADD and CMP reach them (lr is on the stack already).
"""

from array import array

import micropython
from uctypes import addressof


@micropython.asm_thumb
def intake(r0, r1, r2, r3):
    """(block, ring, at, st); see kernels_viper.intake."""
    push({r3})
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    push({r4, r5, r6})
    lsl(r2, r2, 2)
    add(r1, r1, r2)
    ldr(r2, [r3, 0])  # the sample before, + 2**23
    mov(r4, 1)
    lsl(r4, r4, 24)
    mov(r8, r4)  # 2**24
    lsr(r4, r4, 1)
    mov(r9, r4)  # 2**23
    mov(r3, 0)  # OR of the differences
    mov(r4, 0)  # highest
    mvn(r5, r3)
    lsr(r5, r5, 8)  # lowest
    mov(r6, 1)
    lsl(r6, r6, 10)
    add(r6, r6, r0)
    mov(r10, r6)  # the end
    label(LOOP)
    data(2, 0xC840)  # ldmia(r0, {r6})
    asr(r6, r6, 8)
    data(2, 0x444E)  # add(r6, r9): + 2**23, which is the viper's XOR
    sub(r7, r6, r2)
    mov(r2, r6)
    cmp(r6, r4)
    ble(NOT_HIGHER)
    mov(r4, r6)
    label(NOT_HIGHER)
    cmp(r6, r5)
    bge(NOT_LOWER)
    mov(r5, r6)
    label(NOT_LOWER)
    mov(r6, r7)
    data(2, 0x4447)  # add(r7, r8)
    data(2, 0xC180)  # stmia(r1, {r7})
    asr(r7, r6, 31)
    eor(r6, r7)
    sub(r6, r6, r7)  # |difference|
    orr(r3, r6)
    data(2, 0x4550)  # cmp(r0, r10)
    bne(LOOP)
    pop({r0, r1, r6})
    mov(r8, r0)
    mov(r9, r1)
    mov(r10, r6)
    pop({r0})
    str(r2, [r0, 0])
    str(r3, [r0, 4])
    str(r5, [r0, 8])
    str(r4, [r0, 12])
    mov(r0, 0)


@micropython.asm_thumb
def _window(r0, r1, r2, r3):
    """(ring, oldest << 5 | lsh, window, z)"""
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r4, r5, r6, r7})
    mov(r4, 31)
    mov(r5, r1)
    and_(r5, r4)  # lsh
    lsr(r1, r1, 5)
    lsl(r1, r1, 2)
    mov(r8, r0)  # the ring
    mov(r4, 32)
    lsl(r4, r4, 8)
    add(r4, r4, r0)
    mov(r9, r4)  # its end
    add(r0, r0, r1)
    mov(r7, 1)
    lsl(r7, r7, 20)
    mov(r10, r7)  # 2**20
    lsl(r6, r7, 4)  # 2**24
    lsr(r7, r7, 4)
    mov(r11, r7)  # 2**16
    mov(r7, 8)
    lsl(r7, r7, 8)
    add(r7, r7, r2)
    mov(r12, r7)  # the window's end
    label(RISING)
    data(2, 0xC802)  # ldmia(r0, {r1})
    sub(r1, r1, r6)
    lsl(r1, r5)
    asr(r1, r1, 9)
    ldrh(r4, [r2, 0])
    mul(r1, r4)
    data(2, 0x4459)  # add(r1, r11)
    asr(r1, r1, 17)
    data(2, 0x4451)  # add(r1, r10)
    data(2, 0xC302)  # stmia(r3, {r1})
    add(r2, 2)
    data(2, 0x4548)  # cmp(r0, r9)
    bne(RISING_ON)
    mov(r0, r8)
    label(RISING_ON)
    data(2, 0x4562)  # cmp(r2, r12)
    bne(RISING)
    mov(r7, 8)
    lsl(r7, r7, 8)
    sub(r7, r2, r7)
    mov(r12, r7)  # the window's start
    label(FALLING)
    data(2, 0xC802)  # ldmia(r0, {r1})
    sub(r1, r1, r6)
    lsl(r1, r5)
    asr(r1, r1, 9)
    sub(r2, 2)
    ldrh(r4, [r2, 0])
    mul(r1, r4)
    data(2, 0x4459)  # add(r1, r11)
    asr(r1, r1, 17)
    data(2, 0x4451)  # add(r1, r10)
    data(2, 0xC302)  # stmia(r3, {r1})
    data(2, 0x4548)  # cmp(r0, r9)
    bne(FALLING_ON)
    mov(r0, r8)
    label(FALLING_ON)
    data(2, 0x4562)  # cmp(r2, r12)
    bne(FALLING)
    pop({r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)
    mov(r0, 0)


def window(ring, oldest, lsh, win, z):
    """See kernels_viper.window; an assembler function takes four arguments at most."""
    _window(ring, oldest << 5 | lsh, win, z)


@micropython.asm_thumb
def fft(r0, r1):
    """(z, sine); see kernels_viper.fft.

    On the stack, by word: 0-5 s1 c1 s2 c2 s3 c3, 6 z's end, 7 from the last store to the next p,
    8 p of this j, 9 z, 10 sine, 11 the twiddles' step in bytes, 12 their offset, 13 p's end for j.
    """
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r4, r5, r6, r7})
    data(2, 0xB08E)  # sub(sp, 56)
    data(2, 0x9009)  # str(r0, [sp, 36])
    data(2, 0x910A)  # str(r1, [sp, 40])
    mov(r2, 32)
    lsl(r2, r2, 8)
    add(r2, r2, r0)
    data(2, 0x9206)  # str(r2, [sp, 24])
    mov(r2, 4)
    data(2, 0x920B)  # str(r2, [sp, 44])
    mov(r2, 1)
    lsl(r2, r2, 21)
    add(r2, 1)
    mov(lr, r2)  # twice the bias, and the rounding
    mov(r7, 8)
    lsl(r7, r7, 8)  # a quarter of the block, in bytes
    label(PASS)
    data(2, 0x9809)  # ldr(r0, [sp, 36])
    add(r2, r0, r7)
    data(2, 0x920D)  # str(r2, [sp, 52])
    lsl(r2, r7, 1)
    sub(r2, 8)
    mov(r9, r2)  # 2q - 8
    mov(r2, r7)
    add(r2, 8)
    neg(r2, r2)
    mov(r10, r2)  # -q - 8
    lsl(r2, r7, 1)
    add(r2, r2, r7)
    neg(r2, r2)
    mov(r12, r2)  # -3q
    mov(r2, r7)
    sub(r2, 8)
    data(2, 0x9207)  # str(r2, [sp, 28])
    mov(r2, 0)
    data(2, 0x920C)  # str(r2, [sp, 48])
    label(TWIDDLES)
    data(2, 0x9008)  # str(r0, [sp, 32])
    data(2, 0x990A)  # ldr(r1, [sp, 40])
    data(2, 0x9A0C)  # ldr(r2, [sp, 48])
    mov(r7, 1)
    lsl(r7, r7, 14)  # 16384
    lsr(r6, r7, 4)  # 1024 bytes: a quarter turn
    add(r1, r1, r2)
    ldrh(r3, [r1, 0])
    sub(r3, r3, r7)
    data(2, 0x9300)  # str(r3, [sp, 0])
    data(2, 0x5B8B)  # ldrh(r3, [r1, r6])
    sub(r3, r3, r7)
    data(2, 0x9301)  # str(r3, [sp, 4])
    add(r1, r1, r2)
    ldrh(r3, [r1, 0])
    sub(r3, r3, r7)
    data(2, 0x9302)  # str(r3, [sp, 8])
    data(2, 0x5B8B)  # ldrh(r3, [r1, r6])
    sub(r3, r3, r7)
    data(2, 0x9303)  # str(r3, [sp, 12])
    add(r1, r1, r2)
    ldrh(r3, [r1, 0])
    sub(r3, r3, r7)
    data(2, 0x9304)  # str(r3, [sp, 16])
    data(2, 0x5B8B)  # ldrh(r3, [r1, r6])
    sub(r3, r3, r7)
    data(2, 0x9305)  # str(r3, [sp, 20])
    data(2, 0x9B0B)  # ldr(r3, [sp, 44])
    add(r2, r2, r3)
    data(2, 0x920C)  # str(r2, [sp, 48])
    label(BUTTERFLY)
    data(2, 0xC806)  # ldmia(r0, {r1, r2}): a
    data(2, 0x4448)  # add(r0, r9)
    data(2, 0xC818)  # ldmia(r0, {r3, r4}): c
    add(r5, r1, r3)  # t0r
    sub(r1, r1, r3)  # t1r
    add(r6, r2, r4)  # t0i
    sub(r2, r2, r4)  # t1i
    mov(r8, r1)
    mov(r11, r2)
    data(2, 0x4450)  # add(r0, r10)
    data(2, 0xC818)  # ldmia(r0, {r3, r4}): b
    data(2, 0x4448)  # add(r0, r9)
    ldr(r7, [r0, 0])  # d
    add(r1, r3, r7)  # t2r
    sub(r3, r3, r7)  # t3r
    ldr(r7, [r0, 4])
    add(r2, r4, r7)  # t2i
    sub(r4, r4, r7)  # t3i
    add(r7, r6, r2)
    sub(r6, r6, r2)  # y of c
    add(r2, r5, r1)
    sub(r5, r5, r1)  # x of c
    add(r2, 2)
    asr(r2, r2, 2)
    add(r7, 2)
    asr(r7, r7, 2)
    data(2, 0x4460)  # add(r0, r12)
    data(2, 0xC084)  # stmia(r0, {r2, r7}): a
    data(2, 0x4448)  # add(r0, r9)
    data(2, 0x9902)  # ldr(r1, [sp, 8])
    data(2, 0x9A03)  # ldr(r2, [sp, 12])
    mov(r7, r5)
    mul(r7, r1)
    mul(r5, r2)
    mul(r1, r6)
    mul(r6, r2)
    add(r1, r1, r5)
    sub(r6, r6, r7)
    asr(r1, r1, 15)
    data(2, 0x4471)  # add(r1, lr)
    asr(r1, r1, 1)
    asr(r6, r6, 15)
    data(2, 0x4476)  # add(r6, lr)
    asr(r6, r6, 1)
    data(2, 0xC042)  # stmia(r0, {r1, r6}): c
    mov(r5, r8)
    mov(r6, r11)
    add(r7, r5, r4)  # x of b
    sub(r5, r5, r4)  # x of d
    sub(r4, r6, r3)  # y of b
    add(r6, r6, r3)  # y of d
    data(2, 0x4450)  # add(r0, r10)
    data(2, 0x9900)  # ldr(r1, [sp, 0])
    data(2, 0x9A01)  # ldr(r2, [sp, 4])
    mov(r3, r7)
    mul(r3, r1)
    mul(r7, r2)
    mul(r1, r4)
    mul(r4, r2)
    add(r1, r1, r7)
    sub(r4, r4, r3)
    asr(r1, r1, 15)
    data(2, 0x4471)  # add(r1, lr)
    asr(r1, r1, 1)
    asr(r4, r4, 15)
    data(2, 0x4474)  # add(r4, lr)
    asr(r4, r4, 1)
    data(2, 0xC012)  # stmia(r0, {r1, r4}): b
    data(2, 0x4448)  # add(r0, r9)
    data(2, 0x9904)  # ldr(r1, [sp, 16])
    data(2, 0x9A05)  # ldr(r2, [sp, 20])
    mov(r3, r5)
    mul(r3, r1)
    mul(r5, r2)
    mul(r1, r6)
    mul(r6, r2)
    add(r1, r1, r5)
    sub(r6, r6, r3)
    asr(r1, r1, 15)
    data(2, 0x4471)  # add(r1, lr)
    asr(r1, r1, 1)
    asr(r6, r6, 15)
    data(2, 0x4476)  # add(r6, lr)
    asr(r6, r6, 1)
    data(2, 0xC042)  # stmia(r0, {r1, r6}): d
    data(2, 0x9907)  # ldr(r1, [sp, 28])
    add(r0, r0, r1)
    data(2, 0x9A06)  # ldr(r2, [sp, 24])
    cmp(r0, r2)
    bcc(BUTTERFLY)
    data(2, 0x9808)  # ldr(r0, [sp, 32])
    add(r0, 8)
    data(2, 0x9A0D)  # ldr(r2, [sp, 52])
    cmp(r0, r2)
    beq(PASS_DONE)
    b(TWIDDLES)
    label(PASS_DONE)
    data(2, 0x9A0B)  # ldr(r2, [sp, 44])
    lsl(r2, r2, 2)
    data(2, 0x920B)  # str(r2, [sp, 44])
    data(2, 0x9F07)  # ldr(r7, [sp, 28])
    add(r7, 8)
    lsr(r7, r7, 2)
    cmp(r7, 8)
    beq(LAST)
    b(PASS)
    label(LAST)
    mov(r1, 64)
    lsl(r1, r1, 16)
    add(r1, 2)
    mov(r9, r1)  # four times the bias, and the rounding
    data(2, 0x9906)  # ldr(r1, [sp, 24])
    mov(r10, r1)
    data(2, 0x9809)  # ldr(r0, [sp, 36])
    label(PLAIN)
    data(2, 0xC8FE)  # ldmia(r0, {r1 to r7}): a, b, c, d without its imaginary part
    add(r1, r1, r5)  # t0r
    lsl(r5, r5, 1)
    sub(r5, r1, r5)  # t1r
    add(r2, r2, r6)  # t0i
    lsl(r6, r6, 1)
    sub(r6, r2, r6)  # t1i
    add(r3, r3, r7)  # t2r
    lsl(r7, r7, 1)
    sub(r7, r3, r7)  # t3r
    mov(r8, r7)
    ldr(r7, [r0, 0])
    sub(r0, 28)
    add(r4, r4, r7)  # t2i
    lsl(r7, r7, 1)
    sub(r7, r4, r7)  # t3i
    add(r1, r1, r3)
    lsl(r3, r3, 1)
    sub(r3, r1, r3)
    add(r2, r2, r4)
    lsl(r4, r4, 1)
    sub(r4, r2, r4)
    add(r1, 2)
    asr(r1, r1, 2)
    add(r2, 2)
    asr(r2, r2, 2)
    data(2, 0xC006)  # stmia(r0, {r1, r2}): a
    mov(r1, r8)
    sub(r2, r6, r1)  # t1i - t3r
    add(r6, r6, r1)
    add(r1, r5, r7)  # t1r + t3i
    sub(r5, r5, r7)
    data(2, 0x4449)  # add(r1, r9)
    asr(r1, r1, 2)
    data(2, 0x444A)  # add(r2, r9)
    asr(r2, r2, 2)
    data(2, 0x444B)  # add(r3, r9)
    asr(r3, r3, 2)
    data(2, 0x444C)  # add(r4, r9)
    asr(r4, r4, 2)
    data(2, 0x444D)  # add(r5, r9)
    asr(r5, r5, 2)
    data(2, 0x444E)  # add(r6, r9)
    asr(r6, r6, 2)
    data(2, 0xC07E)  # stmia(r0, {r1 to r6}): b, c, d
    data(2, 0x4550)  # cmp(r0, r10)
    bne(PLAIN)
    data(2, 0xB00E)  # add(sp, 56)
    pop({r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)
    mov(r0, 0)


# An assembler function takes four arguments at most: more go in as a block of words. Buffers do not
# move; those of one spectrum belong together, so their addresses are taken when another one comes.
_owner = [None, None]
_level_words = array("I", [0] * 8)
_whiten_words = array("I", [0] * 6)


def levels(z, rev, sine, logs, floor, out, turns, par):
    """See kernels_viper.levels."""
    if _owner[0] is not z:
        _owner[0] = z
        i = 0
        for buffer in (z, rev, sine, logs, floor, out, turns, par):
            _level_words[i] = addressof(buffer)
            i += 1
    _levels(_level_words)


@micropython.asm_thumb
def _levels(r0):
    """(z, rev, sine, logs, floor, out, turns, par) as words.

    On the stack, by word: 0 logs, 1 base, 2 floor - out, 3 twice the turns' row less out's start,
    4 how far a turn is shifted, 5 out's end, 6 the most over the floor, 7 par, 8 the other frame's
    bits.
    """
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r4, r5, r6, r7})
    data(2, 0xB08A)  # sub(sp, 40)
    data(2, 0xC8FE)  # ldmia(r0, {r1 to r7}): z, rev, sine, logs, floor, out, turns
    mov(r8, r1)
    mov(r11, r6)
    data(2, 0x9400)  # str(r4, [sp, 0])
    sub(r5, r5, r6)
    data(2, 0x9502)  # str(r5, [sp, 8])
    ldr(r0, [r0, 0])  # par
    data(2, 0x9007)  # str(r0, [sp, 28])
    ldr(r4, [r0, 24])
    data(2, 0x9401)  # str(r4, [sp, 4])
    ldr(r4, [r0, 28])  # the frame
    mov(r5, 1)
    and_(r5, r4)
    lsl(r5, r5, 2)
    data(2, 0x9504)  # str(r5, [sp, 16])
    mov(r1, 240)
    lsr(r1, r5)
    data(2, 0x9108)  # str(r1, [sp, 32])
    lsr(r4, r4, 1)
    mov(r1, 150)
    lsl(r1, r1, 2)
    mul(r4, r1)
    add(r4, r4, r7)
    lsl(r4, r4, 1)
    sub(r4, r4, r6)
    data(2, 0x9403)  # str(r4, [sp, 12])
    lsl(r1, r1, 1)
    add(r1, r1, r6)
    data(2, 0x9105)  # str(r1, [sp, 20])
    mov(r4, 0)
    data(2, 0x9406)  # str(r4, [sp, 24])
    mov(r0, r2)
    mov(r1, r3)
    add(r1, 118)  # the band's first bin is 59
    mov(r4, 1)
    lsl(r4, r4, 10)
    mov(r9, r4)  # a quarter turn in bytes
    lsl(r4, r4, 4)
    neg(r4, r4)
    mov(lr, r4)  # -2**14
    lsl(r4, r4, 7)
    mov(r12, r4)  # -2**21
    label(LOOP)
    ldrh(r2, [r0, 0])
    data(2, 0x4442)  # add(r2, r8)
    ldrh(r3, [r0, 2])
    data(2, 0x4443)  # add(r3, r8)
    add(r0, 4)
    data(2, 0xCA30)  # ldmia(r2, {r4, r5})
    data(2, 0xCBC0)  # ldmia(r3, {r6, r7})
    add(r2, r5, r7)
    sub(r5, r5, r7)
    add(r3, r4, r6)
    sub(r6, r6, r4)  # y
    data(2, 0x4462)  # add(r2, r12): x
    data(2, 0x4463)  # add(r3, r12)
    mov(r7, r9)
    data(2, 0x5BCC)  # ldrh(r4, [r1, r7])
    ldrh(r7, [r1, 0])
    add(r1, 2)
    mov(r10, r1)
    data(2, 0x4474)  # add(r4, lr): c
    data(2, 0x4477)  # add(r7, lr): s
    mov(r1, r2)
    mul(r1, r4)
    mul(r2, r7)
    mul(r7, r6)
    mul(r6, r4)
    add(r1, r1, r7)
    sub(r6, r6, r2)
    mov(r7, 32)
    lsl(r7, r7, 8)
    add(r1, r1, r7)
    add(r6, r6, r7)
    asr(r1, r1, 14)
    asr(r6, r6, 14)
    add(r3, r3, r1)  # re
    add(r5, r5, r6)  # im
    mov(r1, r3)
    mul(r1, r1)
    mov(r2, r5)
    mul(r2, r2)
    add(r1, r1, r2)
    mov(r4, 0)
    lsr(r2, r1, 16)
    beq(LOG)
    lsr(r1, r1, 12)
    mov(r4, 96)
    label(LOG)
    lsr(r2, r1, 8)
    beq(LOGGED)
    lsr(r1, r1, 4)
    add(r4, 32)
    b(LOG)
    label(LOGGED)
    data(2, 0x9A00)  # ldr(r2, [sp, 0])
    data(2, 0x5C51)  # ldrb(r1, [r2, r1])
    add(r1, r1, r4)
    data(2, 0x9A01)  # ldr(r2, [sp, 4])
    add(r1, r1, r2)
    mov(r2, r11)
    strh(r1, [r2, 0])
    data(2, 0x9E02)  # ldr(r6, [sp, 8])
    data(2, 0x5B96)  # ldrh(r6, [r2, r6])
    lsr(r6, r6, 4)
    sub(r1, r1, r6)
    cmp(r1, 4)
    bgt(PHASE)
    label(NEXT)
    mov(r1, r10)
    add(r2, 2)
    mov(r11, r2)
    data(2, 0x9E05)  # ldr(r6, [sp, 20])
    cmp(r2, r6)
    bne(LOOP)
    b(END)
    label(PHASE)
    data(2, 0x9E06)  # ldr(r6, [sp, 24])
    cmp(r1, r6)
    ble(NOT_THE_MOST)
    data(2, 0x9106)  # str(r1, [sp, 24])
    label(NOT_THE_MOST)
    asr(r4, r3, 31)
    mov(r1, r3)
    eor(r1, r4)
    sub(r1, r1, r4)
    asr(r4, r5, 31)
    mov(r6, r5)
    eor(r6, r4)
    sub(r6, r6, r4)
    cmp(r6, r1)
    bgt(STEEP)
    mov(r4, 0)
    lsl(r7, r6, 2)
    add(r7, r7, r6)
    cmp(r7, r1)
    ble(TURNED)
    mov(r4, 1)
    sub(r7, r7, r6)
    sub(r7, r7, r6)
    sub(r7, r7, r1)
    cmp(r7, r1)
    ble(TURNED)
    mov(r4, 2)
    b(TURNED)
    label(STEEP)
    mov(r4, 4)
    lsl(r7, r1, 2)
    add(r7, r7, r1)
    cmp(r7, r6)
    ble(TURNED)
    mov(r4, 3)
    sub(r7, r7, r1)
    sub(r7, r7, r1)
    sub(r7, r7, r6)
    cmp(r7, r6)
    ble(TURNED)
    mov(r4, 2)
    label(TURNED)
    cmp(r3, 0)
    bge(RIGHT)
    mov(r1, 8)
    sub(r4, r1, r4)
    label(RIGHT)
    cmp(r5, 0)
    bge(UPPER)
    neg(r4, r4)
    label(UPPER)
    mov(r1, 15)
    and_(r4, r1)
    data(2, 0x9904)  # ldr(r1, [sp, 16])
    lsl(r4, r1)
    data(2, 0x9903)  # ldr(r1, [sp, 12])
    add(r1, r1, r2)
    lsr(r1, r1, 1)
    ldrb(r6, [r1, 0])
    data(2, 0x9F08)  # ldr(r7, [sp, 32])
    and_(r6, r7)
    orr(r6, r4)
    strb(r6, [r1, 0])
    b(NEXT)
    label(END)
    data(2, 0x9806)  # ldr(r0, [sp, 24])
    data(2, 0x9907)  # ldr(r1, [sp, 28])
    str(r0, [r1, 12])
    data(2, 0xB00A)  # add(sp, 40)
    pop({r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)
    mov(r0, 0)


def whiten(level, floor, hist, sums, lut, par):
    """See kernels_viper.whiten."""
    if _owner[1] is not sums:
        _owner[1] = sums
        i = 0
        for buffer in (floor, sums, level, lut, hist, par):
            _whiten_words[i] = addressof(buffer)
            i += 1
    _whiten(_whiten_words)


@micropython.asm_thumb
def _whiten(r0):
    """(floor, sums, level, lut, hist, par) as words. On the stack: par, 600, lut."""
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r4, r5, r6, r7})
    data(2, 0xC87E)  # ldmia(r0, {r1 to r6})
    mov(r0, r6)
    mov(r7, r4)
    mov(r6, 150)
    lsl(r6, r6, 2)
    push({r0, r6, r7})
    ldr(r4, [r0, 0])
    add(r4, r4, r5)
    mov(r9, r4)  # the short sum's oldest row
    ldr(r4, [r0, 4])
    add(r4, r4, r5)
    mov(r10, r4)  # the long sum's
    ldr(r4, [r0, 16])
    add(r4, r4, r5)
    mov(r8, r4)  # the row
    ldr(r4, [r0, 20])
    mov(r12, r4)  # step
    ldr(r4, [r0, 12])
    sub(r4, 112)
    bge(LIFT)
    mov(r4, 0)
    label(LIFT)
    str(r4, [r0, 12])
    mov(r11, r4)  # taken off the row
    ldrh(r4, [r1, 16])  # the lowest bin's floor, for the eight below
    lsl(r5, r4, 16)
    orr(r4, r5)
    str(r4, [r1, 0])
    str(r4, [r1, 4])
    str(r4, [r1, 8])
    str(r4, [r1, 12])
    lsl(r5, r6, 1)
    add(r5, 14)
    add(r5, r5, r1)
    ldrh(r4, [r5, 0])  # and the highest's
    lsl(r6, r4, 16)
    orr(r4, r6)
    add(r5, 2)
    str(r4, [r5, 0])
    str(r4, [r5, 4])
    str(r4, [r5, 8])
    str(r4, [r5, 12])
    mov(r0, r1)  # floor
    mov(r1, r2)  # sums
    mov(r2, 0)  # sum of 16 floors
    mov(r4, 0)
    mov(lr, r4)  # sum of the row
    mov(r5, r0)
    mov(r7, 16)
    label(FIRST)
    ldrh(r6, [r5, 0])
    add(r5, 2)
    add(r2, r2, r6)
    sub(r7, 1)
    bne(FIRST)
    label(LOOP)
    lsr(r7, r2, 4)
    ldrh(r5, [r0, 32])
    add(r2, r2, r5)
    ldrh(r5, [r0, 0])
    sub(r2, r2, r5)
    ldrh(r5, [r0, 16])  # the bin's own floor
    sub(r7, r7, r5)
    mov(r6, r12)
    lsl(r6, r6, 5)  # near
    cmp(r7, r6)
    bge(FAR)
    add(r6, r6, r7)
    bgt(NEAR)
    label(FAR)
    mov(r7, 0)
    label(NEAR)
    add(r7, r7, r5)
    lsr(r7, r7, 4)
    data(2, 0x445F)  # add(r7, r11)
    ldrh(r6, [r3, 0])
    add(r3, 2)
    sub(r7, r6, r7)
    add(r7, 64)
    lsl(r6, r6, 4)
    cmp(r6, r5)
    bgt(UP)
    mov(r6, r12)
    cmp(r5, r6)
    ble(STORE)
    sub(r5, r5, r6)
    b(STORE)
    label(UP)
    data(2, 0x4465)  # add(r5, r12)
    label(STORE)
    strh(r5, [r0, 16])
    cmp(r7, 0)
    bge(NOT_LOW)
    mov(r7, 0)
    label(NOT_LOW)
    cmp(r7, 255)
    ble(NOT_HIGH)
    mov(r7, 255)
    label(NOT_HIGH)
    data(2, 0x44BE)  # add(lr, r7)
    mov(r5, r9)
    data(2, 0x5D2E)  # ldrb(r6, [r5, r4])
    sub(r6, r7, r6)
    ldrh(r5, [r1, 0])
    add(r5, r5, r6)
    strh(r5, [r1, 0])
    mov(r5, r8)
    data(2, 0x552F)  # strb(r7, [r5, r4])
    mov(r5, r10)
    data(2, 0x5D2E)  # ldrb(r6, [r5, r4])
    data(2, 0x9D02)  # ldr(r5, [sp, 8])
    data(2, 0x5DAE)  # ldrb(r6, [r5, r6])
    data(2, 0x5DEF)  # ldrb(r7, [r5, r7])
    sub(r6, r7, r6)
    mov(r5, 150)
    lsl(r5, r5, 3)
    data(2, 0x5B4F)  # ldrh(r7, [r1, r5])
    add(r7, r7, r6)
    data(2, 0x534F)  # strh(r7, [r1, r5])
    add(r1, 2)
    add(r0, 2)
    add(r4, 1)
    data(2, 0x9D01)  # ldr(r5, [sp, 4])
    cmp(r4, r5)
    bne(LOOP)
    pop({r0, r1, r2})
    mov(r1, lr)
    str(r1, [r0, 8])
    pop({r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)
    mov(r0, 0)


def scan(sums, first, need, out, room):
    """See kernels_viper.scan."""
    return _scan(sums, room << 16 | first, need, out)


@micropython.asm_thumb
def _scan(r0, r1, r2, r3):
    """(sums, room << 16 | first, need, out) -> how many"""
    mov(r4, r8)
    mov(r5, r9)
    mov(r6, r10)
    mov(r7, r11)
    push({r4, r5, r6, r7})
    push({r3})
    mov(r8, r2)  # need
    mov(r7, r3)
    lsr(r4, r1, 16)
    lsl(r4, r4, 1)
    add(r4, r4, r7)
    mov(r10, r4)  # out's end
    lsl(r1, r1, 16)
    lsr(r1, r1, 15)
    add(r0, r0, r1)
    mov(r11, r0)  # the first bin's place
    mov(r1, r0)
    add(r1, 50)
    mov(r2, 0)  # left
    mov(r3, 0)  # right
    mov(r6, 12)
    label(FIRST)
    ldrh(r4, [r0, 0])
    add(r2, r2, r4)
    ldrh(r4, [r1, 0])
    add(r3, r3, r4)
    add(r0, 2)
    add(r1, 2)
    sub(r6, 1)
    bne(FIRST)
    sub(r0, 24)
    sub(r1, 24)
    mov(r4, 141)
    lsl(r4, r4, 3)
    add(r4, r4, r0)
    mov(r9, r4)  # 564 bins on
    label(LOOP)
    ldrh(r4, [r0, 36])
    lsl(r5, r4, 1)
    add(r5, r5, r4)
    lsl(r5, r5, 2)
    mov(r6, r2)
    cmp(r3, r2)
    bge(LEFT)
    mov(r6, r3)
    label(LEFT)
    sub(r5, r5, r6)
    data(2, 0x4545)  # cmp(r5, r8)
    bgt(STANDS_OUT)
    label(NEXT)
    ldrh(r5, [r0, 24])
    ldrh(r6, [r0, 0])
    add(r2, r2, r5)
    sub(r2, r2, r6)
    ldrh(r5, [r1, 24])
    ldrh(r6, [r1, 0])
    add(r3, r3, r5)
    sub(r3, r3, r6)
    add(r0, 2)
    add(r1, 2)
    data(2, 0x4548)  # cmp(r0, r9)
    bne(LOOP)
    pop({r3})
    sub(r0, r7, r3)
    lsr(r0, r0, 1)
    pop({r4, r5, r6, r7})
    mov(r8, r4)
    mov(r9, r5)
    mov(r10, r6)
    mov(r11, r7)
    b(END)
    label(STANDS_OUT)
    ldrh(r5, [r0, 34])
    cmp(r4, r5)
    blt(NEXT)
    ldrh(r5, [r0, 38])
    cmp(r4, r5)
    ble(NEXT)
    ldrh(r5, [r0, 32])
    cmp(r4, r5)
    blt(NEXT)
    ldrh(r5, [r0, 40])
    cmp(r4, r5)
    ble(NEXT)
    data(2, 0x4557)  # cmp(r7, r10)
    beq(NEXT)
    mov(r5, r11)
    sub(r5, r0, r5)
    lsr(r5, r5, 1)
    add(r5, 18)
    strh(r5, [r7, 0])
    add(r7, 2)
    b(NEXT)
    label(END)
