# SPDX-FileCopyrightText: 2026 The Chimewatch authors
# SPDX-License-Identifier: MIT

"""Supply voltage through a divider on an ADC pin.

In: an ADC.  Out: millivolts (int, no float).
"""


class Supply:
    def __init__(self, adc, full_scale_mv):
        self._adc = adc
        self._full_scale_mv = full_scale_mv

    def read_mv(self):
        # 16 bits times at most 9900 stays below 2**30: no allocation on 32 bits.
        return (self._adc.read_u16() * self._full_scale_mv) >> 16
