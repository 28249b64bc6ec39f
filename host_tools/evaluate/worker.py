# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A process that works on cells: one JSON line in, one JSON line out, until stdin ends.

In: {"runner": …, "params": …, "firmware": path of the listening chain}. Out: {"result": …} or
{"error": …, "trace": …}. One interpreter serves all its cells.
"""

import contextlib
import functools
import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from host_tools.evaluate import (
    clips,
    gusts,
    hearings,
    learned,
    learning,
    quiet,
    reel,
    scenes,
    sequences,
    trials,
)
from host_tools.listening import Ear

Params = dict[str, Any]


_children = contextlib.ExitStack()


@functools.cache
def _ear(firmware: Path) -> Ear:
    return _children.enter_context(Ear(firmware=firmware))


def _heard(
    run: Callable[[Params, Ear], dict[str, Any]],
) -> Callable[[Params, Path], dict[str, Any]]:
    """A cell for the blind listener, which all such cells share."""
    return lambda params, firmware: run(params, _ear(firmware))


RUNNERS: dict[str, Callable[[Params, Path], dict[str, Any]]] = {
    "reel": lambda params, _: reel.run(params),
    "trials": _heard(trials.run),
    "quiet": _heard(quiet.run),
    "gusts": _heard(gusts.run),
    "clips": _heard(clips.run),
    "scene": _heard(scenes.run),
    "learned": learned.run,
    "sequences": sequences.run,
    "again": hearings.run,
    "learning": learning.run,
}


def main() -> None:
    with _children:
        for line in sys.stdin:
            print(json.dumps(_answer(json.loads(line))), flush=True)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"result": RUNNERS[asked["runner"]](asked["params"], Path(asked["firmware"]))}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}", "trace": traceback.format_exc()}


if __name__ == "__main__":
    main()
