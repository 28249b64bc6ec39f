# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What the simulated board tells of its outputs, and what the outside world does to its inputs."""

import pytest

from tests.host.simulated import each_runtime, play, silence


def without_t(events):
    return [{key: event[key] for key in event if key not in ("t", "ev")} for event in events]


@each_runtime()
def test_lamp_relay_sounder_and_backup_are_told_by_name(tmp_path, arch):
    source = """
red = Pin(10, Pin.OUT, value=0)
relay = Pin(9, Pin.OUT, value=1)
backup = Pin(13, Pin.OUT)
sounder = PWM(Pin(15), freq=520, duty_u16=0)
mic = start()
for i in range(4):
    mic.readinto(block)
    red.toggle()
    sounder.duty_u16(16384 if i == 1 else 0)
red.value(0)
red.value(0)
relay.off()
backup.on()
sounder.deinit()
"""
    played = play(tmp_path, source, silence(1), arch)
    lamps = [(round(event["t"] * 1000), event["lamp"], event["value"]) for event in played["lamp"]]
    assert lamps == [(0, "red", 0), (16, "red", 1), (32, "red", 0), (48, "red", 1), (64, "red", 0)]
    assert without_t(played["relay"]) == [{"value": 1}, {"value": 0}]
    assert without_t(played["backup"]) == [{"value": 0}, {"value": 1}]
    sounds = [(round(event["t"] * 1000), event["hz"], event["duty"]) for event in played["sounder"]]
    assert sounds == [(32, 520, 16384), (48, 0, 0)]


def test_the_heartbeat_is_told_only_when_it_starts_and_stops(tmp_path):
    source = """
beat = Pin(8, Pin.OUT)
mic = start()
for i in range(300):
    mic.readinto(block)
    if i < 100 or i > 280:
        beat.toggle()
"""
    played = play(tmp_path, source, silence(6))
    pulses = [(round(event["t"], 1), event["pulses"]) for event in played["pin"]]
    assert pulses == [(0.0, 1), (3.6, 0), (4.5, 1)]
    assert played.result.totals == {"heartbeat_edges": 119}


@each_runtime("x86-64", "i386", "cpython")
def test_button_levels_and_interrupts_at_their_time(tmp_path, arch):
    source = """
seen = []
button = Pin(14, Pin.IN, Pin.PULL_UP)
button.irq(lambda pin: seen.append((pin.value(), time.ticks_ms())), Pin.IRQ_FALLING)
mic = start()
changes = [button.value()]
for i in range(180):
    mic.readinto(block)
    if button.value() != changes[-1]:
        changes.append(button.value())
tell(changes, seen, ADC(28).read_u16())
"""
    inputs = [
        {"t": 2.1, "pin": "button", "value": 1},
        {"t": 1.0, "pin": "button", "value": 0},
        {"t": 0.5, "adc": "supply", "value": 50000},
    ]
    played = play(tmp_path, source, silence(3), arch, inputs=inputs)
    assert played.told == [[[1, 0, 1], [[0, 1008]], 50000]]
    assert [event["input"] for event in played["input"]] == ["supply", "button", "button"]


def test_a_button_held_at_boot_and_across_a_reset(tmp_path):
    source = """
button = Pin(14, Pin.IN, Pin.PULL_UP)
tell(button.value())
if machine.reset_cause() == 1:
    time.sleep(2)
    machine.reset()
"""
    held = [{"t": 0, "pin": "button", "value": 0}]
    assert play(tmp_path, source, silence(5), inputs=held).told == [[0], [0]]
    later = [{"t": 1, "pin": "button", "value": 0}]
    assert play(tmp_path, source, silence(5), inputs=later).told == [[1], [0]]


@each_runtime()
def test_the_microphone_hears_the_sounder(tmp_path, arch):
    source = """
def rms():
    total = 0
    for i in range(20):
        mic.readinto(block)
        total += sum([(x >> 8) * (x >> 8) for x in block])
    return int((total // 5120) ** 0.5)


mic = start()
for i in range(20):
    mic.readinto(block)
sounder = PWM(Pin(15), freq=520, duty_u16=16384)
loud = rms()
sounder.duty_u16(1638)
soft = rms()
sounder.duty_u16(0)
tell(loud, soft, rms())
"""
    played = play(tmp_path, source, silence(2), arch)
    loud, soft, off = played.told[0]
    # -45 dBFS of a sine with 2**23 amplitude.
    assert loud == pytest.approx(2**23 * 10 ** (-45 / 20) / 2**0.5, rel=0.05)
    assert 0 < soft < loud / 2 and off == 0
    deaf = play(tmp_path, source, silence(2), arch, faults=[{"t": 0, "fault": "sounder_dead"}])
    assert deaf.told == [[0, 0, 0]]
    assert deaf["sounder"]  # driven all the same


