# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Gives back the memory of modules that only the start needs.

In: module names.  Out: they can be collected once nobody holds anything of theirs. An RP2040
has about 230 KB of heap for code and data: the check of the settings alone takes 10 of it.
"""

import sys


def forget(names):
    """Drop modules from ``sys.modules`` and from their packages. A later import loads them anew.
    Nothing that stays alive may be a function, a class or an object of a class of theirs: that
    would keep the whole module."""
    for name in names:
        sys.modules.pop(name, None)
        package, _, last = name.rpartition(".")
        parent = sys.modules.get(package)
        if parent is not None and hasattr(parent, last):
            delattr(parent, last)
