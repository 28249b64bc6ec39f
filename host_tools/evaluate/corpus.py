# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Which recordings there are, what each is, and whether it was used for tuning.

In: folders. Out: `Recording` records, or `UserError` for a manifest with a mistake. A folder may
hold a manifest.csv (columns file, category, source, role); without one everything in it is a
"negative" of category "own". Roles: negative, beep-like, alarm (of another device).

The split is by source: what the listener was tuned on, and what it was not ("held-out"). Figures
are reported for each apart.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from host_tools import runtimes, sound_packages
from host_tools.errors import UserError

SHARED = runtimes.ROOT.parent / "shared" / "audio"
ROLES = ("negative", "beep-like", "alarm")
SUFFIXES = (".wav", ".flac", ".ogg", ".oga", ".mp3", ".m4a", ".g722", ".aiff", ".opus")

SPEECH, MUSIC, EFFECTS, TONES = "speech", "music", "effects", "tones"
#: Music and effects of games, fetched to tune on.
GAMES = (
    "domino-chain-music",
    "extremetuxracer-data",
    "foobillardplus-data",
    "gamine-data",
    "gunroar-data",
    "holotz-castle-data",
    "lincity-ng-data",
    "mu-cade-data",
    "noiz2sa-data",
    "parsec47-data",
    "plee-the-bear-data",
    "titanion-data",
    "torus-trooper-data",
    "trackballs-data",
    "tuxtype-data",
    "zaz-data",
)
#: Debian packages: category, role, used for tuning. Fetched by name, about 2.5 GB in all.
PACKAGES: dict[str, tuple[str, str, bool]] = {
    "asterisk-core-sounds-en-g722": (SPEECH, "negative", True),
    "asterisk-core-sounds-es-g722": (SPEECH, "negative", True),
    "asterisk-moh-opsound-g722": (MUSIC, "negative", True),  # but see HELD_OUT_FILES
    "lomiri-sounds": (TONES, "beep-like", True),
    "oxygen-sounds": (TONES, "beep-like", True),
    "sonic-pi-samples": (EFFECTS, "negative", True),
    "asterisk-core-sounds-fr-g722": (SPEECH, "negative", True),
    "asterisk-core-sounds-it-g722": (SPEECH, "negative", True),
    "asterisk-prompt-it-menardi-wav": (SPEECH, "negative", False),
    "fillets-ng-data-cs": (SPEECH, "negative", False),
    "fillets-ng-data-nl": (SPEECH, "negative", False),
    "klettres-data": (SPEECH, "negative", False),
    "ktuberling-data": (SPEECH, "negative", False),
    "hedgewars-data": (EFFECTS, "negative", False),
    "colobot-common-sounds": (EFFECTS, "negative", False),
    "frozen-bubble-data": (EFFECTS, "negative", False),
    "fillets-ng-data": (MUSIC, "negative", True),  # looked at on 2026-11-25: notes by turns
    "asc-music": (MUSIC, "negative", False),
    "drascula-music": (MUSIC, "negative", False),
    "fretsonfire-songs-muldjord": (MUSIC, "negative", False),
    "fretsonfire-songs-sectoid": (MUSIC, "negative", False),
    "hyperrogue-music": (MUSIC, "negative", False),
    "nexuiz-music": (MUSIC, "negative", True),  # looked at on 2026-11-25: two notes, no siren
    **dict.fromkeys(GAMES, (MUSIC, "negative", True)),
    "planetblupi-music-ogg": (MUSIC, "negative", False),
    "pushover-data": (MUSIC, "negative", False),
    "ufoai-music": (MUSIC, "negative", False),
    "warzone2100-music": (MUSIC, "negative", False),
    # Added on 2026-11-26 by a rule written down before any was heard (docs/decisions.md).
    "ardentryst": (MUSIC, "negative", False),
    "btanks-data": (MUSIC, "negative", False),
    "enigma-data": (MUSIC, "negative", True),
    "flare-game": (MUSIC, "negative", False),
    "marsshooter-data": (MUSIC, "negative", False),
    "megaglest-data": (MUSIC, "negative", True),
    "naev-data": (MUSIC, "negative", False),
    "qabcs-data": (SPEECH, "negative", False),
    "starfighter-data": (MUSIC, "negative", False),
    "supertux-data": (MUSIC, "negative", False),
    "tuxpaint-stamps-default": (SPEECH, "negative", True),
}
#: Files of a package used for tuning that were kept apart (the second half, by name).
HELD_OUT_FILES = ("manolo_camp-morning_coffee", "reno_project-system")


