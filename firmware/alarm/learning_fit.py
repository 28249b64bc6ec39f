# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Learns a pump's sounds, second part: from soundings to a proposed profile, or to a refusal.

In: a `learning.Learner` with its soundings (lists of tones with times). Out: a Proposal. Soundings
of one pattern are taken together; the pattern's pitches, segments and repeats become a sound.
"""

from alarm import profile_check
from alarm.learning_pattern import Pattern

FAINT = 42  # steps over the floor; see learning
MAIN = 32  # steps (12 dB) below the loudest: still meant
MOST_VOICES = 1  # lines beside a sound
MOST_CLIPPED = 3  # blocks of 16 ms
OWN_HZ = 520  # of the monitor's own sounder, which is rich in harmonics


class Proposal:
    """``profile``: the object of a profile file, None when refused for ``reason``; ``sure`` 0..95;
    ``confuse``: what else would be taken for it; ``notes``; ``took``: (kind, start_ms, end_ms,
    [hz]) of each sounding that was used."""

    def __init__(self):
        self.profile = None
        self.reason = ""
        self.sure = 0
        self.confuse = []
        self.notes = []
        self.took = []


def propose(learner, name, source, cut_off):
    out = Proposal()
    patterns: list = []
    melodies = 0
    for tones, voices in learner.soundings:
        if any(_of_endless(tones[0], line) for line in learner.long):
            continue
        pattern = Pattern(tones, voices)
        if pattern.fault:
            melodies += 1
            continue
        for other in patterns:
            if other.same(pattern):
                other.join(pattern)
                break
        else:
            patterns.append(pattern)
    out.reason = _refusal(learner, patterns, melodies, cut_off)
    if not out.reason:
        main = _main(patterns, out.notes)
        out.reason = _once(main, learner) or _different(main)
        if not out.reason:
            _fill(out, main, name, source)
    return out


def _of_endless(tone, line):
    """A harmonic of a tone that lasted too long."""
    bin_number, start_ms, end_ms = line
    own = tone.hz16 // 125
    n = (own + bin_number // 2) // bin_number
    overlap = min(tone.end_ms, end_ms) - max(tone.start_ms, start_ms)
    return n > 1 and abs(own - n * bin_number) <= n and overlap > 0


def _once(main, learner):
    """A pattern heard once may be somebody's voice: refused in talk, or when it has no order."""
    seconds = learner.frames * 64 // 1000
    for p in main:
        if p.count > 1:
            continue
        if p.voices > MOST_VOICES or learner.voices * 4 > seconds:
            return "a %s was heard once, amid talk or music; play it twice, or in quiet" % p.words()
        if p.kind == "chime" and len(p.segments) > 1 and not p.regular():
            return "a %s was heard once; such a sequence must be heard twice" % p.words()
    return ""


def _refusal(learner, patterns, melodies, cut_off):
    """Why there is nothing to learn from, "" when there is."""
    if learner.clipped >= MOST_CLIPPED or (not patterns and learner.cut >= MOST_CLIPPED):
        return "clipped: the sound is cut at full scale; go farther away or lower the gain"
    if patterns:
        return ""
    if cut_off:
        return "cut off: a sound begins or ends outside; half a second of silence is needed around"
    if melodies:
        return "no pump sound: the tones follow no pattern that a pump makes"
    if learner.endless:
        return "no pump sound: only tones that last longer than 3.6 s"
    if learner.faint:
        return "too noisy or too far away: a tone was there, but less than 16 dB over the noise"
    if learner.voices:
        return "no pump sound: only tones that glide or swell, as voices do"
    return "no pump sound: no steady tone between 600 and 5000 Hz"


def _main(patterns, notes):
    """The patterns that are meant: the loud ones, and of those of a kind the one that returns."""
    again = [p for p in patterns if p.count > 1]
    loudest = max(p.level for p in again or patterns)
    main: list = []
    for p in sorted(patterns, key=lambda p: -p.count):
        rival = [q for q in main if q.kind == p.kind]
        stray = p.count == 1 and again and p.voices > MOST_VOICES
        if stray or p.level < loudest - MAIN or (rival and rival[0].count >= 3 * p.count):
            times = "once" if p.count == 1 else "%d times" % p.count
            notes.append("left out: a %s, heard %s" % (p.words(), times))
        else:
            main.append(p)
    return main


def _different(main):
    for kind in profile_check.KINDS:
        found = [p for p in main if p.kind == kind]
        if len(found) > 1:
            return "two different alarms: a %s and a %s; give one pump's alone" % (
                found[0].words(),
                found[1].words(),
            )
    return ""


def _fill(out, main, name, source):
    main.sort(key=lambda p: p.kind)
    sounds = [p.sound() for p in main]
    value = {"format": profile_check.FORMAT, "name": name, "source": source, "sounds": sounds}
    errors = profile_check.errors_of(value)
    if errors:
        out.reason = "no profile can describe it: " + errors[0]
        return
    out.profile = value
    out.sure = 95
    for p in main:
        sure = 40 + 15 * min(3, p.count - 1) + min(20, (p.level - FAINT) // 2)
        out.sure = min(out.sure, sure + (15 if p.kind == "siren" else 0))
        out.confuse.append(_confused(p))
        for hz in p.hz():
            near = (hz + OWN_HZ // 2) // OWN_HZ * OWN_HZ
            if abs(near - hz) * 125 < hz:
                out.confuse.append(
                    "%d Hz is close to a harmonic (%d Hz) of a monitor's own alert" % (hz, near)
                )
        out.took += p.took
    if len(main) == 1:
        other = "siren" if main[0].kind == "chime" else "chime"
        out.notes.append(
            "no %s was recognised in it: that one is still listened for blindly" % other
        )
    out.took.sort(key=lambda row: row[1])


def _confused(p):
    """What else has this structure."""
    tones = " and ".join("%d Hz" % hz for hz in p.hz())
    if len(p.tones) == 1 and len(p.segments) == 1:
        return "any single steady tone of %s that lasts about %d ms" % (tones, p.total_ms)
    if p.kind == "siren":
        return "two tones of %s in turn for about %d ms" % (tones, p.total_ms)
    return "a sequence of %d tones (%s) in about %d ms" % (p.sounding_count(), tones, p.total_ms)
