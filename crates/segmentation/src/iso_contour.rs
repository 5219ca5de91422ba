//! Iso-contour: the closed line through a place in a plane along which the image has one value.
//!
//! Marching squares over the pixels' centres, but only through the cells that the line runs through.
//! Where the corners of a cell are in and out in turns, those are joined that the bilinear surface
//! joins (Nielson and Hamann, "The asymptotic decider", 1991).

use crate::value_plane::ValuePlane;
use annotomy_volume::space::Mm;
use std::borrow::Cow;

/// Points that a contour has at most.
const MAX_POINTS: usize = 60_000;

/// Column and row, centres of pixels at the whole numbers.
type Point = [f64; 2];

/// Values that differ by less than this part of them are the same but for rounding.
const ROUNDING: f64 = 1e-9;

/// Why there is no contour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoContour {
    /// There is no value at the place, or it is the same all around.
    Flat,
    /// It has more than so many points.
    Long(usize),
}

/// The contour through a place (column, row) at the value there, bilinear between pixels; its last
/// point is joined to the first.
///
/// A contour that leaves the plane is closed along the border of its pixels, around the smaller of
/// the two parts. What is no number counts as less than every number.
///
/// # Errors
/// [`NoContour`] where there is none, or too long a one.
///
/// # Panics
/// If the values are fewer than the size says.
pub fn iso_contour(
    plane: &ValuePlane<'_>,
    at: [f64; 2],
    sigma: Mm,
) -> Result<Vec<[f64; 2]>, NoContour> {
    let values = match sigma.0 > 0.0 {
        true => Cow::Owned(plane.smoothed(sigma)),
        false => Cow::Borrowed(plane.values),
    };
    let squares = Squares::around(&values, plane.size, at).ok_or(NoContour::Flat)?;
    let (cell, ways) = squares.part_at(at).ok_or(NoContour::Flat)?;
    let onward = squares.follow(cell, ways)?;
    let mut points = onward.points;
    if let Some(last) = onward.leaves_by {
        let back = squares.follow(cell, [ways[1], ways[0]])?;
        let first = back.leaves_by.unwrap_or(last);
        // Both begin with the same two points.
        let before = back.points.into_iter().skip(2).rev();
        points = before.chain(points).collect();
        squares.close(&mut points, first, last);
    }
    points.dedup();
    if points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    match points.len() {
        0..3 => Err(NoContour::Flat),
        n if n > MAX_POINTS => Err(NoContour::Long(MAX_POINTS)),
        _ => Ok(points),
    }
}

/// A square between the centres of four pixels, by the first of them.
type Cell = [usize; 2];

/// A side of a cell: 0 above, 1 right, 2 below, 3 left. Corner `n` is where side `n` begins,
/// clockwise.
type Side = usize;

/// The squares between pixels, and the value that the contour has.
struct Squares<'a> {
    values: &'a [f64],
    size: [usize; 2],
    level: f64,
}

/// A contour from one cell on.
struct Followed {
    points: Vec<Point>,
    /// Where it leaves the plane; nowhere if it comes back.
    leaves_by: Option<Side>,
}

