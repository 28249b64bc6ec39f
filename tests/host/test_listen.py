# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch listen` with a microphone made of software: it hears, shows, and fails in words."""

import io
import json
import threading
from types import SimpleNamespace

import numpy as np
import pytest

from host_tools import cli, computer_microphone, listen
from host_tools.computer_microphone import ComputerMicrophone
from host_tools.errors import EXIT_DEVICE, UserError
from host_tools.listen import Options
from host_tools.loudness import BANDS, Loudness
from tests.host.audio_files import wav

RATE_HZ = 16000


class PortAudioError(Exception):
    pass


class FakeSound:
    """What `sounddevice` offers of PortAudio. `script` are the pieces that the microphone gives."""

    PortAudioError = PortAudioError

    def __init__(self, script=(), rate_hz=RATE_HZ, devices=1, fault=None):
        self.script, self.rate_hz, self.fault = list(script), rate_hz, fault
        self.found = [
            {"name": f"mic {n}", "max_input_channels": 1, "default_samplerate": float(rate_hz)}
            for n in range(devices)
        ]
        self.closed = False

    def query_devices(self, device=None, kind=None):
        if kind is None:
            return self.found
        if not self.found or device not in (None, 0, "mic 0"):
            raise ValueError("No input device matching")
        return self.found[0]

    def check_input_settings(self, samplerate, **_):
        if samplerate != self.rate_hz:
            raise PortAudioError("Invalid sample rate")

    def InputStream(self, callback, **_):  # noqa: N802
        if self.fault:
            raise PortAudioError(self.fault)

        def play():
            for piece in self.script:
                callback(piece.reshape(-1, 1), len(piece), None, SimpleNamespace())

        def close():
            self.closed = True

        thread = threading.Thread(target=play, daemon=True)
        return SimpleNamespace(start=thread.start, close=close)


