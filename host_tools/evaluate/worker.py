# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A process that works on cells: one JSON line in, one JSON line out, until stdin ends.

In: {"runner": …, "params": …, "firmware": path of the listening chain}. Out: {"result": …} or
{"error": …, "trace": …}. One interpreter serves all its cells.
"""

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from host_tools.evaluate import clips, learned, quiet, reel, scenes, trials
from host_tools.listening import Ear

RUNNERS: dict[str, Callable[[dict[str, Any], Ear], dict[str, Any]]] = {
    "trials": trials.run,
    "quiet": quiet.run,
    "clips": clips.run,
    "scene": scenes.run,
}


def main() -> None:
    ear = None
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, Any]
        try:
            if asked["runner"] == "reel":
                answer = {"result": reel.run(asked["params"])}
            elif asked["runner"] == "learned":
                answer = {"result": learned.run(asked["params"], Path(asked["firmware"]))}
            else:
                ear = ear or Ear(firmware=Path(asked["firmware"]))
                answer = {"result": RUNNERS[asked["runner"]](asked["params"], ear)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}
        print(json.dumps(answer), flush=True)
    if ear:
        ear.close()


if __name__ == "__main__":
    main()
