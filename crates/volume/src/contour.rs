//! Outlines of the voxels of a slice, and the voxels inside outlines.
//!
//! Outlines follow the edges of voxels, so that their area is the area of the voxels, drawn in by
//! [`INSET`]. A program that asks which voxel centres lie inside finds exactly the voxels that were
//! outlined; so does one that rounds corners to voxels and counts the outline as inside, because
//! each corner lies nearest to a voxel that is inside. Outlines through the middle between centres
//! (marching squares) have the first property only, and cut corners off.

use crate::labels::Label;

/// How far inside the edge of its voxel an outline runs, as a part of a voxel.
pub const INSET: f64 = 1.0 / UNITS as f64;

/// Corners are whole numbers of this part of a voxel.
const UNITS: i64 = 100;

/// No corner.
const NONE: u32 = u32::MAX;

/// A position in a slice: column and row as continuous indices, voxel centres at the integers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlicePoint(pub [f64; 2]);

/// A closed outline; the last point is joined to the first.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Corners, clockwise as seen with rows downwards.
    pub points: Vec<SlicePoint>,
}

/// Outlines of the voxels that have `label` in a slice, as [`outlines`], each along the very edges
/// of its voxels. `None` if one has a hole: for formats whose outlines cannot have any.
#[must_use]
pub fn solid_outlines(labels: &[Label], columns: usize, label: Label) -> Option<Vec<Outline>> {
    let Some(mut tracer) = Tracer::over(labels, columns, label) else {
        return Some(Vec::new());
    };
    let mut loops = tracer.loops();
    loops.sort_by_key(|found| (found.top_left.1, found.top_left.0));
    let is_solid = loops.iter().all(|found| found.is_outer);
    let on_edges = |found: &Loop| {
        let mut outline = tracer.outline(found.first);
        for point in &mut outline.points {
            // Undoes the inset, which is far less than half a voxel.
            point.0 = point.0.map(|x| (x + 0.5).round() - 0.5);
        }
        outline
    };
    is_solid.then(|| loops.iter().map(on_edges).collect())
}

/// Outlines of the voxels that have `label` in a slice, row by row from the top. Voxels that touch
/// at a corner only are apart. Holes are joined to the outline around them by a channel of no width
/// (a keyhole), so each outline stands for itself.
#[must_use]
pub fn outlines(labels: &[Label], columns: usize, label: Label) -> Vec<Outline> {
    let Some(mut tracer) = Tracer::over(labels, columns, label) else {
        return Vec::new();
    };
    let mut loops = tracer.loops();
    // Rows above first: a channel runs to the left in the row above its hole, so it ends at the
    // outer outline or at a hole that begins higher and has its channel already.
    loops.sort_by_key(|found| (found.top_left.1, found.top_left.0));
    for hole in loops.iter().filter(|found| !found.is_outer) {
        tracer.join(hole);
    }
    let outer = loops.iter().filter(|found| found.is_outer);
    outer.map(|found| tracer.outline(found.first)).collect()
}

/// Sets each voxel whose centre an odd number of outlines encloses: those inside a keyholed
/// outline, and those inside one outline but not in another inside it. `inside` has `columns` voxels
/// a row. Outlines may reach beyond the slice.
pub fn fill(outlines: &[Outline], columns: usize, inside: &mut [bool]) {
    if columns == 0 {
        return;
    }
    let n_rows = inside.len() / columns;
    let mut crossings = vec![Vec::new(); n_rows];
    for outline in outlines {
        let next = outline.points.iter().cycle().skip(1);
        for (SlicePoint(a), SlicePoint(b)) in outline.points.iter().zip(next) {
            cross(*a, *b, &mut crossings);
        }
    }
    for (row, crossings) in inside.chunks_exact_mut(columns).zip(&mut crossings) {
        crossings.sort_by(f64::total_cmp);
        for span in crossings.as_chunks::<2>().0 {
            let [from, to] = span.map(|x| x.ceil().clamp(0.0, columns as f64) as usize);
            // A corner at infinity gives no span.
            let inside = row.get_mut(from..to).unwrap_or_default();
            inside.iter_mut().for_each(|voxel| *voxel ^= true);
        }
    }
}