@each_runtime("x86-64", "i386", "cpython")
def test_mixing_saturates(tmp_path, arch):
    import numpy as np

    source = """
mic = start()
PWM(Pin(15), freq=520, duty_u16=16384)
high = low = 0
for i in range(40):
    mic.readinto(block)
    high = max(high, max(block))
    low = min(low, min(block))
tell(high, low)
"""
    audio = [np.where(np.arange(32000) % 2, 0x7FFFFF00, -0x7FFFFF00).astype(np.int32)]
    assert play(tmp_path, source, audio, arch).told == [[0x7FFFFFFF, -0x80000000]]


def test_timers(tmp_path):
    source = """
from machine import Timer
hits = []
Timer(period=250, mode=Timer.PERIODIC, callback=lambda timer: hits.append(time.ticks_ms()))
Timer(period=100, mode=Timer.ONE_SHOT, callback=lambda timer: hits.append(time.ticks_ms()))
time.sleep_ms(800)
tell(*hits)
"""
    assert play(tmp_path, source, silence(1)).told == [[100, 250, 500, 750]]


def test_a_power_failure_is_a_cold_start(tmp_path):
    source = "tell(machine.reset_cause())\nwhile True:\n    time.sleep(1)\n"
    inputs = [{"t": 3, "power": "off", "off_s": 4}]
    played = play(tmp_path, source, silence(10), inputs=inputs)
    assert played.told == [[1], [1]]
    assert [event["cause"] for event in played["boot"]] == ["power", "power"]
    assert played["boot"][1]["t"] == pytest.approx(7.0)
    assert played["end"][0]["t"] == pytest.approx(10.0, abs=0.01)


@each_runtime("x86-64", "i386", "arm")
def test_text_on_the_display_can_be_read(tmp_path, arch):
    source = """
import framebuf
bus = I2C(0, scl=Pin(5), sda=Pin(4), freq=400000)
pixels = bytearray(1024)
canvas = framebuf.FrameBuffer(pixels, 128, 64, framebuf.MONO_VLSB)


def show():
    for command in (0x21, 0, 127, 0x22, 0, 7):
        bus.writeto(0x3C, bytes([0x80, command]))
    bus.writevto(0x3C, (b"\\x40", pixels))


tell(bus.scan())
canvas.text("SIREN since 3:20", 0, 0)
canvas.text("Call 555-0100", 0, 16)
show()
bus.writeto(0x3C, b"\\x80\\xaf")
show()
canvas.line(40, 56, 60, 63, 1)
show()
bus.writeto(0x3C, b"\\x00\\xae")
"""
    played = play(tmp_path, source, silence(1), arch, display=True)
    assert played.told == [[[0x3C, 0x68]]]
    lines = [event["lines"] for event in played["display"]]
    assert lines[0] == []
    assert lines[1] == ["SIREN since 3:20", "", "Call 555-0100"]
    assert lines[2][:3] == lines[1] and "?" in lines[2][7]
    assert lines[3] == [] and played["display"][3]["on"] == 0


def test_without_a_display_nobody_answers(tmp_path):
    source = """
try:
    I2C(0).writeto(0x3C, b"\\x80\\xaf")
except OSError as error:
    tell(error.errno)
"""
    assert play(tmp_path, source, silence(1)).told == [[5]]


@pytest.mark.parametrize(
    "entry,message",
    [
        ({"t": 1, "fault": "mic_gone"}, "unknown fault"),
        ({"t": 1, "pin": "knob", "value": 1}, "no such pin: one of backup, button"),
        ({"t": 1, "pin": "button"}, "no value"),
        ({"t": 1}, "needs pin, adc, fault, stdin or power"),
    ],
)
def test_wrong_inputs_are_named_before_the_start(tmp_path, entry, message):
    played = play(tmp_path, "tell('started')\n", silence(2), inputs=[entry])
    assert played.why == "inputs" and message in played.result.error
    assert played.told == []
