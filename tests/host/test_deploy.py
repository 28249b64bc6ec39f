# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch deploy` with the real mpremote, against real MicroPython on the simulated board.

The board's prompt speaks the raw REPL over a pty; its flash is real littlefs and can lose power.
"""

import io
import itertools
import json
import os
import shutil
import sys
import threading
import time
import tty
from pathlib import Path
from types import SimpleNamespace

import board
import pytest
from test_device import room
from test_hazards_device import quiet_room

from host_tools import runtimes, simulator
from host_tools.deploy import command, package, slots
from host_tools.deploy import image as board_image
from host_tools.deploy.board_files import BoardFiles
from host_tools.deploy.command import Options
from host_tools.errors import UserError
from host_tools.simulator import flash

pytestmark = pytest.mark.skipif(
    runtimes.find("x86-64") is None, reason="the prompt is MicroPython's"
)


class Peer:
    """A simulated board at a pty. `seconds` of room noise, paced at about 30x real time."""

    def __init__(self, image, seconds=3000, **options):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        self.port = os.ttyname(self.slave)
        self.events = []
        self._stop = threading.Event()
        self.run = simulator.run(
            self._audio(seconds),
            flash_image=image,
            console_fd=self.master,
            deployed=True,
            **options,
        )
        self._thread = threading.Thread(target=self._go)

    def _audio(self, seconds):
        for block in room(seconds):
            if self._stop.is_set():
                return
            yield block
            time.sleep(0.03)

    def _go(self):
        try:
            self.events.extend(self.run)
        finally:
            os.close(self.master)  # the port is gone: whoever waits for it finds out at once

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._stop.set()
        if self.run.child_pid and self._thread.is_alive():
            # At the prompt no audio is read, so its end is not seen.
            self._thread.join(timeout=1)
            if self._thread.is_alive():
                os.kill(self.run.child_pid, 9)
        self._thread.join(timeout=10)
        os.close(self.slave)


def tiny(folder, text, extra=""):
    """A firmware of four files whose main says its version and ends."""
    folder.mkdir()
    (folder / "boot.py").write_text("# nothing\n")
    (folder / "board.py").write_text(f"PINS = {{}}\n{extra}\n")
    (folder / "other.py").write_text(f"TEXT = {text!r}\n" + "PAD = 'x' * 10\n" * 30)
    (folder / "part").mkdir()
    (folder / "part" / "table.json").write_text('"' + text * 2000 + '"')
    (folder / "main.py").write_text("import board\nimport other\nprint('RUNS', other.TEXT)\n")
    return folder


def install(port, firmware, library):
    said = []
    board = BoardFiles(port)
    try:
        changed = slots.install(board, firmware, library, False, said.append)
    finally:
        board.close()
    return changed, said


def what_runs(image):
    """What a board with that flash starts by itself."""
    run = simulator.run(None, flash_image=image, deployed=True, max_restarts=3)
    return [e["line"] for e in run if e["ev"] == "stdout" and e["line"].startswith("RUNS")]


@pytest.fixture
def trees(tmp_path):
    library = tmp_path / "library"
    library.mkdir()
    return tiny(tmp_path / "one", "one"), tiny(tmp_path / "two", "two"), library


@pytest.fixture
def installed(tmp_path, trees):
    """A flash with the first tiny firmware."""
    image = tmp_path / "installed.img"
    with Peer(image) as peer:
        changed, said = install(peer.port, trees[0], trees[2])
    assert changed and any("4 files to send" in line for line in said), said
    return image


def test_a_new_board_gets_everything_and_runs_it(installed):
    tree = flash.read_tree(installed)
    assert {"boot.py", "main.py", "slots.json", "a/main.mpy", "a/board.mpy"} <= set(tree)
    assert json.loads(tree["slots.json"]) == {"run": "a", "old": ""}
    assert what_runs(installed) == ["RUNS one"]


def test_only_what_changed_is_sent_and_nothing_when_nothing_changed(installed, trees):
    with Peer(installed) as peer:
        changed, said = install(peer.port, trees[1], trees[2])
        assert changed and any("2 files to send, 2 unchanged" in line for line in said), said
        changed, said = install(peer.port, trees[1], trees[2])
        assert not changed and "up to date" in said[-1]
    assert what_runs(installed) == ["RUNS two"]


def flash_operations(image, *what):
    """How many an uninterrupted installation and the reset after it take."""
    with Peer(image, max_restarts=0) as peer:
        install(peer.port, *what)
        BoardFiles(peer.port).reset()
        time.sleep(0.5)
    return peer.run.result.totals["flash_ops"]


def install_cut(image, tree, python, op, torn):
    """An installation during which the power goes; what the person sees is one line."""
    options = {"cut_at_op": op} if torn is None else {"cut_at_op": op, "torn": torn}
    with Peer(image, flash_options=options) as peer:
        try:
            install(peer.port, tree, python)
        except UserError as error:
            assert "\n" not in str(error)
    assert peer.run.result.why == "cut", (op, peer.run.result)


def test_interrupted_anywhere_the_old_or_the_new_firmware_runs(installed, trees, tmp_path):
    """The power goes at every flash operation of an update, clean and torn."""
    image = tmp_path / "cut.img"
    shutil.copyfile(installed, image)
    operations = flash_operations(image, trees[1], trees[2])
    assert operations > 12 and what_runs(image) == ["RUNS two"]
    seen = set()
    for op, torn in itertools.product(range(1, operations + 1), (None, 0.5)):
        shutil.copyfile(installed, image)
        install_cut(image, trees[1], trees[2], op, torn)
        (runs,) = what_runs(image)
        seen.add(runs)
    print(
        f"deploy: power cut at each of {operations} operations, clean and torn; "
        f"ran afterwards: {sorted(seen)}"
    )
    assert seen == {"RUNS one", "RUNS two"}


def test_a_first_installation_interrupted_anywhere_can_be_repeated(trees, tmp_path):
    """On an empty board the power goes at every flash operation: nothing runs, or the whole
    firmware does; the board answers at its prompt, and the next installation succeeds."""
    image = tmp_path / "new.img"
    operations = flash_operations(image, trees[0], trees[2])
    assert operations > 12
    seen = []
    for op, torn in itertools.product(range(1, operations + 1), (None, 0.5)):
        image.unlink()
        install_cut(image, trees[0], trees[2], op, torn)
        seen += [*what_runs(image), *([""] if not what_runs(image) else [])]
        with Peer(image) as peer:
            install(peer.port, trees[0], trees[2])
        assert what_runs(image) == ["RUNS one"], (op, torn)
    print(f"deploy: first installation cut at each of {operations} operations: {set(seen)}")
    assert set(seen) <= {"", "RUNS one"} and "" in seen


def test_settings_are_the_old_or_the_new_ones_wherever_the_power_goes(installed, tmp_path):
    image = tmp_path / "cut.img"
    old, new = b'{"room": "12b"}', b'{"room": "14", "name": "Kim"}'
    flash.write_file(installed, "settings.json", old)
    seen = set()
    for op in range(1, 40):
        for torn in (None, 0.5):
            shutil.copyfile(installed, image)
            options = {"cut_at_op": op} if torn is None else {"cut_at_op": op, "torn": torn}
            with Peer(image, flash_options=options) as peer:
                board = BoardFiles(peer.port)
                try:
                    board.replace("settings.json", new)
                except UserError:
                    pass
                finally:
                    board.close()
            seen.add(flash.read_tree(image)["settings.json"])
            assert seen <= {old, new}, (op, torn)
        if peer.run.result.why != "cut":
            break
    assert seen == {old, new} and op > 3


def test_a_firmware_that_cannot_start_gives_way_to_the_old_one(installed, trees, tmp_path):
    bad = broken(tmp_path)
    with Peer(installed) as peer:
        install(peer.port, bad, trees[2])
    assert what_runs(installed) == ["RUNS one"]
    assert json.loads(flash.read_tree(installed)["slots.json"]) == {"run": "a", "old": ""}


CRY_BOARD = """
BOARDS = {"pico": {"chip": "RP2040", "pins": {"sounder": 15, "backup": 13, "lamp_yellow": 11}}}
"""


def broken(tmp_path):
    bad = tiny(tmp_path / "bad", "bad", extra=CRY_BOARD)
    (bad / "other.py").write_text("raise ValueError('made up')")
    return bad


def test_a_firmware_that_cannot_start_and_has_no_old_one_cries_and_is_tried_again(tmp_path, trees):
    image = tmp_path / "flash.img"
    with Peer(image) as peer:
        install(peer.port, broken(tmp_path), trees[2])
    run = simulator.run(quiet_room(620), flash_image=image, deployed=True, max_restarts=1)
    events = list(run)
    assert (
        run.result.restarts == 1
        and [e["by"] for e in events if e["ev"] == "reset"] == ["firmware"] * 2
    )
    sound = [e for e in events if e["ev"] == "sounder" and e["duty"]]
    assert sound[0]["t"] < 5 and {e["hz"] for e in sound} == {330}
    # One second in four, five minutes long, and again after the restart.
    assert 140 <= len(sound) <= 152, len(sound)
    for kind, name in (("backup", None), ("lamp", "yellow")):
        on = [e for e in events if e["ev"] == kind and e.get("lamp") == name and e["value"]]
        assert len(on) == len(sound), kind
    assert any("nobody listens" in e.get("line", "") for e in events)
    # Meanwhile the prompt answers, so that a deployment can mend it.
    with Peer(image) as peer:
        changed, _ = install(peer.port, trees[1], trees[2])
    assert changed and what_runs(image) == ["RUNS two"]


def test_an_empty_slot_is_no_silent_end(installed):
    """The loader must not find itself for want of another main."""
    flash.write_file(installed, "slots.json", b'{"run": "b", "old": ""}')
    run = simulator.run(None, flash_image=installed, deployed=True, max_restarts=0)
    lines = [e["line"] for e in run if e["ev"] == "stdout"]
    assert any("no firmware in slot b" in line for line in lines), lines


@pytest.mark.parametrize("slots_json", [b"", b"[1]", b'{"run": 5, "old": {}}', b'{"run": "c"}'])
def test_damaged_slots_still_start_what_is_there(installed, slots_json):
    flash.write_file(installed, "slots.json", slots_json)
    assert what_runs(installed) == ["RUNS one"]


@pytest.mark.parametrize("text", ['"many"', "null", "[3]", "true", "-1"])
def test_restarts_that_are_no_number_stop_no_start(installed, trees, text):
    with Peer(installed) as peer:
        install(peer.port, trees[1], trees[2])
    flash.write_file(installed, "state/boot.json", f'00000000\n{{"restarts": {text}}}'.encode())
    assert what_runs(installed) == ["RUNS two"]
    flash.write_file(installed, "state/boot.json", f"00000000\n{text}".encode())
    assert what_runs(installed) == ["RUNS two"]


def test_a_slot_that_has_run_well_keeps_its_place(installed, trees):
    """Months later a bad microphone restarts it again and again: the old firmware is no help."""
    with Peer(installed) as peer:
        install(peer.port, trees[1], trees[2])
    flash.write_file(installed, "state/boot.json", b'00000000\n{"restarts": 0, "well": "a"}')
    assert what_runs(installed) == ["RUNS two"]  # that was the one before it
    assert json.loads(flash.read_tree(installed)["slots.json"]) == {"run": "b", "old": "a"}
    flash.write_file(installed, "state/boot.json", b'00000000\n{"restarts": 9, "well": "b"}')
    assert what_runs(installed) == ["RUNS two"]
    assert json.loads(flash.read_tree(installed)["slots.json"]) == {"run": "b", "old": ""}


def test_the_firmware_says_when_its_slot_has_run_well(tmp_path):
    image = tmp_path / "flash.img"
    with Peer(image) as peer:
        install(peer.port, package.FIRMWARE, package.LIBRARY)
    run = simulator.run(quiet_room(5400), flash_image=image, deployed=True)
    assert not [e for e in run if e["ev"] == "error"]
    state = json.loads(run.result.files()["state/boot.json"].split(b"\n")[1])
    assert state["well"] == "a" and state["restarts"] == 0


def test_the_loader_cries_with_the_pins_of_the_board_files():
    loader = package.root_files()["main.py"].decode()
    for platform, key in (("rp2", "pico"), ("esp32", "esp32s3")):
        pins = {name: board.BOARDS[key]["pins"][name] for name in package._CRY}
        assert package.cry_pins(package.FIRMWARE)[platform] == pins
    assert f"PINS = {package.cry_pins(package.FIRMWARE)!r}" in loader


class _Pin:
    OUT = 1

    def __init__(self, *args, **options):
        self.value = lambda level: None


@pytest.mark.parametrize("platform", ["rp2", "esp32"])
@pytest.mark.parametrize("source", ["loader", "maintenance"])
def test_the_timer_is_one_that_the_port_has(monkeypatch, platform, source):
    """An RP2 has timers in software alone (-1), an ESP32 of today's releases none of them."""
    made = []

    class Timer:
        PERIODIC = 1

        def __init__(self, number):
            if (number == -1) != (platform == "rp2"):
                raise ValueError("invalid Timer number")

        def init(self, **options):
            made.append(options["callback"])

    pwm = SimpleNamespace(duty_u16=lambda duty: None)
    machine = SimpleNamespace(
        Timer=Timer, Pin=_Pin, PWM=lambda *args, **options: pwm, reset=lambda: None
    )
    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.setattr(sys, "platform", platform)
    path = package.FIRMWARE / "maintenance.py"
    if source == "loader":
        path = Path(package.__file__).with_name("loader.py")
    names = {"__name__": source}
    exec(path.read_text("utf-8").replace("\nstart()\n", "\n"), names)
    names["Cry" if source == "loader" else "begin"]()
    assert len(made) == 1


