# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Writes sound files of every format for the tests: numpy samples in, a file out."""

import struct
from pathlib import Path

import av
import numpy as np

# suffix -> (codec, sample format). Lossy ones are compared by level, not by sample.
CODECS = {
    ".wav": ("pcm_s16le", "s16"),
    ".flac": ("flac", "s16"),
    ".ogg": ("vorbis", "fltp"),
    ".mp3": ("libmp3lame", "fltp"),
    ".m4a": ("aac", "fltp"),
    ".aiff": ("pcm_s16be", "s16"),
    ".opus": ("libopus", "flt"),
}


def tone(hz: float, seconds: float, rate_hz: int, amplitude: float = 0.5) -> np.ndarray:
    return amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)


def encode(path: Path, channels: np.ndarray, rate_hz: int, codec: str = "", fmt: str = "") -> Path:
    """Write float (channels, n) in [-1, 1] through FFmpeg's own encoders."""
    channels = np.atleast_2d(channels)
    known = CODECS.get(path.suffix, ("", ""))
    codec, fmt = codec or known[0], fmt or known[1]
    layout = {1: "mono", 2: "stereo", 3: "2.1", 6: "5.1"}[len(channels)]
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate_hz, layout=layout)
        stream.codec_context.format = fmt
        stream.codec_context.options = {"strict": "experimental"}  # FFmpeg's own Vorbis
        if codec in ("libmp3lame", "aac", "vorbis"):
            stream.codec_context.bit_rate = 64_000 * len(channels)
        resampler = av.AudioResampler(format=fmt, layout=layout, rate=rate_hz)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(channels, dtype=np.float32), format="fltp", layout=layout
        )
        frame.sample_rate = rate_hz
        step = stream.codec_context.frame_size or 4096
        fifo = av.AudioFifo()
        for part in resampler.resample(frame) + resampler.resample(None):
            part.pts = None
            fifo.write(part)
        while (part := fifo.read(step, partial=True)) is not None:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return path


def wav(path: Path, channels: np.ndarray, rate_hz: int, bits: int, kind: str = "int") -> Path:
    """Write a WAV byte by byte: kind "int", "float" or "extensible" (integer samples)."""
    channels = np.atleast_2d(channels)
    count = len(channels)
    samples = channels.T.ravel()
    if kind == "float":
        body = samples.astype({32: "<f4", 64: "<f8"}[bits]).tobytes()
    elif bits == 8:
        body = (np.rint(samples * 127) + 128).astype("u1").tobytes()
    else:
        codes = np.rint(samples * (2 ** (bits - 1) - 1)).astype("<i8")
        body = codes.view("u1").reshape(-1, 8)[:, : bits // 8].tobytes()
    tag = {"int": 1, "float": 3, "extensible": 0xFFFE}[kind]
    width = count * bits // 8
    fmt = struct.pack("<HHIIHH", tag, count, rate_hz, rate_hz * width, width, bits)
    if kind == "extensible":
        guid = struct.pack("<H", 1) + bytes.fromhex("000000001000800000aa00389b71")
        fmt += struct.pack("<HHI", 22, bits, (1 << count) - 1) + guid
    chunks = struct.pack("<4sI", b"fmt ", len(fmt)) + fmt
    chunks += struct.pack("<4sI", b"data", len(body)) + body
    path.write_bytes(struct.pack("<4sI4s", b"RIFF", 4 + len(chunks), b"WAVE") + chunks)
    return path
