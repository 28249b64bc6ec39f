# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Has this the structure of the known sound? Each tone in its place, silence around, no others.

In: a `matching.Matcher` whose columns hold the tones' levels, and the index of the template's
first frame in them. Out: the reason why it is not the sound, "" when it may be; the matcher's
``first``, ``last``, ``loudness``.

Near the noise a frame says little: there the tests are about sums of powers, each with what noise
alone adds to it. A tone that stands clear of the noise is followed frame by frame.
"""

from micropython import const

from alarm import judge as j
from alarm.kernels import column, energy, scan
from alarm.spectrum import FIRST_BIN, ROWS

LINE = const(24 * 12)  # scan's need a frame: a line 9 dB over what is beside it
CLEAR = const(36)  # steps over the noise: the tone can be seen frame by frame
FRAME_MS = const(64)
CELL10 = const(86)  # ten times a noise cell's mean power, in eighths
VARIANCE = const(74)  # of a cell
CROWDED = const(8)  # lines a frame, in 1/8
CAME = const(9)  # and those that its own tones and their harmonics add
AROUND = const(15)  # frames of silence that are looked at
AFTER = "not silent after"  # it may only not be over yet


def judge(m, t, start):
    p = m.template
    end = start + p.frames
    m.first = t - (ROWS - 1) + start
    m.last = m.first + p.frames - 1
    clear = _levels(m, p, start)
    on10 = m.power * 10 - p.cells * CELL10
    on10 = on10 // (p.frames if p.together else p.cells)  # a frame's power over the noise
    reason = _room(m, p, clear) or _present(m, p, start)
    if not reason:
        reason = _edges(m, t, p, start) if clear else _around(m, p, start, end, on10)
    if not reason:
        reason = _segments(m, p, start, clear, on10)
    return reason or _alone(m, t, p)


def _room(m, p, clear):
    """Near the noise, or with tones that share their frames, only a quiet and steady room counts:
    what voices and music do is nothing that noise's own spread tells of."""
    if not clear and not j.room_steady(m.spectrum, m.first, m.last):
        return "the room's own noise moves too much"
    crowded = m.crowd[m.first - 2 & 63] > CROWDED or m.crowd[m.last & 63] > CROWDED + CAME
    if crowded and (not clear or p.together or m.grade != "sure"):
        return "among other tones"
    if m.first < m.spectrum.settled and not clear:
        return "too soon to tell"
    if crowded and p.focused and m.focus * 10 < 8 * 480 * m.power:
        return "not one pure tone"
    if clear:
        for tone, first, n in p.parts:
            at = ROWS - 1 - (m.now - m.first) + first
            if n > 3 and j.variance10(m.cols[tone], at + 1, min(ROWS, at + n - 1)) > 250:
                return "level not steady"
    return ""


def _levels(m, p, start):
    """Each tone's mean level in its own frames (``m.on``); the loudness. True: all stand clear."""
    over = cells = 0
    clear = True
    for tone in range(len(p.bins)):
        total = n = 0
        for which, first, count in p.parts:
            if which == tone:
                first = max(0, start + first)
                for f in range(first, min(ROWS, first + count)):
                    total += m.cols[tone][f]
                    n += 1
        m.on[tone] = total // max(1, n)
        clear = clear and m.on[tone] - m.noise[tone] >= CLEAR
        over += total - n * m.noise[tone]
        cells += n
    m.loudness = over // max(1, cells)
    return clear


def _surplus10(m, tone, first, n):
    """Ten times the power of a tone over the noise, summed over n frames of its column."""
    first = max(0, first)
    n = min(n, ROWS - first)
    if n <= 0:
        return 0
    shift = m.noise[tone] + j.TO_POWER - 64
    return 10 * energy(m.cols[tone], first, n, shift, m.lut) - n * CELL10


def _much(surplus10, cells, limit10):
    """Whether a sum over noise cells exceeds limit10 by more than noise does (1.3 sigma)."""
    more = surplus10 - limit10
    return more > 0 and more * more > 170 * VARIANCE * cells


def _present(m, p, start):
    """Each tone must be there, in both halves of the sound."""
    half = p.frames // 2
    for tone in range(len(p.bins)):
        cells = surplus = 0
        for which, first, n in p.parts:
            if which == tone:
                surplus += _surplus10(m, tone, start + first, n)
                cells += n
        if surplus <= 0 or surplus * surplus < 625 * VARIANCE * cells:  # 2.5 sigma
            return "one of its tones is missing" if len(p.bins) > 1 else "level not steady"
    early = late = 0
    for tone, first, n in p.parts:
        a = max(0, min(n, half - first))
        early += _surplus10(m, tone, start + first, a)
        late += _surplus10(m, tone, start + first + a, n - a)
    if min(early, late) * 5 < max(early, late):
        return "level not steady"
    return ""


