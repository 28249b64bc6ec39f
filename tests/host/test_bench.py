# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The bench's timed part and its table; what is counted takes minutes: `make bench`."""

import numpy as np
import pytest

from host_tools import bench, bench_host, bench_table, runtimes


@pytest.mark.skipif(runtimes.find("x86-64") is None, reason="SKIP: no MicroPython for x86-64")
def test_what_goes_side_by_side_on_this_computer(tmp_path, capsys):
    sound = tmp_path / "sound.raw"
    (np.random.default_rng(1).standard_normal(40 * 256) * 750).astype("<i4").tofile(sound)
    timed = bench_host.timed(sound, bench.run_device)
    for word in ("the listener, MicroPython x86-64", "plain Goertzel", "NumPy", "SciPy"):
        assert any(word in name for name in timed), (word, timed)
    (every,) = (times for name, times in timed.items() if "all 564 bins" in name)
    one = timed["a plain Goertzel loop, MicroPython x86-64, one tone"]
    assert every == pytest.approx(one / (2 * 564))  # of frames that overlap by half
    profiles = bench_host.profiles()
    assert list(profiles) == [1, 10]
    row = {"stage": "all", "instructions": 1, "viper_cycles": 2, "board_cycles": 1}
    bench_table.show({
        "sound": "a quiet room",
        "counted": {"rows": [row], "finders": {}, "cycles_an_interpreter_instruction": 2.0,
                    "viper_goertzel_cycles": 20},
        "memory": {"code": 1, "buffers": 1, "of_that_machine_code": 1, "in_blocks": 9,
                   "grown_by": 0},
        "timed": timed,
        "profiles_us_a_frame": profiles,
    })  # fmt: skip
    out = capsys.readouterr().out
    assert " 1 learned profiles" in out and "10 learned profiles" in out and "one tone" in out
