//! Sizes as weserv's cases give them, and what must hold of any size.

use proptest::prelude::*;

use super::*;
use crate::request::Ask;

fn request(query: &str) -> Request {
    Ask::parse(query).request
}

/// `query` on a picture of 2,725 by 2,225 pixels gives this size.
#[track_caller]
fn check(query: &str, expected: (u32, u32)) {
    let request = request(query);
    let plan = plan((2725, 2225), &request);
    let size = plan.canvas.or(plan.window).unwrap_or(plan.scaled);
    let size = match request.crop {
        None => size,
        Some(asked) => {
            let area = crop(size, &asked);
            (area.width, area.height)
        }
    };
    assert_eq!(size, expected, "{query}");
}

#[test]
fn each_fit_gives_the_size_that_weserv_gives() {
    check("", (2725, 2225));
    check("w=320", (320, 261));
    check("h=240", (294, 240));
    check("w=320&h=240", (294, 240));
    check("w=320&h=100000000", (320, 261));
    check("w=50%25", (1362, 1112));
    check("w=160&h=120&dpr=2", (294, 240));
    check("w=320&h=240&fit=outside", (320, 261));
    check("w=320&h=320&fit=cover", (320, 320));
    check("w=320&h=320&fit=contain", (320, 320));
    check("w=320&h=320&t=letterbox", (320, 320));
    check("w=320&h=320&fit=fill", (320, 320));
    check("w=320&fit=fill", (320, 2225));
    check("w=3000&fit=fill", (3000, 2225));
    check("w=3000&h=3000&fit=cover&we", (2725, 2225));
    check("w=2800&fit=cover&we=true", (2725, 2225));
    check("w=5000", (5000, 4083));
    check("w=5000&t=fit", (2725, 2225));
}

#[test]
fn a_crop_stays_within_the_picture() {
    check("cx=200&cy=300&cw=400&ch=200", (400, 200));
    check("crop=20,20,2,2", (20, 20));
    check("cx=2405&cy=1985&cw=30000&ch=30000", (320, 240));
    check("w=320&h=240&fit=cover&cx=3000&cy=10&cw=10&ch=10", (10, 10));
    check("cx=50%25&cw=50%25", (1362, 2225));
}

#[test]
fn the_part_kept_lies_where_it_is_asked_for() {
    let left = |query: &str| {
        let request = request(query);
        window((300, 100), (100, 100), request.align).left
    };
    assert_eq!(left("fit=cover"), 100);
    assert_eq!(left("fit=cover&a=left"), 0);
    assert_eq!(left("fit=cover&a=top-right"), 200);
    assert_eq!(left("fit=cover&a=focal&fpx=0.4"), 70);
    assert_eq!(left("fit=cover&a=focal-90-50"), 200);
    assert_eq!(left("fit=cover&a=crop-0-0"), 0);
}

proptest! {
    #[test]
    fn no_size_is_ever_zero_and_no_window_ever_larger_than_what_it_shows(
        source in (1_u32..20_000, 1_u32..20_000),
        (width, height) in (0_u32..20_000, 0_u32..20_000),
        fit in prop::sample::select(vec!["inside", "outside", "cover", "fill", "contain", "fit"]),
        x in 0.0..1.0,
    ) {
        let request = request(&format!("w={width}&h={height}&fit={fit}&a=focal&fpx={x}&fpy={x}"));
        let plan = plan(source, &request);
        prop_assert!(plan.scaled.0 >= 1 && plan.scaled.1 >= 1);
        if let Some(size) = plan.window {
            let area = window(plan.scaled, size, request.align);
            prop_assert!(size.0 >= 1 && size.1 >= 1);
            prop_assert!(area.left + area.width <= plan.scaled.0);
            prop_assert!(area.top + area.height <= plan.scaled.1);
        }
        if let Some(canvas) = plan.canvas {
            prop_assert!(canvas.0 >= plan.scaled.0 && canvas.1 >= plan.scaled.1);
        }
    }

    #[test]
    fn no_crop_is_ever_empty_or_outside(
        size in (1_u32..5000, 1_u32..5000),
        (x, y, w, h) in (0_u32..9000, 0_u32..9000, 0_u32..9000, 0_u32..9000),
    ) {
        if let Some(asked) = request(&format!("crop={w},{h},{x},{y}")).crop {
            let area = crop(size, &asked);
            prop_assert!(area.width >= 1 && area.left + area.width <= size.0);
            prop_assert!(area.height >= 1 && area.top + area.height <= size.1);
        }
    }
}
