# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Names in the annotations of Adafruit's drivers, which CPython evaluates."""

ReadableBuffer = WriteableBuffer = object
