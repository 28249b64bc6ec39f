# mypy: ignore-errors
# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The part of the bench that MicroPython runs. Arguments: what to do, then its numbers.

- ``addresses``: where each viper kernel's code lies
- ``listen FILE BLOCKS STAGES``: push the file's first blocks (s32le) through the chain
- ``wrappers TIMES ASSEMBLER``: the calls of a frame's kernels that have a function of Python around
  them in assembler (1: these, without the kernels; 0: as they are in viper)
- ``finders TIMES ASSEMBLER``: the same, one call of each of the finders' such kernels
- ``goertzel TIMES``: a plain loop over 1600 samples
- ``plain TIMES``: time the same
- ``speed FILE TIMES``: time the chain over the file
- ``heap FILE``: what a listener takes
"""

import gc
import sys
from array import array

import micropython

BLOCK = 256


def addresses():
    import struct

    import uctypes

    from alarm import kernels

    for name in kernels.__all__:
        if name == "bound":
            continue  # no kernel itself
        # A function object holds its type, context, children and code; id() flips the top bit.
        at = id(getattr(kernels, name)) & 0x7FFFFFFF
        words = struct.unpack("<4I", uctypes.bytearray_at(at, 16))
        print("kernel", name, words[3] & ~1)


def _blocks(path):
    out = []
    with open(path, "rb") as f:
        while True:
            block = array("i", bytes(4 * BLOCK))
            if f.readinto(block) < 4 * BLOCK:
                return out
            out.append(block)


def listen(path, blocks, stages):
    """stages: 0 nothing, 1 the spectrum, 2 and the chime's finder, 3 everything."""
    from alarm.listener import Listener

    all_blocks = _blocks(path)
    listener = Listener()
    if stages == 3:
        push = listener.push
        for i in range(blocks):
            if push(all_blocks[i]):
                listener.take()
    elif stages:
        spectrum, chime = listener.spectrum, listener.chime
        due = 0
        for i in range(blocks):
            if spectrum.block(all_blocks[i]):
                due = 1
            elif due:
                due = 0
                t = spectrum.row()
                if stages == 2:
                    chime.frame(t)


def marker():
    """A function that calls `intake`: the count starts and ends at such calls."""
    from alarm.kernels import intake

    block, ring = array("i", bytes(4 * BLOCK)), array("i", bytes(8192))
    state = array("i", bytes(48))
    return lambda: intake(block, ring, state)


def plain_loop():
    """(samples, Goertzel's loop over them) as hobby projects write it, with integers; floats cost
    more on a chip without them."""
    samples = array("h", [(i * 7919 & 2047) - 1024 for i in range(1600)])

    def power(samples, coeff):
        s1 = s2 = 0
        for x in samples:
            s = x + (coeff * s1 >> 14) - s2
            s2 = s1
            s1 = s
        return s1 * s1 + s2 * s2 - (coeff * s1 >> 14) * s2

    return samples, power


def goertzel(times):
    samples, power = plain_loop()
    mark = marker()
    mark()
    for _ in range(times):
        power(samples, 20000)
    mark()


def plain(times):
    import time

    samples, power = plain_loop()
    began = time.ticks_us()
    for _ in range(times):
        power(samples, 20000)
    print("us", time.ticks_diff(time.ticks_us(), began), times * len(samples))


def speed(path, times):
    import time

    from alarm.listener import Listener

    all_blocks = _blocks(path)
    listener = Listener()
    push = listener.push
    for block in all_blocks:
        push(block)
    began = time.ticks_us()
    for _ in range(times):
        for block in all_blocks:
            if push(block):
                listener.take()
    print("us", time.ticks_diff(time.ticks_us(), began), len(all_blocks) * times)


# In place of assembler functions, which take their arguments in the same way.
@micropython.viper
def _nothing1(a: ptr32) -> int:
    return 0


@micropython.viper
def _nothing3(a: ptr8, b: int, c: ptr8) -> int:
    return 0


@micropython.viper
def _nothing4(a: ptr8, b, c, d: ptr8) -> int:
    return 0


def wrappers(times, assembler):
    from alarm import spectrum

    mark = marker()
    if assembler:  # only now: the viper kernels must lie where they do without it
        from alarm import kernels_thumb as k

        k._levels = k._whiten = _nothing1
        k._scan = _nothing4
        spectrum.bound = k.bound
    else:
        from alarm import kernels as k
    sp = spectrum.Spectrum()
    sp.z[:] = array("i", [1 << 20] * 2048)  # silence
    found = array("H", bytes(64))
    mark()
    for _ in range(times):
        sp._levels()
        sp._whiten()
        k.scan(sp.sums, 0, 2520, found, 32)
    mark()


def finders(times, assembler):
    mark = marker()
    if assembler:
        from alarm import kernels_finders_thumb as k

        k._column = k._rowsum = _nothing3
        k._loudest = k._oppose = k._swings = _nothing4
    else:
        from alarm import kernels as k
    hist, sums, sine = bytearray(64 * 600), array("H", bytes(2402)), array("H", bytes(4096))
    col, few, out, rates = hist[:64], array("H", bytes(16)), array("i", bytes(24)), sums[:126]
    mark()
    for _ in range(times):
        k.column(hist, 63, 500, 500, col)
        k.rowsum(hist, 50, 15, sums)
        k.loudest(sums, 600, 731, few, few, 8)
        k.oppose(col, col, 18, 46, out, hist)
        k.swings(col, 18, 46, 2944, sine, rates)
    mark()


def heap(path):
    all_blocks = _blocks(path)
    gc.collect()
    before = gc.mem_alloc()
    from alarm.listener import Listener

    gc.collect()
    code = gc.mem_alloc()
    listener = Listener()
    gc.collect()
    after = gc.mem_alloc()
    push = listener.push
    warm = len(all_blocks) // 2
    for i in range(warm):
        push(all_blocks[i])
    gc.collect()
    gc.disable()
    start = gc.mem_alloc()
    again = gc.mem_alloc()
    for i in range(warm, len(all_blocks)):
        push(all_blocks[i])
    grown = gc.mem_alloc() - again - (again - start)
    print("heap", code - before, after - code, grown, len(all_blocks) - warm)


if __name__ == "__main__":
    what = sys.argv[1]
    numbers = [int(a) if a.isdigit() else a for a in sys.argv[2:]]
    globals()[what](*numbers)
