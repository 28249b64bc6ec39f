# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Every format a family may have, at every usual rate, and every way a file can be bad."""

import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from host_tools import audio
from host_tools.errors import UserError
from tests.host.audio_files import encode, tone, wav

CLIPS = Path(__file__).resolve().parents[3] / "shared" / "audio" / "clips"


def level(samples: np.ndarray, hz: float) -> float:
    """Amplitude of a tone in the middle of a signal."""
    middle = samples[2000:-2000].astype(float)
    turn = np.exp(-2j * np.pi * hz * np.arange(len(middle)) / 16000)
    window = np.hanning(len(middle))
    return float(abs((middle * window) @ turn) * 2 / window.sum())


@pytest.mark.parametrize(
    ("bits", "kind"),
    [(8, "int"), (16, "int"), (24, "int"), (32, "int"), (32, "float"), (64, "float"),
     (16, "extensible"), (24, "extensible")],
)  # fmt: skip
def test_wav_of_every_width_keeps_its_samples(tmp_path, bits, kind):
    signal = tone(1000, 1.5, 16000)
    samples = audio.load(wav(tmp_path / "a.wav", signal, 16000, bits, kind))
    assert samples.dtype == np.float32
    assert len(samples) == len(signal)
    assert np.max(np.abs(samples - signal)) < 1.5 / 2 ** min(bits - 1, 22)


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".ogg", ".mp3", ".m4a", ".aiff"])
@pytest.mark.parametrize("rate_hz", [16000, 44100])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_format_keeps_level_and_length(tmp_path, suffix, rate_hz, channels):
    if suffix == ".ogg":
        channels = 2  # all that FFmpeg's own Vorbis encoder can
    signal = np.stack([tone(1500, 3, rate_hz)] * channels)
    path = encode(tmp_path / f"a{suffix}", signal, rate_hz)
    info = audio.inspect(path)
    samples = audio.load(path, info)
    assert (info.rate_hz, info.channels) == (rate_hz, channels)
    assert abs(len(samples) / 16000 - 3) < 0.15  # lossy encoders pad
    # LAME itself lowers everything to 95 %.
    expected = 0.475 if suffix == ".mp3" else 0.5
    assert level(samples, 1500) == pytest.approx(expected, rel=0.02)


RATES_HZ = (8000, 11025, 22050, 32000, 44100, 48000, 96000, 192000)


@pytest.mark.parametrize(
    ("rate_hz", "hz"),
    [(rate, hz) for rate in RATES_HZ for hz in (600, 3500, 5000) if hz < 0.45 * rate],
)
def test_resampling_loses_no_level(tmp_path, rate_hz, hz):
    samples = audio.load(wav(tmp_path / "a.wav", tone(hz, 2, rate_hz), rate_hz, 24))
    assert len(samples) == pytest.approx(32000, abs=2)
    assert 20 * np.log10(level(samples, hz) / 0.5) == pytest.approx(0, abs=0.1)


def test_resampling_keeps_time_and_rejects_what_is_above(tmp_path):
    rate_hz = 48000
    click = np.zeros(2 * rate_hz)
    click[rate_hz] = 0.9
    samples = audio.load(wav(tmp_path / "click.wav", click, rate_hz, 24))
    assert abs(int(np.argmax(samples)) - 16000) <= 1
    samples = audio.load(wav(tmp_path / "high.wav", tone(9500, 2, rate_hz), rate_hz, 24))
    assert np.max(np.abs(samples[2000:-2000])) < 10 ** (-80 / 20)


def test_g722_is_known_by_its_name(tmp_path):
    path = encode(tmp_path / "a.g722", tone(1500, 2, 16000), 16000, "g722", "s16")
    samples = audio.load(path)
    assert abs(len(samples) - 32000) < 400
    assert level(samples, 1500) == pytest.approx(0.5, rel=0.05)


def test_a_voice_message_is_opus(tmp_path):
    samples = audio.load(encode(tmp_path / "a.opus", tone(1500, 3, 48000), 48000))
    assert level(samples, 1500) == pytest.approx(0.5, rel=0.05)


def test_channels_are_averaged_but_no_level_is_lost_to_a_bad_one(tmp_path):
    signal = tone(1000, 2, 16000)
    other = tone(1300, 2, 16000)
    both = audio.load(wav(tmp_path / "both.wav", np.stack([signal, other]), 16000, 16))
    assert level(both, 1000) == pytest.approx(0.25, rel=0.01)
    dead = wav(tmp_path / "dead.wav", np.stack([0 * signal, signal]), 16000, 16)
    assert level(audio.load(dead), 1000) == pytest.approx(0.5, rel=0.01)
    assert "channel 1 is silent" in audio.inspect(dead).notes[0]
    flipped = wav(tmp_path / "flipped.wav", np.stack([signal, -0.99 * signal]), 16000, 16)
    assert level(audio.load(flipped), 1000) == pytest.approx(0.5, rel=0.01)
    assert "cancel" in audio.inspect(flipped).notes[0]
    six = np.stack([signal] * 5 + [0 * signal])
    assert level(audio.load(encode(tmp_path / "six.flac", six, 16000)), 1000) == pytest.approx(
        0.5, rel=0.01
    )


def test_notes_tell_what_a_recording_cannot_show(tmp_path):
    telephone = audio.inspect(wav(tmp_path / "a.wav", tone(1000, 2, 8000), 8000, 16))
    assert "nothing above 4 kHz" in telephone.notes[0]
    muted = audio.inspect(wav(tmp_path / "b.wav", np.zeros(32000), 16000, 16))
    assert "every sample is zero" in muted.notes[0]
    assert audio.inspect(wav(tmp_path / "c.wav", tone(1000, 2, 16000), 16000, 16)).notes == ()


