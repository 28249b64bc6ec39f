# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Learning one's own pump on the device, while the clinic plays the alarm test.

In: started by the button (held 10 s) or the line port, then once a second ``second``.  Out: after
SECONDS, or ``stop``, a profile that is stored and used at once, or a refusal with its reason; the
profile there was is kept then. A beep at the start; at the end one beep for learned, two for
refused. Meanwhile what is heard is logged and raises no alert: the test's own sounds would. So it
can be started MOST_AN_HOUR and MOST_A_DAY times only: a script at the port that asks again and
again mutes six minutes of an hour and twelve of a day, and a pump that sounds on is heard.
"""

import spare

SECONDS = 120
MOST_AN_HOUR = 3
MOST_A_DAY = 6
NAME = "my pump"
USED_ONCE = ("alarm.learning", "alarm.learning_fit", "alarm.learning_pattern")


class Learned:
    """What becomes of a profile that was learned: used at once, kept for the recorder to write."""

    def __init__(self, listener, health, recorder, paths):
        self._listener = listener
        self._health = health
        self._recorder = recorder
        self._paths = paths  # and its copy's
        self._value = None

    def use(self, profiles):
        self._listener.use(profiles)
        self._health.set("profile", False)

    def keep(self, value):
        self._value = value
        for path in self._paths:
            self._recorder.changed(path)

    def now(self):
        return self._value


class LearnSession:
    """``use(profiles)`` is called with a new profile; ``store(value)`` has it written."""

    def __init__(self, listener, outputs, log, use, store):
        self._listener = listener
        self._outputs = outputs
        self._log = log
        self._use = use
        self._store = store
        self._left_s = 0
        self._beeps = 0
        self._now_s = 0  # seconds of the loop since the start
        self._starts = []  # the last MOST_A_DAY, oldest first
        self._told = False  # that it came too often
        self.active = False
        self.said = ""  # what came of the last one
        self.why = ""  # the last start was refused

    def start(self, via):
        """False when it may not, with ``why``."""
        if self.active:
            self.why = "it is learning already; learn stop ends it"
            return False
        if self._too_often():
            self.why = (
                "%d times an hour and %d a day are the most: it raises no alert meanwhile"
                % (
                    MOST_AN_HOUR,
                    MOST_A_DAY,
                )
            )
            if not self._told:
                self._told = True
                self._beeps = 2
                self._log("not_learned", (("via", via), ("reason", self.why)), True)
            return False
        self._told = False
        self._starts = self._starts[1 - MOST_A_DAY :] + [self._now_s]
        self._listener.learn()
        self._left_s = SECONDS
        self._beeps = 1
        self.active = True
        self.said = "listening"
        self._log("learning", (("via", via), ("s", SECONDS)))
        return True

    def _too_often(self):
        starts = self._starts
        for most, within_s in ((MOST_AN_HOUR, 3600), (MOST_A_DAY, 86400)):
            if len(starts) >= most and self._now_s - starts[-most] < within_s:
                return True
        return False

    def stop(self):
        """Learn from what has been heard so far."""
        if self.active:
            self._left_s = 1

    def second(self):
        self._now_s += 1
        if self._beeps and self._outputs.selftest():
            self._beeps -= 1
        if not self.active:
            return
        self._left_s -= 1
        if self._left_s <= 0:
            self._finish()

    def _finish(self):
        from alarm import profile

        self.active = False
        found = self._listener.learned(NAME, "learned on the device")
        value, errors = profile.check(found.profile) if found.profile else (None, [found.reason])
        spare.forget(USED_ONCE + ("alarm.profile_check",))
        if value is None:
            self.said = "refused: " + errors[0]
            self._beeps = 2
            self._log("not_learned", (("reason", errors[0]),), True)
            return
        self._use([value])
        self._store(found.profile)
        self._beeps = 1
        self.said = "learned, quality %d of 95 points" % found.sure
        fields = [("sure", found.sure), ("sounds", [s.kind for s in value.sounds])]
        fields.append(("tones", [s.tones for s in value.sounds]))
        self._log("learned_profile", fields, True)
