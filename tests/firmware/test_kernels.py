# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Every viper kernel against its plain twin, bit for bit, and both against fixed digests.

The digests hold all interpreters and word sizes to the same bits: twins that were wrong together
on one of them would be found. On CPython, where there is no viper, the plain twin alone is held
to the digests, and every intermediate value of it is checked to fit a signed 32-bit word.
"""

import binascii
import sys
from array import array

from skipping import SkipTest
from sounds import FULL, Noise, Sine, slots

from alarm import kernels
from alarm import kernels_finders_plain as plain_finders
from alarm import kernels_plain as plain
from alarm.tables import BINS, power_tables, tables

viper = kernels if sys.implementation.name == "micropython" else None

SINE, WIN, REV, LOGS = tables()
LUT, AMP = power_tables()
LOWEST = -(2**31)


def _noise(n, shift):
    noise = Noise(3)
    return [noise.next() >> shift for _ in range(n)]


def _tone(n, hz16):
    tone = Sine(hz16)
    return [tone.next() << 8 for _ in range(n)]


VECTORS = {
    # Full-scale square at 1 kHz, the highest crest the converter can give.
    "square": lambda: slots([FULL if i & 8 else -FULL - 1 for i in range(2048)]),
    # Neighbours at opposite ends: the largest difference there is.
    "alternating": lambda: slots([FULL if i & 1 else -FULL - 1 for i in range(2048)]),
    "dc": lambda: slots([FULL] * 2048),
    "noise": lambda: slots([v << 8 for v in _noise(2048, 0)]),
    "quiet noise": lambda: slots(_noise(2048, 10)),
    "tone": lambda: slots(_tone(2048, 2500 * 16 + 5)),
    "impulse": lambda: slots([FULL if i == 777 else 0 for i in range(2048)]),
    "one lsb": lambda: slots([i >> 4 & 1 for i in range(2048)]),
    "zeros": lambda: slots([0] * 2048),
    # Slots at INT_MIN, with rubbish in the unused low byte of every other pair.
    "lowest": lambda: array("i", [LOWEST + (255 if i & 2 else 0) for i in range(2048)]),
    "lowest and zero": lambda: array("i", [LOWEST if i & 32 else 255 for i in range(2048)]),
}

# Digests of all that the chain below fills: the spectrum's kernels, then the finders'.
DIGESTS = {
    "square": (0x4308C1D6, 0x12D093A6),
    "alternating": (0x631D88C8, 0xC0BBE088),
    "dc": (0x579CDE44, 0xDF2CBCA5),
    "noise": (0x59526A75, 0x6A3F268B),
    "quiet noise": (0xC7377709, 0x42EAA3B6),
    "tone": (0x0524927B, 0x1C29BCF3),
    "impulse": (0xA0132D0C, 0x72529D78),
    "one lsb": (0xBCE043CF, 0x6F9A4272),
    "zeros": (0x74B9AB32, 0x6F9A4272),
    "lowest": (0x9F90AFBF, 0xC0BBE088),
    "lowest and zero": (0xB4F86EF1, 0x95D6289F),
}


def _floor():
    """600 floors with 8 more at each end, some under and some over the levels that come."""
    return array("H", [4000 + i * 7 % 2000 for i in range(BINS + 16)])


def _chain(k, finders, name):
    """Every kernel of both, each on what the one before left: [(kernel, CRC-32 of its output)]."""
    out = []

    def note(what, *buffers):
        crc = 0
        for b in buffers:
            crc = binascii.crc32(bytes(b), crc)
        out.append((what, crc))

    block = VECTORS[name]()
    ring = array("i", [1 << 24] * 2048)
    st = array("i", [1 << 23, 1280] + [0] * 10)  # the ring's start is anywhere
    for i in range(8):
        at = k.intake(block[i * 256 : i * 256 + 256], ring, st)
        assert at == st[1] == 1280 + 256 * (i + 1) & 2047
    note("intake", ring, st)
    z = array("i", [0] * 2048)
    length = k.window(ring, st, WIN, z)
    note("window", z, bytes([length]))
    k.fft(z, SINE)
    note("fft", z)
    floor = _floor()
    level = array("H", [0] * BINS)
    turns = bytearray(b"\x5a" * (8 * BINS))
    par = array("i", [0, length, 7, 0])
    for par[0] in (68, 69):  # two frames share a byte
        k.levels(z, REV, SINE, LOGS, memoryview(floor)[8:], level, turns, par)
        note("levels", level, turns, par)
    noise = Noise(5)
    hist = bytearray([64 + (noise.next() >> 11) for _ in range(64 * BINS)])
    sums = array("H", [64 * 15] * BINS + [64 * 46] * BINS + [0])
    par[3] = 116
    loud = array("H", [0] * 64)
    k.whiten(level, floor, hist, sums, LUT, loud, par)
    note("whiten", floor, hist, sums[: 2 * BINS], loud, par)
    found = array("H", [0] * 8)
    n = k.scan(sums, 0, 2 * 15 * 12, found, 8)
    m = k.scan(sums, BINS, 2 * 46 * 12, found, 3)
    note("scan", found, bytes([n, m]))
    slots_k = array("h", [9, 40, 41, 100, 7])
    slots_in_use = bytearray([1, 0, 1, 1, 0])
    near = [finders.nearest(slots_k, slots_in_use, 5, at) for at in (7, 6, 40, 103, 98)]
    near.append(finders.nearest(slots_k, b"\x01" * 5, 5, 70))
    assert near == [0, -5, 2, -5, 3, -6], near
    bins = array("H", [0] * 8)
    powers = array("H", [0] * 8)
    for room in (8, 3):
        n = finders.loudest(sums, BINS, 2000, bins, powers, room)
        note("loudest", bins, powers, bytes([n]))
    a = bytearray(64)
    b = bytearray(64)
    finders.column(hist, 5, found[0], found[0] + 1, a)
    finders.column(hist, 40, 130, 7, b)
    note("column", a, b)
    wide = bytearray(64)
    finders.band(hist, 40, 7, 30, wide)
    note("band", wide)
    finders.band(hist, 63, 599, 599, wide)
    note("band", wide)
    total = array("H", [0] * (BINS + 1))
    finders.rowsum(hist, 60, 15, total)
    note("rowsum", total[:BINS])
    s6 = array("i", [0] * 6)
    finders.oppose(a, b, 3, 46, s6, LUT)
    note("oppose", s6)
    few = array("i", [finders.energy(a, 3, 46, 0, LUT), finders.energy(b, 3, 46, 15, LUT)])
    note("energy", few)
    for i in range(5):
        few[i & 1] = finders.coherent(
            a, turns[2 * BINS :], 15, i * 500 & 2047, SINE, AMP, i * 8 - 16
        )
        note("coherent", few)
    ra = array("h", [0] * 126)
    rb = array("h", [0] * 126)
    finders.swings(a, 3, 46, s6[0], SINE, ra)
    finders.swings(b, 3, 46, s6[1], SINE, rb)
    note("swings", ra, rb)
    best = array("i", [0] * 2)
    finders.apart(ra, rb, best)
    note("apart", best)
    return out


def _digests(parts):
    """(of the spectrum's kernels, of the finders' kernels)."""
    spectrum = finders = 0
    for kernel, crc in parts:
        if kernel in ("intake", "window", "fft", "levels", "whiten", "scan"):
            spectrum = spectrum * 31 + crc & 0xFFFFFFFF
        else:
            finders = finders * 31 + crc & 0xFFFFFFFF
    return spectrum, finders


def _check(name):
    expected = _chain(plain, plain_finders, name)
    if viper:
        for ours, theirs in zip(_chain(viper, viper, name), expected):
            assert ours == theirs, (name, ours, theirs)
    assert _digests(expected) == DIGESTS[name], (name, _digests(expected), expected)


def test_full_scale_square():
    _check("square")


def test_full_scale_alternating():
    _check("alternating")


def test_dc():
    _check("dc")


def test_noise():
    _check("noise")
    _check("quiet noise")


def test_tone():
    _check("tone")


def test_impulse():
    _check("impulse")


def test_one_lsb():
    _check("one lsb")


def test_zeros():
    _check("zeros")


def test_int_min_slots():
    _check("lowest")
    _check("lowest and zero")


def test_viper_runs_wherever_micropython_does():
    """A silent fall-back to the plain twin would make the twin tests say nothing."""
    if not viper:
        assert kernels.fft is plain.fft and kernels.column is plain_finders.column
        return
    from alarm import kernels_finders, kernels_finders_viper, kernels_viper

    for module, names in (
        (kernels_viper, "intake window fft levels whiten scan"),
        (kernels_finders_viper, "column rowsum loudest oppose swings"),
        (kernels_finders, "band couples follow shares energy coherent apart nearest"),
    ):
        for name in names.split():
            assert getattr(kernels, name) is getattr(module, name), name


# --- worst cases, straight into the kernels ------------------------------------------------------


def _worst_z():
    """Points of the largest modulus the window can leave, 2**14.5, that add up in the passes."""
    top = 1 << 14
    bias = plain.Z_BIAS
    noise = Noise(11)
    yield [bias + top] * 2048
    yield [bias - top] * 2048
    yield [bias + (top if i & 3 in (0, 3) else -top) for i in range(2048)]
    yield [bias + (top if noise.next() > 0 else -top) for _ in range(2048)]
    # A turning vector of full modulus: all of it in one bin, its parts at 45 degrees.
    for step in (8 * 37, 1024 + 8):
        yield [
            bias + ((SINE[(i // 2 * step + 256 + 512 * (i + 1 & 1)) & 2047] - 16384) * 181 >> 7)
            for i in range(2048)
        ]


class Watched:
    """A buffer that remembers the largest magnitude written in each 2048 writes."""

    def __init__(self, values, bias):
        self.values = values
        self.bias = bias
        self.most = []
        self._writes = 0

    def __getitem__(self, i):
        return self.values[i]

    def __setitem__(self, i, v):
        self.values[i] = v
        if self._writes & 2047 == 0:
            self.most.append(0)
        self._writes += 1
        self.most[-1] = max(self.most[-1], abs(v - self.bias))


def test_window_stays_within_14_bits():
    for name in ("square", "alternating", "noise", "lowest and zero"):
        block = VECTORS[name]()
        ring = array("i", [1 << 24] * 2048)
        st = array("i", [1 << 23] + [0] * 11)
        for i in range(8):
            plain.intake(block[i * 256 : i * 256 + 256], ring, st)
        z = Watched([0] * 2048, plain.Z_BIAS)
        plain.window(ring, st, WIN, z)
        assert (1 << 12) < z.most[0] <= (1 << 14), (name, z.most)


def test_each_pass_stays_within_a_modulus_of_14_and_a_half_bits():
    limit = 23171 + 2  # 2**14.5 and the rounding
    for values in _worst_z():
        z = Watched(values, plain.Z_BIAS)
        plain.fft(z, SINE)
        assert len(z.most) == 5 and max(z.most) <= limit, z.most


def test_twins_agree_on_the_worst_points():
    if not viper:
        raise SkipTest("only MicroPython has viper")
    for values in _worst_z():
        ours = array("i", values)
        viper.fft(ours, SINE)
        plain.fft(values, SINE)
        assert ours == array("i", values)


def test_twins_agree_on_the_largest_powers():
    """Two points of 2**14 that cancel where `levels` adds them: all of the power, 2**30, then comes
    from its products, at every angle to every turn."""
    if not viper:
        raise SkipTest("only MicroPython has viper")
    for at in range(0, 2048, 128):
        c = SINE[at + 512 & 2047] - 16384
        s = SINE[at] - 16384
        z = array("i", [plain.Z_BIAS] * 2048)
        for n in range(BINS):
            a, b = REV[2 * n] >> 2, REV[2 * n + 1] >> 2
            z[a], z[a + 1] = plain.Z_BIAS + c, plain.Z_BIAS + s
            z[b], z[b + 1] = plain.Z_BIAS - c, plain.Z_BIAS + s
        both = []
        for twin in (viper, plain):
            out = array("H", [0] * BINS)
            turns = bytearray(8 * BINS)
            par = array("i", [0] * 4)
            twin.levels(z, REV, SINE, LOGS, array("H", [0] * BINS), out, turns, par)
            both.append((bytes(out), bytes(turns), bytes(par)))
        assert both[0] == both[1], at


def test_swings_of_any_length():
    """The short way takes the cells in fours: whatever the length, and from its first cell on."""
    if viper is None:
        raise SkipTest("only MicroPython has viper")
    noise = Noise(7)
    cells = bytearray([noise.next() >> 10 & 255 for _ in range(64)])
    ours, theirs = array("h", bytes(252)), array("h", bytes(252))
    for n in (1, 2, 3, 4, 35, 46, 63, 64):
        for column in (cells, bytes([255, 0] * 32), bytes([255] * 64)):
            total = sum(column[64 - n :])
            viper.swings(column, 64 - n, n, total, SINE, ours)
            plain_finders.swings(column, 64 - n, n, total, SINE, theirs)
            assert ours == theirs, n


def test_powers_fit_a_word():
    """The window leaves |2X|**2 <= 2**30; a square of full scale comes nearest, at 2**28.7."""
    k = 256 - 59
    a = REV[2 * k] >> 2
    b = REV[2 * k + 1] >> 2
    for at, square in ((0, True), (5, True), (0, False), (333, False)):
        z = []
        for i, w in enumerate(list(WIN) + list(reversed(WIN))):
            v = SINE[i * 256 + at & 2047] - 16384
            if square:
                v = 16384 if v >= 0 else -16384
            z.append(plain.Z_BIAS + (v * w >> 15))
        plain.fft(z, SINE)
        # Bin 256 turns by an eighth: cos = sin = 11585 / 16384.
        x = z[a + 1] + z[b + 1] - 2 * plain.Z_BIAS
        y = z[b] - z[a]
        re = z[a] + z[b] - 2 * plain.Z_BIAS + ((x * 11585 + y * 11585 + 8192) >> 14)
        im = z[a + 1] - z[b + 1] + ((y * 11585 - x * 11585 + 8192) >> 14)
        assert (1 << 27) < re * re + im * im < (1 << 29), (at, square, re * re + im * im)
        out = array("H", [0] * BINS)
        par = array("i", [0] * 4)
        plain.levels(z, REV, SINE, LOGS, [0] * BINS, out, bytearray(8 * BINS), par)
        assert out[k] == max(out) and 223 <= out[k] <= 230, (at, square, out[k])


def test_every_intermediate_value_fits_a_word():
    """The plain twin with integers that refuse to leave 32 bits (CPython can subclass int)."""
    if sys.implementation.name == "micropython":
        raise SkipTest("MicroPython cannot subclass int")

    class Word(int):
        def _make(op):
            method = getattr(int, op)

            def checked(self, other):
                value = method(self, other)
                if value is NotImplemented:
                    return value
                assert -(2**31) <= value < 2**31, (op, int(self), int(other))
                return Word(value)

            return checked

        for op in ("add", "sub", "mul", "lshift", "rshift", "and", "or", "xor"):
            locals()["__%s__" % op] = _make("__%s__" % op)
            locals()["__r%s__" % op] = _make("__r%s__" % op)

        def __abs__(self):
            return Word(int.__abs__(self))

        def __neg__(self):
            return Word(int.__neg__(self))

    def words(values):
        return [Word(v) for v in values]

    sine, win, rev, logs = words(SINE), words(WIN), words(REV), words(LOGS)
    lut, amp = words(LUT), words(AMP)
    for name in VECTORS:
        block = words(VECTORS[name]())
        ring = words([1 << 24] * 2048)
        st = words([1 << 23] + [0] * 11)
        for i in range(8):
            plain.intake(block[i * 256 : i * 256 + 256], ring, st)
        z = words([0] * 2048)
        length = plain.window(ring, st, win, z)
        plain.fft(z, sine)
        level = words([0] * BINS)
        turns = words([0] * (8 * BINS))
        par = words([9, length, 32, 0])
        plain.levels(z, rev, sine, logs, words([0] * BINS), level, turns, par)
        hist = words([255] * (64 * BINS))
        sums = words([255 * 15] * BINS + [255 * 46] * BINS + [0])
        floor = words(_floor())
        plain.whiten(level, floor, hist, sums, lut, words([0] * 64), par)
        assert max(level) < 65536 >> 4 and max(floor) < 65536 and min(floor) >= 0
    for values in _worst_z():
        plain.fft(words(values), sine)
    # The sums' kernels at the ends of their input.
    high, low = words([255] * 64), words([0] * 64)
    both = words([255, 0] * 32)
    s6 = words([0] * 6)
    d = words([0] * 126)
    apart = words([0] * 2)
    for a, b in ((high, high), (high, low), (both, words([0, 255] * 32))):
        plain_finders.oppose(a, b, 0, 64, s6, lut)
        assert max(s6) < 1 << 23
        for column in (a, b):
            plain_finders.swings(column, 0, 64, sum(column), sine, d)
            assert max(abs(v) for v in d) < 1 << 15
        plain_finders.apart(d, words([-(1 << 15)] * 126), apart)
    for turn in (0, 64, 1024):
        assert plain_finders.coherent(high, low, 64, Word(turn), sine, amp, Word(0)) < 1 << 29
