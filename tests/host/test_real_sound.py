# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`listen` and `walk-test --play` through the real PortAudio, with a sound card made of software.

PulseAudio's null sink is the loudspeaker, its monitor the microphone: what one plays the other
hears. Without PortAudio, PulseAudio or its ALSA plugin the tests are skipped by name.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from host_tools import runtimes
from tests.host.audio_files import wav

RATE_HZ = 16000
ASOUNDRC = "pcm.!default { type pulse }\nctl.!default { type pulse }\n"
SERVER = [
    "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
    "-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=room rate=48000",
]  # fmt: skip
PROBE = "import sounddevice as s; s.query_devices(kind='input'); s.query_devices(kind='output')"


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """(environment, server) of a computer whose loudspeaker and microphone are one pipe."""
    missing = [name for name in ("pulseaudio", "paplay") if not shutil.which(name)]
    if missing:
        pytest.skip(f"no {' and no '.join(missing)}: no sound card made of software")
    home = tmp_path_factory.mktemp("home")
    (home / ".asoundrc").write_text(ASOUNDRC)
    (home / "run").mkdir(mode=0o700)
    env = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home / "run")}
    server = subprocess.Popen(SERVER, env=env, stderr=subprocess.DEVNULL)
    try:
        for _ in range(50):
            probe = subprocess.run([sys.executable, "-c", PROBE], env=env, capture_output=True)
            if probe.returncode == 0:
                break
            if server.poll() is not None or b"PortAudio library not found" in probe.stderr:
                pytest.skip("no PortAudio, or PulseAudio does not run here")
            time.sleep(0.2)
        else:
            pytest.skip("PortAudio does not see PulseAudio (no ALSA plugin for it)")
        yield env, server
    finally:
        server.kill()
        server.wait()


def command(env: dict, *args: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "host_tools.cli", *args], env=env, cwd=runtimes.ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip


def test_it_hears_what_is_played_until_ctrl_c(room, tmp_path):
    env, _ = room
    rng = np.random.default_rng(3)
    sound = rng.standard_normal(6 * RATE_HZ) * 5e-4
    sound[2 * RATE_HZ : 3 * RATE_HZ] += 0.02 * np.sin(
        2 * np.pi * 1500 * np.arange(RATE_HZ) / RATE_HZ
    )
    file = wav(tmp_path / "chime.wav", sound, RATE_HZ, 16)
    process = command(env, "listen", "--json")
    assert process.stdout
    process.stdout.readline()  # the first level: it listens
    subprocess.run(["paplay", str(file)], env=env, check=True, timeout=60)
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    found = [json.loads(row) for row in out.splitlines()]
    chimes = [one for one in found if one["event"] == "finding" and one["kind"] == "chime"]
    assert len(chimes) == 1 and abs(chimes[0]["hz"][0] - 1500) < 10
    assert process.returncode == 130 and err == "chimewatch: interrupted\n"


def test_the_walk_test_plays_without_holes(room):
    env, _ = room
    process = command(env, "walk-test", "--play")
    listener = command(env, "listen", "--json", "--seconds", "12")
    out, err = listener.communicate(timeout=60)
    os.killpg(process.pid, signal.SIGINT)
    said, error = process.communicate(timeout=30)
    levels = [json.loads(row) for row in out.splitlines() if '"level"' in row]
    assert listener.returncode == 0, err
    assert max(one["dbfs"] for one in levels) > -12  # the first, loudest sound
    assert "sound 1 of 12" in said and process.returncode == 130 and "interrupted" in error


def test_a_sound_card_that_goes_away_ends_in_words(room):
    env, server = room
    process = command(env, "listen", "--json")
    assert process.stdout
    process.stdout.readline()
    server.kill()  # the last test: it is gone for good
    _, err = process.communicate(timeout=60)
    last = err.strip().splitlines()[-1]
    assert process.returncode == 4 and "was it unplugged" in last
    assert "Traceback" not in err
