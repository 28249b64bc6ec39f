# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Does the microphone hear our own sounder? Proven at every burst and by a daily self-test.

In: the block before a pulse and a block inside it (the loop's own buffer), the pulse's frequency.
Out: ``failed`` (NEED_MISSES pulses in a row that were not heard), ``results`` (self-tests to log).

Measure: the block correlated with a square wave of the frequency in both phases. Sums of samples
only, at most 256 * 2**15 = 2**23: small ints on 32 bits, no float. One look a burst costs about
3 ms on an RP2040.
"""

NEED_MISSES = 3
AGAIN_S = 60
UNJUDGED_S = 3600  # the next try after a test in a room too loud for it
MOST_UNJUDGED = 4  # such tries in a row
OVERDUE_S = 26 * 3600  # the first test comes up to a day after the start
# The pulse has to stand this far above the same measure of the block before it...
_RATIO = 3
# ...unless the room is so loud that a working one could drown: then a miss proves nothing. What a
# pulse of each volume step measures at the microphone, 75 dB SPL at full loudness (-45 dBFS; as
# calculated, no box has been measured): the fundamental goes with the sine of pi times the duty.
_EXPECTED = (1760, 3000, 5290, 11080, 42600)
# ...and it must not be softer than expected by more than 18 dB.
_TOLERANCE_BITS = 3


def strength(block, hz):
    """|I| + |Q| of the block against a square wave, in sample units of 1/2**15 full scale."""
    in_phase = quadrature = 0
    for index in range(256):
        sample = block[index] >> 16
        quarter = index * hz * 4 // 16000 & 3
        if quarter == 0:
            in_phase += sample
            quadrature += sample
        elif quarter == 1:
            in_phase -= sample
            quadrature += sample
        elif quarter == 2:
            in_phase -= sample
            quadrature -= sample
        else:
            in_phase += sample
            quadrature -= sample
    return abs(in_phase) + abs(quadrature)


def typical(block):
    """What the strength of such noise is on average: one block's own may be near nothing by
    chance, and the next one's then three times as much."""
    total = 0
    for index in range(0, 256, 2):
        total += abs(block[index] >> 16)
    return total >> 2


class SelfHearing:
    def __init__(self, block):
        self._block = block
        self._before = 0
        self._misses = 0
        self.failed = False
        self.testing = False
        self.result = None  # of the last self-test, until it is taken
        self.tests = 0  # self-tests judged since the start
        self.judged = 0  # all pulses judged since the start
        self.last_ok = False

    def before(self, hz):
        """The pulse is about to begin; the block is still without it."""
        self._before = max(strength(self._block, hz), typical(self._block))

    def during(self, hz, volume):
        """A block inside the pulse of that volume step."""
        block = self._block
        if block[0] == 0 and block[100] == 0 and block[200] == 0:
            return  # the microphone is just starting, after a flash write
        now = strength(block, hz)
        expected = _EXPECTED[min(volume, 4)]
        heard = now > self._before * _RATIO and now > expected >> _TOLERANCE_BITS
        if not heard and self._before * _RATIO > expected:
            return
        self.judged += 1
        if self.testing:
            self.testing = False
            self.result = self.last_ok = heard
            self.tests += 1
        if heard:
            self._misses = 0
            self.failed = False
        else:
            self._misses += 1
            if self._misses >= NEED_MISSES:
                self.failed = True


class Daily:
    """When the self-test is due: once a day at a civil hour, without a clock every 24 h; hourly
    while the sounder counts as failed, so that the fault can clear. One that was not heard is tried
    again after AGAIN_S: a door that slams is no dead sounder, three in a row are."""

    def __init__(self, hour, local):
        self._hour = hour
        self._local = local
        self._day = None  # civil day of the last test
        self._last_s = 0
        self._again_s = None
        self._unjudged = 0  # tests in a row
        self._judged = self._judged_s = 0

    def again(self, up_s):
        """The last one was not heard."""
        self._again_s = up_s + AGAIN_S

    def unjudged(self, up_s):
        """The last one proved nothing: too loud a room, or a flash write at that moment."""
        if up_s - self._last_s <= AGAIN_S and self._unjudged < MOST_UNJUDGED:
            self._unjudged += 1
            self._again_s = up_s + UNJUDGED_S

    def overdue(self, up_s, judged):
        """``judged``: the count of pulses, of alerts and of tests, that proved something."""
        if judged != self._judged:
            self._judged = judged
            self._judged_s = up_s
            self._unjudged = 0
        return up_s - self._judged_s > OVERDUE_S

    def due(self, up_s, utc_s, failed=False):
        if self._again_s is not None and up_s >= self._again_s:
            return True
        if failed and up_s - self._last_s >= 3600:
            return True
        if utc_s is None:
            return up_s - self._last_s >= 86400
        local_s = utc_s + self._local.offset_s(utc_s) - self._hour * 3600
        day = local_s // 86400
        if self._day is None:
            self._day = day  # the first test comes at the first such hour after the start
        return day != self._day and local_s % 86400 < 43200

    def done(self, up_s, utc_s):
        self._last_s = up_s
        self._again_s = None
        if utc_s is not None:
            self._day = (utc_s + self._local.offset_s(utc_s) - self._hour * 3600) // 86400

    def second(self, up_s, utc_s, response):
        """What was heard of the sounder to health and log; begin the self-test that is due."""
        hearing = response.hearing
        health = response.health
        health.set("sounder", hearing.failed, "not heard by the microphone")
        overdue = self.overdue(up_s, hearing.judged)
        health.set("selftest", overdue, "the sounder was not proven for a day")
        outputs = response.outputs
        if hearing.result is not None:
            response.log("selftest", (("ok", hearing.result),))
            if not hearing.result and not hearing.failed:
                self.again(up_s)
            hearing.result = None
        elif hearing.testing and not outputs.testing:
            hearing.testing = False
            self.unjudged(up_s)
        if self.due(up_s, utc_s, hearing.failed) and not outputs.hold and outputs.selftest():
            self.done(up_s, utc_s)
