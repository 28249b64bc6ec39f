# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""A walk test's result in words, and as JSON.

In: a `Walk`. Out: a table with one line for each sound, the result in one sentence, the comparison
with a person's ears.
"""

from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from host_tools.walk_heard import Hearing, Walk
from host_tools.walk_sounds import steps

HOLES = (
    "The monitor's own alert may have covered them (was the button held?), or another sound; very "
    "loud ones (a phone at full volume close by) are not taken for a pump. Repeat the test."
)


def tell(walk: Walk, when: str, name: str, ears: int | None, console: Console) -> None:
    tones = " and ".join(map(str, walk.hz))
    console.print(Text(f"walk test, {when}: {walk.kind}, {tones} Hz, heard by {name}", "bold"))
    for step, hearing in walk.heard:
        words, style = _verdict(hearing)
        console.print(Text(f"  {step.number:2d}  {step.level_db:4d} dB  {words}", style))
    console.print(Text(reach(walk), "bold"))
    if walk.holes:
        numbers = ", ".join(str(step.number) for step in walk.holes)
        console.print(Text(f"Missed although softer ones were heard: {numbers}. {HOLES}", "yellow"))
    if ears is not None:
        console.print(Text(compare(walk, ears)))
    console.print(
        Text(
            "These levels compare places of the monitor, and it with your own ears. How loud the "
            "pump itself is nobody has published: keep as many dB in reserve as you can.", "dim",
        )
    )  # fmt: skip


def _verdict(hearing: Hearing | None) -> tuple[str, str]:
    if hearing is None:
        return "not heard", "red"
    above = f"{hearing.s_n0_db:.0f} dB-Hz above the noise"
    if not hearing.grade:
        return f"heard, not matched: {hearing.reason} ({above})", "red"
    return f"heard ({hearing.grade}), {above}", "green" if hearing.grade == "sure" else "yellow"


def reach(walk: Walk) -> str:
    """The result in one sentence."""
    sure, any_ = walk.reach_db(("sure",)), walk.reach_db()
    if any_ is None:
        return "The first sound was missed: play the whole file again, softer or louder."
    if sure is None:
        return f"Never heard for sure, faintly down to {any_} dB: too far away, or too loud a room."
    end = " (the softest of the test)" if any_ == steps()[-1].level_db else ""
    faint = f", faintly down to {any_} dB" if any_ != sure else ""
    return f"Heard for sure down to {sure} dB{faint}{end}."


def compare(walk: Walk, ears: int) -> str:
    """The monitor against the person who counted the sounds: `ears` is the last number heard."""
    any_ = walk.reach_db()
    if any_ is None or not ears:
        return "You or the monitor heard none: nothing to compare."
    mine = steps()[ears - 1].level_db
    words = {True: "softer", False: "less soft"}[any_ <= mine]
    if any_ == mine:
        return f"You heard as far as the monitor: down to number {ears} ({mine} dB)."
    return (
        f"You heard down to number {ears} ({mine} dB): the monitor hears sounds {abs(any_ - mine)} "
        f"dB {words} than you."
    )


def as_dict(walk: Walk, clock: bool) -> dict:
    rows = [
        {
            "number": step.number,
            "level_db": step.level_db,
            "heard": (hearing.grade or "not matched") if hearing else "no",
            "s_n0_db": hearing.s_n0_db if hearing else None,
            "reason": hearing.reason if hearing else "",
        }
        for step, hearing in walk.heard
    ]
    began = walk.began_s
    return {
        "began": datetime.fromtimestamp(began, UTC).isoformat() if clock else began,
        "kind": walk.kind,
        "hz": list(walk.hz),
        "sure_down_to_db": walk.reach_db(("sure",)),
        "heard_down_to_db": walk.reach_db(),
        "steps": rows,
    }
