# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Run one module's `test_*` functions on whatever interpreter this is.

In: the module's name as the only argument, found on the module path. Out: one line a function,
`PASS name`, `SKIP name: reason` or `FAIL name` followed by the traceback, and the closing line
`ran N`, without which the caller takes the run for crashed. Exit status 1 when a test failed.
"""

import gc
import sys

from skipping import SkipTest


def _trace(error):
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback

        traceback.print_exception(error, file=sys.stdout)


def run(module_name):
    module = __import__(module_name)
    names = sorted(name for name in dir(module) if name.startswith("test_"))
    failed = 0
    for name in names:
        gc.collect()
        try:
            getattr(module, name)()
        except SkipTest as reason:
            print("SKIP " + name + ": " + str(reason))
        except Exception as error:
            failed += 1
            print("FAIL " + name)
            _trace(error)
        else:
            print("PASS " + name)
    print("ran", len(names))
    return 1 if failed else 0


sys.exit(run(sys.argv[1]))
