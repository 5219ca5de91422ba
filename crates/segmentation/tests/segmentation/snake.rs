//! Active contours against closed forms, and what must hold for any of them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::common::{Stopped, whole};
use annotomy_segmentation::{
    Bubble, Mask, Motion, Snake, SnakeError, Spacing, Speed, Start, ThresholdSpeed, threshold_speed,
};
use annotomy_volume::delta::VoxelBox;
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::progress::{NoProgress, Progress};
use annotomy_volume::space::{ContinuousIndex, Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Padding, Rescale, Volume, Voxels};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Grids on which a sphere is a sphere, and their voxels in mm.
const GRIDS: [([usize; 3], [f64; 3]); 3] = [
    ([64, 64, 64], [1.0, 1.0, 1.0]),
    ([72, 64, 26], [0.9, 1.0, 2.5]),
    ([40, 80, 30], [1.6, 0.8, 2.2]),
];

const GROWING: Motion = Motion::Regions {
    propagation: 1.0,
    curvature: 0.0,
};

fn spacing(mm: [f64; 3]) -> Spacing {
    Spacing::even(mm.map(Mm)).unwrap()
}

/// A ball in the middle of a grid, a little off the voxels.
fn ball(size: [usize; 3], radius: f64) -> Bubble {
    let center = [0, 1, 2].map(|n| (size[n] - 1) as f64 / 2.0 + 0.21 * (n as f64 - 1.0));
    Bubble {
        center: ContinuousIndex(center),
        radius: Mm(radius),
    }
}

fn begun(
    bubbles: &[Bubble],
    (size, mm): ([usize; 3], [f64; 3]),
    speed: f64,
    motion: Motion,
) -> Snake {
    let speed = Arc::new(Speed::uniform(whole(size), speed));
    let start = Start {
        mask: None,
        bubbles,
    };
    Snake::new(&start, (size, &spacing(mm)), speed, motion, &NoProgress).unwrap()
}

/// The radius of a ball with as many voxels.
fn radius(mask: &Mask, mm: [f64; 3]) -> f64 {
    let volume = mask.n_voxels() as f64 * mm.iter().product::<f64>();
    (volume * 3.0 / (4.0 * std::f64::consts::PI)).cbrt()
}

/// The nearest and furthest point of the surface, half way between voxels, from a ball's centre.
fn extent(mask: &Mask, ball: &Bubble, mm: [f64; 3]) -> [f64; 2] {
    let mut extent = [f64::INFINITY, 0.0_f64];
    let [n_i, n_j, _] = mask.grid();
    for (n, is_inside) in mask.to_dense().into_iter().enumerate() {
        let at = [n % n_i, n / n_i % n_j, n / (n_i * n_j)];
        let squared = (0..3).map(|a| ((at[a] as f64 - ball.center.0[a]) * mm[a]).powi(2));
        let far = squared.sum::<f64>().sqrt();
        match is_inside {
            true => extent[1] = extent[1].max(far),
            false => extent[0] = extent[0].min(far),
        }
    }
    extent
}

fn advance_to(snake: &mut Snake, time: f64) {
    while snake.time() < time && !snake.is_still() {
        snake.advance(1, &NoProgress).unwrap();
    }
}

#[test]
fn a_ball_grows_by_speed_times_time() {
    for (size, mm) in GRIDS {
        let ball = ball(size, 8.0);
        for (speed, until) in [(1.0, 14.0), (-0.5, 6.0)] {
            let mut snake = begun(&[ball], (size, mm), speed, GROWING);
            advance_to(&mut snake, until);
            let expected = 8.0 + speed * snake.time();
            let mask = snake.mask();
            let [nearest, furthest] = extent(&mask, &ball, mm);
            let found = radius(&mask, mm);
            assert!(
                (found - expected).abs() < 0.1,
                "{mm:?}: {found}, {expected}"
            );
            assert!(
                nearest > expected - 0.3 && furthest < expected + 0.3,
                "{mm:?}: {nearest}, {furthest}, {expected}"
            );
        }
    }
}