impl<'a> Squares<'a> {
    /// With the value at a place; `None` where there is none.
    fn around(values: &'a [f64], size: [usize; 2], at: Point) -> Option<Self> {
        let is_on = |n: usize| size[n] > 0 && at[n] >= -0.5 && at[n] <= size[n] as f64 - 0.5;
        if !is_on(0) || !is_on(1) {
            return None;
        }
        let at = [0, 1].map(|n| at[n].clamp(0.0, (size[n] - 1) as f64));
        let from = [0, 1].map(|n| (at[n] as usize).min(size[n].saturating_sub(2)));
        let share = [0, 1].map(|n| at[n] - from[n] as f64);
        let mut level = 0.0;
        let mut range = [f64::INFINITY, f64::NEG_INFINITY];
        for (right, down) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let weights = [(right, share[0]), (down, share[1])]
                .map(|(step, share)| if step == 0 { 1.0 - share } else { share });
            let weight = weights[0] * weights[1];
            if weight == 0.0 {
                continue;
            }
            let value = values[(from[1] + down) * size[0] + from[0] + right];
            level += weight * value;
            range = [range[0].min(value), range[1].max(value)];
        }
        level.is_finite().then(|| Self {
            values,
            size,
            // A mean lies between what it is of, whatever rounding says.
            level: level.clamp(range[0], range[1]),
        })
    }

    /// The part of the contour that is nearest to a place, in the cells that touch it: where it comes
    /// into a cell and where it leaves it.
    fn part_at(&self, at: Point) -> Option<(Cell, [Side; 2])> {
        let cells = [0, 1].map(|n| {
            let last = self.size[n].checked_sub(2)?;
            let place = at[n].clamp(0.0, (self.size[n] - 1) as f64);
            let from = (place.ceil() as usize).saturating_sub(1).min(last);
            Some(from..=(place as usize).min(last))
        });
        let [Some(columns), Some(rows)] = cells else {
            return None;
        };
        let all = rows.flat_map(|row| columns.clone().map(move |column| [column, row]));
        let steep = all.filter(|cell| !self.is_flat(*cell));
        let parts = steep.flat_map(|cell| self.parts(cell).map(move |sides| (cell, sides)));
        parts.min_by(|a, b| {
            let near = |(cell, sides): &(Cell, [Side; 2])| {
                distance_to_part(at, sides.map(|side| self.crossing(*cell, side)))
            };
            near(a).total_cmp(&near(b))
        })
    }

    /// Value of a corner of a cell, the least if there is none.
    fn corner(&self, cell: Cell, n: usize) -> f64 {
        let [column, row] = corner_of(cell, n);
        let value = self.values[row * self.size[0] + column];
        if value.is_nan() {
            f64::NEG_INFINITY
        } else {
            value
        }
    }

    /// Whether only rounding tells the corners of a cell apart.
    fn is_flat(&self, cell: Cell) -> bool {
        (0..4).all(|n| (self.corner(cell, n) - self.level).abs() <= ROUNDING * self.level.abs())
    }

    /// The sides that are joined by parts of the contour in a cell: none, one pair or two.
    fn parts(&self, cell: Cell) -> impl Iterator<Item = [Side; 2]> + use<> {
        let values: [f64; 4] = std::array::from_fn(|n| self.corner(cell, n));
        let is_in = values.map(|value| value >= self.level);
        let mut crossed = (0..4).filter(move |&side| is_in[side] != is_in[(side + 1) % 4]);
        let first = [crossed.next(), crossed.next()];
        let second = [crossed.next(), crossed.next()];
        let parts = match (first, second) {
            (_, [Some(_), Some(_)]) => {
                let [a, b, c, d] = values;
                let saddle = (a * c - b * d) / (a + c - b - d);
                let is_middle_in = saddle >= self.level;
                // Those that are as the middle are joined by it, and the others cut off.
                match is_middle_in == is_in[0] {
                    true => [Some([0, 1]), Some([2, 3])],
                    false => [Some([3, 0]), Some([1, 2])],
                }
            }
            ([Some(a), Some(b)], _) => [Some([a, b]), None],
            _ => [None, None],
        };
        parts.into_iter().flatten()
    }

    /// Where the contour crosses a side of a cell, linear between the corners.
    fn crossing(&self, cell: Cell, side: Side) -> Point {
        // From the lesser index to the greater one, so that it is the same for both cells.
        let (from, to) = match side {
            0 | 1 => (side, side + 1),
            2 => (3, 2),
            _ => (0, 3),
        };
        let [before, after] = [from, to].map(|n| self.corner(cell, n));
        let share = match (before.is_finite(), after.is_finite()) {
            (true, true) => (self.level - before) / (after - before),
            // As far as there are values.
            (true, false) => 0.0,
            (false, _) => 1.0,
        };
        let [from, to] = [from, to].map(|n| corner_of(cell, n).map(|n| n as f64));
        [0, 1].map(|n| from[n] + share * (to[n] - from[n]))
    }

    /// Follows the contour from where it comes into a cell, through where it leaves it, until it
    /// comes back or leaves the plane.
    fn follow(&self, start: Cell, [into, out]: [Side; 2]) -> Result<Followed, NoContour> {
        let mut points = vec![self.crossing(start, into)];
        let (mut cell, mut side) = (start, out);
        loop {
            points.push(self.crossing(cell, side));
            if points.len() > MAX_POINTS {
                return Err(NoContour::Long(MAX_POINTS));
            }
            let leaves_by = Some(side);
            let Some(next) = self.beyond(cell, side) else {
                return Ok(Followed { points, leaves_by });
            };
            let entry = (side + 2) % 4;
            if (next, entry) == (start, into) {
                let leaves_by = None;
                return Ok(Followed { points, leaves_by });
            }
            let joined = self
                .parts(next)
                .find_map(|[a, b]| match (a == entry, b == entry) {
                    (true, _) => Some(b),
                    (_, true) => Some(a),
                    _ => None,
                });
            // What crosses a side does so on both sides of it.
            let Some(joined) = joined else {
                return Err(NoContour::Flat);
            };
            (cell, side) = (next, joined);
        }
    }

    /// The cell beyond a side.
    fn beyond(&self, [column, row]: Cell, side: Side) -> Option<Cell> {
        let next = match side {
            0 => [column, row.checked_sub(1)?],
            1 => [column + 1, row],
            2 => [column, row + 1],
            _ => [column.checked_sub(1)?, row],
        };
        (next[0] + 1 < self.size[0] && next[1] + 1 < self.size[1]).then_some(next)
    }

    /// Closes a contour along the border of the plane's pixels, around the smaller part.
    fn close(&self, points: &mut Vec<Point>, first: Side, last: Side) {
        let border = Border(self.size.map(|n| n as f64));
        let [Some(start), Some(end)] = [points.first(), points.last()] else {
            return;
        };
        let (start, end) = (border.along(*start, first), border.along(*end, last));
        let way = [border.way(end, start), border.way(start, end)];
        let [clockwise, mut other] = way;
        other.reverse();
        let closed = [clockwise, other].map(|way| {
            let mut closed = points.clone();
            closed.extend(way);
            closed
        });
        let [one, other] = closed;
        *points = if area(&one) <= area(&other) {
            one
        } else {
            other
        };
    }
}

