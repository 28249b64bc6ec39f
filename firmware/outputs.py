# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""From the alert's state to pins: cadence of the sounders, lamps, nurse-call relay.

In: the alert and the health, after each event (``follow``); one ``step`` a block while ``active``.
Out: drivers driven; ``mask(True)`` to the listener while our own sound could be heard.
"""

from alarm import cadence
from drivers.sounder import FUNDAMENTAL_HZ, TECHNICAL_HZ

# The room rings on after a pulse; also bridges the pauses inside a burst.
_MASK_TAIL_BLOCKS = 12
# A commit's flash write takes about 100 ms; the sounder must not stretch meanwhile.
_WRITE_BLOCKS = 20
# The shortest pulse is 96 ms; the sound needs a block or two to come back.
_HEAR_AT_BLOCK = 5
_TEST_BLOCKS = 10
_TEST_VOLUME = 3


def _moves(mode):
    return mode != "off" and mode != "steady"


class Outputs:
    def __init__(self, sounder, backup, lamps, relay, mask, hearing):
        self._sounder = sounder
        self._backup = backup
        self._lamps = lamps
        self._relay = relay
        self._mask = mask
        self._hearing = hearing
        self._pulse = 0  # blocks since this pulse began
        self._judge = False  # this pulse is listened to
        self._judged = 0  # bursts of which a pulse has been listened to
        self._test = 0  # blocks left of a self-test
        self._player = cadence.Player()
        self._block = 0
        self._volume = 0
        self._hz = FUNDAMENTAL_HZ
        self._second = False
        self._red = self._yellow = self._green = self._paused = "off"
        self._paused_from = 0
        self._tail = 0
        self._bursts = 0  # of the player, as last seen
        self._since = 0  # blocks since the last burst began
        self._quiet_from = self._quiet_to = 0
        self.active = False  # the loop has to call step()
        self.masked = False
        self.hold = False  # a sound of the pump is due: begin no self-test, write no flash

    @property
    def between_bursts(self):
        """A flash write now would stretch no pulse and delay no burst."""
        return self._quiet_from <= self._since <= self._quiet_to

    @property
    def testing(self):
        """A self-test sounds."""
        return self._test > 0

    def follow(self, alert, health):
        """Take up what the alert wants. Cheap, but not for every block."""
        name = alert.cadence
        if name != self._player.name:
            self._select(name)
        self._volume = alert.volume_step
        if not self._test:
            technical = name == "technical" or name == "degraded"
            self._hz = TECHNICAL_HZ if technical else FUNDAMENTAL_HZ
        self._second = alert.second_sounder
        self._red = alert.lamps["red"]
        self._yellow = alert.lamps["yellow"]
        paused = alert.lamps["paused"]
        if self._paused == "off" and paused != "off":
            self._paused_from = self._block  # its count of blinks begins with the press
        self._paused = paused
        if not health.listening:
            self._green = "off"
        else:
            self._green = "blip" if health.degraded else "steady"
        self._relay.set_healthy(health.listening and not alert.relay_alarm)
        moving = bool(name) or self.masked or self._test > 0 or self._sounder.sounding
        moving = moving or _moves(self._red) or _moves(self._yellow)
        self.active = moving = moving or _moves(self._green) or _moves(self._paused)
        self._show()
        if not moving:
            self._silence()

    def _select(self, name):
        self._player.select(name)
        self._bursts = self._since = self._judged = 0
        self._quiet_from = self._quiet_to = 0
        if name:
            # Nothing is quiet before the first burst has ended: alert first, flash later.
            self._quiet_from = cadence.burst_ms(name) // cadence.BLOCK_MS
            gap_blocks = cadence.BURSTS[name][1] // cadence.BLOCK_MS
            self._quiet_to = self._quiet_from + gap_blocks - _WRITE_BLOCKS

    def place(self, now_s, risk):
        """Put the next burst where it covers least: see ``cadence.Player.place``."""
        self._player.place(now_s, risk)

    def step(self):
        """One block: sounders and lamps to the level of this moment."""
        self._block = block = (self._block + 1) & 0xFFFFFF
        player = self._player
        sounding = player.step()
        if self._test:
            self._test -= 1
            sounding = sounding or self._test > 0
        if player.bursts != self._bursts:
            self._bursts = player.bursts
            self._since = 0
        elif player.name:
            self._since += 1
        if sounding:
            self._tail = _MASK_TAIL_BLOCKS
            self._pulse += 1
            if not self._sounder.sounding:
                self._begin()
            elif self._pulse == _HEAR_AT_BLOCK and self._judge:
                self._hearing.during(self._hz, self._step())
            if not self.masked:
                self.masked = True
                self._mask(True)
        else:
            if self._sounder.sounding:
                self._silence()
            if self._tail:
                self._tail -= 1
            elif self.masked:
                self.masked = False
                self._mask(False)
        if not block & 1:
            self._show()

    def _begin(self):
        """The first block of a pulse; the first pulse of each burst is listened to."""
        self._pulse = 1
        # With the second sounder on, hearing it would prove nothing about the first.
        self._judge = not self._second and (self._judged != self._bursts or self._test > 0)
        if self._judge:
            self._judged = self._bursts
            self._hearing.before(self._hz)
        self._sounder.on(self._step(), self._hz)
        self._backup.set(self._second)

    def _step(self):
        """The volume step that sounds now."""
        return _TEST_VOLUME if self._test else self._volume

    def selftest(self):
        """A short pulse at half loudness; False when something sounds already."""
        if self._player.name or self._test:
            return False
        self._test = _TEST_BLOCKS
        self._hz = FUNDAMENTAL_HZ
        self._hearing.testing = True
        self.active = True
        return True

    def _silence(self):
        self._sounder.off()
        self._backup.set(False)

    def _show(self):
        block = self._block
        self._lamps.set_red(cadence.lamp(self._red, block))
        self._lamps.set_yellow(cadence.lamp(self._yellow, block))
        self._lamps.set_green(cadence.lamp(self._green, block))
        self._lamps.set_paused(cadence.lamp(self._paused, (block - self._paused_from) & 0xFFFFFF))

    def cry(self):
        """Sound without a loop: until the next ``follow`` or ``step`` says otherwise."""
        self._sounder.on(2, TECHNICAL_HZ)
        self._backup.set(True)
        self.active = False

    def safe(self):
        """The loop has ended: silence, dark, relay dropped (the nurse call's alarm state)."""
        self._silence()
        self._lamps.set_red(0)
        self._lamps.set_yellow(0)
        self._lamps.set_green(0)
        self._lamps.set_paused(0)
        self._relay.set_healthy(False)