def _around(m, p, start, end, on10):
    """Silence before and after at these frequencies, by power."""
    first = max(0, start - 2 - AROUND)
    n = start - 2 - first
    if n < 6 or _much(_all_surplus10(m, p, first, n), n * len(p.bins), on10 * n // 2):
        return "not silent before"
    n = min(ROWS - end - 2, AROUND)
    # Few frames tell little: asked again frame by frame, it must be half way down at once.
    if n < 2 or _all_surplus10(m, p, end + 2, n) > on10 * n // 2:
        return AFTER
    return ""


def _all_surplus10(m, p, first, n):
    total = 0
    for tone in range(len(p.bins)):
        total += _surplus10(m, tone, first, n)
    return total


def _edges(m, t, p, start):
    """The same frame by frame: where it begins and ends, and what lies around."""
    loud = _loudest(m, len(p.bins))
    top = min(m.on[i] for i in range(len(p.bins)))
    quiet = m.noise[0] + j.TO_POWER
    half = (top + quiet) // 2
    if p.together:  # the tones share the frames
        half -= 6
    run = j.run_of(loud, _near(loud, start + p.frames // 2), half, 1 + _longest_gap(p))
    first = run >> 8
    last = run & 255
    m.first = t - (ROWS - 1) + first
    m.last = t - (ROWS - 1) + last
    n = last - first + 1
    if n < p.sound.total_ms[0] // FRAME_MS - 2:
        return "too short"
    if n > -(-p.sound.total_ms[1] // FRAME_MS) + 2:
        return "too long"
    before = max(0, first - 1 - AROUND)
    after = min(ROWS, last + 2 + AROUND)
    if first - 1 - before < 6 or j.over(loud, before, first - 1, half) > 1:
        return "not silent before"
    if after - last - 2 < 2 or j.over(loud, last + 2, after, half) > 1:
        return AFTER
    return ""


def _loudest(m, tones):
    """The louder of the tones in each frame, each over its own noise: into the last column."""
    if tones == 1:
        return m.cols[0]
    loud = m.cols[3]
    for f in range(ROWS):
        v = 0
        for i in range(tones):
            v = max(v, m.cols[i][f] - m.noise[i])
        loud[f] = min(255, v + m.noise[0])
    return loud


def _longest_gap(p):
    """Frames of the longest silence inside the sound."""
    longest = 0
    for tone, _, high in p.sound.segments:
        if tone < 0:
            longest = max(longest, (high + FRAME_MS // 2) // FRAME_MS)
    return longest


def _near(loud, middle):
    """The loudest frame about the middle: a gap may lie there."""
    best = middle
    for f in range(max(0, middle - 4), min(ROWS, middle + 5)):
        if loud[f] > loud[best]:
            best = f
    return best


def _segments(m, p, start, clear, on10):
    """Each tone where it should be, and not where it should not."""
    if len(p.parts) == 1:
        return _steady(m, clear)
    if p.together:
        return ""
    if clear:
        wrong = 0
        for tone, first, n in p.parts:
            half = (m.on[tone] + m.noise[tone]) // 2
            at = max(0, start + first)
            if j.mean(m.cols[tone], at, min(ROWS, at + n)) < half:
                wrong += 1
        if wrong * 6 > len(p.parts):
            return "segments not where they should be"
    for tone in range(len(p.bins)):
        surplus = n = 0
        for f in range(1, p.frames - 1):
            if not _sounds(p, tone, f):
                surplus += _surplus10(m, tone, start + f, 1)
                n += 1
        if n > 2 and _much(surplus, n, on10 * n // 2):
            return "its tones do not take turns"
    return ""


def _sounds(p, tone, f):
    """Whether the tone sounds in frame f of the template, or beside it."""
    for which, first, count in p.parts:
        if which == tone and first - 1 <= f <= first + count:
            return True
    return False


def _steady(m, clear):
    col = m.cols[0]
    first = max(0, m.first - m.now + ROWS - 1)
    last = min(ROWS - 1, m.last - m.now + ROWS - 1)
    if last - first < 6:
        return ""
    if j.variance10(col, first + 2, last - 1) > 250 + j.jitter10(m.on[0] - m.noise[0]):
        return "level not steady"
    if clear:
        half = (last - first) // 2
        rise = j.mean(col, last - half, last - 1) - j.mean(col, first + 2, first + 2 + half)
        if not -16 < rise < 16:
            return "fades or swells"
    return ""


def _alone(m, t, p):
    """No other tones that come and go with it: partials of a voice or an instrument."""
    found = m.found
    col = m.cols[3]
    first = max(0, m.first - (t - (ROWS - 1)))
    last = min(ROWS - 1, m.last - (t - (ROWS - 1)))
    before = max(0, first - 9)
    after = min(ROWS, last + 10)
    loudest = max(m.on[i] for i in range(len(p.bins)))
    for i in range(scan(m.total, 0, LINE * p.frames, found, 32)):
        b = found[i]
        if _own(m, p, b):
            continue
        column(m.spectrum.hist, t, b, b, col)
        level = j.mean(col, first + 1, last)
        if level < loudest - 48:
            continue
        if first - before < 4 or level - j.mean(col, before, first - 1) < 20:
            continue
        if after - last - 2 > 2 and level - j.mean(col, last + 2, after) < 20:
            continue
        return "other tones come and go with it"
    return ""


def _own(m, p, b):
    """Whether bin b is one of its tones or a harmonic of one."""
    for tone in range(len(p.bins)):
        k = m.ks[tone]
        if -8 < b - k < 8:
            return True
        f = k + FIRST_BIN
        g = b + FIRST_BIN
        if g > f + 8 and abs(g - (g + f // 2) // f * f) < 3:
            return True
    return False