/// The border around all pixels, of so many columns and rows.
struct Border([f64; 2]);

impl Border {
    /// How far along the border, clockwise from the first corner, a point on a side is.
    fn along(&self, [x, y]: Point, side: Side) -> f64 {
        let [width, height] = self.0;
        match side {
            0 => x + 0.5,
            1 => width + y + 0.5,
            2 => 2.0 * width + height - (x + 0.5),
            _ => 2.0 * (width + height) - (y + 0.5),
        }
    }

    fn point(&self, along: f64) -> Point {
        let [width, height] = self.0;
        let along = along.rem_euclid(2.0 * (width + height));
        let [x, y] = if along < width {
            [along, 0.0]
        } else if along < width + height {
            [width, along - width]
        } else if along < 2.0 * width + height {
            [2.0 * width + height - along, height]
        } else {
            [0.0, 2.0 * (width + height) - along]
        };
        [x - 0.5, y - 0.5]
    }

    /// Both ends and the corners between them, clockwise.
    fn way(&self, from: f64, to: f64) -> Vec<Point> {
        let [width, height] = self.0;
        let round = 2.0 * (width + height);
        let length = (to - from).rem_euclid(round);
        let corners = [0.0, width, width + height, 2.0 * width + height];
        let mut between: Vec<f64> = corners
            .map(|corner| (corner - from).rem_euclid(round))
            .into_iter()
            .filter(|on| *on > 0.0 && *on < length)
            .collect();
        between.sort_by(f64::total_cmp);
        let between = between.into_iter().map(|on| from + on);
        let all = std::iter::once(from).chain(between).chain([to]);
        all.map(|along| self.point(along)).collect()
    }
}

const fn corner_of([column, row]: Cell, n: usize) -> [usize; 2] {
    match n {
        0 => [column, row],
        1 => [column + 1, row],
        2 => [column + 1, row + 1],
        _ => [column, row + 1],
    }
}

fn distance_to_part(at: Point, [from, to]: [Point; 2]) -> f64 {
    let way = [0, 1].map(|n| to[n] - from[n]);
    let squared = way[0] * way[0] + way[1] * way[1];
    let along = [0, 1].map(|n| (at[n] - from[n]) * way[n]);
    let share = match squared > 0.0 {
        true => ((along[0] + along[1]) / squared).clamp(0.0, 1.0),
        false => 0.0,
    };
    let [x, y] = [0, 1].map(|n| from[n] + share * way[n] - at[n]);
    x.hypot(y)
}

fn area(points: &[Point]) -> f64 {
    let pairs = points.iter().zip(points.iter().cycle().skip(1));
    0.5 * pairs
        .map(|(a, b)| a[0] * b[1] - a[1] * b[0])
        .sum::<f64>()
        .abs()
}