/// The sum of both curvatures of a sphere is 2 / r: r' = -2 / r.
#[test]
fn a_ball_shrinks_under_its_curvature() {
    let motion = Motion::Regions {
        propagation: 0.0,
        curvature: 1.0,
    };
    for (size, mm) in GRIDS {
        let ball = ball(size, 20.0);
        let mut snake = begun(&[ball], (size, mm), 0.0, motion);
        for share in [0.9, 0.7, 0.5] {
            advance_to(&mut snake, 100.0 * (1.0 - share * share));
            let expected = (400.0 - 4.0 * snake.time()).sqrt();
            let mask = snake.mask();
            let found = radius(&mask, mm);
            let [nearest, furthest] = extent(&mask, &ball, mm);
            assert!(
                (found - expected).abs() < 0.12,
                "{mm:?}: {found}, {expected}"
            );
            assert!(
                nearest > expected - 0.3 && furthest < expected + 0.3,
                "{mm:?}: {nearest}, {furthest}, {expected}"
            );
        }
        advance_to(&mut snake, 120.0);
        assert!(snake.mask().is_empty() && snake.is_still(), "{mm:?}");
        assert!(
            (snake.time() - 100.0).abs() < 1.5,
            "{mm:?}: {}",
            snake.time()
        );
    }
}

/// A ball of 100 in 0, with a smooth border, and a tail of odd values.
fn image(size: [usize; 3]) -> Volume {
    let value = |n: usize| {
        let at = [n % size[0], n / size[0] % size[1], n / (size[0] * size[1])];
        let squared: f64 = (0..3)
            .map(|a| (at[a] as f64 - (size[a] / 2) as f64).powi(2))
            .sum();
        let noise = (n as u32).wrapping_mul(2_654_435_761) >> 28;
        (100.0 / (1.0 + (squared.sqrt() - 9.0).exp()) + f64::from(noise)) as i16
    };
    let voxels = (0..size.iter().product()).map(value).collect();
    volume(size, Voxels::I16(voxels))
}

fn volume(size: [usize; 3], voxels: Voxels) -> Volume {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    let affine = Affine::from_steps(steps, PointLps([0.0; 3]));
    let geometry = Geometry::new(size, affine).unwrap();
    Volume::new(geometry, voxels, Rescale::IDENTITY, None).unwrap()
}

/// A small ball in the middle of [`image`] that grows until it fits.
fn fitting(size: [usize; 3]) -> Snake {
    let threshold = ThresholdSpeed {
        low: Some(50.0),
        high: None,
        softness: 20.0,
    };
    let speed = threshold_speed(&image(size), whole(size), &threshold, &NoProgress).unwrap();
    let start = Start {
        mask: None,
        bubbles: &[ball(size, 4.0)],
    };
    let motion = Motion::Regions {
        propagation: 1.0,
        curvature: 0.3,
    };
    Snake::new(
        &start,
        (size, &spacing([1.0; 3])),
        Arc::new(speed),
        motion,
        &NoProgress,
    )
    .unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let with = |n_threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(n_threads)
            .build();
        pool.unwrap().install(|| {
            let mut snake = fitting([40, 40, 40]);
            snake.advance(60, &NoProgress).unwrap();
            (snake.time().to_bits(), snake.mask())
        })
    };
    let one = with(1);
    assert!(!one.1.is_empty());
    assert!(one == with(2));
    assert!(one == with(5));
}

#[test]
fn going_back_finds_each_state_as_it_was() {
    let mut snake = fitting([40, 40, 40]);
    let mut states = vec![(snake.time(), snake.mask())];
    for _ in 0..150 {
        snake.advance(1, &NoProgress).unwrap();
        states.push((snake.time(), snake.mask()));
    }
    for iteration in [149, 120, 97, 96, 40, 3, 0] {
        snake.back_to(iteration);
        assert_eq!(snake.iteration(), iteration);
        assert!(
            (snake.time(), snake.mask()) == states[iteration],
            "{iteration}"
        );
    }
    snake.back_to(7);
    assert_eq!(snake.iteration(), 0);
    snake.advance(150, &NoProgress).unwrap();
    assert!((snake.time(), snake.mask()) == states[150]);
}

/// Cancels after some questions.
struct CancelAfter(AtomicUsize);

impl Progress for CancelAfter {
    fn advance(&self, done: usize, total: usize) {
        assert!(done <= total, "{done} of {total}");
    }