/// Where an edge crosses the centre lines of rows; its lower end belongs to it.
fn cross([ax, ay]: [f64; 2], [bx, by]: [f64; 2], crossings: &mut [Vec<f64>]) {
    let row = |y: f64| y.ceil().clamp(0.0, crossings.len() as f64) as usize;
    let (from, to) = (row(ay.min(by)), row(ay.max(by)));
    let rows = crossings.iter_mut().enumerate().take(to).skip(from);
    for (j, crossings) in rows {
        let t = (j as f64 - ay) / (by - ay);
        crossings.push(ax + t * (bx - ax));
    }
}

/// The voxels to outline: the smallest rectangle that holds them.
struct Mask {
    inside: Vec<bool>,
    columns: usize,
    /// Column and row of its first voxel in the slice.
    first: [usize; 2],
}

impl Mask {
    /// `None` if there are no such voxels.
    fn cut_out(labels: &[Label], columns: usize, label: Label) -> Option<Self> {
        let rows = || labels.chunks_exact(columns).enumerate();
        let is_in = |found: &Label| *found == label;
        let (mut i, mut j) = (columns..0, labels.len()..0);
        for (row, voxels) in rows() {
            let Some(from) = voxels.iter().position(is_in) else {
                continue;
            };
            let to = voxels.iter().rposition(is_in)?;
            i = i.start.min(from)..i.end.max(to + 1);
            j = j.start.min(row)..row + 1;
        }
        let inside: Vec<bool> = rows()
            .skip(j.start)
            .take(j.len())
            .flat_map(|(_, voxels)| voxels[i.clone()].iter().map(is_in))
            .collect();
        (!inside.is_empty()).then_some(Self {
            inside,
            columns: i.len(),
            first: [i.start, j.start],
        })
    }

    /// Outside the rectangle there is nothing.
    fn has(&self, voxel: [i64; 2]) -> bool {
        self.position(voxel).is_some_and(|at| self.inside[at])
    }

    fn position(&self, [i, j]: [i64; 2]) -> Option<usize> {
        let (i, j) = (usize::try_from(i).ok()?, usize::try_from(j).ok()?);
        let at = j * self.columns + i;
        (i < self.columns && at < self.inside.len()).then_some(at)
    }
}

/// A side of a voxel, in the order of a walk around it with the voxel to the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

impl Side {
    /// Where the walk goes along this side.
    const fn ahead(self) -> [i64; 2] {
        match self {
            Self::Top => [1, 0],
            Self::Right => [0, 1],
            Self::Bottom => [-1, 0],
            Self::Left => [0, -1],
        }
    }

    /// Into the voxel.
    const fn inwards(self) -> [i64; 2] {
        self.right().ahead()
    }

    const fn right(self) -> Self {
        match self {
            Self::Top => Self::Right,
            Self::Right => Self::Bottom,
            Self::Bottom => Self::Left,
            Self::Left => Self::Top,
        }
    }

    const fn left(self) -> Self {
        self.right().right().right()
    }

