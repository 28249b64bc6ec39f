# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What noise leaves to be heard: the measures, that they change no trial, the sums, the page."""

from collections import Counter

import numpy as np
import pytest

from host_tools.evaluate import (
    collect_conditions,
    energy,
    jobs,
    masking,
    page_conditions,
    plan,
    sizes,
    sounds,
    theory,
    trials,
)
from host_tools.evaluate.conditions import VOICE
from tests.host.audio_files import tone
from tests.host.test_evaluate import finding

RATE_HZ = 16_000
HZ = (1000.0, 1300.0)


def siren(amplitude=0.01):
    return siren_at(HZ[0], amplitude)


def siren_at(hz, amplitude):
    """Four changes a second between two tones, three seconds of twelve."""
    piece = np.zeros(12 * RATE_HZ)
    for i in range(12):
        first = round((4.5 + i / 4) * RATE_HZ)
        piece[first : first + RATE_HZ // 4] = tone(hz + 300 * (i % 2), 0.25, RATE_HZ, amplitude)
    return piece


def louder(hz, seconds=12.0, amplitude=0.02):
    """A steady tone from the siren's beginning on, so long."""
    piece = np.zeros(12 * RATE_HZ)
    first, count = round(4.5 * RATE_HZ), round(min(seconds, 7.5) * RATE_HZ)
    piece[first : first + count] = tone(hz, count / RATE_HZ, RATE_HZ, amplitude)
    return piece


def test_a_tone_under_a_louder_one_is_masked_and_one_beside_it_is_not():
    assert masking.shares(louder(HZ[1]), siren(), HZ) == [0, 1]
    assert masking.masked(louder(HZ[1]), siren(), HZ)
    # 26 dB louder, but 50 Hz away: in other cells; and a weaker one in the very cell.
    assert not masking.masked(louder(HZ[1] + 50, amplitude=0.2), siren(), HZ)
    assert not masking.masked(louder(HZ[1], amplitude=0.007), siren(), HZ)


def test_masked_is_more_than_half_of_a_tones_own_time():
    for seconds, wanted in ((1, False), (1.35, False), (1.85, True), (2.5, True)):
        low, high = masking.shares(louder(HZ[0], seconds), siren(), HZ)
        assert high == 0 and low == pytest.approx(seconds / 3, abs=0.12)
        assert masking.masked(louder(HZ[0], seconds), siren(), HZ) == wanted
    # A louder tone that sounds only while the other one does, masks neither.
    turned = np.roll(siren(0.03), RATE_HZ // 4)
    assert masking.shares(turned, siren(), HZ)[0] == pytest.approx(0, abs=0.12)


class Deaf:
    """Takes the sound and finds nothing in it."""

    def __init__(self):
        self.heard = []

    def hear(self, pieces):
        self.heard = list(pieces)
        return []


def cell(**more):
    return {"kind": "siren", "sound": VOICE, "noise": "white", "above_db": 12.0, "trials": 30,
            "seed": [5, 6], **more}  # fmt: skip


def test_white_noise_masks_nothing_and_asking_changes_no_sample():
    plain, asked = Deaf(), Deaf()
    without = trials.run(cell(), plain)
    result = trials.run(cell(masking="a"), asked)
    assert (result.pop("masked"), result.pop("masked_told")) == (0, 0)
    assert (result.pop("energy"), result.pop("energy_told")) == (30, 0)
    assert result == without and "masked" not in without
    assert all(np.array_equal(a, b) for a, b in zip(plain.heard, asked.heard, strict=True))
    # Far below the noise it is masked, and counted so.
    result = trials.run(cell(masking="a", above_db=-15.0), Deaf())
    assert result["masked"] > 25 and result["energy"] == 0


@pytest.mark.parametrize("kind, sound", [("chime", {}), ("siren", {"changes_per_s": 4})])
@pytest.mark.parametrize("above_db", [-3, -1, 1, 3])
def test_in_white_noise_energy_hears_what_the_limit_says(kind, sound, above_db):
    rng = np.random.default_rng([above_db + 3, len(kind)])
    density = [sounds.WHITE_DENSITY] * 2
    count, hits = 120, 0
    for _ in range(count):
        alone = sounds.white(rng, trials.SLOT_S[kind] * RATE_HZ)
        both = alone.copy()
        rendered, seconds, segments = sounds.pump(rng, kind, sound)
        level = sounds.limit_db(kind, seconds, segments) + above_db
        at_s = trials.add(both, rendered, 4.5 + rng.uniform(), density, level)
        hits += energy.heard(alone, both, at_s, rendered.hz, density, seconds, segments)
    wanted = theory.detection(level, seconds, segments)
    assert hits / count == pytest.approx(
        wanted, abs=0.02 + 2.5 * (wanted * (1 - wanted) / count) ** 0.5
    )


def test_energy_hears_nothing_among_louder_tones_in_turn():
    """Ten louder sirens from 270 Hz below to 270 above, each at a moment of its own: another is not
    told from them by its energy, though nothing masks it; without them it is."""
    rng = np.random.default_rng(4)
    room = sounds.white(rng, 12 * RATE_HZ) * np.float32(0.01)
    density = [1e-4 * sounds.WHITE_DENSITY] * 2
    crowd = room.copy()
    for hz in range(730, 1300, 60):
        crowd += np.roll(siren_at(hz, 0.02), int(rng.integers(-2, 3) * RATE_HZ))
    for noise, wanted in ((room, True), (crowd, False)):
        sound = siren()
        assert not masking.masked(noise, sound, HZ)
        assert energy.heard(noise, noise + sound, 4.5, HZ, density, 3, 12) == wanted


def test_what_was_told_although_masked_is_counted_apart():
    truths = [trials.render.Truth(10.0 * i, 10.0 * i + 1, "chime", (1500.0,), 20.0) for i in (1, 2)]
    told = trials.score(truths, [finding()], [(True, True), (True, False)])
    assert (told["masked"], told["masked_told"], told["sure"]) == (2, 1, 1)
    assert (told["energy"], told["energy_told"]) == (1, 1)


def entries():
    one = {"category": "bells", "corpus": "everyday", "name": "a", "tuning": True, "reel": "r"}
    return [{**one, "at": 0, "count": RATE_HZ, "role": "negative", "split": "tuning"}]


def test_cells_that_count_masking_have_other_keys_and_the_same_seeds(monkeypatch):
    made = list(plan._conditions(sizes.SIZES["standard"], entries()))
    asked = [cell for cell in made if "masking" in cell.params]
    assert {cell.key.split("|")[2] for cell in asked} == {"noise class"}
    assert {cell.key.split("|")[3] for cell in asked} == {"white", "pink", "bells"}
    for one in asked:
        assert one.params["seed"] == sizes.seed_of(one.key.rpartition("|")[0])
    counts: Counter[str] = Counter()
    for one in made:
        if one.key.startswith("c|siren|"):
            counts[one.key.split("|")[3]] += one.params["trials"]
    assert counts["white"] == counts["RT60 0.4 s"] == 150 and counts["bells"] == 60
    # Another definition, other keys.
    monkeypatch.setattr(masking, "fingerprint", lambda: "another")
    again = {cell.key for cell in plan._conditions(sizes.SIZES["standard"], entries())}
    assert not again & {cell.key for cell in asked}


def done(value, noise, sure, trials_=60, masked=None, **refused):
    result = {"trials": trials_, "sure": sure, "weak": 0, "refused": refused, "besides": {},
              "latency_s": [0.3] * sure}  # fmt: skip
    if masked:
        result |= dict(zip(("masked", "masked_told"), masked, strict=True))
        result |= {"energy": trials_ - masked[0], "energy_told": max(0, sure - 3)}
    varied = "reverberation" if value == "RT60" else "noise class"
    key = f"c|siren|{varied}|{value}|{trials_}|0"
    return jobs.Cell(key, "trials", 1, {"noise": noise}), result


DONE = [
    done("RT60", "white", 145, 150, **{trials.OTHERWISE: 4, "not noticed": 1}),
    done("white", "white", 60, masked=(0, 0)),
    done("bells", [{}], 20, masked=(30, 2)),
    done("music", [{}], 59, masked=(1, 0), **{"not noticed": 1}),
    done("hum", [{}], 0, masked=(60, 0)),
]


def test_the_sums():
    found = collect_conditions.figures(DONE)
    bells, music, hum = found["conditions"][2:]
    assert (bells["masked"], bells["pd_unmasked"], bells["recorded"]) == (30, 0.6, True)
    assert music["pd_unmasked"] == 1 and hum["pd_unmasked"] is None
    assert hum["pd_unmasked_95"] == [0, 1]
    assert "masked" not in found["conditions"][0] and not found["conditions"][1]["recorded"]
    siren = found["cells"]["siren"]
    # RT60: 145 of 150 is below 99 %, its interval ends at 98.6; music: 59 of 60 may be 99 %.
    assert [siren[name] for name in ("cells", "reached", "open", "raised")] == [5, 1, 1, 2]
    pooled = siren["recorded"]
    assert (pooled["classes"], pooled["trials"], pooled["masked"]) == (3, 180, 91)
    assert pooled["pd_unmasked"] == round((20 - 2 + 59) / 89, 4)


def test_the_page_shows_them_and_pages_of_earlier_figures_are_as_they_were():
    found = collect_conditions.figures(DONE)
    text = page_conditions.text(found)
    assert "| bells | 20 of 60 | 30 | 2 | 60.0% (42.3% to 75.4%) | 30 | 3 |" in text
    assert "| hum | 0 of 60 | 60 | 0 | - | 0 | 0 |" in text and "**Masked**" in text
    rows = page_conditions.summary(found)
    assert rows[0][1] == "1 of 5; worst 0%: noise class, hum"
    assert rows[0][2:] == ["all", "60 or 150 trials a cell"]
    assert rows[1][1] == "1 reach it, 1 more cannot be told from it"
    assert rows[2][1] == "2 of 5"
    assert rows[3][1].startswith("86.5% (")
    assert rows[3][3] == (
        "3 classes together: of 180 sounds 79 told, 91 masked, 89 heard by energy"
    )
    assert rows[4][0].endswith(", tuning recordings") and rows[4][1:] == rows[3][1:]
    new = ("masked", "masked_told", "energy", "energy_told", "pd_unmasked", "pd_unmasked_95",
           "recorded")  # fmt: skip
    old = [{k: v for k, v in row.items() if k not in new} for row in found["conditions"]]
    earlier = {"conditions": old, "latency": found["latency"]}
    assert "masked" not in page_conditions.text(earlier).lower()
    assert page_conditions.summary(earlier) == rows[:1]