def test_blocks_have_the_asked_length_and_join_to_the_whole(tmp_path):
    path = wav(tmp_path / "a.wav", np.random.default_rng(1).uniform(-1, 1, 100_001), 44100, 16)
    parts = list(audio.blocks(path, 256))
    assert {len(part) for part in parts[:-1]} == {256}
    assert 0 < len(parts[-1]) <= 256
    assert np.array_equal(np.concatenate(parts), audio.load(path))


def test_100_mb_are_streamed(tmp_path):
    second = (tone(1000, 1, 48000) * 2**23).astype("<i4")
    path = wav(tmp_path / "long.wav", np.zeros((2, 48000)), 48000, 32)
    header = bytearray(path.read_bytes()[:44])
    header[40:44] = (100 * 48000 * 8 * 3).to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(header)
        for _ in range(300):
            file.write(np.repeat(second, 2).tobytes())
    assert path.stat().st_size > 100e6
    tracemalloc.start()
    count = sum(len(part) for part in audio.blocks(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 300 * 16000
    assert peak < 20e6


def test_a_wav_of_unknown_length_is_played_to_its_end(tmp_path):
    path = wav(tmp_path / "a.wav", tone(1000, 2, 16000), 16000, 16)
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    assert audio.inspect(path).seconds == pytest.approx(2)


def test_slots_are_24_bits_left_justified_and_saturate():
    slots = audio.to_slots(np.array([0, 1 / 2**23, 0.5, 1.5, -1.5], dtype=np.float32))
    assert slots.dtype == np.int32
    assert slots.tolist() == [0, 256, 1 << 30, 0x7FFFFF00, -(1 << 31)]


def _cut(path: Path, share: float) -> Path:
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return path


BAD = {
    "missing": (lambda d: d / "none.wav", "no such file"),
    "directory": (lambda d: d, "is a directory"),
    "pipe": (lambda d: (os.mkfifo(d / "p.wav"), d / "p.wav")[1], "not a regular file"),
    "empty": (lambda d: _write(d / "a.wav", b""), "is empty"),
    "text": (lambda d: _write(d / "a.wav", b"Dear pump clinic,\n" * 500), "not a recording"),
    "noise": (lambda d: _write(d / "a.mp3", np.random.default_rng(3).bytes(200_000)), ""),
    "playlist": (lambda d: _write(d / "a.m3u8", b"#EXTM3U\n#EXTINF:9,\n/etc/hosts\n"), "not a r"),
    "picture": (lambda d: _picture(d / "a.png"), ""),
    "header only": (lambda d: _cut_to(wav(d / "a.wav", tone(1, 2, 16000), 16000, 16), 44), ""),
    "low rate": (lambda d: wav(d / "a.wav", tone(500, 3, 6000), 6000, 16), "6000 Hz, too low"),
    "short": (lambda d: wav(d / "a.wav", tone(500, 0.9, 16000), 16000, 16), "only 0.90 s"),
    "NaN": (lambda d: _with(d, np.nan), "NaN or infinity"),
    "infinity": (lambda d: _with(d, np.inf), "NaN or infinity"),
    "cut wav": (lambda d: _cut(wav(d / "a.wav", tone(9, 5, 16000), 16000, 16), 0.5), "cut off"),
    "cut flac": (lambda d: _cut(encode(d / "a.flac", _hiss(), 16000), 0.5), "cut off"),
    "cut ogg": (lambda d: _cut(encode(d / "a.ogg", [_hiss()] * 2, 16000), 0.5), "cut off"),
    "cut mp3": (lambda d: _cut(encode(d / "a.mp3", _hiss(), 16000), 0.5), "cut off"),
    "cut m4a": (lambda d: _cut(encode(d / "a.m4a", _hiss(), 16000), 0.5), "not a recording"),
    "film without sound": (lambda d: _film(d / "a.mp4"), "no sound"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_one_line_with_a_way_out(tmp_path, name):
    make, expected = BAD[name]
    path = make(tmp_path)
    with pytest.raises(UserError) as caught:
        audio.inspect(path)
    line = str(caught.value)
    assert expected in line
    assert caught.value.exit_code == 2
    assert "\n" not in line and ": " in line and len(line) < 160 + len(str(path))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_rights_is_named(tmp_path):
    path = wav(tmp_path / "a.wav", tone(500, 2, 16000), 16000, 16)
    path.chmod(0)
    with pytest.raises(UserError, match="cannot be read"):
        audio.inspect(path)


@pytest.mark.skipif(not CLIPS.is_dir(), reason="SKIP: the shared recordings are not here")
def test_shared_recordings_are_all_readable():
    clips = sorted(CLIPS.glob("*.flac"))
    for clip in clips[::10]:
        info = audio.inspect(clip, min_s=0)
        assert info.rate_hz == 16000 and 0 < info.peak <= 1


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _cut_to(path: Path, size: int) -> Path:
    return _write(path, path.read_bytes()[:size])


def _with(folder: Path, value: float) -> Path:
    signal = tone(500, 3, 16000)
    signal[20000] = value
    return wav(folder / "a.wav", signal, 16000, 32, "float")


def _hiss() -> np.ndarray:
    return np.random.default_rng(2).uniform(-0.5, 0.5, 20 * 16000)


def _picture(path: Path) -> Path:
    import struct
    import zlib

    def chunk(tag: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))

    body = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0))
    body += chunk(b"IDAT", zlib.compress(b"\0" * 72)) + chunk(b"IEND", b"")
    return _write(path, b"\x89PNG\r\n\x1a\n" + body)


def _film(path: Path) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(20):
            container.mux(stream.encode(av.VideoFrame(64, 64, "yuv420p")))
        container.mux(stream.encode(None))
    return path
