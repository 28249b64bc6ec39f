# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The spectrum: tables, accuracy against an exact transform, what must not hurt it, history."""

import binascii
import math
from array import array

from sounds import Noise, Sine, blocks, slots

from alarm.spectrum import (
    BINS,
    FINAL_STEP,
    FIRST_BIN,
    FLOOR,
    LONG,
    ROWS,
    SHORT,
    Spectrum,
    tables,
)

RATE_HZ = 16000
STEP_DB = 10 * math.log(2) / math.log(10) / 8  # a level's step, 0.376 dB


# --- tables --------------------------------------------------------------------------------------


def test_tables_are_within_half_a_unit_of_the_exact_values():
    sine, win, rev, logs = tables()
    for i in range(2048):
        assert abs(sine[i] - 16384 - 16384 * math.sin(2 * math.pi * i / 2048)) < 0.51, i
    for i in range(1024):
        exact = 32767 * (0.5 - 0.5 * math.cos(2 * math.pi * (i + 0.5) / 2048))
        assert abs(win[i] - exact) < 1.1, i
    for i in range(1, 256):
        assert abs(logs[i] - 8 * math.log(i) / math.log(2)) <= 0.501, i


def test_tables_are_the_same_on_every_interpreter():
    sine, win, rev, logs = tables()
    digests = [binascii.crc32(bytes(t)) for t in (sine, win, rev, logs)]
    assert digests == TABLES, digests


TABLES = [1868952751, 836315591, 1884131411, 3253809365]


def test_bins_are_found_where_the_transform_leaves_them():
    _, _, rev, _ = tables()
    for n in range(BINS):
        for at, k in ((rev[2 * n], FIRST_BIN + n), (rev[2 * n + 1], 1024 - FIRST_BIN - n)):
            digits = 0
            for _ in range(5):
                digits = digits * 4 + k % 4
                k //= 4
            assert at == digits * 8


# --- accuracy ------------------------------------------------------------------------------------


def _first_frame(samples):
    sp = Spectrum()
    # The first block (not a constant one: that is a microphone asleep) only gives the last sample.
    assert not sp.block(slots([samples[0] ^ 1] + samples[:1] * 255))
    done = False
    for block in blocks(slots(samples)):
        done = sp.block(block)
    assert done
    sp.row()
    return sp


def _exact_level(samples, k, win):
    """8 * log2 of the same power by the definition, in floats: differences, Hann, one DFT bin."""
    re = im = 0.0
    last = samples[0]
    turn = 2 * math.pi * k / 2048
    for i, v in enumerate(samples):
        d = (v - last) * win[i if i < 1024 else 2047 - i]
        last = v
        re += d * math.cos(turn * i)
        im -= d * math.sin(turn * i)
    # window() leaves d * win * 2**(25 - length - 26), fft / 1024, levels doubles; base adds
    # 16 * length: so power = (2 |D| / 2**36 * 2**25)**2 in all.
    power = (re * re + im * im) / (1 << 30) * (1 << 10)
    return 8 * math.log(power + 1e-30) / math.log(2)


def _levels_agree(samples, strong, within):
    sp = _first_frame(samples)
    for k in strong:
        exact = _exact_level(samples, k, sp.win)
        got = sp.level[k - FIRST_BIN]
        assert abs(got - exact) <= within, (k, got, exact)


def test_a_loud_tone_has_the_level_of_an_exact_transform():
    tone = Sine(2001 * 16)
    samples = [tone.next() << 7 for _ in range(2048)]
    _levels_agree(samples, (255, 256, 257), 0.6)


def test_a_tone_at_minus_100_dbfs_has_it_too():
    """Block floating: the level of what is loudest does not matter."""
    tone = Sine(3000 * 16, 84)
    samples = [tone.next() for _ in range(2048)]
    _levels_agree(samples, (383, 384, 385), 0.9)


def test_noise_of_one_bit_has_it_too():
    noise = Noise(7)
    samples = [noise.next() >> 14 for _ in range(2048)]
    strong = [k for k in range(FIRST_BIN + 20, FIRST_BIN + BINS, 97)]
    _levels_agree(samples, strong, 3)


def test_a_weak_tone_is_told_45_db_under_a_strong_one():
    """The transform's own noise stays 51 dB under the strongest sound (facts)."""
    strong = Sine(1500 * 16)
    weak = Sine(4000 * 16, 184)
    samples = [(strong.next() + weak.next()) << 7 for _ in range(2048)]
    # The difference lifts 4 kHz by 7.6 dB against 1.5 kHz.
    _levels_agree(samples, (512,), 3)


# --- what must not hurt --------------------------------------------------------------------------


def _mean_level(add):
    """Mean level over 0.6-5 kHz of a frame of noise at -81 dBFS with `add(i)` on top."""
    noise = Noise(9)
    sp = _first_frame([(noise.next() >> 4) + add(i) for i in range(2048)])
    return sum(sp.level[18:582]) / 564


