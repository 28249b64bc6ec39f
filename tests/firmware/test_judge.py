# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the verdicts ask of the room's own noise."""

from array import array

from alarm import judge as j


class Heard:
    """A spectrum's memory of the band's mean level: `levels` by frame, the newest last."""

    def __init__(self, levels):
        self.loud = array("H", [0] * 64)
        self.t = len(levels) - 1
        for t, level in enumerate(levels):
            self.loud[t & 63] = level * 75


def test_a_room_is_steady_whose_noise_neither_moves_nor_begins_nor_ends_with_a_sound():
    sound = (40, 70)  # its frames; the newest is 80
    for began, ended, steady in (
        (0, 81, True),  # as it was all the time
        (31, 81, True),  # long before
        (39, 81, False),  # with it
        (34, 81, False),
        (0, 71, False),
        (0, 76, False),
        (0, 79, True),  # long after
        (50, 60, False),  # a gust while it sounded
    ):
        levels = [70 if began <= t < ended else 61 for t in range(81)]
        assert j.room_steady(Heard(levels), *sound) == steady, (began, ended)
    # By the movement of white noise it is steady still, by three times that it is not; and what
    # lies before the first frame, or is not heard yet, does not count.
    assert j.room_steady(Heard([61 + (t & 1) for t in range(81)]), *sound)
    assert not j.room_steady(Heard([61 + 3 * (t & 1) for t in range(81)]), *sound)
    assert j.room_steady(Heard([61] * 50), 3, 49)
