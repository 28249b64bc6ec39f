# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The thin layer over PyAV (FFmpeg): one audio stream in, float32 frames and 16 kHz parts out.

In: a path that `audio` has found to be a readable, regular file. Out: `Stream.frames()` yields
float32 arrays (channels, n) at the file's own rate; `Resampler` turns a mono signal into 16 kHz.
FFmpeg's errors leave as `UserError`. The file is handed over as an open file object and the
demuxers are limited to sound formats: a playlist cannot make FFmpeg open anything else.
"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.filter import Graph

from host_tools.errors import UserError

RATE_HZ = 16_000

# Demuxer names of FFmpeg. "mov" is M4A, "matroska" what browsers record.
DEMUXERS = "wav,w64,flac,ogg,mp3,mov,aac,aiff,caf,g722,matroska"
# Formats whose header states the length, so that a shorter content means a cut-off file.
STATES_LENGTH = ("wav", "w64", "flac", "mov", "aiff", "caf")
FORMATS = "WAV, FLAC, OGG, MP3, M4A, AIFF or G.722"

# A few broken packets at the joints of an MP3 are usual; more means a damaged file.
MAX_DAMAGED_PACKETS = 3
# What a recorder writes in place of the length while it streams ("until the end").
WAV_OPEN_LENGTH = 0x7FFF_0000

SCALE = {"u8": 1 / 128, "s16": 1 / 32768, "s32": 1 / 2**31, "s64": 1 / 2**63, "flt": 1, "dbl": 1}


class Stream:
    """The first audio stream of an open container."""

    def __init__(self, container, stream, path: Path) -> None:
        self._container, self._stream, self._path = container, stream, path
        self.kind: str = container.format.name.split(",")[0]
        self.rate_hz: int = stream.rate or 0
        self.channels: int = stream.channels or 0
        self.damaged_packets = 0
        self.declared_s = _declared_s(container, stream, self.kind, path)

    def frames(self) -> Iterator[np.ndarray]:
        """float32 (channels, n) pieces of the file's own length and rate."""
        for packet in self._container.demux(self._stream):
            try:
                decoded = packet.decode()
            except av.FFmpegError as error:
                self.damaged_packets += 1
                if self.kind != "mp3" or self.damaged_packets > MAX_DAMAGED_PACKETS:
                    raise UserError(
                        f"{self._path.name}: damaged or cut off in the middle: "
                        "copy it again from where it was recorded"
                    ) from error
                continue
            for frame in decoded:
                if frame.sample_rate != self.rate_hz or frame.layout.nb_channels != self.channels:
                    raise UserError(
                        f"{self._path.name}: changes its rate or channels in the middle: "
                        "save it again as one WAV file"
                    )
                yield _as_float(frame, self.channels)


@contextmanager
def open_stream(path: Path) -> Iterator[Stream]:
    """Open a recording's first audio stream, or raise `UserError`."""
    # Raw G.722 has no header, so nothing but the name can tell it.
    forced = "g722" if path.suffix.lower() == ".g722" else None
    with _open_file(path) as file:
        try:
            options = {"format_whitelist": DEMUXERS}
            container = av.open(file, format=forced, options=options, metadata_errors="replace")
        except (av.FFmpegError, ValueError) as error:
            raise UserError(_not_audio(path)) from error
        with container:
            if not container.streams.audio:
                raise UserError(f"{path.name}: there is no sound in this file: give a recording")
            try:
                stream = Stream(container, container.streams.audio[0], path)
            except av.FFmpegError as error:
                raise UserError(_not_audio(path)) from error
            if not stream.rate_hz or not stream.channels:
                raise UserError(_not_audio(path))
            try:
                yield stream
            except av.FFmpegError as error:
                raise UserError(
                    f"{path.name}: damaged ({error.strerror}): copy it again from its recorder"
                ) from error


def _open_file(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}): check its rights") from error


