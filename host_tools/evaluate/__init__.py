# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch evaluate`: how weak a pump the listening chain hears, and how often it cries wolf.

`plan` lists the work as cells, `jobs` runs them on all cores and keeps what is finished, `collect`
sums the cells up into one dictionary (docs/detection.json), and `page`, `plots` and `screen` show
that dictionary and nothing else.
"""
