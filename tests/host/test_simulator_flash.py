# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The simulated flash: real littlefs, data-sheet times, the I2S rule, power cuts, faults."""

import shutil

import pytest

from host_tools import runtimes
from host_tools.simulator import flash
from tests.host.simulated import each_runtime, play, ramp, silence

LOGGER = """
try:
    os.mkdir("log")
except OSError:
    pass
mic = start()
for i in range(20):
    mic.readinto(block)
mic.deinit()
for number in range(6):
    with open("log/%d" % (number // 3), "a") as file:
        file.write("record %d\\n" % number)
        file.flush()
        tell(number)
os.rename("log/0", "log/old")
tell("renamed")
"""


@each_runtime()
def test_files_survive_the_run_and_can_be_read(tmp_path, arch):
    played = play(tmp_path, LOGGER, silence(20), arch)
    assert not [event for event in played["error"] if event["what"] != "returned"]
    assert played.result.files() == {
        "log/old": b"record 0\nrecord 1\nrecord 2\n",
        "log/1": b"record 3\nrecord 4\nrecord 5\n",
    }
    assert played.result.totals["flash_ops"] > 6
    assert sum(played.result.wear.values()) == (
        0 if arch == "cpython" else played.result.totals["flash_erases"]
    )
    assert played.result.real_littlefs == (arch != "cpython")


@each_runtime()
def test_a_write_while_i2s_runs_ends_the_run(tmp_path, arch):
    source = """
mic = start()
mic.readinto(block)
try:
    with open("x", "w") as file:
        file.write("y")
        file.flush()
except BaseException:
    tell("must not run")
tell("nor this")
"""
    played = play(tmp_path, source, silence(1), arch)
    assert played.why == "flash_while_i2s" and not played.result.ok
    assert "stop I2S first" in played.result.error
    assert played.told == []


@each_runtime("x86-64", "cpython")
def test_flash_time_is_charged_and_its_audio_lost(tmp_path, arch):
    source = """
mic = start()
for i in range(30):
    mic.readinto(block)
last = block[255] >> 8
mic.deinit()
before = time.ticks_ms()
with open("x", "w") as file:
    file.write("y" * 4096)
spent = time.ticks_diff(time.ticks_ms(), before)
mic = start()
for i in range(20):
    mic.readinto(block)
tell(spent, (block[255] >> 8) - last - 20 * 256)
"""
    played = play(tmp_path, source, ramp(5), arch, flash_options={"erase_ms": 400})
    spent_ms, lost = played.told[0]
    assert spent_ms >= 411  # one erase, sixteen pages of 0.7 ms
    assert lost == pytest.approx(spent_ms * 16, abs=32)
    report = played["flash"][0]
    assert report["erases"] >= 1 and report["pages"] >= 16
    assert report["ms"] == pytest.approx(spent_ms, abs=1)


@pytest.mark.parametrize("torn", [None, 0.4], ids=["clean", "torn"])
@each_runtime("x86-64", "cpython")
def test_a_cut_at_every_operation_loses_nothing_acknowledged(tmp_path, arch, torn):
    whole = play(tmp_path, LOGGER, silence(20), arch)
    operations = whole.result.totals["flash_ops"]
    assert operations >= 8
    image = tmp_path / "flash.img"
    for number in range(1, operations + 1):
        shutil.rmtree(image) if image.is_dir() else image.unlink()
        cut = play(
            tmp_path, LOGGER, silence(20), arch, flash_options={"cut_at_op": number, "torn": torn}
        )
        assert cut.why == "cut" and cut.result.ok
        assert cut["power"][0]["cut_at_op"] == number
        text = b"".join(cut.result.files().values()).decode()
        for acknowledged in cut.told:
            if acknowledged != ["renamed"]:
                assert f"record {acknowledged[0]}\n" in text, number
    if arch != "cpython":
        # What was cut can be started again, and goes on.
        assert play(tmp_path, LOGGER, silence(20), arch).told[-1] == ["renamed"]


