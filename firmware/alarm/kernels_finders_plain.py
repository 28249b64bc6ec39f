# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The reference for the finders' kernels, in plain Python: `kernels_finders`, their hotter ones in
`kernels_finders_viper` and `kernels_finders_thumb`, and `kernels_candidates`.

Read this one to understand the numbers; the bounds and formats stand in the docstrings there.
"""


def column(hist, newest, k, other, out):
    """One tone through the history, oldest first; see kernels_finders_viper.column."""
    for i in range(64):
        row = ((newest + 1 + i) & 63) * 600
        out[i] = max(hist[row + k], hist[row + other])


def band(hist, newest, first, last, out):
    """The largest of a band of bins through the history; see kernels_finders.band."""
    for i in range(64):
        row = ((newest + 1 + i) & 63) * 600
        out[i] = max(hist[row + first : row + last + 1])


def rowsum(hist, first, n, out):
    """Sum of n history rows; see kernels_finders_viper.rowsum."""
    for k in range(600):
        out[k] = sum(hist[((first + i) & 63) * 600 + k] for i in range(n))


def loudest(sums, first, need, bins, powers, room):
    """The bins with most power, against what is beside them; see kernels_finders_viper.loudest."""
    found = 0
    least = need
    for i in range(18, 582):
        at = first + i
        x = sums[at]
        side = min(sum(sums[at - 18 : at - 6]), sum(sums[at + 7 : at + 19]))
        if x < least:
            continue
        power = x * 7200 // side if side > 7200 else x
        if power < least or x < sums[at - 1] or x <= sums[at + 1]:
            continue
        if x < sums[at - 2] or x <= sums[at + 2]:
            continue
        place = found
        if found < room:
            found += 1
        else:
            place = 0
            for j in range(room):
                if powers[j] < powers[place]:
                    place = j
        bins[place] = i
        powers[place] = power
        if found == room:
            least = min(powers[:room]) + 1
    return found


def nearest(bins, state, n, k):
    """The slot of a bin; see kernels_finders.nearest."""
    free = n
    for i in range(n):
        if not state[i]:
            free = i
        elif -3 < bins[i] - k < 3:
            return i
    return -1 - free


def energy(col, first, n, shift, lut):
    """Sum of capped powers along a column; see kernels_finders.energy."""
    return sum(lut[min(255, col[i] - shift)] for i in range(first, first + n) if col[i] > shift)


def oppose(a, b, first, n, out, lut):
    """Sums for the correlation of two columns; see kernels_finders_viper.oppose."""
    x = a[first : first + n]
    y = b[first : first + n]
    out[0] = sum(x)
    out[1] = sum(y)
    out[2] = sum(v * v for v in x)
    out[3] = sum(v * v for v in y)
    out[4] = sum(v * w for v, w in zip(x, y))
    out[5] = sum(lut[max(v, w)] for v, w in zip(x, y))


def coherent(cells, turns, n, turn, sine, amp, shift):
    """Power of the sum with phase; see kernels_finders.coherent."""
    re = 0
    im = 0
    for i in range(n):
        v = cells[i] - shift
        if v > 67:
            v = amp[min(v, 255)]
            k = ((turns[i] << 7) - i * turn) & 2047
            im += (sine[k] - 16384) * v
            re += (sine[(k + 512) & 2047] - 16384) * v
    re >>= 14
    im >>= 14
    return re * re + im * im


def swings(col, first, n, total, sine, out):
    """A column's levels at 63 rates; see kernels_finders_viper.swings."""
    for k in range(63):
        turn = 56 + 16 * k
        re = 0
        im = 0
        for i in range(n):
            v = (col[first + i] * n - total) >> 5
            re += (sine[(i * turn + 512) & 2047] - 16384) * v
            im += (sine[i * turn & 2047] - 16384) * v
        out[2 * k] = re >> 14
        out[2 * k + 1] = im >> 14


