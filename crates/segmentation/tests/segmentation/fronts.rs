//! Fronts against SimpleITK's fast marching on a real CT, against closed forms, and what must hold
//! for them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{Stopped, answer, image, list, mask, number, size, volume, whole, words};
use annotomy_segmentation::{
    Arrival, FrontSpeed, GeodesicFill, GrowthError, Mask, Spacing, arrival, geodesic_fill,
};
use annotomy_volume::progress::NoProgress;
use annotomy_volume::space::{Mm, VoxelIndex};
use annotomy_volume::volume::{Padding, Volume, Voxels};
use serde_json::Value;

fn speed(case: &Value) -> FrontSpeed {
    if let Some(edges) = case.get("edges") {
        return FrontSpeed::Edges {
            sigma: Mm(number(&edges[0])),
            contrast: edges[1].as_f64(),
            width: edges[2].as_f64(),
        };
    }
    match case.get("values") {
        Some(multiplier) => FrontSpeed::Values {
            multiplier: number(multiplier),
        },
        None => FrontSpeed::Even,
    }
}

#[test]
fn fronts_arrive_when_those_of_itk_do() {
    for case in list(&answer("fronts.py", &["arrivals"])) {
        let (volume, spacing) = image(case);
        let seeds = mask(case, &case["seeds"]);
        let with = (speed(case), whole(size(case)));
        let found = arrival(
            &volume,
            &seeds,
            (None, &spacing),
            (&with.0, with.1),
            &NoProgress,
        );
        let found = found.unwrap();
        let theirs = words(&case["times"]).into_iter().map(f32::from_le_bytes);
        let mut furthest = 0.0_f32;
        for (&ours, theirs) in found.times().iter().zip(theirs) {
            // What ITK never reaches has a very large time.
            if theirs > 1e8 {
                assert!(ours > 1e8, "{}: {ours}", case["name"]);
                continue;
            }
            furthest = furthest.max((ours - theirs).abs() / theirs.max(1.0));
        }
        eprintln!("{}: at most {furthest:.1e} of the time", case["name"]);
        assert!(furthest < 1e-3, "{}: {furthest}", case["name"]);
    }
}

#[test]
fn fills_are_what_the_fronts_of_itk_reach_first() {
    for case in list(&answer("fronts.py", &["fills"])) {
        let (volume, spacing) = image(case);
        let [inside, outside, theirs, doubtful] =
            ["inside", "outside", "found", "doubtful"].map(|name| mask(case, &case[name]));
        let fill = GeodesicFill {
            sigma: Mm(number(&case["sigma"])),
            weight: number(&case["weight"]),
            region: whole(size(case)),
        };
        let scribbles = (&inside, &outside);
        let found = geodesic_fill(&volume, scribbles, (None, &spacing), &fill, &NoProgress);
        let apart = found.unwrap().symmetric_difference(&theirs);
        let n_wrong = apart.difference(&doubtful).n_voxels();
        eprintln!("{}: {n_wrong} of {} apart", case["name"], theirs.n_voxels());
        // In ITK each front goes through the paint of the other side.
        assert!(n_wrong as f64 <= 0.005 * theirs.n_voxels() as f64);
        assert!((doubtful.n_voxels() as f64) < 0.1 * theirs.n_voxels() as f64);
    }
}

const GRID: [usize; 3] = [31, 27, 15];
const MM: [f64; 3] = [0.5, 0.8, 2.5];

fn spacing() -> Spacing {
    Spacing::even(MM.map(Mm)).unwrap()
}

fn even_volume() -> Volume {
    let n = GRID.iter().product();
    volume(GRID, Voxels::U8(vec![7; n]))
}

fn voxels(is_wanted: impl Fn([usize; 3]) -> bool + Sync) -> Mask {
    Mask::from_voxels(GRID, whole(GRID), |VoxelIndex(at)| is_wanted(at))
}

fn marched(volume: &Volume, seeds: &Mask, open: Option<&Mask>, speed: FrontSpeed) -> Arrival {
    let with = (open, &spacing());
    arrival(volume, seeds, with, (&speed, whole(GRID)), &NoProgress).unwrap()
}

fn at(arrival: &Arrival, [i, j, k]: [usize; 3]) -> f64 {
    f64::from(arrival.times()[(k * GRID[1] + j) * GRID[0] + i])
}

#[test]
fn at_full_speed_the_time_is_the_way() {
    let centre = [15, 13, 7];
    let found = marched(
        &even_volume(),
        &voxels(|voxel| voxel == centre),
        None,
        FrontSpeed::Even,
    );
    for n in 0..GRID.iter().product() {
        let voxel = [n % 31, n / 31 % 27, n / (31 * 27)];
        let apart: [f64; 3] =
            std::array::from_fn(|axis| MM[axis] * (voxel[axis] as f64 - centre[axis] as f64));
        let way = apart.iter().map(|mm| mm * mm).sum::<f64>().sqrt();
        let error = at(&found, voxel) - way;
        // The scheme is exact along axes and of first order between: late, and by less than the
        // longest side of a voxel.
        let is_on_axis = apart.iter().filter(|mm| **mm != 0.0).count() < 2;
        let most = if is_on_axis { 1e-4 } else { 0.7 * MM[2] };
        assert!((-1e-4..most).contains(&error), "{voxel:?}: {error}");
    }
}

