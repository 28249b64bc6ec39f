# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The tests that a pair of tones has to pass to be a siren.

In: a pair's place and columns, as `siren` found them, and what else sounded. Out: the reason why it
is none, "" when it may be one.
"""

from micropython import const

from alarm import judge as j
from alarm.kernels import energy
from alarm.pairs import THERE, Pairs
from alarm.spectrum import BINS, FIRST_BIN, LONG, ROWS

CROWDED = const(8)  # lines a frame before it, in 1/8
PLAIN = const(2200)  # evidence of a siren that may stand among other sounds
PLAINEST = const(2600)  # and among so many that no other can be told
_SPARSE = const(40)  # lines a frame before it, in 1/8, among which a slow siren can be told
FULL = const(100)  # lines a frame before it, in 1/8, among which none but the plainest is told
MANY = const(6)  # tones over 2.9 s, with its own two and their harmonics
CAME = const(9)  # lines a frame gained while it sounded, in 1/8
_SLOW = const(80)  # 0.6 Hz in 1/2048 turn a frame
_RETURNS = const(150)  # slower than 2.3 changes a second it may be a tune: more has to be seen
_COMPANY = const(4)  # tones over 2.9 s: its own two, and two that a harmonic or noise explains
_TUNE = const(11)  # lines a frame gained with slow turns, in 1/8: a melody with its accompaniment
MUSIC = const(24)  # lines a frame gained with any: a piece of music that began
_STEADY = const(850)  # a plain one moves no more, on what its turns explain
_MOVES = const(1100)  # the plainest, in doubt
QUICK = const(200)  # 3.1 changes a second
_ALIKE = const(300)  # turns that are like the next ones: each frame 20 less what it differs by
_BLURS = const(393)  # 3 Hz in 1/2048 turn a frame: faster swings lose their phase in a room
_LONE = const(1700)  # evidence above which its own lines are allowed for
_SIDEBAND = const(500)  # 7.6 changes a second bring one line more, 15.3 two
_STRONG = const(1420)  # noise alone has this hardly ever: less has to be tested
_BARE = const(2)  # lines a frame, in 1/8, before a sound, and gained while it sounded
_BARE_SPREAD = const(290)
_SPREAD = const(350)  # power over the noise that the two have outside their best second
_UNEQUAL = const(8)  # steps from one tone to the other: 3 dB
LOUDER = const(70)  # mean level of the louder of two noise cells


class SirenTests:
    """``k``, ``k2``: the pair's bins; ``first``, ``last``: its frames; ``evidence``: what speaks
    for it; ``on``, ``loudness`` (out): its level over the noise."""

    def __init__(self, spectrum, crowd):
        self.spectrum = spectrum
        self._lut = spectrum.lut
        self.crowd = crowd
        self.pairs = Pairs(spectrum)
        self._swings = self.pairs.swings
        self._loud = bytearray(ROWS)
        self._doubt = False
        self._quiet = j.QUIET
        self._heard_t = -1  # last frame of the siren heard last: what began before is part of it
        self.k = self.k2 = self.on = self.loudness = self.first = self.last = 0
        self.evidence = 0

    def _test(self, loud, a, b, first, last, threshold):
        """The reason why this is no siren, "" when it may be one."""
        n = last - first + 1
        before = self.crowd[self.first - 2 & 63]
        came = self.crowd[self.last & 63] - before
        if n < 32:
            return "too short"
        if n > 58 or first < 3:
            return "too long"
        s = self._swings
        s.look(a, b, first, n)
        low = min(s.on_a, s.on_b) - self._quiet
        # Among many lines, or before the room is known, only what is plain to see counts.
        clear = low >= 30
        strict = self.first < self.spectrum.settled or before > CROWDED
        # Nothing else sounds in the whole band: what noise does to a weak one is forgiven. Not to
        # one note after another.
        bare = not clear and not strict and s.turn >= _SLOW and self.pairs.lines <= 2
        bare = bare and self.evidence >= _STRONG and max(before, came) <= _BARE
        if n < 35 and not bare:
            return "too short"
        self._level(loud, first, last)
        plainest = self._plainest()
        if (
            45 <= n <= 52
            and (came <= MUSIC or plainest)
            and self._plain(a, b, first, last, came, plainest)
        ):
            # Among other sounds, which might be music, only the plainest is told for sure, and
            # among very many, or where much else began with it, no other at all.
            self._doubt = (
                before >= FULL
                or came > MUSIC
                or s.unsteady > _STEADY
                or (before > CROWDED and not plainest)
            )
            if before < FULL or plainest:
                return ""
            self._doubt = False
        if clear and n < 39:
            return "too short"
        # Lines that came with it: its own two and their harmonics raise the crowd by some 5.
        if not clear and (self.pairs.lines > MANY or came > CAME):
            return "among other tones"
        if self.pairs.lines >= _COMPANY:
            # A note with its overtones and the next one: less regular than a siren of that level.
            if low < 22 and (s.unsteady > 700 or s.share < 35):
                return "among other tones"
            if s.unsteady > (600 if s.turn < _SLOW else 1100):
                return "level not steady"
            if self._tune(came):
                return "among other tones"
            if s.turn < _RETURNS and j.changes(a, b, first, last) < 2:
                return "the two tones do not alternate"  # one note after another
        strict = strict or came > 2 * CAME
        # One tone alone with the loudest of 564 noise bins seems one slow turn: that needs more.
        alone = max(s.on_a, s.on_b) - self._quiet - low
        alone = 9 + (alone // 4 if s.share >= 40 else min(11, alone // 2))
        if low < (alone + 6 if s.turn < _SLOW else alone):
            return "only one tone"
        up = self._quiet - j.QUIET
        weaker = a if s.on_a < s.on_b else b
        if (
            abs(s.on_a - s.on_b) > _UNEQUAL
            and energy(weaker, first, n, up, self._lut) - 12 * n < THERE
        ):
            return "only one tone"  # a pulsed one, with a bin of noise
        if min(s.mean_a, s.mean_b) < self._quiet + 14 and s.share < 45 and self.on > 30:
            return "only one tone"
        if self.evidence < PLAIN:
            spread = j.outside_best(a, first, last, up, self._lut)
            if spread + j.outside_best(b, first, last, up, self._lut) < (
                _BARE_SPREAD if bare else _SPREAD
            ):
                return "only one tone"  # a chime with a bin of noise
        regular = s.opposite >= 60 and s.share >= 45
        if j.over(loud, first, last + 1, threshold) * 100 < n * (
            (75 if regular else 90) if clear else 75 if low >= 24 else 49 if bare else 55
        ):
            return "not without a break"
        louder = LOUDER + self._quiet - j.QUIET
        # Of some 15 cells of noise before it, so many may be over the threshold.
        over = 2 if threshold > self._quiet + 30 else 5 if clear else 3 + first // 3
        # Half of what it stands over the noise; near the noise, half-way to the louder of two
        # cells: their mean over so short a time reaches the lower of these in 3 of 100 sirens.
        between = self._quiet + (low if clear else low + LOUDER - j.QUIET) // 2
        most = max(louder + 5, between)
        if bare:
            over += 2
            most += 3
        if j.mean(loud, 0, first - 1) > most or j.over(loud, 0, first - 1, threshold) > over:
            return "not silent before"
        if not clear and not j.room_steady(self.spectrum, self.first, self.last):
            return "the room's own noise moves too much"
        reason = self._turns(low, clear, strict, bare)
        if reason:
            return reason
        return "among other sounds, not plain enough" if strict else ""

    def _level(self, loud, first, last):
        s = self._swings
        self.on = (s.on_a + s.on_b) // 2 - self._quiet
        self.loudness = j.mean(loud, first + 1, last) - self._quiet
        if s.turn >= _BLURS:
            self.loudness += 10  # both tones share each frame: the louder shows 4 dB too little

    def _turns(self, low, clear, strict, bare):
        """The reason why the two do not take turns as a siren's tones do, "" when they do."""
        s = self._swings
        # It may move more than the turns explain, by so much.
        unsteady = s.unsteady * (100 - s.share)
        if (
            bare
            and s.opposite >= 70
            and s.weaker >= (1 if abs(s.on_a - s.on_b) <= _UNEQUAL else 3)
            and s.share >= (15 if s.opposite >= 80 else 22)
        ):
            return "level not steady" if unsteady > 115000 else ""
        opposed = s.opposite >= (60 if strict else 40) and s.weaker >= (12 if clear else 6)
        if not opposed or s.share < (60 if strict else 45 if clear else 22):
            if strict or not self._blurred(low):
                return "alternation not regular" if opposed else "the two tones do not alternate"
        elif unsteady > (55000 if clear else 75000):
            return "level not steady"
        return ""

    def _tune(self, came):
        """Whether slow turns came with so much else that they are a tune's."""
        s = self._swings
        return s.turn < _RETURNS and came > _TUNE and self.pairs.lines > 7 and s.unsteady > 450

    def _plain(self, a, b, first, last, came, plainest):
        """Whether it is so regular and pure that it counts among any other sounds: the two tones
        take turns, each steady, narrow and silent before. Speech does not, music seldom."""
        s = self._swings
        if (
            s.opposite < 85
            or s.share < 55
            or s.weaker < 20
            or s.unsteady > (_MOVES if plainest else _STEADY)
        ):
            return False
        if self.evidence < PLAIN or self._tune(came):
            return False
        start = max(0, first - 10)
        if j.mean(a, start, first - 1) > s.on_a - 20 or j.mean(b, start, first - 1) > s.on_b - 20:
            return False
        if j.mean(self._loud, last + 2, ROWS) > min(s.on_a, s.on_b) - 10:
            return False
        if s.turn < _RETURNS:
            # Few turns prove little: notes of a slow tune.
            if s.unsteady > 600 or self.crowd[self.first - 2 & 63] > _SPARSE:
                return False
            if j.changes(a, b, first, last) < 2:
                return False  # one note after another
        return self._narrow(a, b, first, last, 16)

    def _began(self, loud, a, b, last):
        """Whether three seconds of plain turns end there, each like the next, and none before
        them, where another sound at its bins hides its beginning. Sets ``first`` if so."""
        first = last - (LONG - 1)
        start = self.last - (LONG - 1)
        if self.evidence < PLAIN or first < 2 or start <= self._heard_t:
            return False
        if max(self.crowd[start - 2 & 63], self.crowd[self.last & 63]) >= FULL:
            return False
        s = self._swings
        s.look(a, b, first, LONG)
        low = min(s.on_a, s.on_b)
        if (
            s.turn < QUICK
            or s.opposite < 97
            or s.share < 55
            or s.weaker < 20
            or s.unsteady > _STEADY
            or j.mean(loud, last + 2, ROWS) > low - 10
            or not self._narrow(a, b, first, last, 27)
        ):
            return False
        # From turn to turn of a tone, back through the history; what is far below its level is off.
        step = (4096 // s.turn + 1) // 2
        low -= 30
        total = best = 0
        at = i = last - step
        while i >= 0:
            v = abs(max(a[i], low) - max(a[i + step], low))
            v += abs(max(b[i], low) - max(b[i + step], low))
            total += 20 - min(60, v)
            if total > best:
                best = total
                at = i
            i -= 1
        # Where they fill the history, what was before them is not known.
        if best < _ALIKE or at < 4 or last - at < 39:
            return False
        self.first = start
        self._level(loud, first, last)
        return True

    def _alone(self):
        """Whether no more lines are there before it and at its end than a siren of so much
        evidence, with the sidebands of so fast turns, brings along: else it may be a tune's."""
        more = max(0, self.evidence - _LONE) // 100 + self._swings.turn // _SIDEBAND
        before = self.crowd[self.first - 2 & 63]
        return before <= min(CROWDED, 2 + more // 2) and self.crowd[self.last & 63] <= 3 + more

    def _plainest(self):
        """Whether it takes turns as no music does: fast, loud over what is beside it, both tones
        the same way all the time."""
        s = self._swings
        return (
            self.evidence >= PLAINEST
            and s.turn >= QUICK
            and s.opposite >= 95
            and s.share >= 70
            and s.weaker >= 35
        )

    def _narrow(self, a, b, first, last, least):
        """Whether each tone, in its own frames, stands so far over the bins three beside it."""
        hist = self.spectrum.hist
        newest = self.spectrum.t
        na = nb = over_a = over_b = 0
        for i in range(first, last + 1):
            row = (newest + 1 + i & 63) * BINS
            if a[i] > b[i]:
                k = row + self.k
                over_a += a[i] - max(hist[k - 3], hist[k + 3])
                na += 1
            else:
                k = row + self.k2
                over_b += b[i] - max(hist[k - 3], hist[k + 3])
                nb += 1
        return over_a >= least * na and over_b >= least * nb

    def _blurred(self, low):
        """Whether it may be fast turns in a reverberant room: the echo leaves two nearly steady
        levels that pulse in any phase. Sets ``_doubt`` where too little is left to be sure."""
        s = self._swings
        if min(s.mean_a, s.mean_b) < self._quiet + 14:
            return False
        if low < 15 or max(s.on_a, s.on_b) - self._quiet < 33:
            return False
        if s.turn < _RETURNS and self.pairs.lines >= _COMPANY:
            return False  # so slow turns no room blurs: notes that sound into each other
        if s.opposite < 40 and abs(self.k2 + FIRST_BIN - 2 * (self.k + FIRST_BIN)) < 3:
            return False  # a pulsed tone and its octave
        if s.unsteady < 550 and s.share >= 28:
            return True
        # Two pure tones and nothing else, 11 dB over the noise: hardly anything but a pump.
        self._doubt = low < 30 or self.pairs.lines > 3
        if s.turn >= _BLURS and s.share >= 35 and s.unsteady < 1400:
            return True
        return low >= 18 and s.share >= 12 and s.unsteady < 600
