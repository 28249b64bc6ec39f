// SPDX-FileCopyrightText: 2026 The Chimewatch authors
// SPDX-License-Identifier: MIT
//
// The bedside box. All measures come from layout.scad, which hardware/enclosure.py writes from
// parts.toml.   openscad -D 'part="body"' -o body.stl enclosure.scad
// part: body (printed on its face), lid, stand, clip. The remote box is the same source with the
// measures of remote.toml: hardware/enclosure.py, `defines`, gives them with -D.

include <layout.scad>
part = "body";
$fn = 32;

W = inside[0] + 2 * wall;
H = inside[1] + 2 * wall;
D = inside[2] + wall;            // the lid closes the back
insert_d = 4.0;                  // M3 brass insert
eps = 0.01;

module outline(w, h, r) {
    hull() for (x = [r, w - r], y = [r, h - r]) translate([x, y]) circle(r = r);
}

module grille2d(d) {
    step = 6;
    n = floor(d / 2 / step);
    for (i = [-n : n], j = [-n : n])
        if (norm([i, j]) * step <= d / 2 - 1.5) translate([i * step, j * step]) circle(d = 3, $fn = 12);
}

// h = [face, x, y, d, w, h, grille, collar]
module hole2d(h) {
    translate([h[1], h[2]])
        if (h[6]) grille2d(h[3]);
        else if (h[3] > 0) circle(d = h[3]);
        else square([h[4], h[5]], center = true);
}

module front() {
    linear_extrude(wall) difference() {
        outline(W, H, radius);
        translate([wall, wall]) for (h = holes) if (h[0] == "front") hole2d(h);
    }
    for (h = holes) if (h[7]) translate([wall + h[1], wall + h[2], wall - eps])
        linear_extrude(8) difference() {
            circle(d = h[3] + 4);
            circle(d = h[3]);
        }
}

module posts() {
    for (x = [0, 1], y = [0, 1])
        translate([x ? W - wall - post : wall, y ? H - wall - post : wall, wall - eps])
            linear_extrude(D - wall) square(post);
}

module side_holes() {
    for (h = holes) {
        if (h[0] == "left" || h[0] == "right")
            translate([h[0] == "left" ? -eps : W - wall - eps, wall, wall]) rotate([90, 0, 90])
                linear_extrude(wall + 2 * eps) translate([h[2], h[1]]) rotate(90)
                    hole2d([h[0], 0, 0, h[3], h[4], h[5], h[6], h[7]]);
        if (h[0] == "top") translate([wall, H + eps, wall]) rotate([90, 0, 0])
            linear_extrude(wall + 2 * eps) translate([h[1], h[2]])
            hole2d([h[0], 0, 0, h[3], h[4], h[5], h[6], h[7]]);
    }
}

module body() {
    difference() {
        union() {
            front();
            translate([0, 0, wall - eps]) linear_extrude(D - wall) difference() {
                outline(W, H, radius);
                translate([wall, wall]) outline(inside[0], inside[1], max(0.5, radius - wall));
            }
            intersection() {
                posts();
                linear_extrude(D) outline(W, H, radius);
            }
        }
        side_holes();
        for (x = [0, 1], y = [0, 1])
            translate([x ? W - wall - post / 2 : wall + post / 2,
                       y ? H - wall - post / 2 : wall + post / 2, D - 12])
                cylinder(d = insert_d, h = 13, $fn = 24);
    }
}

module lid() {
    difference() {
        linear_extrude(wall + 1) difference() {
            outline(W, H, radius);
            for (x = [0, 1], y = [0, 1])
                translate([x ? W - wall - post / 2 : wall + post / 2,
                           y ? H - wall - post / 2 : wall + post / 2]) circle(d = 3.4);
            // two keyholes' worth of M3 holes for stand and clip, 60 mm apart
            for (x = [-30, 30]) translate([W / 2 + x, H / 2]) circle(d = 3.4);
        }
        for (x = [0, 1], y = [0, 1])
            translate([x ? W - wall - post / 2 : wall + post / 2,
                       y ? H - wall - post / 2 : wall + post / 2, -eps])
                cylinder(d1 = 6.4, d2 = 3.4, h = 1.6, $fn = 24);
    }
}

// A wedge under the box: it leans back by stand_angle and cannot tip forward.
module stand() {
    t = 6;
    difference() {
        rotate([90, 0, 90]) linear_extrude(100) polygon([
            [0, 0], [stand_depth, 0], [stand_depth, t],
            [t / cos(stand_angle) , t],
            [t / cos(stand_angle) + 60 * sin(stand_angle), 60 * cos(stand_angle)],
            [60 * sin(stand_angle), 60 * cos(stand_angle)]
        ]);
        for (x = [20, 80]) translate([x, -eps, 0]) rotate([-stand_angle, 0, 0])
            translate([0, -20, 40]) rotate([-90, 0, 0]) cylinder(d = 3.4, h = 60, $fn = 24);
    }
}

// Grips a rail; a screw through both ears stops it from being pulled off.
module clip() {
    r = clip_rail / 2;
    t = 5;
    difference() {
        union() {
            cylinder(r = r + t, h = clip_width, $fn = 64);
            translate([-40, -r - t - 5, 0]) cube([80, 6, clip_width]);
            translate([-clip_gap / 2 - t, 0, 0]) cube([t, r + 14, clip_width]);
            translate([clip_gap / 2, 0, 0]) cube([t, r + 14, clip_width]);
        }
        translate([0, 0, -eps]) cylinder(r = r, h = clip_width + 2 * eps, $fn = 64);
        translate([-clip_gap / 2, 0, -eps]) cube([clip_gap, r + 20, clip_width + 2 * eps]);
        for (x = [-30, 30]) translate([x, -r - t - 10, clip_width / 2]) rotate([-90, 0, 0])
            cylinder(d = 3.4, h = 20, $fn = 24);
        translate([-60, r + 8, clip_width / 2]) rotate([0, 90, 0]) cylinder(d = 4.4, h = 120, $fn = 24);
    }
}

// x to the right seen from the front, z backwards: that is left-handed, so the body is mirrored.
if (part == "body") translate([W, 0, 0]) mirror([1, 0, 0]) body();
if (part == "lid") lid();
if (part == "stand") stand();
if (part == "clip") clip();