def apart(a, b, out):
    """The rate at which two columns swing most against each other; see kernels_finders.apart."""
    best = 0
    at = 0
    for k in range(0, 126, 2):
        re = (a[k] - b[k]) >> 2
        im = (a[k + 1] - b[k + 1]) >> 2
        v = re * re + im * im
        if v > best:
            best = v
            at = k
    out[0] = best
    out[1] = at >> 1


def couples(bins, powers, n, limits, out):
    """Pairs of the n bins that may be two tones -> out, three words each: the lower one's index and
    256 times the higher one's, the mean of their powers, what the stronger has too much. Returns
    how many. limits: a bin's number at index 0, _BOTH, _ONE, _UNLIKE, CAP, FORGET, the number of
    slots and EACH, as `pairs` has them."""
    first, least, one, unlike, cap = limits[0], limits[1], limits[2], limits[3], limits[4]
    found = 0
    for x in range(n):
        for y in range(x + 1, n):
            pair = (x, y) if bins[x] < bins[y] else (y, x)
            low = bins[pair[0]] + first
            high = bins[pair[1]] + first
            if high * 100 < low * 104 or high * 10 > low * 21:
                continue
            weaker = min(powers[x], powers[y])
            stronger = min(cap, max(powers[x], powers[y]))
            surplus = max(0, stronger - weaker - unlike) if weaker < one else 0
            both = (min(cap, weaker) + stronger - surplus) >> 1
            if both >= least:
                out[3 * found] = pair[0] | pair[1] << 8
                out[3 * found + 1] = both
                out[3 * found + 2] = surplus
                found += 1
    return found


def follow(state, low, high, evidence, t, limits, lows, highs, best, peak, best_t, seen):
    """Keep this pair, if it is the best of all that share a bin with it (one strong tone makes a
    pair with every bin of noise), or has evidence from limits[7] on: then both are kept."""
    forget, pairs = limits[5], limits[6]
    at = -1
    for s in range(pairs):
        if state[s] == 0:
            continue
        if t - seen[s] > forget:
            state[s] = 0
            continue
        a = lows[s]
        b = highs[s]
        if -3 < a - low < 3 and -3 < b - high < 3:
            seen[s] = t
            if evidence > (best[s] if state[s] == 1 else best[s] * 5 >> 2):
                at = s  # judged, it comes back to be judged when it grows by a quarter
                continue
            if state[s] == 1:
                best[s] -= best[s] >> 6  # a long sound's best moment moves on with it
            return
        if -3 < a - low < 3 or -3 < b - high < 3 or -3 < a - high < 3 or -3 < b - low < 3:
            if best[s] >= evidence:
                if evidence < limits[7]:
                    return
            elif best[s] < limits[7]:
                state[s] = 0
    if at < 0:
        at = _place(state, best, evidence, pairs)
        if at < 0:
            return
        peak[at] = 0
    state[at] = 1
    lows[at] = low
    highs[at] = high
    best[at] = evidence
    peak[at] = max(evidence, peak[at])
    best_t[at] = seen[at] = t


def _place(state, best, evidence, pairs):
    """A free place, or that of the pair with the least evidence below this; else -1."""
    at = -1
    for s in range(pairs):
        if state[s] == 0:
            return s
        if best[s] < evidence:
            at = s
            evidence = best[s]
    return at


def shares(a, b, first, n, more, out):
    """The n frames from first on, each to the column that is the louder one, measured against
    itself; more: sum of a less sum of b. out: frames of a, sums of a and of a*a over these, of b
    and of b*b over the others."""
    na = ta = tb = qa = qb = 0
    for i in range(first, first + n):
        x = a[i]
        y = b[i]
        if (x - y) * n > more:
            na += 1
            ta += x
            qa += x * x
        else:
            tb += y
            qb += y * y
    out[0] = na
    out[1] = ta
    out[2] = qa
    out[3] = tb
    out[4] = qb


