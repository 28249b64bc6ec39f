# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Which pump profiles are listened for beside the blind search.

In: the setting ``pump_profile``, files.  Out: (profiles, fault): "" = the learned one if there is
one (profile.json, stored by learning on the device or copied from a computer), "blind" = none, a
name = the profile of that name: the learned one, or one that shipped (profiles/<name>.json). A file
that cannot be used gives a fault and the blind search, which never ends.
"""

import os
import sys

import store


def choose(name, path, folders=None):
    """([Profile], "") or ([], what is wrong)."""
    if name == "blind":
        return [], ""
    learned, fault = read(path)
    if learned and name in ("", learned.name):
        return [learned], ""
    if not name:
        return [], fault
    for folder in sys.path if folders is None else folders:
        shipped = "%sprofiles/%s.json" % (folder + "/" if folder else "", name)
        if _is_there(shipped):
            from alarm import profile

            found, errors = profile.load(shipped)
            return ([found], "") if found else ([], "%s: %s" % (name, errors[0]))
    return [], fault or "pump_profile: there is no '%s'" % name


def read(path):
    """(Profile, ""), (None, "") when there is no file, or (None, what is wrong)."""
    value, why = store.load(path)  # as the device stores it
    if why == "absent":
        return None, ""
    from alarm import profile  # it takes memory, and there may be none

    found, errors = profile.load(path) if why else profile.check(value)
    return found, "" if found else "%s: %s" % (path, errors[0])


def _is_there(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True
