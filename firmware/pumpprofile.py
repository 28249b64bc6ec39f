# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Which pump profiles are listened for beside the blind search.

In: the setting ``pump_profile``, files.  Out: (profiles, fault): "" = the learned one if there is
one (profile.json, stored by learning on the device or copied from a computer), "blind" = none, a
name = the profile of that name: the learned one, or one that shipped (profiles/<name>.json). A file
that cannot be used gives a fault, and the profile that was there before it goes on: a copy of each
good one is kept. Beside all this goes the blind search, which never ends.
"""

import os
import sys

import store

MOST_BYTES = 16384  # twice a profile's most: a recording copied in its place must not fill memory


def choose(name, path, kept, folders=None):
    """([Profile] or [], "" or what is wrong). ``kept``: path of the copy."""
    if name == "blind":
        return [], ""
    learned, fault = _learned(path, kept)
    mine = [learned] if learned else []
    if not name or (learned and name == learned.name):
        return mine, fault
    for folder in sys.path if folders is None else folders:
        shipped = "%sprofiles/%s.json" % (folder + "/" if folder else "", name)
        if _size(shipped) >= 0:
            from alarm import profile

            found, errors = profile.load(shipped)
            return ([found], "") if found else (mine, "%s: %s" % (name, errors[0]))
    if learned:
        fault = fault or "pump_profile: there is no '%s'; '%s' is used" % (name, learned.name)
    return mine, fault or "pump_profile: there is no '%s'" % name


def read(path):
    """(Profile, ""), (None, "") when there is no file, or (None, what is wrong)."""
    value, why = None, "large"
    if _size(path) <= MOST_BYTES:
        value, why = store.load(path)  # as the device stores it
    if why == "absent":
        return None, ""
    from alarm import profile  # it takes memory, and there may be none

    found, errors = profile.load(path) if why else profile.check(value)
    return found, "" if found else "%s: %s" % (path, errors[0])


def _learned(path, kept):
    """As ``read``; instead of a file that cannot be used the copy of the last good one."""
    found, fault = read(path)
    if found:
        _keep(kept, found.value)
    elif fault:
        found, _ = read(kept)
        if found:
            fault += "; the profile it had is used"
    elif _size(kept) >= 0:
        # Who removed the file wants none: a bad one later must not bring the old one back.
        try:
            os.remove(kept)
        except OSError:
            pass
    return found, fault


def _keep(kept, value):
    """Written only when it is another one. The microphone does not run yet."""
    try:
        if store.load(kept)[0] != value:
            store.ensure_folder(kept.rpartition("/")[0])
            store.save(kept, value)
    except (OSError, MemoryError):
        pass  # the profile itself is in use; of a flash that takes no write the log tells


def _size(path):
    """Bytes; -1 = there is no such file."""
    try:
        return os.stat(path)[6]
    except OSError:
        return -1
