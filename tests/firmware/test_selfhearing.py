# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Is our own sounder heard? In noise that a dead one must not be taken for alive in."""

from array import array

from dice import Dice
from selfhearing import SelfHearing

PULSES = 200
# Volume step, spread of the noise in units of 1/2**15: a quiet room, one that is loud.
CASES = ((1, 10), (3, 10), (3, 33), (3, 100))


def fill(block, dice, spread, hz=0, strength=0):
    """Noise, nearly Gaussian: six dice a sample; and a square wave of ours."""
    for index in range(256):
        value = -3 * 2048
        for _ in range(6):
            value += dice.below(2048)
        value = value * spread // 1448
        if hz:
            value += strength if index * hz * 2 // 16000 & 1 else -strength
        block[index] = value << 16


def heard(spread, volume, strength=0):
    """Of PULSES self-tests in that noise."""
    dice = Dice(spread)
    block = array("i", bytes(1024))
    count = 0
    for _ in range(PULSES):
        hearing = SelfHearing(block)
        fill(block, dice, spread)
        hearing.before(520)
        fill(block, dice, spread, 520, strength)
        hearing.testing = True
        hearing.during(520, volume)
        count += hearing.last_ok
    return count


def test_a_dead_sounder_is_not_heard_in_noise():
    for volume, spread in CASES:
        count = heard(spread, volume)
        assert count <= PULSES // 25, (volume, spread, count)


def test_one_that_sounds_is_heard_in_the_same_noise():
    # A square wave of this amplitude measures what a pulse of the self-test should: 11 080.
    for spread in (10, 33, 100):
        count = heard(spread, 3, 11_080 // 256)
        assert count >= PULSES * 4 // 5, (spread, count)
