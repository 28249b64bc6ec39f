# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""`chimewatch deploy`: puts the firmware onto a board so that the old or the new one runs."""