def test_three_restarts_in_a_row_bring_the_old_one_back_once(installed, trees):
    with Peer(installed) as peer:
        install(peer.port, trees[1], trees[2])
    flash.write_file(installed, "state/boot.json", b'00000000\n{"restarts": 3}')
    assert what_runs(installed) == ["RUNS one"]
    assert what_runs(installed) == ["RUNS one"]


def test_a_full_flash_changes_nothing(tmp_path, trees):
    big = tiny(tmp_path / "big", "big")
    (big / "data.json").write_text('"' + "x" * 60_000 + '"')
    image = tmp_path / "small.img"
    with Peer(image, flash_blocks=24) as peer:
        with pytest.raises(UserError, match="not enough room on the board"):
            install(peer.port, big, trees[2])
    assert "slots.json" not in flash.read_tree(image)


def test_an_old_or_foreign_board_is_refused_in_one_line(mocker):
    board = mocker.Mock()
    board.about.return_value = ("Raspberry Pi Pico with RP2040", (1, 20, 0), 0x1206, 10**6)
    with pytest.raises(UserError, match="too old: install 1.25"):
        slots.check_board(board)
    board.about.return_value = ("PYBv1.1 with STM32F405RG", (1, 27, 0), 0x1B06, 10**6)
    with pytest.raises(UserError, match="none of those supported"):
        slots.check_board(board)
    for machine, mpy, wanted in (
        ("Raspberry Pi Pico with RP2040", 0x1306, ("RP2040", "armv6m")),
        ("Raspberry Pi Pico 2 W with RP2350", 0x1F06, ("RP2350", "armv7emsp")),
        ("Generic ESP32S3 module with ESP32S3", 0x2B06, ("ESP32S3", "xtensawin")),
    ):
        board.about.return_value = (machine, (1, 28, 0), mpy, 10**6)
        assert slots.check_board(board)[:2] == wanted


