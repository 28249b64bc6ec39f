// SPDX-FileCopyrightText: 2026 The Chimewatch authors
// SPDX-License-Identifier: MIT
// Written by hardware/enclosure.py from parts.toml: change that.
inside = [200, 108, 66];
wall = 2.4;
radius = 6.0;
post = 8.0;
stand_angle = 12;
stand_depth = 70;
clip_rail = 32;
clip_gap = 26;
clip_width = 30;
// [face, x, y, diameter, width, height, grille, collar]
holes = [
    ["front", 36, 54, 44, 0, 0, true, false],  // LS1
    ["front", 90, 41, 22.6, 0, 0, false, false],  // SW1
    ["front", 188, 86, 2.0, 0, 0, false, false],  // MK1
    ["front", 70.5, 80.5, 10.2, 0, 0, false, true],  // D1
    ["front", 90.5, 80.5, 10.2, 0, 0, false, true],  // D2
    ["front", 110.5, 80.5, 5.2, 0, 0, false, true],  // D3
    ["front", 128.5, 80.5, 5.2, 0, 0, false, true],  // D4
    ["front", 133, 46, 0, 27, 15, false, false],  // DS1
    ["top", 31, 20, 20, 0, 0, true, false],  // BZ1
    ["top", 133, 44, 20, 0, 0, true, false],  // BZ2
    ["left", 31, 19, 0, 6, 10, false, false],  // S1
    ["right", 21, 20, 13.2, 0, 0, false, false],  // J3
    ["right", 21, 43, 11.6, 0, 0, false, false],  // J2
    ["right", 20, 65, 0, 10, 5, false, false],  // J1
    ["right", 21, 83, 0, 11, 6, false, false],  // J0
];
