# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Pin maps: the rules that the hardware sets."""

import board

NAMES = (
    "backup battery button heartbeat i2c_scl i2c_sda lamp_green lamp_paused lamp_red lamp_yellow "
    "mains mic_sck mic_sd mic_ws relay sounder supply"
).split()


def test_every_board_has_every_pin_once():
    for name, entry in board.BOARDS.items():
        pins = entry["pins"]
        assert sorted(pins) == NAMES, name
        assert len(set(pins.values())) == len(pins), name


def test_word_select_follows_the_clock_pin():
    for name, entry in board.BOARDS.items():
        assert entry["pins"]["mic_ws"] == entry["pins"]["mic_sck"] + 1, name


def test_voltages_are_on_adc_pins():
    for name, entry in board.BOARDS.items():
        for signal in ("supply", "mains", "battery"):
            assert entry["pins"][signal] in entry["adc_pins"], (name, signal)


def test_picos_own_limits():
    for name, entry in board.BOARDS.items():
        if not entry["chip"].startswith("RP"):
            continue
        pins = entry["pins"]
        # GPIO 23-25 and 29 belong to the board: regulator, USB sense, lamp or radio.
        assert max(pins.values()) <= 28 and not {23, 24, 25} & set(pins.values()), name
        slices = {user: pins[user] // 2 % 8 for user in ("sounder", "backup")}
        assert slices == entry["pwm_slices"] and len(set(slices.values())) == 2, name
        # I2C 0 sits on pins 0, 1, 4, 5, 8, 9...: SDA on even fours, SCL one above.
        assert pins["i2c_sda"] % 4 == 0 and pins["i2c_scl"] == pins["i2c_sda"] + 1, name


def test_s3_keeps_off_its_strapping_flash_and_usb_pins():
    taken = {0, 3, 45, 46, 19, 20} | set(range(26, 38))
    assert not taken & set(board.BOARDS["esp32s3"]["pins"].values())


def test_board_is_recognised_by_its_name():
    for text, key in (
        ("Raspberry Pi Pico with RP2040", "pico"),
        ("Raspberry Pi Pico W with RP2040", "picow"),
        ("Raspberry Pi Pico2 with RP2350", "pico2"),
        ("Raspberry Pi Pico 2 W with RP2350", "pico2w"),
        ("Generic ESP32S3 module with ESP32S3", "esp32s3"),
        ("something else", "pico"),
    ):
        assert board.detect(text) == key, text


def test_audio_buffer_outlasts_the_longest_pause():
    # rp2 stores 8 bytes a frame whatever the format.
    # More than twice the longest pause of the loop (board.py has the sum), and no more: it is RAM.
    assert 2 * 56 < board.I2S_IBUF_BYTES * 1000 // (8 * board.RATE_HZ) <= 200
