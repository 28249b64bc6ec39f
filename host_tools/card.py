# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch card`: the bedside card, and the school or care-home plan, one page each.

In: `Options` (care plan, kind, language). Out: an HTML or PDF file in large type. What the care
plan does not say becomes a line to fill in by hand; nothing is made up.
"""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

from host_tools import browser, care_plan, device_code, languages, pages
from host_tools.errors import EXIT_PLAYED, UserError

KINDS = ("bedside", "plan")
ROWS = ("siren", "chime", "maybe", "deaf", "dead", "flaw", "listening")
# Lamp of each row: (lamp, mode) as the firmware shows it; "dead" shows none. A test holds these
# against alarm.alert_states and alarm.cadence.
LAMPS = {
    "siren": ("red", "fast"),
    "chime": ("yellow", "slow"),
    "maybe": ("yellow", "steady"),
    "deaf": ("yellow", "double"),
    "dead": ("", "off"),
    "flaw": ("yellow", "blip"),
    "listening": ("green", "steady"),
}
DATES = ("surgery_date", "last_refill_date", "refill_alarm_date", "replace_by_date")
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("person", ("name", "room", "diagnosis")),
    (
        "pump",
        ("pump_model", "pump_site", "reservoir_ml", "surgery_date", "last_refill_date",
         "refill_alarm_date", "replace_by_date", "id_card"),
    ),
    ("medicines", ("medicines", "rescue_medicine")),
    (
        "care",
        ("early_signs", "early_signs_too_much", "skin_check", "restrictions", "fever_protocol"),
    ),
    ("emergency", ("emergency_plan",)),
)  # fmt: skip
# Type size in points such that the page is full: its square times the text's length is about
# constant. CAPACITY was found by printing both kinds in Chromium, on Letter, in a wide typeface.
CAPACITY = {"bedside": 275_000, "plan": 325_000}
SIZE_PT = (7.5, 14.0)
FIELD_LENGTH = 45  # what a field takes even when it is empty


@dataclass
class Options:
    """What `chimewatch card` was asked for."""

    source: Path | None
    out: Path
    kind: str = "bedside"
    language: str = "en"
    as_json: bool = False


def write(options: Options, out: TextIO) -> int:
    """Raises `UserError` before anything was written, else returns the exit status."""
    if options.kind not in KINDS:
        raise UserError(f"unknown kind {options.kind!r}: choose bedside or plan (--kind)")
    texts = languages.load(options.language)
    plan = care_plan.read(options.source) if options.source else care_plan.defaults()
    browser.write_page(page(plan, texts, options.kind), options.out)
    if options.as_json:
        facts = {"wrote": str(options.out), "kind": options.kind, "language": texts["code"]}
        print(json.dumps(facts), file=out)
    else:
        print(f"wrote {options.out}", file=out)
    return EXIT_PLAYED


def page(plan: dict, texts: dict, kind: str = "bedside", today: date | None = None) -> str:
    """The page as text. `plan` is complete and checked; `today` is the date of printing."""
    emergency = plan["contact_emergency"] or texts["emergency_number"]
    values = dict(
        texts=texts,
        plan={key: plan.get(key, "") for _, keys in SECTIONS for key in keys},
        rows=[(name, *LAMPS[name], _filled(texts["legend"][name], emergency)) for name in ROWS],
        act=languages.fill(texts["signs"]["act"], emergency=emergency),
        emergency=emergency,
        calls=calls(plan, texts),
        short=languages.fill(
            texts["button"]["short"],
            pause_high=f"{plan['pause_high_s'] / 60:g}",
            pause=f"{plan['pause_s'] / 60:g}",
        ),
        rule=plan["any_sound_is_emergency"],
        mri=_mri(plan, texts),
        sections=[
            (
                texts["plan"][name],
                [(texts["fields"][key], _shown(key, plan, texts)) for key in keys],
            )
            for name, keys in SECTIONS
        ],
        printed=languages.fill(
            texts["page"]["printed"], date=(today or date.today()).strftime(texts["date_format"])
        ),
    )
    return pages.render(f"{kind}.html", **values, size_pt=size_pt(kind, values, texts))


def size_pt(kind: str, values: dict, texts: dict) -> float:
    """The largest type with which it all fits one page."""
    calls = sum(len(word) + 10 for call in values["calls"] for word in call)
    length = calls + len(values["mri"]) + (len(texts["page"]["rule"]) if values["rule"] else 0)
    parts = ("legend", "button") if kind == "bedside" else ("plan", "fields")
    length += sum(_length(texts[part]) for part in ("page", "call", "signs", "mri", *parts))
    if kind == "plan":
        fields = [value for _, section in values["sections"] for _, value in section]
        length += sum(len(value) + FIELD_LENGTH for value in fields)
    else:
        own = ("name", "room", "early_signs", "early_signs_too_much", "rescue_medicine")
        length += sum(len(values["plan"][key]) for key in own)
    size = (CAPACITY[kind] / length) ** 0.5
    return round(min(SIZE_PT[1], max(SIZE_PT[0], size)), 1)


def _length(texts: object) -> int:
    if isinstance(texts, dict):
        return sum(_length(value) for value in texts.values())
    return sum(map(len, texts)) if isinstance(texts, list) else len(str(texts))


def _filled(row: dict, emergency: str) -> dict:
    return {key: languages.fill(text, emergency=emergency) for key, text in row.items()}


def calls(plan: dict, texts: dict) -> list[tuple[str, str, str]]:
    """(who, when, number) in the order of the page; an empty number is a line to fill in."""
    words = texts["call"]
    when = hours(plan["contact_office_hours"], texts["weekdays"])
    office = words["office"] if when else f"{words['office']} ({words['hours_unknown']})"
    on_call = words["on_call"] if plan["contact_office_hours"] else words["any_hour"]
    return [
        (office, when, plan["contact_office"]),
        (on_call, "", plan["contact_on_call"]),
    ]


def hours(text: str, weekdays: list[str]) -> str:
    """Office hours with the language's own weekdays."""
    parts = []
    for first, last, start, end in device_code.module("careplan").parse_hours(text):
        days = weekdays[first] if first == last else f"{weekdays[first]}–{weekdays[last]}"
        parts.append(f"{days} {_clock(start)}–{_clock(end)}")
    return ", ".join(parts)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def _shown(key: str, plan: dict, texts: dict) -> str:
    """A field's value as printed: dates in the language's form, a reservoir of 0 left open."""
    value = plan.get(key) or ""
    if key in DATES and value:
        return date.fromisoformat(value).strftime(texts["date_format"])
    return str(value)


def _mri(plan: dict, texts: dict) -> str:
    given = plan.get("mri_date", "")
    if given:
        shown = date.fromisoformat(given).strftime(texts["date_format"])
        return languages.fill(texts["page"]["mri_now"], date=shown)
    return texts["page"]["mri_marked"] if plan["mri_today"] else ""
