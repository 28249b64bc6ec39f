# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""The one button: debounced, short and long press, stuck and held-at-boot recognised.

In: a Pin (pulled up, pressed = 0), polled once a 16 ms block.  Out: one of the event constants.

A long press fires when its 3 s are full, while still held: the person gets the answer at once and
does not have to guess; after 10 s the release says HELD. A press that began before power-on is no
command. A button pressed for more than 30 s is stuck: that is told, and its press has no further
effect.
"""

NONE = 0
SHORT = 1
LONG = 2
STUCK = 3
RELEASED = 4  # a stuck button came free
HELD = 5  # released after 10 s and more, but not stuck

_BLOCK_MS = 16
_DEBOUNCE_POLLS = 3  # 48 ms: tactile switches bounce for 5-20 ms
_LONG_POLLS = 3000 // _BLOCK_MS
_HELD_POLLS = 10000 // _BLOCK_MS
_STUCK_POLLS = 30000 // _BLOCK_MS


class Button:
    """``poll()`` once a block. ``rest`` is True when nothing is pending: then poll only on 0."""

    def __init__(self, pin):
        self.read = pin.value
        self.held_at_boot = pin.value() == 0
        self.stuck = False
        self._down = self.held_at_boot  # debounced state
        self._differs = 0  # consecutive polls that differ from the debounced state
        self._held = 0  # polls since the debounced press
        self._spent = self.held_at_boot  # this press has had its answer (or may have none)
        self.rest = not self.held_at_boot

    def poll(self):
        pressed = self.read() == 0
        if pressed != self._down:
            self._differs += 1
            if self._differs >= _DEBOUNCE_POLLS:
                return self._change(pressed)
        else:
            self._differs = 0
        self.rest = not (self._down or self._differs)
        if not self._down or self.stuck:
            return NONE
        self._held += 1
        if self._held >= _STUCK_POLLS:
            self.stuck = True
            return STUCK
        if self._held >= _LONG_POLLS and not self._spent:
            self._spent = True
            return LONG
        return NONE

    def _change(self, pressed):
        self._down = pressed
        self._differs = 0
        if pressed:
            self._held = _DEBOUNCE_POLLS
            self._spent = False
            self.rest = False
            return NONE
        self.rest = True
        event = NONE if self._spent else SHORT
        if self._held >= _HELD_POLLS and not self.held_at_boot:
            event = HELD
        self.held_at_boot = False
        if self.stuck:
            self.stuck = False
            event = RELEASED
        return event
