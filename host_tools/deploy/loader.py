# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""main.py of the board: starts the firmware of the slot that slots.json names.

In: slots.json {"run": "a" or "b", "old": the other or ""}.  Out: that slot's `main` imported. A
slot that cannot be imported, or that has restarted three times in a row, gives way to the old one,
once. slots.json is replaced by rename: a power cut leaves one slot or the other, never half.
"""

import json
import os
import sys

TOO_MANY = 3


def read():
    try:
        with open("slots.json") as file:
            slots = json.load(file)
        return slots["run"], slots["old"]
    except (OSError, ValueError, KeyError, TypeError):
        return "a", ""


def write(run, old):
    with open("slots.new", "w") as file:
        file.write(json.dumps({"run": run, "old": old}))
    os.rename("slots.new", "slots.json")


def restarts():
    """How often the firmware has restarted in a row, by its own count."""
    try:
        with open("state/boot.json") as file:
            file.readline()  # the check sum
            return json.load(file)["restarts"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def start():
    run, old = read()
    if old and restarts() >= TOO_MANY:
        write(old, "")
        run, old = old, ""
    sys.path.insert(0, run)
    sys.path.insert(1, run + "/lib")
    try:
        import main  # noqa: F401 - the slot's, which comes first on the path
    except Exception as error:
        if not old:
            raise
        sys.print_exception(error)
        write(old, "")
        import machine

        machine.reset()


start()