def reserved(name: str) -> bool:
    """Russian speech is left unheard: it is kept for an independent check of the detector, as is
    the music of the packages wesnoth-* and singularity-music, which are not to be listed here."""
    return "/ru/" in name or "_RU" in name or "_ru." in name


@dataclass(frozen=True)
class Recording:
    """A file to be heard. `name` is what reports call it; it holds no machine's path."""

    path: str
    name: str
    corpus: str
    category: str
    role: str
    tuning: bool

    @property
    def split(self) -> str:
        return "tuning" if self.tuning else "held-out"


def everything(extra: Sequence[Path] = (), known: bool = True) -> list[Recording]:
    """All recordings that are at hand, in a stable order; without `known`, the extra ones alone."""
    found: list[Recording] = []
    if known and SHARED.is_dir():
        found += folder(SHARED, "everyday", True)
    if known:
        for package in PACKAGES:
            found += _package(package)
    for place in extra:
        found += folder(place, place.name, False)
    return found


def folder(place: Path, corpus: str, tuning: bool) -> Iterator[Recording]:
    """A folder of recordings with or without a manifest."""
    manifest = place / "manifest.csv"
    if not manifest.is_file():
        for path in _sounds(place):
            name = f"{corpus}/{path.relative_to(place)}"
            yield Recording(str(path), name, corpus, "own", "negative", tuning)
        return
    for number, row in enumerate(_rows(manifest), 2):
        name = row["file"] or ""
        path = place / name
        if not path.is_file():
            path = place / "clips" / name
        if not path.is_file():
            raise UserError(f"{manifest}, line {number}: there is no file '{name}': mend it")
        role = row.get("role") or "negative"
        if role not in ROLES:
            known = ", ".join(ROLES)
            raise UserError(f"{manifest}, line {number}: role {role}: must be one of {known}")
        category = row.get("category") or "own"
        yield Recording(str(path), name, corpus, category, role, tuning)


def _rows(manifest: Path) -> list[dict[str, str]]:
    """A spreadsheet may have put a byte-order mark before it, and semicolons for commas."""
    try:
        text = manifest.read_text("utf-8-sig")
    except UnicodeError:
        raise UserError(f"{manifest}: is not UTF-8 text: save it as CSV (UTF-8)") from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    if "file" not in (reader.fieldnames or ()):
        raise UserError(f"{manifest}: has no column 'file': its first line must name the columns")
    return list(reader)


def _package(package: str) -> Iterator[Recording]:
    place = sound_packages.folder(package)
    if not place.is_dir():
        return
    category, role, tuning = PACKAGES[package]
    unpacked = runtimes.BUILD / "evaluation" / "unpacked" / package
    for archive in sorted(place.rglob("*.pk3")):
        if not unpacked.is_dir():
            _unzip(archive, unpacked)
    for root in (place, unpacked):
        for path in _sounds(root):
            name = f"{package}/{_short(path.relative_to(root))}"
            mine = tuning and path.stem not in HELD_OUT_FILES
            yield Recording(str(path), name, package, category, role, mine)


def _unzip(archive: Path, into: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        for member in file.namelist():
            if member.lower().endswith(SUFFIXES):
                file.extract(member, into)


def _sounds(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(p for p in place.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())


def _short(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[2:] if parts[:2] == ("usr", "share") else parts)


if __name__ == "__main__":  # for `make evaluate`
    print(*PACKAGES)