def stand(sums, keep, found, n, need):
    """How many of the n found bins stand out by more than need; see kernels_candidates.stand."""
    kept = 0
    for i in range(n):
        k = found[i]
        side = min(sum(sums[k - 18 : k - 6]), sum(sums[k + 7 : k + 19]))
        if sums[k] * 12 - side > need:
            if keep:
                found[kept] = k
            kept += 1
    return kept


def track(found, n, sums, slots, t):
    """Put the n found bins into the chime's slots and look what is due. slots: eight lots of 24
    words, see `chime`. Returns how many slots are due, whose numbers then stand in the last lot,
    and 32 more when any slot is in use."""
    for i in range(n):
        k = found[i]
        s = nearest(slots[24:48], slots[:24], 24, k)
        if s < -24:
            continue
        if s < 0:
            s = -1 - s
            slots[s + 120] = 0
        elif sums[k] <= slots[s + 48] + (0 if slots[s] == 1 else 120):
            # A judged tone comes back to be judged when it grows by 3 dB.
            slots[s + 96] = t
            continue
        slots[s] = 1
        slots[s + 24] = k
        slots[s + 48] = sums[k]
        slots[s + 72] = slots[s + 96] = t
    due = used = 0
    for s in range(24):
        if slots[s] == 1:
            age = t - slots[s + 72]
            if age == 1 or age >= 16:
                slots[due + 168] = s
                due += 1
        elif slots[s] and t - slots[s + 96] > 4:
            slots[s] = 0
        if slots[s]:
            used = 32
    return used + due


def focus(cells, t, s, slots, shift, hist, turns, amp, sine):
    """Sum the 15 cells of slot s up to frame t with their phases, over the frequencies within a
    bin: the most, and where, into the slot's words. cells: 15 words to work in."""
    k = slots[s + 24]
    phases = bytearray(15)
    levels = bytearray(15)
    for i in range(15):
        row = t - 14 + i
        levels[i] = hist[(row & 63) * 600 + k]
        # Two frames share a byte; `coherent` takes four bits.
        phases[i] = turns[(row >> 1 & 7) * 600 + k] >> ((row & 1) << 2)
        v = levels[i] - shift
        cells[i] = (amp[min(v, 255)] << 4 if v > 67 else 0) | phases[i] & 15
    best = 0
    # A bin advances half a turn a frame for each bin number; 1/16 bin is 64 of 2048.
    half = (k + 59 & 1) << 10
    for d in range(-12, 13):
        v = coherent(levels, phases, 15, half + d * 64 & 2047, sine, amp, shift)
        if v > best:
            best = v
            slots[s + 144] = d
    slots[s + 120] = best


def beside(hist, first, n, sums, k):
    """Mean level beside bin k over 15 frames, as judge.noise_beside has it: of sums as they are
    when n is 0, else of what is written there first, the sums of n rows from row first on, of the
    bins within 18 of k."""
    if n:
        for at in range(k - 18, k + 19):
            sums[at] = sum(hist[((first + i) & 63) * 600 + at] for i in range(n))
    left = sum(sums[k - 18 : k - 6])
    right = sum(sums[k + 7 : k + 19])
    side = (left + right) // 2
    if not -900 <= left - right <= 900:
        side = min(left, right)
    level = (side + 90) // 180
    return 61 if 55 < level < 67 else level


def survey(loud, t, powers, n, got):
    """For the pairs, at frame t: 16 times the mean level beside tones, and how many of the n powers
    are a tone's. got: its first n bytes become 0. The floor follows a room that has just grown
    louder by a decibel a second only: the level is how far the whole band stands over its floor."""
    total = sum(loud[t - i & 63] for i in range(46))
    level = max(61, min(141, total // 3450 - 1))
    for i in range(n):
        got[i] = 0
    return level << 4 | sum(p > 1000 for p in powers[:n])
