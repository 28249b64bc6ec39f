# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Button: bounce, short, long, stuck, held at boot."""

from drivers import button as b


class Pin:
    def __init__(self, level=1):
        self.level = level

    def value(self):
        return self.level


def _hold(pin, button, level, ms):
    pin.level = level
    events = [button.poll() for _ in range(ms // 16)]
    return [event for event in events if event]


def test_short_press_on_release():
    pin = Pin()
    button = b.Button(pin)
    assert _hold(pin, button, 0, 400) == []
    assert not button.rest
    assert _hold(pin, button, 1, 200) == [b.SHORT]
    assert button.rest


def test_long_press_fires_while_held_and_only_once():
    pin = Pin()
    button = b.Button(pin)
    assert _hold(pin, button, 0, 2900) == []
    assert _hold(pin, button, 0, 300) == [b.LONG]
    assert _hold(pin, button, 0, 5000) == []
    assert _hold(pin, button, 1, 200) == []


def test_bounce_is_no_press():
    pin = Pin()
    button = b.Button(pin)
    for level in (0, 1, 0, 0, 1, 0, 1, 1, 1, 1):
        pin.level = level
        assert button.poll() == b.NONE
    assert button.rest


def test_bouncing_press_and_release_is_one_press():
    pin = Pin()
    button = b.Button(pin)
    events = []
    for level in (0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1):
        pin.level = level
        events.append(button.poll())
    assert [event for event in events if event] == [b.SHORT]


def test_stuck_is_told_once_and_again_when_free():
    pin = Pin()
    button = b.Button(pin)
    assert _hold(pin, button, 0, 40000) == [b.LONG, b.STUCK]
    assert _hold(pin, button, 0, 60000) == []
    assert _hold(pin, button, 1, 100) == [b.RELEASED]
    assert not button.stuck
    assert _hold(pin, button, 0, 200) == []
    assert _hold(pin, button, 1, 200) == [b.SHORT]


def test_held_at_boot_is_no_command():
    pin = Pin(0)
    button = b.Button(pin)
    assert button.held_at_boot and not button.rest
    assert _hold(pin, button, 0, 5000) == []
    assert _hold(pin, button, 1, 200) == []
    assert _hold(pin, button, 0, 200) == []
    assert _hold(pin, button, 1, 200) == [b.SHORT]


def test_stuck_from_boot_is_told():
    pin = Pin(0)
    button = b.Button(pin)
    assert _hold(pin, button, 0, 40000) == [b.STUCK]


def test_ten_seconds_say_held_on_release_but_a_stuck_button_does_not():
    pin = Pin()
    button = b.Button(pin)
    assert _hold(pin, button, 0, 12000) == [b.LONG]
    assert _hold(pin, button, 1, 200) == [b.HELD]
    assert _hold(pin, button, 0, 40000) == [b.LONG, b.STUCK]
    assert _hold(pin, button, 1, 200) == [b.RELEASED]
