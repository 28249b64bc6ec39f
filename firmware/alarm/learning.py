# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Learns a pump's sounds from what is heard: first part, from the spectrum to soundings.

In: the spectrum's rows, frame by frame, while the pump (or a recording of it) is played; talk and
other noise may be in the background. Out: `soundings`, each a sequence of tones with times, and
`finish()`: a proposed profile or the reason for a refusal (see `learning_fit`).

A line that stands 12 dB out of its neighbours and stays in its bin is followed; once it has ended,
its pitch and level are measured in the history. What a pump makes keeps one pitch, begins and ends
at once, and stands on one level or pulses; voices glide. Tones that follow each other within 0.6 s
are one sounding.
"""

from array import array

from micropython import const

from alarm import judge as j
from alarm import learning_fit, learning_pattern
from alarm.kernels import column, rowsum, scan
from alarm.spectrum import BINS, FIRST_BIN, FLOOR, FRAME_MS, HIGHEST, ROWS

TRACKS = const(24)
MOST_TONES = const(48)  # in one sounding
MOST_SOUNDINGS = 24
NEED = const(32 * 2 * 12)  # scan's need: 12 dB over the bins beside, two rows
LOST = const(2)  # rows without the line after which it has ended
APART = const(10)  # frames of silence between two soundings: 0.64 s
ENDING = const(5)  # frames of silence that the last sounding needs: half a second, with its edges
FAINT = const(42)  # steps over the floor (16 dB) that a tone needs to be measured
EDGE = const(16)  # steps down (6 dB) at the moment where a tone begins or ends
HIDDEN = const(53)  # steps (20 dB) below a louder sound: not looked at
DIP = const(24)  # steps down (9 dB) between two tones of one pitch
LONGEST = const(57)  # frames that can be measured whole in the history
TOGETHER_MS = 300

_K, _FIRST, _LAST = const(0), const(1), const(2)


class Tone:
    """A tone that has ended. hz16 in 1/16 Hz, times in ms of the frames' count, level in steps
    over the floor."""

    def __init__(self, k, hz16, start_ms, end_ms, level):
        self.k = k
        self.hz16 = hz16
        self.start_ms = start_ms
        self.end_ms = end_ms
        self.level = level


class Learner:
    """``frame(t)`` for each new row; then ``finish()``. ``soundings``: (tones, number of lines
    beside them that were no pump's), oldest first; ``clipped``: blocks at full scale while tones
    were there; ``voices``: lines in all that were no pump's."""

    def __init__(self, spectrum):
        self.spectrum = spectrum
        self.soundings = []
        self.clipped = 0
        self.cut = 0  # the same, whatever was there
        self.long = []  # (bin's number, start_ms, end_ms) of endless lines
        self.voices = 0
        self.endless = 0  # lines that lasted longer than any sound of a pump
        self.faint = 0
        self.frames = 0
        self._tracks = array("i", [0] * (3 * TRACKS))  # k, first, last frame; k -1: free
        self._found = array("H", [0] * 32)
        self._total = array("H", [0] * (BINS + 1))
        self._row = bytearray(ROWS)
        self._lift = array("H", bytes(2 * ROWS))  # by what each row of the history was lowered
        self._col = array("H", bytes(2 * ROWS))  # a bin's levels, without that
        self._side = bytearray(ROWS)
        self._open = []  # tones of the sounding that goes on
        self._open_t = 0  # the last frame of it
        self._cut_off = False
        self._clipped = 0
        self.restart()

    def restart(self):
        """After a gap: what was going on is forgotten."""
        for i in range(TRACKS):
            self._tracks[3 * i] = -1
        self._open = []
        self._rough = []
        self._since = self._edge = 0

    def frame(self, t, clipped=0):
        """clipped: blocks that touched full scale, counted since the start."""
        self.frames += 1
        # The rows end 42 dB over the floor: of a louder tone every row, its echo's too, is lowered
        # to there, and its end would be where the echo falls below that.
        self._lift[t & 63] = self.spectrum.par[3]
        self._since += 1
        more = clipped - self._clipped
        self._clipped = clipped
        if self._since < 4:
            return
        total = self._total
        rowsum(self.spectrum.hist, t - 1 & 63, 2, total)
        n = scan(total, 0, NEED, self._found, 32)
        # Beside a loud sound only what is not its echo's goes on: else a tone would last until the
        # siren's end, and past it.
        least = self._beside(t, ROWS - 2, ROWS - 1) - HIDDEN if n else 0
        for i in range(n):
            k = self._found[i]
            if least <= 0 or self._now(k, t) >= least:
                self._follow(k, t)
        self.cut += more
        if n:
            self.clipped += more
        tracks = self._tracks
        for i in range(0, 3 * TRACKS, 3):
            if tracks[i] >= 0 and t - tracks[i + _LAST] > LOST:
                k = tracks[i]
                tracks[i] = -1
                self._ended(k, tracks[i + _FIRST], tracks[i + _LAST], t)
        if self._open and t - self._open_t > APART and not self._pending():
            self._close()

    def _pending(self):
        """Whether a line goes on that may yet prove to belong to the sounding."""
        tracks = self._tracks
        for i in range(0, 3 * TRACKS, 3):
            if (
                tracks[i] >= 0
                and tracks[i + _FIRST] <= self._open_t + APART
                and tracks[i + _LAST] - tracks[i + _FIRST] < LONGEST
            ):
                return True
        return False

    def _follow(self, k, t):
        tracks = self._tracks
        free = -1
        for i in range(0, 3 * TRACKS, 3):
            if tracks[i] < 0:
                free = i
            elif -3 < tracks[i] - k < 3:
                tracks[i + _LAST] = t
                return
        if free >= 0:
            tracks[free] = k
            tracks[free + _FIRST] = tracks[free + _LAST] = t

    # --- one tone -------------------------------------------------------------------------------

    def _ended(self, k, first_t, last_t, t):
        """Measure the line that has just ended; keep it when it may be a pump's."""
        if last_t - first_t > LONGEST:
            self.endless += 1
            self.long.append((k + FIRST_BIN, first_t * FRAME_MS, last_t * FRAME_MS))
            return
        # The two-row sums see a tone a frame early and a frame late.
        first = max(2, ROWS - 1 - (t - first_t) - 1)
        last = min(ROWS - 2, ROWS - 1 - (t - last_t) + 1)
        k = self._strongest(k, t, first, last)
        col = self._levels(k, t)
        top = 0
        for f in range(first, last + 1):
            top = max(top, col[f])
        if top - j.QUIET < FAINT:
            self.faint += last_t - first_t > 5  # shorter ones are the noise's own
            return
        plateau = top - 8
        n = level = 0
        for f in range(first, last + 1):
            if col[f] >= plateau:
                n += 1
                level += col[f]
        level //= n
        if level < self._beside(t, first, last) - HIDDEN:
            return
        steady, hz16 = self._pitch(k, t, first, last, plateau)
        kept = False
        if self._open and first_t > self._open_t + APART and not self._pending():
            self._close()
        core = False
        for start_ms, end_ms in self._runs(t, first, last, level):
            if steady and self._add(k, hz16, start_ms, end_ms, level):
                kept = True
                core = core or end_ms - start_ms >= 180 or self._again(hz16, start_ms)
        if first_t <= 6:  # it sounded when the listening began
            self._cut_off = self._cut_off or (steady and last_t - first_t > 3)
            self._open = []
        elif kept:
            # In talk there is always some short tone; only what lasts or returns goes on.
            if core or self._open_t < self._open[0].start_ms // FRAME_MS:
                self._open_t = max(self._open_t, last_t)
        elif level - j.QUIET < FAINT + 16:
            self.faint += last_t - first_t > 5
        else:
            self.voices += last_t - first_t > 2
            if last_t - first_t > 2 and len(self._rough) < MOST_TONES:
                at_ms = first_t * FRAME_MS
                until_ms = last_t * FRAME_MS
                self._rough.append(Tone(k, k + FIRST_BIN, at_ms, until_ms, level - j.QUIET))

    def _beside(self, t, first, last):
        """The level of what sounded then or just before, where that is so loud that rows were
        lowered, four of them in turn (a click is less); else 0. What lies far below it is its
        echo's or its edges'."""
        lift = self._lift
        most = 0
        for f in range(max(4, first - APART), last + 1):
            i = t + 1 + f
            all_four = min(lift[i & 63], lift[i - 1 & 63], lift[i - 2 & 63], lift[i - 3 & 63])
            most = max(most, all_four)
        return most + HIGHEST + FLOOR if most else 0

    def _now(self, k, t):
        """A bin's level in the last two rows."""
        level = 0
        for i in (t & 63, t - 1 & 63):
            level = max(level, self.spectrum.hist[i * BINS + k] + self._lift[i])
        return level

    def _levels(self, k, t):
        """The bin's levels of all rows, the oldest first."""
        row, col = self._row, self._col
        column(self.spectrum.hist, t, k, k, row)
        for f in range(ROWS):
            col[f] = row[f] + self._lift[(t + 1 + f) & 63]
        return col

    def _strongest(self, k, t, first, last):
        """The bin that holds the line. A loud tone begins over several bins, and the line is known
        by the first that stood out, up to two beside: what counts is where most of it is, not the
        loudest row."""
        side = self._side
        top = 0
        for other in range(k - 2, k + 3):
            column(self.spectrum.hist, t, other, other, side)
            for f in range(first, last + 1):
                top = max(top, side[f])
        best = -1
        for other in range(k - 2, k + 3):
            column(self.spectrum.hist, t, other, other, side)
            held = 0
            for f in range(first, last + 1):
                held += max(0, side[f] - top + EDGE + 8)
            if held > best:
                best = held
                k = other
        return k

    def _add(self, k, hz16, start_ms, end_ms, level):
        ms = end_ms - start_ms
        if ms < 40 or (ms < 150 and level - j.QUIET < FAINT + 12):  # the noise's own peaks
            return False
        tones = self._open
        tone = Tone(k, hz16, start_ms, end_ms, level - j.QUIET)
        if len(tones) < MOST_TONES:
            tones.append(tone)
            return True
        # Talk fills it with short ones: the faintest gives way.
        least = min(range(1, MOST_TONES), key=lambda i: tones[i].level)
        if tones[least].level < tone.level:
            tones[least] = tone
        return True

    def _again(self, hz16, start_ms):
        """Whether this pitch sounded a moment ago."""
        for tone in self._open:
            if abs(tone.hz16 - hz16) < 160 and 0 < start_ms - tone.end_ms < 1300:
                return True
        return False

    def _runs(self, t, first, last, level):
        """(start, end) of each stretch on one level; dips of 9 dB and more part them. [] when the
        level wanders."""
        col = self._col
        out: list = []
        edge = self._edge = level - EDGE
        f = first
        low = unsteady = count = 0
        while f <= last:
            if col[f] < edge:
                low = min(low, col[f])
                f += 1
                continue
            end = f
            while end < last and (col[end + 1] >= edge):
                end += 1
            if end - f > 5:  # inside, it stands on its level
                for i in range(f + 2, end - 1):
                    count += 1
                    unsteady += not -10 < col[i] - level < 10
            start_ms = self._edge_ms(t, f, -1)
            end_ms = self._edge_ms(t, end, 1)
            if out and low > level - DIP:
                out[-1] = (out[-1][0], end_ms)
            else:
                out.append((start_ms, end_ms))
            low = 255
            f = end + 1
        # Fast turns in a room make a line that moves, but it stays for seconds.
        return [] if unsteady * 4 > count and last - first < 24 else out

    def _edge_ms(self, t, f, step):
        """The moment, beyond row f in the direction of step, where the level falls by EDGE."""
        col = self._col
        inside = col[f]
        outside = col[max(0, min(ROWS - 1, f + step))]
        part = 0
        if inside > outside:
            part = (inside - self._edge) * FRAME_MS // (inside - outside)
        return (t - (ROWS - 1) + f) * FRAME_MS + step * part

    def _pitch(self, k, t, first, last, plateau):
        """(whether it keeps its pitch, the pitch in 1/16 Hz): by the levels of the bins beside."""
        hist = self.spectrum.hist
        col = self._col
        inner = 0
        for f in range(first, last + 1):
            inner += col[f - 1] >= plateau and col[f] >= plateau and col[f + 1] >= plateau
        low = 1000
        high = -1000
        total = n = 0
        for f in range(first, last + 1):
            if col[f] < plateau:
                continue
            # A frame that sees the tone begin or end is off by up to half a bin: that is no glide.
            if inner > 1 and (col[f - 1] < plateau or col[f + 1] < plateau):
                continue
            row = ((t - (ROWS - 1) + f) & 63) * BINS + k
            d = offset16(hist[row - 1], hist[row], hist[row + 1])
            low = min(low, d)
            high = max(high, d)
            total += d
            n += 1
        if not n:
            return False, 0
        # Fast turns have side bands, but hold their bin for seconds.
        steady = high - low <= (20 if last - first > 24 else 6 if inner > 1 or n > 3 else 10)
        # (k + FIRST_BIN) * 7.8125 Hz * 16 = * 125
        return steady, (k + FIRST_BIN) * 125 + total * 125 // (16 * n)

    # --- one sounding ---------------------------------------------------------------------------

    def _close(self):
        tones = learning_pattern.clean(self._open)
        rough = self._rough
        self._open = []
        self._rough = []
        if tones and len(self.soundings) < MOST_SOUNDINGS:
            self.soundings.append((tones, learning_pattern.beside(tones, rough)))

    def finish(self, name, source):
        """The end of the listening: a `learning_fit.Proposal`."""
        going_on = False
        tracks = self._tracks
        for i in range(0, 3 * TRACKS, 3):
            if tracks[i] >= 0 and tracks[i + _LAST] - tracks[i + _FIRST] > 3:
                going_on = True
                ms = tracks[i + _FIRST] * FRAME_MS, tracks[i + _LAST] * FRAME_MS
                self.long.append((tracks[i] + FIRST_BIN, ms[0], ms[1]))
        if self._open and not going_on:
            if self.spectrum.t - self._open_t < ENDING:  # it may be half a siren
                self._cut_off = True
            else:
                self._close()
        return learning_fit.propose(self, name, source, self._cut_off or going_on)


def offset16(left, middle, right):
    """How far a tone lies beside the middle bin, in 1/16 bin, from three levels (1/8 octave of
    power) under a Hann window: the amplitudes' ratio r to the louder neighbour gives
    (2 r - 1) / (r + 1) of a bin."""
    side = max(left, right)
    down = min(63, max(0, middle - side))
    # r = 2**(-down / 16): amplitude
    d = _OFFSET[down]
    return d if right > left else -d


_OFFSET = bytes(
    max(0, int(16 * (2 * 2 ** (-i / 16) - 1) / (2 ** (-i / 16) + 1) + 0.5)) for i in range(64)
)
