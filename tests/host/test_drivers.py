# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Drivers against mocked hardware: which calls reach the chip, and which must not."""

import board
import pytest

from drivers import microphone, sounder
from drivers.backup_sounder import BackupSounder
from drivers.heartbeat import Heartbeat
from drivers.lamps import Lamps
from drivers.relay import Relay
from drivers.supply import Supply


def test_microphone_asks_for_what_the_chip_needs(mocker):
    machine = mocker.Mock()
    microphone.factory(machine, board)()
    args, kwargs = machine.I2S.call_args
    assert args == (board.I2S_ID,)
    assert kwargs["rate"] == 16000 and kwargs["bits"] == 32
    assert kwargs["mode"] is machine.I2S.RX and kwargs["format"] is machine.I2S.MONO
    assert kwargs["ibuf"] == board.I2S_IBUF_BYTES
    assert [call.args[0] for call in machine.Pin.call_args_list] == [
        board.PINS["mic_sck"],
        board.PINS["mic_ws"],
        board.PINS["mic_sd"],
    ]


def test_microphone_releases_its_dma_and_can_start_again(mocker):
    factory = mocker.Mock(side_effect=lambda: mocker.Mock())
    mic = microphone.Microphone(factory)
    assert mic.readinto(bytearray(4)) == 0  # stopped: no data, no error
    mic.start()
    mic.start()
    assert factory.call_count == 1
    first = mic._i2s
    mic.stop()
    mic.stop()
    first.deinit.assert_called_once_with()
    assert not mic.running
    mic.start()
    assert factory.call_count == 2 and mic.settling == microphone.SETTLE_BLOCKS


def test_settling_covers_the_microphone_s_start_up():
    # 2**18 clocks at 64 a frame and 16 kHz
    assert microphone.SETTLE_BLOCKS * 16 > 2**18 / (64 * 16000) * 1000 + 30


def test_sounder_is_never_above_a_quarter_and_silent_at_first(mocker):
    pwm = mocker.Mock()
    out = sounder.Sounder(pwm)
    pwm.duty_u16.assert_called_once_with(0)
    for step in range(-1, 9):
        out.on(step)
        out.off()
    duties = [call.args[0] for call in pwm.duty_u16.call_args_list]
    assert max(duties) == 16384 and duties[-1] == 0
    pwm.freq.assert_not_called()


def test_sounder_sets_the_frequency_only_when_it_changes(mocker):
    pwm = mocker.Mock()
    out = sounder.Sounder(pwm)
    out.on(4, sounder.TECHNICAL_HZ)
    out.on(4, sounder.TECHNICAL_HZ)
    out.on(4)
    assert [call.args[0] for call in pwm.freq.call_args_list] == [330, 520]


@pytest.mark.parametrize("hz", [sounder.FUNDAMENTAL_HZ, sounder.TECHNICAL_HZ])
def test_full_pulse_has_the_harmonics_the_standard_asks_for(hz):
    """At least four components between 300 and 4000 Hz within 15 dB of the fundamental."""
    from math import log10, pi, sin

    duty = sounder.DUTY_STEPS[-1] / 65536
    first = abs(sin(pi * duty))
    near = [
        k
        for k in range(1, 4000 // hz + 1)
        if hz * k >= 300
        and abs(sin(pi * duty * k)) > 1e-9
        and 20 * log10(abs(sin(pi * duty * k)) / k / first) >= -15
    ]
    assert len(near) >= 4
    assert 150 <= hz <= 1000


def test_lamps_and_relay_write_only_changes(mocker):
    pins = [mocker.Mock() for _ in range(5)]
    lamps = Lamps(*pins[:4])
    relay = Relay(pins[4])
    for pin in pins:
        pin.value.assert_called_once_with(0)
    for _ in range(3):
        lamps.set_red(1)
        relay.set_healthy(True)
    assert pins[0].value.call_count == 2 and pins[4].value.call_count == 2
    pins[1].value.assert_called_once_with(0)


def test_backup_and_heartbeat(mocker):
    pin = mocker.Mock()
    backup = BackupSounder(pin)
    backup.set(True)
    backup.set(True)
    backup.set(False)
    assert [call.args[0] for call in pin.value.call_args_list] == [0, 1, 0]
    pin = mocker.Mock()
    beat = Heartbeat(pin)
    for _ in range(4):
        beat.edge()
    assert [call.args[0] for call in pin.value.call_args_list] == [0, 1, 0, 1, 0]


def test_supply_in_millivolts(mocker):
    adc = mocker.Mock()
    supply = Supply(adc, board.SUPPLY_FULL_SCALE_MV)
    for raw, millivolts in ((0, 0), (32768, 4950), (65535, 9899)):
        adc.read_u16.return_value = raw
        assert supply.read_mv() == millivolts
