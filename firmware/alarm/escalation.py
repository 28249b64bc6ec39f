# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What grows louder when nobody answers.

In: a row of the schedule (`alarm.alert_settings`), seconds without an answer. Out: volume step
1..4, second sounder, relay.
"""

STEPS = 4
NEVER = -1


def volume(row, waited_s):
    """Volume step 1..4 after so many seconds without an answer."""
    step = 1
    times = row["volume_s"]
    for i in range(1, STEPS):
        if 0 <= times[i] <= waited_s:
            step = i + 1
    return step


def reached(at_s, waited_s):
    """True when that step of the schedule is due; NEVER is not."""
    return 0 <= at_s <= waited_s
