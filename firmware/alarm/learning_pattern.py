# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Learns a pump's sounds: the pattern of one sounding.

In: its tones (`learning.Tone`). Out: pitches, segments and repeats as a profile writes them; two
patterns compared and averaged.
"""

from alarm.profile_check import HIGH_HZ, LONGEST_MS, LOW_HZ, MAX_SEGMENTS, MAX_TONES
from alarm.spectrum import FIRST_BIN

SIREN_MS = 1800  # two tones for so long: a siren
SILENCE_MS = 50  # shorter gaps are the room's or the window's
LONG_MS, SHORT_MS = 400, 200
MOST_IRREGULAR = 5  # segments of a sound that repeats nothing
FAINTER = 40  # steps (15 dB) below the loudest tone of a sounding: not part of it
FAST_MS = 80  # turns that no frame can follow
SAME_HZ16 = 320  # 20 Hz: side bands and skirts belong to their tone
SPAN_MS = 120  # tones that begin and end together within this are one


def clean(tones):
    """Without what comes with a tone: the window's skirts, harmonics, faint companions."""
    kept: list = []
    tones = [tone for tone in tones if not _torn(tone, tones)]
    # Of two measures of one tone, the shorter has parted it at its dips.
    for tone in sorted(tones, key=lambda tone: (-(tone.level >> 3), tone.end_ms - tone.start_ms)):
        if not any(_comes_with(tone, other) for other in kept):
            kept.append(tone)
    # A harmonic may be louder than its fundamental.
    kept = [tone for tone in kept if not any(_harmonic(tone, other) for other in kept)]
    return sorted(kept, key=lambda tone: tone.start_ms)


