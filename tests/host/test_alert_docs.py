# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""docs/alert-states.md holds the same tables as the code, row by row and in the same order."""

from pathlib import Path

import pytest

from alarm import alert_settings, alert_states, cadence, escalation
from host_tools import alert_words

TABLE = alert_words.table(alert_states.TABLE)
DOC = Path(__file__).resolve().parents[2] / "docs" / "alert-states.md"


def tables() -> dict[str, list[tuple[str, ...]]]:
    """The tables of the page by the heading above them, without their header lines."""
    found: dict[str, list[tuple[str, ...]]] = {}
    heading = ""
    for line in DOC.read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("|"):
            cells = tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
            found.setdefault(heading, []).append(cells)
    return {name: rows[2:] for name, rows in found.items()}


def seconds(value: int) -> str:
    return "never" if value == escalation.NEVER else str(value)


def expected() -> dict[str, list[tuple[str, ...]]]:
    policy = [
        (kind, grade, "yes" if repeat else "no", *levels)
        for (kind, grade, repeat), levels in alert_states.POLICY.items()
    ]
    transitions = [
        (state, event, after, ", ".join(actions))
        for (state, event), (after, actions) in TABLE.items()
    ]
    schedule = [
        (
            name,
            ", ".join(seconds(t) for t in row["volume_s"]),
            seconds(row["second_s"]),
            seconds(row["relay_s"]),
        )
        for name, row in alert_settings.SCHEDULE.items()
    ]
    bursts = [
        (name, " ".join(map(str, times)), str(gap), str(longest))
        for name, (times, gap, longest) in cadence.BURSTS.items()
    ]
    return {
        "Policy": policy,
        "States": list(alert_words.STATES.items()),
        "Events": list(alert_words.EVENTS.items()),
        "Actions": list(alert_words.ACTIONS.items()),
        "Transitions": transitions,
        "Escalation": schedule,
        "Settings": [(n, *map(str, row)) for n, row in alert_settings.LIMITS.items()],
        "Bursts": bursts,
        "Lamp modes": [(n, " ".join(map(str, t))) for n, t in cadence.LAMPS.items()],
        "Lamps by level": [(n, *row) for n, row in alert_states.LIGHTS.items()],
    }


@pytest.mark.parametrize("heading", expected())
def test_the_page_lists_what_the_code_does(heading: str) -> None:
    assert tables()[heading] == expected()[heading]


def test_the_page_has_no_other_table() -> None:
    assert set(tables()) == set(expected())


def test_table_uses_only_what_is_declared() -> None:
    states, events, actions = set(), set(), set()
    for (state, event), (after, todo) in TABLE.items():
        states |= {state, after}
        events.add(event)
        actions |= set(todo)
    assert states == set(alert_words.STATES)
    assert events == set(alert_words.EVENTS)
    assert actions == set(alert_words.ACTIONS)


def test_every_state_can_be_left_and_reached() -> None:
    for state in alert_words.STATES:
        leaves = [row for key, row in TABLE.items() if key[0] == state]
        assert any(after != state for after, _ in leaves), state
        assert any(after == state for after, _ in TABLE.values()), state


def test_every_latched_state_ends_by_a_press_or_sounds_again() -> None:
    """No latched state is silent for good: time or a long press leads out of it."""
    for state in alert_states.LATCHED:
        ends = {event for (s, event), row in TABLE.items() if s == state != row[0]}
        assert "long" in ends or "hold over" in ends, state
