//! What an outline on a flat surface encloses, by the even-odd rule.

/// Edges are looked for by bands of the outline's height: so few are tried for each place.
const N_BANDS: usize = 1024;

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

    pub(super) fn contains(&self, [x, y]: [f64; 2]) -> bool {
        let band = self.bands.get(self.band(y));
        let crossed = band.into_iter().flatten().filter(|[from, to]| {
            let is_beside = (from[1] <= y) != (to[1] <= y);
            is_beside && x < from[0] + (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1])
        });
        crossed.count() % 2 == 1
    }
}
