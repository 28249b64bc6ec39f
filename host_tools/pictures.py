# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The pictures of docs/: report, card and plan as a browser shows them.

    python -m host_tools.pictures [FLASH_IMAGE]

In: a flash image, or none: then the sample night is played (a minute or two) with somebody pressing
the button. Out: PNG files under docs/pictures/: report, card, plan, and what `simulate`, `listen`
and `walk-test` print. The name and the numbers are invented; the pump is rendered.
"""

import io
import sys
import tempfile
import textwrap
from datetime import date
from pathlib import Path

import numpy as np

from host_tools import (
    browser,
    card,
    care_plan,
    languages,
    listen,
    local_time,
    pages,
    render,
    report,
    runtimes,
)
from host_tools.decoding import RATE_HZ
from host_tools.errors import UserError
from host_tools.logbook import open_log
from host_tools.loudness import Loudness

TARGET = runtimes.ROOT / "docs" / "pictures"
PRESSES = ["01:10 short", "02:05 long", "04:02 short", "04:12 long"]
PLAN = {
    "name": "Ada Example",
    "room": "Room 4",
    "pump_model": "SynchroMed II",
    "pump_site": "right lower belly",
    "surgery_date": "2022-03-04",
    "last_refill_date": "2025-10-10",
    "refill_alarm_date": "2026-01-20",
    "replace_by_date": "2028-05-01",
    "contact_office": "555 0100",
    "contact_office_hours": "Mon-Thu 8:30-17:00, Fri 8:30-12:00",
    "contact_on_call": "555 0111",
    "contact_emergency": "112",
    "medicines": "gabapentin 300 mg three times a day",
    "rescue_medicine": "baclofen by mouth, as prescribed; top shelf",
    "early_signs": "scratches the neck, stiff legs in the morning",
}


def shoot(html: str, name: str, width: int, height: int) -> None:
    """One picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page, made = Path(folder) / "page.html", Path(folder) / "page.png"
        page.write_text(html, "utf-8")
        browser.call(f"--window-size={width},{height}", f"--screenshot={made}", page.as_uri())
        if not made.is_file():
            raise UserError("the browser made no picture")
        browser.put(made.read_bytes(), TARGET / f"{name}.png")
        print(f"wrote {(TARGET / name).relative_to(runtimes.ROOT)}.png", flush=True)


def sample_night(image: Path) -> None:
    """Play the sample night and keep its flash."""
    from host_tools.simulate import Options, simulate

    simulate(Options(keep_flash=image, buttons=PRESSES), io.StringIO())


def terminal(lines: list[str], name: str) -> None:
    """What a command printed, as a picture."""
    html = pages.render("terminal.html", lines=lines)
    shoot(html, name, 1180, 40 + 21 * len(lines))


def simulate_lines() -> list[str]:
    """Twenty minutes around the first sirens."""
    from host_tools.simulate import Options, simulate

    out = io.StringIO()
    simulate(Options(start="03:55", hours=0.35, buttons=["04:05 short", "04:12 long"]), out)
    shown = "chimewatch simulate --start 03:55 --hours 0.35 --button '04:05 short' …"
    lines = [textwrap.shorten(line, 130, placeholder=" …") for line in out.getvalue().splitlines()]
    return [f"$ {shown}", *lines[:26], "…", *lines[-1:]]


def listen_lines() -> list[str]:
    """A rendered chime in a quiet room, through the very code of `listen`."""
    rng = np.random.default_rng(7)
    samples = rng.standard_normal(12 * RATE_HZ).astype(np.float32) * 4e-4
    sound = render.pump(rng, render.chime(1480.0), "chime").signal
    samples[5 * RATE_HZ : 5 * RATE_HZ + len(sound)] += 0.01 * sound / np.abs(sound).max()
    frame: list[str] = []

    class Tapped(listen.TextView):
        def level(self, at_s: float, loudness: Loudness) -> None:
            if 5.5 < at_s < 5.6:
                frame[:] = [loudness.meter(), loudness.picture(), loudness.scale()]

    out = io.StringIO()
    pieces = [samples[first : first + 1024] for first in range(0, len(samples), 1024)]
    listen.follow(pieces, listen.Options(), out, "a rendered chime", Tapped(out))
    told = out.getvalue().splitlines()
    return ["$ chimewatch listen", *told[:2], "", *frame, "", *told[2:]]


def walk_lines() -> list[str]:
    """The walk test on the simulated board."""
    from host_tools import walk_test

    out = io.StringIO()
    walk_test.run(walk_test.Options(simulated=True, ears=6, zone="UTC"), out)
    lines = [line for row in out.getvalue().splitlines() for line in textwrap.wrap(row, 130)]
    return ["$ chimewatch walk-test --simulated --my-ears 6", *lines]


def main(arguments: list[str]) -> int:
    try:
        with tempfile.TemporaryDirectory() as folder:
            image = Path(arguments[0]) if arguments else Path(folder) / "flash"
            if not arguments:
                print("playing the sample night: some minutes", flush=True)
                sample_night(image)
            log = open_log(image)
        if log.span is None:
            raise UserError("the log has no record with a time")
        plan, errors = care_plan.check(PLAN)
        assert not errors, errors
        note = "A simulated night with a rendered pump: no recording of a real pump exists yet."
        html = report.page(log, *log.span, local_time.zone("UTC"), plan, note, log.span[1])
        shoot(html, "report", 1100, 2740)
        shoot(html, "report-phone", 500, 1400)
        today = date(2026, 1, 15)
        english = languages.load("en")
        shoot(card.page(plan, english, "bedside", today), "card", 960, 1160)
        shoot(card.page(plan, english, "plan", today), "plan", 960, 1090)
        shoot(card.page(plan, languages.load("de"), "bedside", today), "card-de", 960, 1240)
        terminal(listen_lines(), "listen")
        terminal(simulate_lines(), "simulate")
        terminal(walk_lines(), "walk-test")
    except UserError as error:
        print(f"pictures: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
