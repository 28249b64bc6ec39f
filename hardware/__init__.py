# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""The device as data and what follows from it: wiring, parts, checks, figures, drawings, enclosure.

In: wiring.toml, bom.csv, enclosure/parts.toml, the firmware's pin map. Out: see `python -m
hardware --help`.
"""