@each_runtime("x86-64", "arm", "cpython")
def test_failing_flash_raises_in_the_firmware(tmp_path, arch):
    source = """
time.sleep(1)
for second in range(3):
    try:
        with open("x%d" % second, "w") as file:
            file.write("y")
        tell("written")
    except OSError as error:
        tell(error.errno)
    time.sleep(1)
"""
    faults = [
        {"t": 0.5, "fault": "flash_io"},
        {"t": 1.5, "fault": "flash_full"},
        {"t": 2.5, "fault": "flash_ok"},
    ]
    told = play(tmp_path, source, silence(9), arch, faults=faults).told
    # littlefs turns "no space" into "name too long" (36) where a new file's entry does not fit.
    assert told in ([[5], [28], ["written"]], [[5], [36], ["written"]])


def test_settings_are_on_the_flash_before_the_start(tmp_path):
    source = "tell(json.load(open('settings.json'))['volume'], os.listdir('/'))\n"
    played = play(tmp_path, source, silence(1), settings={"volume": 3})
    volume, names = played.told[0]
    assert volume == 3 and "settings.json" in names
    assert played.result.totals.get("flash_ops", 0) == 0


def test_the_code_is_read_only(tmp_path):
    source = """
try:
    open("/rom/main.py", "w")
except OSError as error:
    tell(error.errno, __name__)
"""
    assert play(tmp_path, source, silence(1)).told == [[30, "__main__"]]


def test_writing_and_reading_an_image_from_the_host(tmp_path):
    if not runtimes.best().is_micropython:
        pytest.skip(runtimes.why_missing("x86-64"))
    image = tmp_path / "f.img"
    data = bytes(range(256)) * 40
    flash.write_file(image, "state/a/b.bin", data)
    flash.write_file(image, "/settings.json", b"{}")
    before = image.read_bytes()
    assert flash.read_tree(image) == {"settings.json": b"{}", "state/a/b.bin": data}
    assert image.read_bytes() == before
    if flash.littlefs is not None:
        assert flash.read_in_process(image) == flash.read_tree(image)
    played = play(tmp_path, "tell(os.listdir('state'))\n", silence(1), flash_image=image)
    assert played.told == [[["a"]]]


def test_a_blank_or_damaged_image_is_named(tmp_path):
    if not runtimes.best().is_micropython:
        pytest.skip(runtimes.why_missing("x86-64"))
    image = tmp_path / "f.img"
    flash.new_image(image, 16)
    with pytest.raises(flash.FlashError, match="no littlefs"):
        flash.read_tree(image)
    if flash.littlefs is not None:
        with pytest.raises(flash.FlashError, match="no littlefs"):
            flash.read_in_process(image)
    image.write_bytes(b"\x00" * 65536)
    # rp2 itself formats what it cannot mount; the run says so.
    played = play(tmp_path, "tell(os.statvfs('/')[2])\n", silence(1), flash_image=image)
    assert {"t": 0.0, "ev": "flash", "formatted": 1} in played.events
    assert played.told == [[16]]


def test_a_small_flash_fills_up(tmp_path):
    source = """
try:
    with open("big", "w") as file:
        for i in range(100):
            file.write("z" * 1024)
except OSError as error:
    tell(error.errno)
"""
    assert play(tmp_path, source, silence(99), flash_blocks=12).told == [[28]]


def test_programming_can_only_clear_bits(tmp_path):
    source = """
import rp2
device = rp2.Flash()
last = device.ioctl(4, 0) - 1
page = bytearray(256)
device.ioctl(6, last)
device.writeblocks(last, b"\\xf0" * 256, 0)
device.writeblocks(last, b"\\x3c" * 256, 0)
device.readblocks(last, page, 0)
tell(page[0], page[255], device.ioctl(5, 0))
"""
    assert play(tmp_path, source, silence(1)).told == [[0x30, 0x30, 4096]]


def test_image_and_runtime_must_fit(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(flash.FlashError, match="folder"):
        play(tmp_path, "", None, flash_image=tmp_path / "folder")
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(flash.FlashError, match="CPython needs a folder"):
        play(tmp_path, "", None, "cpython", flash_image=tmp_path / "file")