    fn is_cancelled(&self) -> bool {
        let take = |left: usize| left.checked_sub(1);
        let asked = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        asked.is_err()
    }
}

#[test]
fn cancelled_it_stays_after_a_whole_iteration() {
    let mut snake = fitting([40, 40, 40]);
    let cancelled = snake.advance(50, &CancelAfter(AtomicUsize::new(15)));
    assert!(cancelled.is_err());
    let n_done = snake.iteration();
    assert!((1..15).contains(&n_done), "{n_done}");
    let mut other = fitting([40, 40, 40]);
    other.advance(n_done, &NoProgress).unwrap();
    assert!(snake.mask() == other.mask());
}

#[test]
fn a_mask_that_does_not_move_stays_as_it_is() {
    let size = [24, 20, 16];
    let inside = VoxelBox {
        min: [5, 6, 4],
        max: [14, 12, 11],
    };
    let mask = Mask::filled(size, inside);
    let start = Start {
        mask: Some(&mask),
        bubbles: &[],
    };
    let speed = Arc::new(Speed::uniform(whole(size), 0.0));
    let mut snake = Snake::new(
        &start,
        (size, &spacing([1.0, 2.0, 0.7])),
        speed,
        GROWING,
        &NoProgress,
    )
    .unwrap();
    assert!(snake.mask() == mask);
    snake.advance(5, &NoProgress).unwrap();
    assert!(snake.mask() == mask);
}

#[test]
fn padding_and_what_is_no_number_is_not_entered() {
    let size = [5, 1, 1];
    let image = volume(size, Voxels::F32(vec![10.0, 0.0, f32::NAN, -2000.0, 10.0]));
    let image = image.with_padding(Some(Padding {
        low: -2000.0,
        high: -2000.0,
    }));
    let threshold = ThresholdSpeed {
        low: None,
        high: Some(5.0),
        softness: 0.0,
    };
    let speed = threshold_speed(&image, whole(size), &threshold, &NoProgress).unwrap();
    let speeds: Vec<f64> = (0..5)
        .map(|i| speed.at(VoxelIndex([i, 0, 0])).unwrap())
        .collect();
    assert_eq!(speeds, [-1.0, 1.0, -1.0, -1.0, -1.0]);
}

#[test]
fn a_start_without_a_surface_is_refused() {
    let size = [12, 12, 12];
    let speed = Arc::new(Speed::uniform(whole(size), 1.0));
    let begun = |start: &Start<'_>, motion| {
        Snake::new(
            start,
            (size, &spacing([1.0; 3])),
            Arc::clone(&speed),
            motion,
            &NoProgress,
        )
        .err()
    };
    let far = Bubble {
        center: ContinuousIndex([500.0; 3]),
        radius: Mm(3.0),
    };
    for bubbles in [&[far][..], &[ball(size, 100.0)], &[]] {
        let start = Start {
            mask: None,
            bubbles,
        };
        assert_eq!(begun(&start, GROWING), Some(SnakeError::NoSurface));
    }
    let start = Start {
        mask: None,
        bubbles: &[ball(size, 3.0)],
    };
    for (propagation, curvature) in [(f64::NAN, 0.0), (1.0, -1.0), (1.0, f64::INFINITY)] {
        let motion = Motion::Regions {
            propagation,
            curvature,
        };
        assert_eq!(begun(&start, motion), Some(SnakeError::NoMotion));
    }
    let region = start.region([100, 100, 100], &spacing([1.0; 3]), Some(Mm(4.0)));
    let region = region.unwrap();
    assert_eq!((region.min, region.max), ([0; 3], [12, 13, 13]));
    let nowhere = Start {
        mask: None,
        bubbles: &[far],
    };
    assert_eq!(nowhere.region(size, &spacing([1.0; 3]), None), None);
}

#[test]
fn a_start_can_be_cancelled() {
    let size = [12, 12, 12];
    let speed = Arc::new(Speed::uniform(whole(size), 1.0));
    let start = Start {
        mask: None,
        bubbles: &[ball(size, 3.0)],
    };
    let on = (size, &spacing([1.0; 3]));
    let begun = Snake::new(&start, on, speed, GROWING, &Stopped);
    assert!(matches!(begun, Err(SnakeError::Cancelled(_))));
}
