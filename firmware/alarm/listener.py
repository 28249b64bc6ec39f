# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The listening chain: microphone blocks in, findings out.

``push(block)`` for every 16 ms block; it says how many findings wait. Pure: stream time is counted
in blocks, gaps included. Nothing is allocated unless a candidate is judged.
"""

from micropython import const

from alarm import judge as j
from alarm.chime import Chime
from alarm.faint import Faint
from alarm.siren import Siren
from alarm.spectrum import FRAME_MS, SHORT, Spectrum

BLOCK_MS = const(16)
REJECT_EVERY_MS = const(5000)  # at most one "not matched" of a kind in this time
# Rejected for these, it did not look like a pump at all: no finding.
NOT_ALIKE = (
    "too short",
    "too long",
    "not without a break",
    "only one tone",
    "the room's own noise moves too much",
)
_MAX_WAITING = const(8)
_FULL_SCALE = const(1 << 23)
_WRAP = const((1 << 30) - 1)


class Finding:
    """What was heard. kind "chime", "siren" or "not matched" (then ``looks`` says like what and
    ``reason`` which test it failed); grade "sure" or "weak"; start_ms and end_ms in stream time; hz
    the frequencies; snr_db10 the S/N0 in 0.1 dB-Hz; confidence 0..100; profile the name of the
    learned profile that knows this sound and priority what that says of it, "" when none does."""

    def __init__(
        self,
        kind,
        grade,
        start_ms,
        end_ms,
        hz,
        snr_db10,
        confidence,
        reason,
        looks,
        profile="",
        priority="",
    ):
        self.kind = kind
        self.grade = grade
        self.start_ms = start_ms
        self.end_ms = end_ms
        self.hz = hz
        self.snr_db10 = snr_db10
        self.confidence = confidence
        self.reason = reason
        self.looks = looks
        self.profile = profile
        self.priority = priority


class Listener:
    """See the module's docstring. ``floor_dbfs10``, ``peak_dbfs10`` in 0.1 dBFS and ``clipped``
    (blocks that touched full scale) serve the health check. ``profiles``: what was learned; the
    blind search goes on beside it."""

    def __init__(self, profiles=()):
        self.spectrum = Spectrum()
        self.chime = Chime(self.spectrum)
        self.siren = Siren(self.spectrum, self.chime.crowd)
        self.faint = Faint()  # candidates for the recurrence alone
        self.matcher = None  # without a profile its code is not loaded
        self.sequences = None  # nor this one's without one whose tones are not known
        # Bound once: a method's name is looked for among all attributes first, in every block.
        self._take_in = self.spectrum.block
        self._state = self.spectrum.state
        self._blocks = 0
        self._gap_ms = 0
        self._phase = 0
        self._origin_ms = 0  # stream time of frame 0's middle
        self._waiting = []
        self._masked = False
        self._told = {"chime": -REJECT_EVERY_MS, "siren": -REJECT_EVERY_MS}
        self._siren_until_ms = 0
        self._last = None  # the last finding that was a pump's
        self.learner = None
        self.clipped = 0
        self.use(profiles)

    @property
    def time_ms(self):
        """Stream time of the end of the last block; wraps at 2**30 as the chips' ticks do."""
        return (self._blocks & 0x3FFFFFF) * BLOCK_MS + self._gap_ms & _WRAP

    @property
    def peak_dbfs10(self):
        """Largest sample of the last block, in 0.1 dBFS (-1400 for silence)."""
        st = self._state
        return _dbfs10(max(st[3] - _FULL_SCALE, _FULL_SCALE - st[2]))

    @property
    def floor_dbfs10(self):
        """Noise floor in the band 0.6-5 kHz, summed over its bins, in 0.1 dBFS."""
        # Median over 1/8 octave; the first difference's gain is left in (about -3 dB at 2 kHz).
        sp = self.spectrum
        total = 0
        for i in range(8, 608, 8):
            total += sp.floor[i]
        mean = total // 75  # 1/128 octave of |2X|**2 * 2**50-ish; constants in docs/decisions.md
        return mean * 376 // 1600 - 2010

    def push(self, block):
        """One block of 256 slots (24 bits left-justified in 32). Returns findings waiting."""
        self._blocks += 1
        if self._masked:
            return len(self._waiting)
        phase = self._phase
        if self._take_in(block):
            self._phase = 1
        elif phase:
            self._phase = phase + 1
            if phase == 1:
                sp = self.spectrum
                t = sp.row()
                if t == 0:
                    self._origin_ms = self.time_ms - 80
                if self.chime.frame(t):
                    self._tell("chime", self.chime)
                if self.chime.faint:
                    self._pass_on(self.chime)
            elif phase == 2:
                if self.siren.frame(self.spectrum.t):
                    self._tell("siren", self.siren)
            elif phase == 3:
                if self.matcher and self.matcher.frame(self.spectrum.t):
                    self._tell_known(self.matcher)
                if self.sequences and self.sequences.frame(self.spectrum.t):
                    self._tell_sequence(self.sequences)
                if self.learner:
                    self.learner.frame(self.spectrum.t, self.clipped)
        st = self._state
        if st[3] > 0xFFFFF0 or st[2] < 16:
            self.clipped += 1
        return len(self._waiting)

    def take(self):
        """The oldest finding, None when none waits."""
        return self._waiting.pop(0) if self._waiting else None

    def gap(self, ms):
        """``ms`` of sound were lost: what was being heard is forgotten, the floor kept."""
        self._gap_ms = self._gap_ms + ms & _WRAP
        self._phase = 0
        self.spectrum.restart()
        self.chime.restart()
        self.siren.restart()
        if self.matcher:
            self.matcher.restart()
        if self.sequences:
            self.sequences.restart()
        if self.learner:
            self.learner.restart()

    def use(self, profiles):
        """Listen for these from now on."""
        self.matcher = self.sequences = None
        if profiles:
            from alarm.matching import Matcher

            self.matcher = Matcher(self.spectrum, profiles, self.chime.crowd)
            for profile in profiles:
                for sound in profile.sounds:
                    if sound.sequence and not self.sequences:
                        from alarm.sequences import Sequences

                        self.sequences = Sequences(self.spectrum, profiles, self.chime.crowd)

    def learn(self):
        """From now on what is heard is learned from, too; the code is loaded only then."""
        from alarm.learning import Learner

        self.learner = Learner(self.spectrum)

    def learned(self, name, source):
        """The end of the learning: a `learning_fit.Proposal`, its times in stream time."""
        learner = self.learner
        if learner is None:
            return None
        self.learner = None
        out = learner.finish(name, source)
        at_ms = self._origin_ms
        out.took = [(kind, a + at_ms, b + at_ms, hz) for kind, a, b, hz in out.took]
        return out

    def mask(self, on):
        """While our own sounder sounds (on), blocks count as time but are not listened to."""
        if on == self._masked:
            return
        self._masked = on
        if not on:
            self.gap(0)

    def _pass_on(self, chime):
        """A chime too faint for a finding goes to the recurrence, unless it comes with others."""
        start_ms = self._origin_ms + (chime.faint_t - SHORT + 1) * FRAME_MS - 32 & _WRAP
        if 0 < _later(self._siren_until_ms, start_ms) < 10000:
            return
        if chime.faint < 0:
            self.faint.spoil(start_ms)
        else:
            self.faint.put(j.hertz(chime.k, chime.fine), 0, chime.faint, start_ms)

    def _tell(self, looks, finder):
        start_ms = self._start_ms(finder)
        end_ms = self._end_ms(finder)
        if looks == "siren" or not self.chime.faint:
            self.faint.spoil(start_ms)
        kind = looks
        if looks == "chime" and 0 < _later(self._siren_until_ms, start_ms) < 10000:
            return  # a tone of the siren
        if finder.reason:
            kind = "not matched"
            since = _later(self.time_ms, self._told[looks])
            if finder.reason in NOT_ALIKE or finder.grade != "sure" or 0 <= since < REJECT_EVERY_MS:
                return
            if self._known(start_ms, end_ms):
                return  # with its profile it was recognised
            self._told[looks] = self.time_ms
        if len(self._waiting) >= _MAX_WAITING:
            return
        low = j.hertz(finder.k, 0 if looks == "siren" else finder.fine)
        hz = (low, j.hertz(finder.k2)) if looks == "siren" else (low,)
        known = None
        if self.matcher and not finder.reason:
            known = self.matcher.knows(looks, hz, end_ms - start_ms)
        self._add(kind, finder, start_ms, end_ms, hz, looks, known)

    def _tell_known(self, matcher):
        """A sound of a learned profile; one that failed a test is left to the blind search."""
        if matcher.reason or len(self._waiting) >= _MAX_WAITING:
            return
        start_ms = self._start_ms(matcher)
        end_ms = self._end_ms(matcher)
        template = matcher.template
        kind = template.sound.kind
        hz = [j.hertz(matcher.ks[i], 0) for i in range(len(template.bins))]
        hz[0] = j.hertz(matcher.ks[0], matcher.fine)
        self._add(kind, matcher, start_ms, end_ms, tuple(hz), kind, template)

    def _tell_sequence(self, finder):
        """A sequence of unknown pitch: of the profile, but not known enough to be alerted by it."""
        start_ms = self._start_ms(finder)
        end_ms = self._end_ms(finder)
        if not finder.reason and 0 < _later(self._siren_until_ms, start_ms) < 10000:
            return
        kind = "chime"
        if finder.reason:
            if 0 <= _later(self.time_ms, self._told["chime"]) < REJECT_EVERY_MS:
                return
            if self._known(start_ms, end_ms):
                return
            self._told["chime"] = self.time_ms
            kind = "not matched"
        if len(self._waiting) < _MAX_WAITING:
            hz = (j.hertz(finder.k),)
            found = self._add(kind, finder, start_ms, end_ms, hz, "chime", None)
            if found:
                found.profile = finder.profile.name

    def _start_ms(self, finder):
        return self._origin_ms + finder.first * FRAME_MS - 32 & _WRAP

    def _end_ms(self, finder):
        return self._origin_ms + finder.last * FRAME_MS + 32 & _WRAP

    def _known(self, start_ms, end_ms):
        """Whether a sound of a pump has been told that lasted then."""
        last = self._last
        return (
            last is not None
            and _later(last.end_ms, start_ms) > 0
            and _later(end_ms, last.start_ms) > 0
            and _later(self.time_ms, last.end_ms) < 8000
        )

    def _add(self, kind, finder, start_ms, end_ms, hz, looks, known):
        grade = finder.grade
        if not finder.reason:
            last = self._last
            if last is not None and last.kind == kind and self._known(start_ms, end_ms):
                if grade != "sure" or (last.grade == "sure" and (last.profile or not known)):
                    return None  # blind search and template heard the same
            if kind == "siren":
                self._siren_until_ms = end_ms + 1000
        snr = j.snr_db10(finder.loudness)
        confidence = 0
        if not finder.reason:
            confidence = min(99, 70 + snr // 15) if grade == "sure" else 50
            if known:
                confidence = min(99, confidence + 20)
        found = Finding(kind, grade, start_ms, end_ms, hz, snr, confidence, finder.reason, looks)
        if known:
            found.profile = known.profile.name
            found.priority = known.sound.priority
        if not finder.reason:
            self._last = found
        self._waiting.append(found)
        return found


def _later(a, b):
    """Milliseconds from b to a, both wrapping."""
    return (a - b + (1 << 29) & _WRAP) - (1 << 29)


def _dbfs10(sample):
    """0.1 dBFS of a 24-bit magnitude, by its leading bits: within 0.3 dB."""
    if sample <= 0:
        return -1400
    bits = 0
    while sample < 1 << 22:
        sample <<= 1
        bits += 1
    # sample in 2**22..2**23: a chord of the logarithm, 0..60
    part = ((sample - (1 << 22)) * 60) >> 22
    return part - 60 - bits * 602 // 10
