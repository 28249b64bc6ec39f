# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Sounds of known tones as templates: which bins in which frames, and how much power noise gives.

In: profiles. Out: Templates, and the plan of numbers that the matcher's inner loop follows.
"""

from array import array

from micropython import const

from alarm.spectrum import FIRST_BIN, FRAME_MS, SHORT

WAIT = {"chime": 13, "siren": 5}  # frames from the end of a sound to its verdict
MOST_TEMPLATES = 48
SHORT_MS = const(110)  # shorter tones share their frames with their neighbours
PRECISE = const(5)  # segments known to a fifth are summed in their own frames

# The sum of noise's powers over a template's cells follows a gamma distribution nearly; quantiles
# by Wilson and Hilferty. Mean and shape of one cell when the loudest of 1, 2, … bins counts:
# measured in white noise (docs/decisions.md, "Learned profiles").
_MEAN = (12.16, 16.7, 20.08, 22.78, 25.02, 26.94, 28.61, 30.1, 31.43, 32.64)
_SHAPE = (0.995, 1.518, 1.968, 2.374, 2.748, 3.095, 3.42, 3.725, 4.011, 4.284)
_GATE_Z = 3.0
SURE_Z = 5.8
WEAK_Z = 4.8


class Template:
    """One known sound, in bins and frames. ``parts``: (tone, first frame, frames)."""

    def __init__(self, profile, sound):
        self.profile = profile
        self.sound = sound
        self.bins = [_bins(low, high) for low, high in sound.tones]
        self.parts, self.frames = parts_of(sound)
        self.cells = sum(part[2] for part in self.parts)
        # Every tone in all frames: the turns are too fast for frames, or not known.
        self.together = len(self.parts) > 1 and self.parts[0][2] == self.frames
        self.focused = len(self.parts) == 1 and self.frames <= SHORT
        width = max(w for _, w in self.bins)
        # So many bins are so many chances, less what neighbours share.
        more = 0.06 * (width * len(self.bins) - 1)
        self.sure = threshold(self.cells, 1, SURE_Z + more, 8.6)
        self.weak = threshold(self.cells, 1, WEAK_Z + more, 8.6)
        self.gate = threshold(self.cells, width, _GATE_Z)


def threshold(cells, width, z, mean=0.0):
    """Quantile of the sum of noise's cells, z standard deviations up."""
    mean = mean or _MEAN[min(width, 10) - 1]
    n = 9 * 0.95 * _SHAPE[min(width, 10) - 1] * cells  # 0.95: frames overlap
    return int(cells * mean * (1 - 1 / n + z / n**0.5) ** 3)


def _bins(low_hz, high_hz):
    """(first bin of the band, number of bins) that hold the tone."""
    first = (low_hz * 256 + 1000) // 2000 - FIRST_BIN
    last = (high_hz * 256 + 1000) // 2000 - FIRST_BIN
    first = max(18, min(581, first))
    return first, max(1, min(581, last) - first + 1)


def parts_of(sound):
    """(parts, frames): which frames of the template hold which tone.

    Segments that are too short or too vague for frames of 128 ms: every tone in all of them."""
    vague = False
    for tone, low, high in sound.segments:
        short = tone >= 0 and low + high < 2 * SHORT_MS
        vague = (
            vague or short or ((high - low) * PRECISE > low + high and high - low > 2 * FRAME_MS)
        )
    total_ms = sum(sound.total_ms) // 2
    if vague and sound.total_ms[0] > 2 * sound.segments[0][2]:
        n = max(2, total_ms // FRAME_MS)
        return [(tone, 0, n) for tone in range(len(sound.tones))], n
    spans: list = []
    at = i = 0
    while at < total_ms:
        tone, low, high = sound.segments[i % len(sound.segments)]
        ms = (low + high) // 2
        if spans and at + ms * 3 // 5 > total_ms:
            break  # a rest of less than half a segment is but rounding
        spans.append((tone, at, at + ms))
        at += ms
        i += 1
    if spans[-1][0] < 0:
        spans.pop()
    parts = []
    scale = total_ms / spans[-1][2]
    if not 0.93 < scale < 1.07:  # the last segment is cut off
        scale = 1
    for tone, start, end in spans:
        if tone >= 0:
            first = int(start * scale / FRAME_MS + 0.5)
            last = int(end * scale / FRAME_MS + (0 if end == spans[-1][2] else 0.5))
            parts.append((tone, first, max(1, last - first)))
    return parts, parts[-1][1] + parts[-1][2]


def templates_of(profiles):
    """Of every sound whose tones are known."""
    out: list = []
    for profile in profiles:
        for sound in profile.sounds:
            if sound.known and len(out) < MOST_TEMPLATES:
                out.append(Template(profile, sound))
    return out


def plan_of(templates):
    """The numbers that `gauge` follows."""
    plan = [sum(len(p.bins) for p in templates)]
    for p in templates:
        for bins in p.bins:
            plan.extend(bins)
    plan.append(len(templates))
    line = 0
    for p in templates:
        plan += [p.gate, WAIT[p.sound.kind], p.frames + 8, len(p.parts)]
        for tone, first, n in p.parts:
            plan += [line + tone, p.frames - 1 - first, n]
        line += len(p.bins)
    return array("H", plan)


def fitting(templates, kind, hz, ms):
    """The template of a sound with these tones and about this length, or None."""
    for template in templates:
        sound = template.sound
        if sound.kind == kind and len(sound.tones) == len(hz):
            if sound.total_ms[0] - 250 <= ms <= sound.total_ms[1] + 250 and _within(sound, hz):
                return template
    return None


def _within(sound, hz):
    """Whether each of its tones was heard, to half a bin."""
    for low, high in sound.tones:
        if not any(low - 4 <= tone <= high + 4 for tone in hz):
            return False
    return True
