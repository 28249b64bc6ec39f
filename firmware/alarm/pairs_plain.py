# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What `pairs` and `alternation` do for each pair: the reference for `pairs_viper`.

limits: array("i") of a bin's number at index 0, BOTH, ONE, UNLIKE, CAP, FORGET and the number of
slots, as `pairs` has them.
"""

from micropython import const

FREE, LIVE = const(0), const(1)


def couples(bins, powers, n, limits, out):
    """Pairs of the n bins that may be two tones -> out, three words each: the lower one's index and
    256 times the higher one's, the mean of their powers, what the stronger has too much. Returns
    how many."""
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
    """Keep this pair, if it is the best of all that share a bin with it: one strong tone makes
    a pair with every bin of noise."""
    forget, pairs = limits[5], limits[6]
    at = -1
    for s in range(pairs):
        if state[s] == FREE:
            continue
        if t - seen[s] > forget:
            state[s] = FREE
            continue
        a = lows[s]
        b = highs[s]
        if -3 < a - low < 3 and -3 < b - high < 3:
            seen[s] = t
            if evidence > (best[s] if state[s] == LIVE else best[s] * 5 >> 2):
                at = s  # judged, it comes back to be judged when it grows by a quarter
                continue
            if state[s] == LIVE:
                best[s] -= best[s] >> 6  # a long sound's best moment moves on with it
            return
        if -3 < a - low < 3 or -3 < b - high < 3 or -3 < a - high < 3 or -3 < b - low < 3:
            if best[s] >= evidence:
                return
            state[s] = FREE
    if at < 0:
        at = _place(state, best, evidence, pairs)
        if at < 0:
            return
        peak[at] = 0
    state[at] = LIVE
    lows[at] = low
    highs[at] = high
    best[at] = evidence
    peak[at] = max(evidence, peak[at])
    best_t[at] = seen[at] = t


def _place(state, best, evidence, pairs):
    """A free place, or that of the pair with the least evidence below this; else -1."""
    at = -1
    for s in range(pairs):
        if state[s] == FREE:
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
