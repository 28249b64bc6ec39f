# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The command itself: gathers recordings, runs the cells, writes figures, plots and page.

In: `Options`. Out: an exit status; docs/detection.json, docs/detection.md and docs/img/ (or the
same three in another folder, build/evaluation/quick for a quick run); a table on the screen.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from host_tools import runtimes
from host_tools.errors import EXIT_INTERRUPTED, EXIT_PLAYED, UserError
from host_tools.evaluate import collect, corpus, jobs, plan, reel, rooms, sizes

FOLDER = runtimes.BUILD / "evaluation"
DOCS = runtimes.ROOT / "docs"
WHOLE = ("standard", "full")  # sizes whose figures are the ones that docs/ tells


@dataclass(frozen=True)
class Options:
    size: str = "standard"
    only: Sequence[str] = ()
    folders: Sequence[Path] = ()
    out: Path | None = None
    resume: bool = False
    jobs: int | None = None
    report: bool = False  # write page and plots from the figures that are there
    as_json: bool = False  # the figures in the table's place


def evaluate(options: Options, out: TextIO, err: TextIO) -> int:
    console = Console(file=err, stderr=False)
    target = options.out or (DOCS if options.size in WHOLE else FOLDER / options.size)
    if options.report:
        show(load(target), target, out, options.as_json)
        return EXIT_PLAYED
    parts = set(options.only or sizes.PARTS)
    if not parts <= set(sizes.PARTS):
        known = ", ".join(f"{key} ({text})" for key, text in sizes.PARTS.items())
        raise UserError(f"--only {' '.join(sorted(parts - set(sizes.PARTS)))}: there is {known}")
    for place in options.folders:
        if not place.is_dir():
            raise UserError(f"{place}: no such folder: give one with recordings in it")
    if options.jobs is not None and options.jobs < 1:
        raise UserError(f"--jobs {options.jobs}: give 1 or more")
    workers = options.jobs or os.cpu_count() or 1
    began = time.monotonic()
    FOLDER.mkdir(parents=True, exist_ok=True)
    firmware, mark = jobs.copy_chain(FOLDER)
    entries: list[dict[str, Any]] = []
    refused: list[str] = []
    if parts & set("cdefgil"):
        entries, refused = decoded(options, workers, console)
    size = sizes.SIZES[options.size]
    cells = plan.cells(size, parts, entries, rooms.found(corpus.SHARED / "rooms"))
    place = (options.out or FOLDER) if options.size == "smoke" else FOLDER
    work = jobs.Work(place / f"work-{options.size}.jsonl", mark, options.resume)
    status = EXIT_PLAYED
    try:
        _run(cells, work, firmware, workers, console, "measured")
    except KeyboardInterrupt:
        status = EXIT_INTERRUPTED
        if target == DOCS:
            target = FOLDER / "stopped"  # half a measurement does not replace a whole one
        console.print(
            f"stopped: figures of what is finished are in {target} (--resume goes on)",
            soft_wrap=True,
        )
    about = {
        "chain": mark,
        "size": options.size,
        "amounts": asdict(size),
        "seed": sizes.SEED,
        "interpreter": runtimes.best().describe(),
        "parts": sorted(parts),
        "refused_recordings": len(refused),
    }
    figures = collect.figures(cells, work.results, about)
    figures = collect.merged(figures, target / "detection.json")
    target.mkdir(parents=True, exist_ok=True)
    text = json.dumps(figures, indent=1, sort_keys=True) + "\n"
    (target / "detection.json").write_text(text, "utf-8")
    show(json.loads(text), target, out, options.as_json)
    ready = sum(cell.key in work.results for cell in cells)
    console.print(f"{ready} of {len(cells)} cells in {time.monotonic() - began:.0f} s")
    console.print(f"page: {target / 'detection.md'}", soft_wrap=True)
    return status


def load(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "detection.json").read_text("utf-8"))
    except OSError:
        raise UserError(f"{folder}: no detection.json there: run chimewatch evaluate") from None


def show(figures: dict[str, Any], target: Path, out: TextIO, as_json: bool = False) -> None:
    """The table on the screen (or the figures as JSON), the plots, the page: from the figures."""
    from host_tools.evaluate import page, plots, screen

    plots.draw(figures, target / "img")
    (target / "detection.md").write_text(page.text(figures), "utf-8")
    if as_json:
        print(json.dumps(figures, sort_keys=True), file=out)
    else:
        screen.show(figures, Console(file=out))


def decoded(
    options: Options, workers: int, console: Console
) -> tuple[list[dict[str, Any]], list[str]]:
    """Every recording at hand, on reels: (entries, those that could not be read)."""
    recordings = corpus.everything(options.folders, known=options.size != "smoke")
    cells = plan.reel_cells(recordings)
    work = jobs.Work(FOLDER / "reels.jsonl", "", resume=True)
    for cell in cells:  # a reel that somebody deleted
        if not (reel.REELS / cell.key).is_file():
            work.results.pop(cell.key, None)
    _run(cells, work, FOLDER, workers, console, "recordings read")
    reels = [work.results[cell.key] for cell in cells]
    refused = [line for made in reels for line in made["refused"]]
    # What a recording is, as of now: a reel remembers what it was when it was decoded.
    now = {recording.name: recording for recording in recordings}
    entries = []
    for entry in reel.unique(reels):
        known = now[entry["name"]]
        own = {key: value for key, value in asdict(known).items() if key != "path"}
        entries.append({**entry, **own, "split": known.split})
    return entries, refused


def _run(
    cells: Sequence[jobs.Cell],
    work: jobs.Work,
    firmware: Path,
    workers: int,
    console: Console,
    what: str,
) -> None:
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=not console.is_terminal,
    )
    total = sum(cell.hours for cell in cells)
    with bar:
        task = bar.add_task(f"hours of sound {what}", total=round(total, 1))

        def done(cell: jobs.Cell) -> None:
            bar.advance(task, cell.hours)

        jobs.run(cells, work, firmware, workers, done)
