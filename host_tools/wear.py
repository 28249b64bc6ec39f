# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""How long the flash lasts: erases of the most worn sector in ten years of a busy house.

    python -m host_tools.wear

In: nothing. Out: one line. A commit every 1741 s, day and night, is the most that routine writes
may take; each writes two records and the recurrence, every tenth the alert's latch too.
"""

from __future__ import annotations

import json
import subprocess
import sys

from host_tools import runtimes
from host_tools.simulator.child import BOARD

COMMITS = 8000
COMMITS_A_DAY = 50
ENDURANCE_ERASES = 100_000  # W25Q16JV data sheet, per sector


def measure(commits: int = COMMITS) -> dict[str, int]:
    runtime = runtimes.best()
    done = subprocess.run(
        [*runtime.argv, "-X", "heapsize=32m", str(BOARD / "wear_script.py"), str(commits)],
        env=runtime.environ([runtimes.ROOT / "firmware"]),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def main() -> int:
    if not runtimes.best().is_micropython:
        print(f"wear: needs real littlefs: {runtimes.why_missing('x86-64')}", file=sys.stderr)
        return 2
    found = measure()
    ten_years = round(found["worst"] / COMMITS * COMMITS_A_DAY * 3652.5)
    print(
        f"wear: {COMMITS} commits, {found['erases'] / COMMITS:.2f} erases each, worst sector "
        f"{found['worst']}; ten years at {COMMITS_A_DAY} a day: {ten_years} erases of "
        f"{ENDURANCE_ERASES} ({ten_years * 100 / ENDURANCE_ERASES:.0f} %)"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