def room(seconds: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Noise with a 1 s tone of 1500 Hz after three seconds, as far as it is that long."""
    rng = np.random.default_rng(3)
    samples = rng.standard_normal(int(seconds * rate_hz)) * 5e-4
    tone = 0.02 * np.sin(2 * np.pi * 1500 * np.arange(rate_hz) / rate_hz)
    place = samples[3 * rate_hz : 4 * rate_hz]
    place += tone[: len(place)]
    return samples.astype(np.float32)


def cut(samples: np.ndarray, size: int = 1024) -> list[np.ndarray]:
    return [samples[first : first + size] for first in range(0, len(samples), size)]


@pytest.mark.parametrize("rate_hz", [16000, 48000, 44100])
def test_the_microphone_at_its_own_rate_becomes_16_khz(rate_hz, monkeypatch):
    monkeypatch.setattr(computer_microphone, "SILENT_FOR_S", 0.3)
    sound = FakeSound(cut(room(4.0, rate_hz)), rate_hz)
    taken = []
    with ComputerMicrophone(sound=sound) as microphone, pytest.raises(UserError, match="unplugged"):
        taken.extend(microphone.pieces())
    samples = np.concatenate(taken)
    assert abs(len(samples) / RATE_HZ - 4.0) < 0.1 and sound.closed
    spectrum = np.abs(np.fft.rfft(samples[3 * RATE_HZ + 2000 :][:8192]))
    assert abs(np.argmax(spectrum) * RATE_HZ / 8192 - 1500) < 3


def test_it_hears_a_chime_through_the_device_s_own_code(monkeypatch):
    sound = FakeSound(cut(room(9.0)))
    monkeypatch.setattr(computer_microphone, "library", lambda: sound)
    out = io.StringIO()
    assert listen.listen(Options(seconds=8.5), out) == 0
    text = out.getvalue()
    assert "listening to mic 0" in text and "never" not in text.split("HEARD")[1]
    assert "HEARD: sure chime, 1500 Hz" in text
    assert "Silence here proves nothing" in text and "nothing here replaces" in text


def test_json_for_machines(monkeypatch):
    monkeypatch.setattr(computer_microphone, "library", lambda: FakeSound(cut(room(9.0))))
    out = io.StringIO()
    assert listen.listen(Options(seconds=8.5, as_json=True), out) == 0
    records = [json.loads(text) for text in out.getvalue().splitlines()]
    assert sum(record["event"] == "level" for record in records) >= 6
    found = [r["kind"] for r in records if r["event"] == "finding" and not r["reason"]]
    assert found == ["chime"]


def test_a_recording_can_stand_in(tmp_path, capsys):
    file = wav(tmp_path / "room.wav", room(5.0), RATE_HZ, 16)
    status = cli.main(["listen", "--source", str(file), "--json"], stderr=io.StringIO())
    assert status == 0 and json.loads(capsys.readouterr().out.splitlines()[0])["event"] == "level"


@pytest.mark.parametrize(
    ("sound", "device", "words"),
    [
        (FakeSound(devices=0), None, "no microphone found"),
        (FakeSound(), "webcam", "no microphone 'webcam': there are 0: mic 0"),
        (FakeSound(fault="Permission denied"), None, "may not use the microphone"),
        (FakeSound(fault="Device unavailable"), None, "cannot be opened (Device unavailable)"),
    ],
)
def test_each_reason_for_no_sound_has_its_words(sound, device, words):
    with pytest.raises(UserError) as error:
        ComputerMicrophone(device, sound)
    assert words in str(error.value) and error.value.exit_code == EXIT_DEVICE


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (ModuleNotFoundError("sounddevice"), "make setup"),
        (OSError("PortAudio library not found"), "libportaudio2"),
    ],
)
def test_an_absent_library_is_told(monkeypatch, reason, words):
    def absent(name):
        raise reason

    monkeypatch.setattr(computer_microphone, "importlib", SimpleNamespace(import_module=absent))
    err = io.StringIO()
    assert cli.main(["listen"], stderr=err) == 4
    assert words in err.getvalue() and err.getvalue().count("\n") == 1


def test_unplugged_in_the_middle_ends_in_words(monkeypatch):
    monkeypatch.setattr(computer_microphone, "SILENT_FOR_S", 0.3)
    monkeypatch.setattr(computer_microphone, "library", lambda: FakeSound(cut(room(4.0))))
    out = io.StringIO()
    with pytest.raises(UserError, match="was it unplugged"):
        listen.listen(Options(), out)
    assert "Silence here proves nothing" in out.getvalue()


def test_too_slow_a_computer_is_counted_not_hidden():
    microphone = ComputerMicrophone(sound=FakeSound())
    for _ in range(computer_microphone.WAITING_PIECES + 3):
        microphone._take(np.zeros((8, 1), np.float32), 8, None, None)
    assert microphone.lost == 24


def test_what_was_lost_is_told(monkeypatch):
    monkeypatch.setattr(computer_microphone, "WAITING_PIECES", 8)  # and the source is in a hurry
    monkeypatch.setattr(computer_microphone, "SILENT_FOR_S", 0.3)
    monkeypatch.setattr(computer_microphone, "library", lambda: FakeSound(cut(room(8.0))))
    out = io.StringIO()
    with pytest.raises(UserError):
        listen.listen(Options(), out)
    assert "s of sound were lost" in out.getvalue()


def test_the_meter_tells_level_floor_and_place_of_a_tone():
    loudness = Loudness()
    for piece in cut(room(3.0)):
        loudness.add(piece)
    assert abs(loudness.dbfs + 66) < 2 and abs(loudness.floor_dbfs + 67) < 3
    for piece in cut(room(4.0)[3 * RATE_HZ : 3 * RATE_HZ + 8192]):
        loudness.add(piece)
    picture = loudness.picture()
    peak = int(np.argmax([ord(char) if char != " " else 0 for char in picture]))
    assert len(picture) == BANDS and abs(peak - (1500 - 600) / 4400 * BANDS) < 1.5
    assert loudness.floor_dbfs < -60  # a tone is no floor


@pytest.mark.parametrize(("value", "words"), [(0.0, "only zeros"), (1.0, "too loud")])
def test_a_dead_or_clipping_microphone_is_told(value, words):
    loudness = Loudness()
    for _ in range(70):
        loudness.add(np.full(1024, value, np.float32))
    assert words in loudness.warning


@pytest.mark.parametrize("options", [["--seconds", "0"], ["--source", "absent.wav"],
                                     ["--profile", "absent.json"]])  # fmt: skip
def test_bad_options_are_one_line(options):
    err = io.StringIO()
    assert cli.main(["listen", *options], stderr=err) == 2
    assert err.getvalue().count("\n") == 1
