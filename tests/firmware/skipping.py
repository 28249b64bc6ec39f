# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How a firmware test skips itself on CPython and on MicroPython alike.

from skipping import SkipTest
raise SkipTest("needs the viper compiler")
"""

try:
    from unittest import SkipTest  # pytest knows this one
except ImportError:

    class SkipTest(Exception):
        """Raised by a test that cannot run on this interpreter; the text says what is missing."""
