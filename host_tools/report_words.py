# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The report's words in one language: times, lengths, and the records that it tells.

In: the texts of a language file (templates/languages/report/). Out: short texts. Names that the
file does not know (a fault of a newer firmware) stand as they are: no record is ever hidden.
"""

from datetime import datetime, tzinfo

from host_tools import languages, local_time
from host_tools.log_words import printable, tones
from host_tools.logbook import Entry

FOLDER = languages.FOLDER / "report"


def load(name: str) -> dict:
    """Raises `UserError`."""
    return languages.load(name, FOLDER)


class Words:
    """`texts[...]` of one language, filled in."""

    def __init__(self, texts: dict) -> None:
        self.texts = texts

    def fill(self, section: str, key: str, **values: object) -> str:
        return languages.fill(self.texts[section][key], **values)

    def span(self, seconds: float) -> str:
        return local_time.span(seconds).replace("days", self.texts["days"])

    def median_minutes(self, minutes: float) -> str:
        return f"{minutes:.1f} min".replace(".", self.texts["decimal"])

    def day(self, at: datetime, where: tzinfo) -> str:
        local = at.astimezone(where)
        return f"{self.texts['weekdays'][local.weekday()]} {local:%Y-%m-%d}"

    def moment(self, at: datetime | None, where: tzinfo, about: bool = False) -> str:
        return f"{self.day(at, where)} {local_time.clock(at, where, about)}" if at else ""

    def named(self, section: str, name: str) -> str:
        """The file's word for a name of the log, or the name itself."""
        return self.texts[section].get(name.replace(" ", "_"), printable(name))

    def tones(self, record: dict) -> str:
        return tones(record, self.texts["and"], self.texts["tones_unknown"])

    def missed(self, entry: Entry) -> str:
        key = "missed_one" if entry.kind == "missed" else "gone_one"
        kind = self.named("conditions", entry.text("kind"))
        misses = printable(entry.record.get("misses", "?"))
        return self.fill("sounds", key, kind=kind, tones=self.tones(entry.record), misses=misses)

    def start(self, entry: Entry) -> str:
        record = entry.record
        version = printable(record.get("version", "?"))
        reason = self.named("reasons", str(record.get("reason", "?")))
        text = self.fill("deaf", "start", reason=reason, version=version)
        if record.get("restarts"):
            text += self.fill("deaf", "in_a_row", count=printable(record["restarts"]))
        if record.get("torn"):
            text += self.fill("deaf", "torn", count=printable(record["torn"]))
        return text

    def selftest(self, entry: Entry) -> tuple[str, str]:
        """(words, style)."""
        passed = bool(entry.record.get("ok"))
        return self.texts["selftest"]["ok" if passed else "failed"], "good" if passed else "bad"
