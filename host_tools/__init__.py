# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""Chimewatch's tools for a computer: simulate, evaluate, deploy. Importing this loads nothing."""