def _not_audio(path: Path) -> str:
    return f"{path.name}: not a recording that can be read here: convert it to {FORMATS}"


def _as_float(frame, channels: int) -> np.ndarray:
    """A decoded frame as float32 (channels, n), full scale = 1."""
    samples = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, channels).T
    kind = frame.format.name.removesuffix("p")
    if kind == "u8":
        samples = samples.astype(np.float32) - 128
    return samples.astype(np.float32) * np.float32(SCALE[kind])


def _declared_s(container, stream, kind: str, path: Path) -> float | None:
    """The length the file's header promises, or None where it only guesses."""
    if kind == "ogg" and not _ends_on_ogg_page(path):
        return float("inf")
    if kind == "wav":
        return _wav_declared_s(path, stream)
    if kind == "mp3":
        with path.open("rb") as file:
            head = file.read(1 << 16)
        if b"Xing" not in head and b"Info" not in head:
            return None  # FFmpeg then guesses from the bit rate
    elif kind not in STATES_LENGTH:
        return None
    if stream.duration:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def _wav_declared_s(path: Path, stream) -> float | None:
    """Length from the data chunk's own size (FFmpeg trims that to what the file holds)."""
    with path.open("rb") as file:
        if file.read(4) != b"RIFF":
            return None
        file.seek(12)
        bytes_per_second = 0
        while len(head := file.read(8)) == 8:
            tag, size = struct.unpack("<4sI", head)
            if tag == b"fmt " and size >= 12:
                bytes_per_second = struct.unpack_from("<I", file.read(12), 8)[0]
                size -= 12
            elif tag == b"data":
                known = 0 < size < WAV_OPEN_LENGTH and bytes_per_second
                return size / bytes_per_second if known else None
            file.seek(size + size % 2, 1)
    return None


def _ends_on_ogg_page(path: Path) -> bool:
    """True if the last Ogg page is whole: a copy that stopped half-way ends inside one."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = max(0, size - (1 << 17))
        file.seek(start)
        tail = file.read()
    at = tail.rfind(b"OggS")
    if at < 0 or at + 27 > len(tail):
        return False
    table = tail[at + 27 : at + 27 + tail[at + 26]]
    return at + 27 + tail[at + 26] + sum(table) <= len(tail)


class Resampler:
    """Streams mono float32 from any rate to 16 kHz (libswresample polyphase, 128 taps a phase).

    Flat within 0.1 dB to 7 kHz, images and aliases below -95 dB. Delay is compensated.
    """

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._graph: Graph | None = None
        self._pts = 0
        if rate_hz != RATE_HZ:
            graph = Graph()
            source = graph.add_abuffer(sample_rate=rate_hz, format="flt", layout="mono")
            resample = graph.add("aresample", f"{RATE_HZ}:filter_size=128:cutoff=0.95")
            shape = graph.add("aformat", "sample_fmts=flt:channel_layouts=mono")
            sink = graph.add("abuffersink")
            source.link_to(resample)
            resample.link_to(shape)
            shape.link_to(sink)
            graph.configure()
            self._graph = graph

    def push(self, samples: np.ndarray) -> Iterator[np.ndarray]:
        """Parts at 16 kHz that became ready."""
        if self._graph is None:
            yield samples
            return
        row = np.ascontiguousarray(samples, dtype=np.float32)[None]
        frame = av.AudioFrame.from_ndarray(row, format="flt", layout="mono")
        frame.sample_rate = self._rate_hz
        frame.pts = self._pts
        self._pts += row.shape[1]
        self._graph.push(frame)
        yield from self._drain()

    def finish(self) -> Iterator[np.ndarray]:
        """The parts still inside the filter."""
        if self._graph is not None:
            self._graph.push(None)
            yield from self._drain()

    def _drain(self) -> Iterator[np.ndarray]:
        assert self._graph is not None
        while True:
            try:
                yield self._graph.pull().to_ndarray()[0]
            except (av.BlockingIOError, av.EOFError):
                return
