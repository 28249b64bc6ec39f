# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The settings as a JSON schema, for editors that complete, explain and check while one types.

In: the firmware's own table and the words of templates/settings.toml. Out: a dict (draft 2020-12).
The schema is a help; what counts is the firmware's check.
"""

from host_tools import care_plan

DATE = r"^$|^(199\d|20\d\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"
_CHANGE = r"M([1-9]|0[1-9]|1[0-2])\.[1-5]\.[0-6](/\d{1,2}(:\d\d?)?)?"
SUMMER = rf"^$|^EU$|^US$|^ *{_CHANGE} *, *{_CHANGE} *$"
HOURS = (
    r"^$|^ *[A-Za-z]{3,}(-[A-Za-z]{3,})? +\d{1,2}(:\d\d)?-\d{1,2}(:\d\d)?"
    r"( *, *[A-Za-z]{3,}(-[A-Za-z]{3,})? +\d{1,2}(:\d\d)?-\d{1,2}(:\d\d)?)* *$"
)


def schema() -> dict:
    """One property for each setting; anything else is refused, as the device does."""
    words = care_plan.words()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Chimewatch settings",
        "description": "settings.json of the bedside monitor. Absent keys have their defaults.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key: {
                "title": care_plan.title(key),
                "description": words.get(key, {}).get("text", ""),
                **_type(rule),
                "default": rule[0],
            }
            for key, rule in care_plan.schema().items()
        },
    }


def _type(rule: tuple) -> dict:
    kind = rule[1]
    if kind == "number":
        return {"type": "integer", "minimum": rule[2], "maximum": rule[3]}
    if kind == "switch":
        return {"type": "boolean"}
    if kind == "date":
        return {"type": "string", "pattern": DATE}
    if kind == "hours":
        return {"type": "string", "pattern": HOURS, "maxLength": 80}
    if kind == "summer":
        return {"type": "string", "pattern": SUMMER, "maxLength": 40}
    if kind == "interval":
        return {
            "type": "integer",
            "anyOf": [{"const": 0}, {"minimum": 60, "maximum": 5400}],
        }
    if kind == "table":
        return {"type": "object"}
    return {"type": "string", "maxLength": rule[2]}
