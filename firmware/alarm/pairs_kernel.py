# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT
"""What `pairs` and `alternation` do for each pair, as fast as this interpreter can.

`pairs_plain` is the reference, which the boards never load; `pairs_viper` leaves the same bits.
"""

import sys

try:
    from alarm.pairs_viper import couples, follow, shares
except (ImportError, NameError, AttributeError, SyntaxError):
    if sys.platform == "rp2":
        raise  # a board cannot keep up with the plain ones
    from alarm.pairs_plain import couples, follow, shares

__all__ = ["couples", "follow", "shares"]
