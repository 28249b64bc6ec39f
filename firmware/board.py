# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Pin maps as data: one entry for each supported board; no pin number lives anywhere else.

In: the machine name the interpreter reports.  Out: ``BOARDS`` (all maps), ``NAME`` and ``PINS``
(this board's), bus ids, data paths.  Importing it touches no hardware and costs nothing.

Rules the maps keep (tests hold them): the I2S word select is the clock pin + 1 (the rp2 PIO program
steps them together), the two PWM users share no slice, the voltages are on ADC pins, no pin twice.
"""

import sys

# GPIO numbers. The same wires serve all four Picos, so that one cable set and one drawing fit.
_PICO_PINS = {
    "i2c_sda": 4,
    "i2c_scl": 5,
    "lamp_paused": 7,  # blue: blinks the minutes of audio pause that are left
    "heartbeat": 8,  # pulse train that holds the cell-powered buzzer silent
    "relay": 9,  # nurse call, energised while all is well
    "lamp_red": 10,
    "lamp_yellow": 11,
    "lamp_green": 12,  # "listening"
    "backup": 13,  # second sounder, PWM slice 6
    "button": 14,  # to ground, internal pull-up
    "sounder": 15,  # class-D amplifier input, PWM slice 7
    "mic_sck": 16,
    "mic_ws": 17,
    "mic_sd": 18,
    # Three dividers. Not GPIO 29 (VSYS / 3): on the W variants the radio's bus shares that pin.
    "supply": 28,  # 5 V rail behind battery and fuse: what monitor and sounders run on
    "mains": 27,  # 5 V of the adapter, before the battery; basic build: joined to "supply"
    "battery": 26,  # the pack itself; basic build: to ground, so 0 V means that none is fitted
}

# Free of strapping pins (0, 3, 45, 46), flash and PSRAM pins (26-37) and USB (19, 20).
_S3_PINS = {
    "i2c_sda": 8,
    "i2c_scl": 9,
    "lamp_paused": 21,
    "heartbeat": 12,
    "relay": 13,
    "lamp_red": 40,
    "lamp_yellow": 41,
    "lamp_green": 42,
    "backup": 39,
    "button": 14,
    "sounder": 38,
    "mic_sck": 15,
    "mic_ws": 16,
    "mic_sd": 17,
    "supply": 4,
    "mains": 5,
    "battery": 6,
}


def _rp2(chip):
    return {
        "chip": chip,
        "pins": _PICO_PINS,
        "i2s_id": 0,
        "i2c_id": 0,
        "adc_pins": (26, 27, 28),
        # A slice drives two neighbouring pins with one frequency; None: any pin, any frequency.
        "pwm_slices": {"sounder": 7, "backup": 6},
    }


BOARDS = {
    "pico": _rp2("RP2040"),
    "picow": _rp2("RP2040"),
    "pico2": _rp2("RP2350"),
    "pico2w": _rp2("RP2350"),
    "esp32s3": {
        "chip": "ESP32-S3",
        "pins": _S3_PINS,
        "i2s_id": 0,
        "i2c_id": 0,
        "adc_pins": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        "pwm_slices": None,
    },
}


def detect(machine_name):
    """Board key for a name such as "Raspberry Pi Pico 2 W with RP2350"; "pico" when unknown."""
    name = machine_name.lower()
    if "esp32s3" in name.replace("-", ""):
        return "esp32s3"
    # Only what stands before "with": "Pico with RP2040" is no "Pico W".
    name = name.split(" with ")[0].replace(" ", "").replace("_", "")
    for key in ("pico2w", "pico2", "picow"):
        if name.endswith(key):
            return key
    return "pico"


NAME = detect(getattr(sys.implementation, "_machine", ""))
BOARD = BOARDS[NAME]
PINS = BOARD["pins"]
I2S_ID = BOARD["i2s_id"]
I2C_ID = BOARD["i2c_id"]
I2C_HZ = 100_000  # the DS3231's slow mode: long wires to a breakout stay reliable
I2C_TIMEOUT_US = 20_000  # a row of the display takes 12 ms; the interpreter's 50 ms cost audio

RATE_HZ = 16000
BLOCK_SAMPLES = 256  # 16 ms
# rp2 stores 8 bytes a frame, so 19 456 bytes hold 152 ms. The longest pause of the loop is the sum
# of: garbage collection 4 ms, one second's slow work 10 ms, one clock read with its three tries
# 6 ms, one row of the display 13 ms, two log lines and four pieces at the port 8 ms, one analysis
# frame 15 ms = 56 ms. On a stuck bus the clock costs its three tries' timeouts once, 60 ms, then
# two a minute, and the display two more, 80 ms, and each try to free it 1 ms: 119 ms. (Flash writes
# do not count: the gate stops I2S.) Twice as much would cost an RP2040 a twelfth of its heap.
I2S_IBUF_BYTES = 19_456

# A divider by three (20k, 10k) in front of each of the three ADC inputs (supply, mains, battery),
# whose full scale is 3.3 V: 5 V reads mid-scale.
SUPPLY_FULL_SCALE_MV = 9900

WATCHDOG_MS = 8000  # RP2040 allows at most 8388

# Relative paths: "/" on the board, a scratch folder elsewhere.
DATA_DIR = ""
LOG_DIR = DATA_DIR + "log"
STATE_DIR = DATA_DIR + "state"
SETTINGS_PATH = DATA_DIR + "settings.json"
PROFILE_PATH = DATA_DIR + "profile.json"
