//! What an outline on a flat surface encloses, by the even-odd rule.

/// Edges are looked for by bands of the outline's height: so few are tried for each place.
const N_BANDS: usize = 1024;
/// Relative: an edge so near is taken to pass.
const ROUNDING: f64 = 1e-9;

/// An outline, its last corner joined to its first.
pub(super) struct FlatOutline {
    top: f64,
    band_height: f64,
    /// The edges that pass each band.
    bands: Vec<Vec<[[f64; 2]; 2]>>,
}

impl FlatOutline {
    pub(super) fn new(corners: &[[f64; 2]]) -> Self {
        let heights = corners.iter().map(|[_, y]| *y);
        let top = heights.clone().fold(f64::INFINITY, f64::min);
        let bottom = heights.fold(f64::NEG_INFINITY, f64::max);
        let mut outline = Self {
            top,
            band_height: ((bottom - top) / N_BANDS as f64).max(f64::MIN_POSITIVE),
            bands: vec![Vec::new(); N_BANDS + 1],
        };
        for (&from, &to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            let [first, last] = [from[1].min(to[1]), from[1].max(to[1])].map(|y| outline.band(y));
            for band in outline.bands.iter_mut().take(last + 1).skip(first) {
                band.push([from, to]);
            }
        }
        outline
    }

    /// A height above the outline is in its first band, one below in its last.
    fn band(&self, y: f64) -> usize {
        (((y - self.top) / self.band_height) as usize).min(N_BANDS)
    }

    /// Whether all places between two are inside, or all outside; none where an edge may pass between.
    pub(super) fn contains_between(&self, ends: [[f64; 2]; 2]) -> Option<bool> {
        let [a, b] = ends;
        let size = a
            .iter()
            .chain(&b)
            .fold(1.0, |most: f64, x| most.max(x.abs()));
        let slack = ROUNDING * size;
        let low = [0, 1].map(|n| a[n].min(b[n]) - slack);
        let high = [0, 1].map(|n| a[n].max(b[n]) + slack);
        let bands = self.bands.get(self.band(low[1])..=self.band(high[1]))?;
        let is_free = |[from, to]: &[[f64; 2]; 2]| {
            let beside = |n: usize| from[n].max(to[n]) < low[n] || from[n].min(to[n]) > high[n];
            beside(0) || beside(1) || {
                let way = [0, 1].map(|n| to[n] - from[n]);
                let side = |x: f64, y: f64| way[0] * (y - from[1]) - way[1] * (x - from[0]);
                let [x, y] = [0, 1].map(|n| [low[n], high[n]]);
                let sides = [(0, 0), (0, 1), (1, 0), (1, 1)].map(|(n, m)| side(x[n], y[m]));
                sides.iter().all(|side| *side > 0.0) || sides.iter().all(|side| *side < 0.0)
            }
        };
        let are_free = bands.iter().flatten().all(is_free);
        are_free.then(|| self.contains(a))
    }

    pub(super) fn contains(&self, [x, y]: [f64; 2]) -> bool {
        let band = self.bands.get(self.band(y));
        let crossed = band.into_iter().flatten().filter(|[from, to]| {
            let is_beside = (from[1] <= y) != (to[1] <= y);
            is_beside && x < from[0] + (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1])
        });
        crossed.count() % 2 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers between -1 and 1, the same each time.
    fn numbers() -> impl FnMut() -> f64 {
        let mut state = 7_u64;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
        }
    }

    #[test]
    fn what_is_said_of_a_line_holds_for_its_points() {
        let mut next = numbers();
        let mut told = [0; 3];
        for n in 0..3000 {
            let n_corners = 3 + n % 9;
            let corner = |next: &mut dyn FnMut() -> f64| match n % 3 {
                // Corners that share rows and columns, as those drawn on voxels do.
                0 => [(4.0 * next()).round(), (4.0 * next()).round()],
                _ => [4.0 * next(), 4.0 * next()],
            };
            let corners: Vec<[f64; 2]> = (0..n_corners).map(|_| corner(&mut next)).collect();
            let outline = FlatOutline::new(&corners);
            let from = corner(&mut next);
            let ends = [
                from,
                [from[0] + next(), from[1] + next() * f64::from(n % 2)],
            ];
            let at = |t: f64| [0, 1].map(|n| ends[0][n] + t * (ends[1][n] - ends[0][n]));
            let points = (0..=64).map(|t| outline.contains(at(f64::from(t) / 64.0)));
            let points: Vec<bool> = points.collect();
            match outline.contains_between(ends) {
                Some(inside) => {
                    assert!(
                        points.iter().all(|&point| point == inside),
                        "{corners:?} {ends:?}"
                    );
                    told[usize::from(inside)] += 1;
                }
                None => told[2] += 1,
            }
        }
        assert!(told.iter().all(|&n| n > 100), "{told:?}");
    }
}