def beside(tones, rough):
    """How many lines that glide or swell went on meanwhile, about as loud: talk, music."""
    n = 0
    start_ms = tones[0].start_ms
    end_ms = max(tone.end_ms for tone in tones)
    loudest = max(tone.level for tone in tones)
    for line in rough:
        if line.end_ms < start_ms or line.start_ms > end_ms or line.level < loudest - FAINTER:
            continue
        own = False
        for tone in tones:
            f = tone.k + FIRST_BIN
            times = (line.hz16 + f // 2) // f  # hz16: here the number of its bin
            own = (
                own or abs(tone.k - line.k) <= 12 or (times > 1 and abs(line.hz16 - times * f) < 4)
            )
        n += not own
    return n


def _sum_ms(group):
    return sum(tone.end_ms - tone.start_ms for tone in group)


def _overlap_ms(a, b):
    return min(a.end_ms, b.end_ms) - max(a.start_ms, b.start_ms)


def _comes_with(tone, other):
    """A skirt of the louder one, the same once more, or something 20 dB below it."""
    down = other.level - tone.level
    near = abs(tone.k - other.k) <= 12
    same = abs(tone.hz16 - other.hz16) <= SAME_HZ16
    return _overlap_ms(tone, other) > 0 and (down > 53 or same or (near and down > 24))


def _torn(tone, tones):
    """A piece of a longer measure of the same tone, no louder, whose other pieces are not there:
    a loud tone's start and end stand beside it as lines of their own."""
    for whole in tones:
        if _piece(tone, whole):
            pieces = [other for other in tones if _piece(other, whole)]
            if len(pieces) < 2 or _sum_ms(pieces) * 10 < (whole.end_ms - whole.start_ms) * 4:
                return True
    return False


def _piece(tone, whole):
    ms, whole_ms = tone.end_ms - tone.start_ms, whole.end_ms - whole.start_ms
    return (
        ms * 10 < whole_ms * 8
        and tone.level < whole.level + 8
        and abs(tone.hz16 - whole.hz16) <= SAME_HZ16
        and _overlap_ms(tone, whole) > 0
    )


def _harmonic(tone, other):
    n = (tone.hz16 + other.hz16 // 2) // other.hz16
    return (
        n > 1
        and abs(tone.hz16 - n * other.hz16) * 150 < tone.hz16
        and _overlap_ms(tone, other) * 10 > (tone.end_ms - tone.start_ms) * 4
    )


def _overtone(tone, other):
    """A multiple of the other's pitch, and 8 dB below it."""
    n = (tone.hz16 + other.hz16 // 2) // other.hz16
    near = abs(tone.hz16 - n * other.hz16) * 150 < tone.hz16
    return n > 1 and near and tone.level < other.level - 20


class Pattern:
    """``fault``: why it is no pump's; else ``kind``, ``tones`` (1/16 Hz), ``segments`` [(tone or
    -1, ms)], ``total_ms``, ``level``, ``count`` (soundings joined), ``took``."""

    def __init__(self, tones, voices=0):
        self.fault = ""
        self.voices = voices
        self.count = 1
        self.tones: list = []
        self._spread = []  # of each pitch, 1/16 Hz
        tones, which = self._pitches(tones)
        self.level = sum(tone.level for tone in tones) // len(tones)
        self.total_ms = max(tone.end_ms for tone in tones) - tones[0].start_ms
        self.segments = []
        self.fast = False  # the tones share the frames
        if len(self.tones) > MAX_TONES:
            self.fault = "more than %d tones" % MAX_TONES
        elif not 60 <= self.total_ms <= LONGEST_MS:
            self.fault = "lasts %d ms" % self.total_ms
        elif self._shared(tones, which):
            self.fast = True
            self.segments = [(0, FAST_MS), (1, FAST_MS)]
        else:
            self._sequence(tones, which)
            two = len(self.tones) == 2 and self.total_ms >= SIREN_MS
            if two and (self.fault or not self.regular()):
                self._blurred(tones, which)
            elif not self.fault and len(self.segments) > MOST_IRREGULAR and not self.regular():
                self.fault = "repeats nothing"
        self.kind = "siren" if len(self.tones) > 1 and self.total_ms >= SIREN_MS else "chime"
        hz = self.hz()
        self.took = [(self.kind, tones[0].start_ms, tones[0].start_ms + self.total_ms, hz)]
        self._totals = [self.total_ms, self.total_ms]

    def _pitches(self, tones):
        """(the tones without strays, the number of each one's pitch), in order of time."""
        groups: list = []  # [members], the loudest first
        for tone in sorted(tones, key=lambda tone: -tone.level):
            for group in groups:
                if abs(group[0].hz16 - tone.hz16) <= max(SAME_HZ16, tone.hz16 // 160):
                    group.append(tone)
                    break
            else:
                groups.append([tone])
        loudest = groups[0][0].level - FAINTER
        groups = [group for group in groups if group[0].level > loudest]
        longest = max(_sum_ms(group) for group in groups)
        groups = [group for group in groups if _sum_ms(group) * 6 > longest]
        if longest > LONG_MS:  # a short one that comes once is somebody's voice
            groups = [g for g in groups if len(g) > 1 or _sum_ms(g) > SHORT_MS]
        groups = [g for g in groups if not any(_overtone(g[0], h[0]) for h in groups)]
        total_ms = max(t.end_ms for t in tones) - min(t.start_ms for t in tones)
        if total_ms >= SIREN_MS and len(groups) > 2:  # a siren has two
            groups = sorted(groups, key=lambda group: -_sum_ms(group))[:2]
        kept = []
        for group in groups:
            kept += group
        kept.sort(key=lambda tone: tone.start_ms)
        groups.sort(key=lambda group: min(tone.start_ms for tone in group))
        for group in groups:
            best = [tone.hz16 for tone in group if tone.level > group[0].level - 16]
            self.tones.append(sum(best) // len(best))
            self._spread.append((max(best) - min(best)) // 2)
        which = []
        for tone in kept:
            for i in range(len(groups)):
                if tone in groups[i]:
                    which.append(i)
        return kept, which

    def _shared(self, tones, which):
        """Two pitches that begin and end together and both pulse: turns faster than a frame."""
        if len(self.tones) != 2 or self.total_ms < SIREN_MS:
            return False
        sounding = [0, 0]
        for tone, i in zip(tones, which):
            sounding[i] += tone.end_ms - tone.start_ms
        return min(sounding) * 100 > self.total_ms * 70

    def _blurred(self, tones, which):
        """Two tones whose turns a room has blurred: both must go on all the time."""
        spans: list = [[], []]
        for tone, i in zip(tones, which):
            spans[i].append(tone)
        for own in spans:
            length = max(t.end_ms for t in own) - min(t.start_ms for t in own)
            if length * 100 < self.total_ms * 75 or _sum_ms(own) * 100 < self.total_ms * 30:
                self.fault = "the two tones do not take turns"
                return
        low, high = sorted(self.tones)
        if high * 100 < low * 104:
            self.fault = "the two tones are one that wavers"
            return
        self.fault = ""
        self.fast = True
        self.segments = [(0, FAST_MS), (1, FAST_MS)]

    def regular(self):
        """Whether its segments repeat: their number in a period, else 0."""
        rows = self.segments
        n = len(rows)
        if n in (2, 3) and self.total_ms >= SIREN_MS:  # slow turns: equal lengths are their order
            tones = [tone for tone, _ in rows]
            if min(tones) >= 0 and all(_near(ms, rows[0][1]) for _, ms in rows):
                return 2
        for length in range(1, n // 2 + 1):
            if rows[0][0] == rows[length - 1][0] and length > 1:
                continue
            if all(
                rows[i][0] == rows[i - length][0] and _near(rows[i][1], rows[i - length][1])
                for i in range(length, n)
            ):
                return length
        return 0

    def _sequence(self, tones, which):
        """Tones one after the other, silences between."""
        out: list = []
        end_ms = tones[0].start_ms
        for tone, i in zip(tones, which):
            gap = tone.start_ms - end_ms
            # In a room a siren's tones reach into each other.
            if out and gap < -SPAN_MS * (2 if self.total_ms >= SIREN_MS else 1):
                self.fault = "several tones at once"
                return
            if out and out[-1][0] == i and gap < SILENCE_MS:
                out[-1] = (i, out[-1][1] + gap + tone.end_ms - tone.start_ms)
            else:
                if out and gap >= SILENCE_MS:
                    out.append((-1, gap))
                elif out:  # one goes over into the other; the second one's start is sharp
                    out[-1] = (out[-1][0], max(20, out[-1][1] + gap))
                out.append((i, tone.end_ms - tone.start_ms))
            end_ms = tone.end_ms
        self.segments = out

    # --- several of them ------------------------------------------------------------------------

    def same(self, other):
        if self.kind != other.kind or len(self.tones) != len(other.tones):
            return False
        if abs(self.total_ms - other.total_ms) > max(150, self.total_ms // 6):
            return False
        for i in range(len(self.tones)):
            if not any(abs(self.tones[i] - hz16) * 160 < hz16 for hz16 in other.tones):
                return False
        return True

    def join(self, other):
        """Average with another sounding of the same pattern."""
        n = self.count
        for i in range(len(self.tones)):
            hz16 = min(other.tones, key=lambda hz16: abs(hz16 - self.tones[i]))
            self._spread[i] = max(self._spread[i], abs(hz16 - self.tones[i]))
            self.tones[i] = (self.tones[i] * n + hz16) // (n + 1)
        self.fast = self.fast and other.fast
        if n == 1 and len(self.segments) < len(other.segments):
            self.segments = other.segments
        elif len(self.segments) == len(other.segments):
            self.segments = [
                (a[0], (a[1] * n + b[1]) // (n + 1)) for a, b in zip(self.segments, other.segments)
            ]
        self._totals = [
            min(self._totals[0], other.total_ms),
            max(self._totals[1], other.total_ms),
        ]
        self.total_ms = (self.total_ms * n + other.total_ms) // (n + 1)
        self.level = (self.level * n + other.level) // (n + 1)
        self.took += other.took
        self.voices = min(self.voices, other.voices)
        self.count = n + 1

    # --- as a profile writes it -----------------------------------------------------------------

    def hz(self):
        return [(hz16 + 8) // 16 for hz16 in self.tones]

    def words(self):
        return "%s of %s Hz, %d ms" % (
            self.kind,
            " and ".join(str(hz) for hz in self.hz()),
            self.total_ms,
        )

    def sounding_count(self):
        return len([1 for tone, _ in self.segments if tone >= 0])

    def sound(self):
        """The object of a profile file's sound."""
        segments, repeats = self._period()
        total = _about(self.total_ms, 16, 60)
        total = [min(total[0], self._totals[0] - 30), max(total[1], self._totals[1] + 30)]
        return {
            "kind": self.kind,
            "name": "critical" if self.kind == "siren" else "non-critical",
            "tones": [self._range(i) for i in range(len(self.tones))],
            "segments": segments,
            "repeats": repeats,
            "total_ms": [max(20, total[0]), min(LONGEST_MS, total[1])],
            "interval_s": [],
            "priority": "high" if self.kind == "siren" else "medium",
        }

    def _range(self, i):
        """0.3 % around the pitch, at least 4 Hz: temperature and the phone's own clock."""
        hz16 = self.tones[i]
        more = max(64, hz16 * 3 // 1000) + self._spread[i]
        return [max(LOW_HZ, (hz16 - more) // 16), min(HIGH_HZ, (hz16 + more) // 16 + 1)]

    def _period(self):
        """(segments, repeats): the shortest run of segments that repeats."""
        rows = self.segments
        n = len(rows)
        if self.fast:
            once = rows[0][1]
            low, high = max(20, once * 5 // 8), once * 3 // 2
            times = self.total_ms / (2 * once)
            segments = [{"tone": i, "ms": [low, high]} for i in (0, 1)]
            return segments, [max(1, int(times * 5 / 8)), int(times * 8 / 5) + 1]
        part = self.regular() or n
        part = min(part, MAX_SEGMENTS)  # the profile's rules will refuse what does not fit
        out = []
        for i in range(part):
            ms = [rows[k][1] for k in range(i, n, part)]
            low, high = _about(sum(ms) // len(ms), 12, 25)
            # The first and the last are measured less well, and may be cut.
            inner = ms[1:-1] or ms
            low, high = max(20, min([low] + inner)), max([high] + inner)
            out.append({"tone": None if rows[i][0] < 0 else rows[i][0], "ms": [low, high]})
        whole, rest = divmod(n, part)
        if rest == part - 1 and out[-1]["tone"] is None:
            return out, [whole + 1, whole + 1]
        return out, [whole, whole + (1 if rest else 0)]


def _near(a, b):
    return abs(a - b) <= max(90, max(a, b) // 4)


def _about(ms, part, least):
    """ms give or take a part of it, at least so much."""
    more = max(least, ms // part)
    return [max(20, ms - more), min(LONGEST_MS, ms + more)]
