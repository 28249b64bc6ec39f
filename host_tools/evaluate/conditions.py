# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The pump sounds that are tried: data, for `plan` to make cells of (see `sounds.SOUND`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

SENSITIVITY: dict[str, tuple[str, dict[str, Any]]] = {
    "chime, 1 s": ("chime", {}),
    "siren, 6 x 0.5 s": ("siren", {"changes_per_s": 2}),
    "siren, 12 x 0.25 s": ("siren", {"changes_per_s": 4}),
    "siren, 30 x 0.1 s": ("siren", {"changes_per_s": 10}),
}
VOICE = {"harmonics_db": (-20, -26)}
ANY_SIREN = {
    "changes_per_s": (1, 20),
    "duration_ms": (2500, 3500),
    "harmonics_db": (-20, -26),
    "hz_scatter": 0.005,
    "duration_scatter": 0.03,
    "rt60_s": (0.2, 0.8),
    "bedding": (1500, 6),
}
ANY_CHIME = {
    "duration_ms": (950, 1050),
    "harmonics_db": (-20, -26),
    "rt60_s": (0.2, 0.8),
    "bedding": (1500, 6),
}


def conditions(
    rooms: Sequence[str] = (),
) -> Iterator[tuple[str, str, str, dict[str, Any], str, str]]:
    """(kind, what varies, its value, sound, noise class, other sound), one property at a time.
    ``rooms``: files of measured rooms' responses."""
    for rate in (1, 1.5, 2, 3, 4, 6, 8, 10, 15, 20):
        yield "siren", "alternations a second", str(rate), {"changes_per_s": rate}, "white", ""
    for ms in (2500, 2750, 3000, 3250, 3500):
        yield "siren", "duration", f"{ms / 1000} s", {"duration_ms": ms}, "white", ""
    for ratio in (1.05, 1.1, 1.2, 1.5, 2.0):
        yield "siren", "ratio of the tones", str(ratio), {"ratio": ratio}, "white", ""
    for kind in ("siren", "chime"):
        for text, levels in (
            ("-20, -26 dB", (-20, -26)),
            ("-10, -14, -18 dB", (-10, -14, -18)),
            ("-3, -6, -10 dB", (-3, -6, -10)),
        ):
            yield kind, "harmonics", text, {"harmonics_db": levels}, "white", ""
        for rt60_s in (0.2, 0.4, 0.6, 0.8):
            yield kind, "reverberation", f"RT60 {rt60_s} s", {"rt60_s": rt60_s}, "white", ""
        box = {"rt60_s": 0.4, "room": "image"}
        yield kind, "reverberation", "RT60 0.4 s, a box's early echoes", box, "white", ""
        if rooms:
            text = f"measured, in {len(rooms)} rooms"
            yield kind, "reverberation", text, {"measured": list(rooms)}, "white", ""
        for bedding in ((1500, 6), (800, 12)):
            text = f"-{bedding[1]} dB an octave from {bedding[0]} Hz"
            yield kind, "bedding", text, {"bedding": bedding}, "white", ""
        for ms in (100, 200, 300):
            yield kind, "cut-off start", f"{ms / 1000} s missing", {"cut_ms": ms}, "white", ""
    for share, text in ((0.003, "0.3 %"), (0.01, "1 %"), (0.03, "3 %")):
        yield (
            "siren",
            "scatter of pitch from segment to segment",
            text,
            {"hz_scatter": share},
            "white",
            "",
        )
    yield "siren", "scatter of each duration", "3 %", {"duration_scatter": 0.03}, "white", ""
    for ms in (950, 970, 1030, 1050):
        yield "chime", "duration", f"{ms / 1000} s", {"duration_ms": ms}, "white", ""
    for kind, other in (("siren", "chime"), ("chime", "chime"), ("siren", "siren")):
        yield kind, "another sound on top", f"a {other}", {}, "white", other
    for kind, sound in (("siren", ANY_SIREN), ("chime", ANY_CHIME)):
        yield kind, "everything at once", "drawn", sound, "white", ""
        yield kind, "noise class", "white", VOICE, "white", ""
        yield kind, "noise class", "pink", VOICE, "pink", ""
