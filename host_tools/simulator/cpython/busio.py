# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Names in the annotations of Adafruit's drivers, which CPython evaluates."""


class I2C:
    """Stands for CircuitPython's bus; the firmware hands in its own adapter."""


class SPI:
    """Likewise: drivers of displays name it, the firmware does not use it."""