def test_offset_hum_and_start_up_do_not_raise_the_floor():
    quiet = _mean_level(lambda i: 0)
    half = 1 << 22

    def hum(i):
        """Mains at -30 dBFS, 51 dB over the noise, and its third harmonic 10 dB under it."""
        turn = 2 * math.pi * 50 * i / RATE_HZ
        return int(265000 * math.sin(turn) + 84000 * math.sin(3 * turn + 1))

    cases = (
        # In steps of 0.376 dB.
        ("offset of half the scale", lambda i: half, 0.2),
        ("hum", hum, 0.2),
        # A microphone settling: an offset of half the scale that halves every 23 ms.
        ("settling", lambda i: int(half * 2 ** (-i / 369)), 0.2),
    )
    for name, add, within in cases:
        raised = _mean_level(add) - quiet
        assert abs(raised) <= within, (name, raised)


# --- stream, history, floor ----------------------------------------------------------------------


def test_first_frame_after_nine_blocks_then_every_fourth():
    sp = Spectrum()
    noise = Noise(2)
    block = array("i", [noise.next() << 8 for _ in range(256)])
    done = []
    for _ in range(21):
        done.append(sp.block(block))
        if done[-1]:
            sp.row()
    assert [i for i, d in enumerate(done) if d] == [8, 12, 16, 20]
    assert sp.t == 3
    for _ in range(2):
        assert not sp.block(block)
    sp.restart()
    done = []
    for _ in range(13):
        done.append(sp.block(block))
        if done[-1]:
            sp.row()
    assert [i for i, d in enumerate(done) if d] == [8, 12]
    assert sp.t == 1


def _fed_with_noise(sp, rows, z_noise, each=None):
    """Rows without the transform: its output is noise anyway, and this is quick."""
    for _ in range(rows):
        for i in range(2048):
            sp.z[i] = (1 << 20) + (z_noise.next() >> 5)
        t = sp.row()
        if each:
            each(t)


def test_history_is_a_ring_and_the_sums_follow_it():
    sp = Spectrum()
    sp.par[1] = 10
    noise = Noise(4)
    rows = {}

    def keep(t):
        rows[t] = [sp.hist[(t & 63) * BINS + k] for k in range(0, BINS, 50)]

    _fed_with_noise(sp, ROWS + 6, noise, keep)
    assert sp.t == ROWS + 5
    for t in range(6, ROWS + 6):
        assert rows[t] == [sp.hist[(t & 63) * BINS + k] for k in range(0, BINS, 50)]
    for i, k in enumerate(range(0, BINS, 50)):
        assert sp.sums[k] == sum(rows[sp.t - back][i] for back in range(SHORT)), k
        power = sum(sp.lut[rows[sp.t - back][i]] for back in range(LONG))
        assert sp.sums[BINS + k] == power, k


def test_restart_forgets_the_history():
    sp = Spectrum()
    sp.par[1] = 10
    noise = Noise(4)
    _fed_with_noise(sp, 3, noise)
    sp.restart()
    _fed_with_noise(sp, 1, noise)
    assert sp.t == 0
    assert all(sp.hist[i] == FLOOR for i in range(BINS, ROWS * BINS, 7))
    for k in range(0, BINS, 50):
        assert sp.sums[k] == FLOOR * (SHORT - 1) + sp.hist[k]
        assert sp.sums[BINS + k] == sp.lut[FLOOR] * (LONG - 1) + sp.lut[sp.hist[k]]


def test_floor_starts_at_the_room_and_settles_at_the_median():
    sp = Spectrum()
    sp.par[1] = 10
    noise = Noise(6)
    steps = []
    _fed_with_noise(sp, 60, noise, lambda t: steps.append(sp.par[2]))
    assert steps[0] == 32 and steps[-1] == FINAL_STEP
    over = total = n = 0
    for t in range(40, 60):
        for k in range(BINS):
            v = sp.hist[(t & 63) * BINS + k]
            total += v
            over += 2 if v > FLOOR else 1 if v == FLOOR else 0
            n += 1
    assert 0.44 < over / (2 * n) < 0.56, over / (2 * n)
    # The mean of the logs of noise lies 0.92 dB under its median: 2.4 steps.
    assert 59.5 < total / n < 63.5, total / n


def test_floor_follows_a_louder_room_by_its_step():
    sp = Spectrum()
    sp.par[1] = 10
    _fed_with_noise(sp, 60, Noise(6))
    before = list(sp.floor)
    sp.par[1] = 12  # 12 dB louder
    _fed_with_noise(sp, 10, Noise(8))
    rise = [sp.floor[k] - before[k] for k in range(8, 608)]
    # Noise dips by more than 12 dB in one cell of 24: there the floor takes a step back.
    assert max(rise) == 10 * FINAL_STEP and sum(rise) > 600 * 8.5 * FINAL_STEP
