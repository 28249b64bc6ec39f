# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Health: proofs that the monitor listens, and named faults.

In: once a second, what the loop measured (``second``), and results of other parts (``set``).
Out: ``changes`` (pairs to log and to alert on), ``listening``, ``degraded``, ``loop_ok``.

Technical: the monitor can no longer listen or alert; degraded: it can, with less than it should
have. Every fault is raised within RAISE_S of its cause and cleared CLEAR_S after it ended.
"""

TECHNICAL = "technical"
DEGRADED = "degraded"

# name: (severity, seconds of proof to raise, seconds of health to clear)
FAULTS = {
    "loop": (TECHNICAL, 2, 30),  # audio was lost: the loop is too slow, or the rate is wrong
    "mic_silent": (TECHNICAL, 5, 5),  # zeros: dead or unplugged
    "mic_slot": (TECHNICAL, 5, 5),  # and there are samples in the other slot: L/R is wired wrong
    "mic_stuck": (TECHNICAL, 5, 5),  # one value, not zero
    "mic_clipping": (TECHNICAL, 10, 10),
    "mic_noise": (DEGRADED, 60, 30),  # so loud that a pump would drown
    "supply": (TECHNICAL, 3, 10),
    "battery": (TECHNICAL, 10, 30),  # runs from the pack, and that is nearly empty
    "mains": (DEGRADED, 5, 10),  # the adapter is gone; the pack carries on
    "pack": (DEGRADED, 60, 10),  # one is fitted and not there
    "sounder": (TECHNICAL, 1, 1),
    "clock": (DEGRADED, 1, 1),
    "log": (DEGRADED, 1, 1),
    "state": (DEGRADED, 1, 1),  # a stored one was lost, perhaps somebody's alert; until restarted
    "settings": (DEGRADED, 1, 1),
    "profile": (DEGRADED, 1, 1),  # the pump's profile cannot be used: the blind search goes on
    "button": (DEGRADED, 1, 1),
    "display": (DEGRADED, 1, 1),  # one that is fitted does not answer
    "selftest": (DEGRADED, 1, 1),
    "recurrence": (DEGRADED, 1, 1),  # it failed; repeats are no longer recognised
    "restarts": (DEGRADED, 1, 1),  # reduced mode
}

_DOUBT_S = 4  # one less than it takes to raise mic_silent
_CLIPPED_A_SECOND = 31  # half of the blocks touch full scale
_NOISE_DBFS10 = -200
# Late by more than the I2S buffer holds means that samples were overwritten.
_LOST_MS = 152
_FAST_MS = 400


class Health:
    """Counts, per fault, seconds in which its cause was present or absent."""

    def __init__(self):
        # Of most faults there is nothing to remember: tables of all of them would take 2 KB.
        self._on = []
        self._count = {}
        self._detail = {}
        self.changes = []  # (name, severity, raised, detail), drained by the monitor
        self.listening = False  # proven, and no technical fault
        self.proven = False  # a whole second of good audio has been seen since the start
        self.degraded = False
        self.loop_ok = True  # samples advance: what the watchdog wants to know
        self.doubt = False  # nothing for so long that it is time to look at the other slot, once
        self._lag_ms = 0
        self._clipped = 0

    def is_on(self, name):
        return name in self._on

    def detail(self, name):
        """What was last said about a fault."""
        return self._detail.get(name, "")

    def names(self):
        return [name for name in FAULTS if name in self._on]

    def observe(self, name, present, detail=""):
        """One second's proof for or against a fault; after enough of them it changes."""
        if present == (name in self._on):
            self._count.pop(name, None)
            return
        count = self._count.get(name, 0) + 1
        rule = FAULTS[name]
        if count < (rule[1] if present else rule[2]):
            self._count[name] = count
            return
        self.set(name, present, detail)

    def set(self, name, present, detail=""):
        """Change a fault at once."""
        self._count.pop(name, None)
        if present == (name in self._on):
            return
        if present:
            self._on.append(name)
            self._detail[name] = detail
        else:
            self._on.remove(name)
        self.changes.append((name, FAULTS[name][0], present, detail or self._detail[name]))
        self._sum_up()

    def _sum_up(self):
        self.listening = self.proven
        self.degraded = False
        for name in self._on:
            if FAULTS[name][0] == TECHNICAL:
                self.listening = False
            else:
                self.degraded = True

    def log_fault(self, fault):
        """What the last flash write said; "" when it went well."""
        self.set("log", bool(fault), fault)

    def second(self, elapsed_ms, audio_ms):
        """A second of the loop: time by ticks, and by audio received (deaf time excluded by the
        caller). Slow drift between the two is the crystals' and leaks away; a jump is loss."""
        lag_ms = self._lag_ms + elapsed_ms - audio_ms
        lost = lag_ms > _LOST_MS
        fast = lag_ms < -_FAST_MS
        if lost or fast:
            lag_ms = 0
        elif lag_ms > 0:
            lag_ms -= 1
        elif lag_ms < 0:
            lag_ms += 1
        self._lag_ms = lag_ms
        self.loop_ok = audio_ms > 0
        if lost or fast:
            # Raised at the first proof: the jump is seen once, and it is certain.
            self.set("loop", True, "audio lost" if lost else "audio too fast")
        else:
            self.observe("loop", False)

    def prove(self):
        """The first good second: from here the lamp, the relay and the pulses may say so."""
        if not self.proven:
            self.proven = True
            self._sum_up()

    def microphone(self, block, floor_dbfs10, clipped):
        """A second's look at one block. 32 samples suffice: a living microphone's own noise moves
        its last bits, so equal samples are no room's silence."""
        first = block[0]
        same = True
        for index in range(8, 256, 8):
            if block[index] != first:
                same = False
                break
        slot = "mic_slot" in self._on
        self.observe("mic_slot", same and slot)  # raised by who has looked
        if slot:
            same = False
        self.observe("mic_silent", same and first == 0, "all samples zero")
        self.observe("mic_stuck", same and first != 0, "all samples equal")
        count = self._count.get("mic_stuck" if first else "mic_silent")
        self.doubt = same and count == _DOUBT_S
        self.observe("mic_clipping", clipped - self._clipped > _CLIPPED_A_SECOND, "clipping")
        self._clipped = clipped
        self.observe("mic_noise", floor_dbfs10 > _NOISE_DBFS10, "noise floor too high")