def test_a_board_whose_image_carries_the_firmware_is_left_as_it_is(mocker):
    board = mocker.Mock()
    board.about.return_value = ("Raspberry Pi Pico with RP2040", (1, 28, 0), 0x1306, 10**6)
    board.carried.return_value = slots.version()
    said = []
    assert not slots.install(board, package.FIRMWARE, package.LIBRARY, False, said.append)
    assert "carries this firmware" in said[-1] and not board.write.called
    board.carried.return_value = "0.0.0"
    with pytest.raises(UserError, match="carries firmware 0.0.0.*make a new image"):
        slots.install(board, package.FIRMWARE, package.LIBRARY, False, said.append)


def test_a_board_with_too_little_memory_is_told_the_way(mocker):
    board = mocker.Mock()
    board.about.return_value = ("Raspberry Pi Pico with RP2040", (1, 28, 0), 0x1306, 10**6)
    board.carried.return_value = ""
    board.heap_bytes.return_value = 245_888
    with pytest.raises(UserError, match="240 KiB of memory.*make an image.*nothing was changed"):
        slots.install(board, package.FIRMWARE, package.LIBRARY, False, print)
    assert not board.write.called and not board.replace.called


def test_an_image_holds_all_modules_and_names_its_version(tmp_path):
    assert board_image.write(tmp_path) > 60
    modules = tmp_path / "modules"
    assert (modules / "carried.py").read_text() == f"VERSION = {slots.version()!r}\n"
    for name in ("main.py", "boot.py", "alarm/kernels_thumb.py", "adafruit_ds3231.py"):
        assert (modules / name).is_file(), name
    assert 'freeze("modules")' in (tmp_path / "manifest.py").read_text()