#[test]
fn a_flat_front_stays_flat_and_slows_down_by_the_sigmoid() {
    // A ramp along k has the same gradient everywhere but at the ends: 10 a slice of 2.5 mm.
    let n_slice = GRID[0] * GRID[1];
    let ramp: Vec<i16> = (0..n_slice * GRID[2])
        .map(|n| 10 * (n / n_slice) as i16)
        .collect();
    let ramp = volume(GRID, Voxels::I16(ramp));
    let speed = FrontSpeed::Edges {
        sigma: Mm(0.01),
        contrast: Some(3.0),
        width: Some(2.0),
    };
    let found = marched(&ramp, &voxels(|[i, _, _]| i == 0), None, speed);
    // 1 + exp((4 - 3) / 2) a mm.
    let slow = 1.0 + 0.5_f64.exp();
    for i in 0..31 {
        let expected = slow * MM[0] * i as f64;
        let time = at(&found, [i, 9, 7]);
        assert!((time - expected).abs() < 1e-3 * expected.max(1.0), "{time}");
    }
}

#[test]
fn volumes_and_times_name_the_same_voxels() {
    let found = marched(
        &even_volume(),
        &voxels(|[i, j, _]| i < 2 && j < 3),
        None,
        FrontSpeed::Even,
    );
    let n_all: usize = GRID.iter().product();
    assert_eq!(found.n_reached(), n_all);
    for n in [1, 2 * 3 * 15, 500, 5000, n_all, n_all + 1] {
        let time = found.time_of(n);
        let n_then = found.until(time).n_voxels();
        // Whole planes arrive together.
        assert!(n_then >= n.min(n_all), "{n}: {n_then}");
        let n_before = found.times().iter().filter(|&&t| t < time).count();
        assert!(n_before < n, "{n}: {n_before}");
    }
    assert_eq!(found.until(0.0).n_voxels(), 2 * 3 * 15);
}

#[test]
fn fronts_go_around_walls_and_never_into_padding() {
    // A wall at i = 10 with a gap at j = 26.
    let open = voxels(|[i, j, _]| i != 10 || j == 26);
    let start = [9, 0, 7];
    let found = marched(
        &even_volume(),
        &voxels(|voxel| voxel == start),
        Some(&open),
        FrontSpeed::Even,
    );
    let way = at(&found, [11, 0, 7]);
    let around = 2.0 * ((26.0 * MM[1]).powi(2) + MM[0].powi(2)).sqrt();
    assert!((around - 1e-3..1.05 * around).contains(&way), "{way}");
    assert_eq!(at(&found, [10, 0, 7]), f64::INFINITY);
    let padded = even_volume().with_padding(Some(Padding {
        low: 7.0,
        high: 7.0,
    }));
    let found = marched(&padded, &voxels(|_| true), None, FrontSpeed::Even);
    assert_eq!((found.n_reached(), found.until(9.0).n_voxels()), (0, 0));
    assert_eq!(found.time_of(5), 0.0);
}

#[test]
fn a_closed_scribble_is_filled_and_an_open_one_is_not() {
    let fill = |is_closed: bool| {
        let scribble = voxels(|[i, j, k]| {
            let is_ring = (8..=22).contains(&i) && (7..=19).contains(&j);
            let is_inner = (9..=21).contains(&i) && (8..=18).contains(&j);
            k == 7 && is_ring && !is_inner && (is_closed || i != 22)
        });
        let mut region = whole(GRID);
        (region.min[2], region.max[2]) = (7, 7);
        let asked = GeodesicFill {
            sigma: Mm(0.5),
            weight: 3.0,
            region,
        };
        let none = Mask::empty(GRID);
        let sides = (&scribble, &none);
        geodesic_fill(
            &even_volume(),
            sides,
            (None, &spacing()),
            &asked,
            &NoProgress,
        )
        .unwrap()
    };
    let enclosed = voxels(|[i, j, k]| k == 7 && (9..=21).contains(&i) && (8..=18).contains(&j));
    assert_eq!(fill(true).intersection(&enclosed), enclosed);
    assert!(fill(true).bounds().unwrap().max[0] > 22, "and around it");
    assert!(!fill(false).contains(VoxelIndex([21, 13, 7])));
    assert!(fill(false).contains(VoxelIndex([10, 13, 7])));
}

#[test]
fn they_are_the_same_on_any_number_of_threads_and_can_be_cancelled() {
    let n: usize = GRID.iter().product();
    let values = (0..n).map(|n| (n * n % 251) as u8).collect();
    let image = volume(GRID, Voxels::U8(values));
    let speed = FrontSpeed::Edges {
        sigma: Mm(1.0),
        contrast: None,
        width: None,
    };
    let seeds = voxels(|[i, j, k]| (i + j + k) % 17 == 3);
    let on = |n_threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(n_threads);
        let find = || marched(&image, &seeds, None, speed);
        pool.build().unwrap().install(find)
    };
    assert_eq!(on(1), on(5));
    let with = (None, &spacing());
    let stopped = arrival(&image, &seeds, with, (&speed, whole(GRID)), &Stopped);
    assert!(matches!(stopped, Err(GrowthError::Cancelled(_))));
}