    /// Corner of the voxel where the walk along this side ends, from its first corner.
    const fn end(self) -> [i64; 2] {
        match self {
            Self::Top => [1, 0],
            Self::Right => [1, 1],
            Self::Bottom => [0, 1],
            Self::Left => [0, 0],
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Corner {
    x: i64,
    y: i64,
    next: u32,
}

/// A closed walk; its corners follow each other.
struct Loop {
    first: u32,
    last: u32,
    /// Column, row and number of its topmost corner, of these the leftmost.
    top_left: (i64, i64, u32),
    is_outer: bool,
}

struct Tracer {
    mask: Mask,
    corners: Vec<Corner>,
    /// For a voxel whose left side is an edge: the corner from which the walk came up to it.
    left_edges: Vec<u32>,
    /// For a voxel whose top is an edge: whether a walk has passed it. Every loop has one.
    is_traced: Vec<bool>,
}

impl Tracer {
    /// `None` if there are no such voxels, or more than corners can be counted for.
    fn over(labels: &[Label], columns: usize, label: Label) -> Option<Self> {
        if columns == 0 || labels.len() >= NONE as usize / 8 {
            return None;
        }
        let mask = Mask::cut_out(labels, columns, label)?;
        let n = mask.inside.len();
        Some(Self {
            mask,
            corners: Vec::new(),
            left_edges: vec![NONE; n],
            is_traced: vec![false; n],
        })
    }

    fn loops(&mut self) -> Vec<Loop> {
        let mut loops = Vec::new();
        let columns = self.mask.columns;
        for at in 0..self.mask.inside.len() {
            let voxel = [(at % columns) as i64, (at / columns) as i64];
            let [i, j] = voxel;
            if !self.is_traced[at] && self.mask.has(voxel) && !self.mask.has([i, j - 1]) {
                loops.push(self.walk(voxel));
            }
        }
        loops
    }

    /// Walks from the top of a voxel, where a corner is: what is left of it would have been
    /// traced.
    fn walk(&mut self, start: [i64; 2]) -> Loop {
        let first = self.corners.len() as u32;
        let (mut voxel, mut side) = (start, Side::Top);
        let mut doubled_area = 0;
        loop {
            if let Some(at) = self.mask.position(voxel) {
                match side {
                    Side::Top => self.is_traced[at] = true,
                    // The corner below is the last one made; a loop begins with a top.
                    Side::Left => {
                        self.left_edges[at] = (self.corners.len() as u32).saturating_sub(1)
                    }
                    _ => {}
                }
            }
            let (next_voxel, next_side) = self.step(voxel, side);
            if next_side != side {
                let [x, y] = corner(voxel, side, next_side);
                self.corners.push(Corner {
                    x,
                    y,
                    next: self.corners.len() as u32 + 1,
                });
            }
            let ([end_x, end_y], [dx, dy]) = (side.end(), side.ahead());
            doubled_area += (voxel[0] + end_x) * dy - (voxel[1] + end_y) * dx;
            (voxel, side) = (next_voxel, next_side);
            if voxel == start && side == Side::Top {
                break;
            }
        }
        let last = self.corners.len() as u32 - 1;
        self.corners[last as usize].next = first;
        let numbered = self.corners[first as usize..].iter().zip(first..);
        let top_left = numbered
            .map(|(corner, n)| (corner.x, corner.y, n))
            .min_by_key(|(x, y, _)| (*y, *x))
            .unwrap_or((0, 0, first));
        Loop {
            first,
            last,
            top_left,
            is_outer: doubled_area > 0,
        }
    }

    /// The side that follows.
    fn step(&self, [i, j]: [i64; 2], side: Side) -> ([i64; 2], Side) {
        let ([di, dj], [in_i, in_j]) = (side.ahead(), side.inwards());
        let ahead = [i + di, j + dj];
        let beside = [i + di - in_i, j + dj - in_j];
        match (self.mask.has(ahead), self.mask.has(beside)) {
            (false, _) => ([i, j], side.right()),
            (true, false) => (ahead, side),
            (true, true) => (beside, side.left()),
        }
    }

    /// Joins a hole to the outline at its left by a channel there and back.
    fn join(&mut self, hole: &Loop) {
        let (x, y, entry) = hole.top_left;
        // The voxel above and left of the hole's corner: it and those before it are inside.
        let (mut i, j) = ((x - 1).div_euclid(UNITS), (y - 1).div_euclid(UNITS));
        while self.mask.has([i - 1, j]) {
            i -= 1;
        }
        let Some(at) = self.mask.position([i, j]) else {
            return;
        };
        let below = self.left_edges[at] as usize;
        let Some(Corner { next: above, .. }) = self.corners.get(below).copied() else {
            return;
        };
        let before_entry = if entry == hole.first {
            hole.last
        } else {
            entry - 1
        };
        let n = self.corners.len() as u32;
        let door = i * UNITS + 1;
        self.corners[below].next = n;
        self.corners[before_entry as usize].next = n + 1;
        self.corners.extend([
            Corner {
                x: door,
                y,
                next: entry,
            },
            Corner { x, y, next: n + 2 },
            Corner {
                x: door,
                y,
                next: above,
            },
        ]);
    }

    fn outline(&self, first: u32) -> Outline {
        let mut points: Vec<SlicePoint> = Vec::new();
        let mut at = first;
        loop {
            let corner = self.corners[at as usize];
            let place = |x: i64, first: usize| x as f64 / UNITS as f64 - 0.5 + first as f64;
            let [column, row] = self.mask.first;
            let point = SlicePoint([place(corner.x, column), place(corner.y, row)]);
            if points.last() != Some(&point) {
                points.push(point);
            }
            at = corner.next;
            if at == first {
                return Outline { points };
            }
        }
    }
}

/// The corner between two sides of the walk, in units: a voxel's first corner is at its index.
fn corner([i, j]: [i64; 2], side: Side, next: Side) -> [i64; 2] {
    let ([end_x, end_y], [a, b], [c, d]) = (side.end(), side.inwards(), next.inwards());
    [(i + end_x) * UNITS + a + c, (j + end_y) * UNITS + b + d]
}