def test_settings_are_checked_before_anything_is_touched(tmp_path, mocker):
    opened = mocker.patch.object(command, "to_prompt")
    path = tmp_path / "settings.json"
    path.write_text('{"civil_hour": 99}')
    with pytest.raises(UserError, match="civil_hour.*nothing was changed"):
        command.deploy(Options("port", path), io.StringIO())
    opened.assert_not_called()


def test_the_real_firmware_compiles_for_every_chip():
    for march in ("armv6m", "armv7emsp", "xtensawin"):
        files = package.build(march)
        assert {"main.mpy", "lib/adafruit_ds3231.mpy", "alarm/listener.mpy"} <= set(files)


def test_a_running_monitor_is_updated_and_listens_again(tmp_path):
    """The whole way, as a user would: install, then update while it listens, with settings."""
    image = tmp_path / "flash.img"
    tree = tmp_path / "firmware"
    shutil.copytree(runtimes.ROOT / "firmware", tree, ignore=shutil.ignore_patterns("__pycache__"))
    settings = tmp_path / "settings.json"
    settings.write_text('{"room": "12b", "contact_on_call": "555 0199"}')
    with Peer(image) as peer:
        out = io.StringIO()
        assert command.deploy(Options(peer.port, settings), out) == 0, out.getvalue()
        assert "it listens\n" in out.getvalue() and "self-test" in out.getvalue()
        main = tree / "main.py"
        main.write_text(main.read_text().replace('VERSION = "', 'VERSION = "9.'))
        out = io.StringIO()
        assert command.deploy(Options(peer.port, as_json=True, firmware=tree), out) == 0, (
            out.getvalue()
        )
        assert "a monitor answers" in out.getvalue() and "1 files to send" in out.getvalue()
        assert "clock set to 20" in out.getvalue()
        *steps, last = [json.loads(text) for text in out.getvalue().splitlines()]
        assert all(set(step) == {"step"} for step in steps) and last["done"] is True
        with command.DeviceLink(peer.port) as link:
            assert link.one("health")["version"].startswith("9.")
            assert link.settings()["room"] == "12b"
    assert not [e for e in peer.events if e["ev"] == "error" and e["what"] != "returned"]
