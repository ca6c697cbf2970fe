//! sRGB (IEC 61966-2-1), the light behind it, and CIE L*a*b* under D65.

use std::sync::LazyLock;

/// The light of each stored value, 0 to 1.
static LIGHT: LazyLock<[f32; 256]> = LazyLock::new(|| {
    let mut light = [0.0; 256];
    for (value, light) in (0_u8..=255).zip(&mut light) {
        let stored = f32::from(value) / 255.0;
        *light = match stored <= 0.040_45 {
            true => stored / 12.92,
            false => ((stored + 0.055) / 1.055).powf(2.4),
        };
    }
    light
});

/// D65 as the sum of each row of [`XYZ`].
const WHITE: [f32; 3] = [0.950_47, 1.0, 1.088_83];

/// The light of red, green and blue as XYZ (IEC 61966-2-1 §5.2).
const XYZ: [[f32; 3]; 3] = [
    [0.412_456, 0.357_576, 0.180_437],
    [0.212_673, 0.715_152, 0.072_175],
    [0.019_334, 0.119_192, 0.950_304],
];

/// Its inverse.
const RGB: [[f32; 3]; 3] = [
    [3.240_454, -1.537_139, -0.498_531],
    [-0.969_266, 1.876_011, 0.041_556],
    [0.055_643, -0.204_026, 1.057_225],
];

fn light(value: u8) -> f32 {
    LIGHT[usize::from(value)]
}

fn times(matrix: &[[f32; 3]; 3], vector: [f32; 3]) -> [f32; 3] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

/// The stored value of a light; what is too dark or too bright is black or white.
fn stored(light: f32) -> u8 {
    let value = match light <= 0.003_130_8 {
        true => light * 12.92,
        false => 1.055 * light.powf(1.0 / 2.4) - 0.055,
    };
    (value * 255.0).round() as u8
}

/// The grey that gives as much light.
pub(super) fn grey(colour: [u8; 3]) -> u8 {
    let [red, green, blue] = colour.map(light);
    stored(0.2126 * red + 0.7152 * green + 0.0722 * blue)
}

/// CIE L*, a*, b* (ISO/CIE 11664-4): L* from 0 to 100.
pub(super) fn lab(colour: [u8; 3]) -> [f32; 3] {
    let xyz = times(&XYZ, colour.map(light));
    let root = |place: usize| {
        let share = xyz[place] / WHITE[place];
        match share > 0.008_856 {
            true => share.cbrt(),
            false => 7.787 * share + 16.0 / 116.0,
        }
    };
    let (x, y, z) = (root(0), root(1), root(2));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The colour of L*, a* and b*, as near as it can be shown.
pub(super) fn colour([lightness, a, b]: [f32; 3]) -> [u8; 3] {
    let y = (lightness + 16.0) / 116.0;
    let share = |root: f32| match root > 0.206_893 {
        true => root * root * root,
        false => (root - 16.0 / 116.0) / 7.787,
    };
    let xyz = [
        share(y + a / 500.0) * WHITE[0],
        share(y) * WHITE[1],
        share(y - b / 200.0) * WHITE[2],
    ];
    times(&RGB, xyz).map(stored)
}
