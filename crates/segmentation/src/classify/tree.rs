//! One tree of a random forest, grown on some of the samples.
//!
//! A node asks whether one feature lies above a threshold; of the questions about a few features,
//! chosen by a fixed rule, it asks the one after which the labels are purest by Gini (Breiman,
//! Machine Learning 45 (2001) 5). Thresholds lie between two of a feature's values, of which there
//! are so many that samples count by [`Bins`].

use super::features::{Features, N_FEATURES};

/// Intervals of a feature at most.
const MOST_BINS: usize = 256;
/// Samples of a node that are rather put in order than counted by bin.
const FEW: usize = 64;
/// Features that a node looks at: the square root of all.
const N_TRIED: usize = N_FEATURES.isqrt();

/// Where the values of each feature are cut into intervals.
#[derive(Debug)]
pub(super) struct Bins {
    /// Of each feature, ascending: a value up to the first cut is in interval 0.
    cuts: Vec<Vec<f32>>,
    /// Of each sample.
    pub(super) samples: Vec<[u8; N_FEATURES]>,
}

impl Bins {
    pub(super) fn new(samples: &[Features]) -> Self {
        let cuts: Vec<Vec<f32>> = (0..N_FEATURES)
            .map(|feature| {
                let mut values: Vec<f32> = samples.iter().map(|all| all[feature]).collect();
                values.sort_unstable_by(f32::total_cmp);
                values.dedup();
                let n = values.len().min(MOST_BINS);
                let cut = |m: usize| {
                    let at = m * values.len() / n;
                    f32::midpoint(values[at - 1], values[at])
                };
                (1..n).map(cut).collect()
            })
            .collect();
        let binned = |all: &Features| {
            let mut bins = [0; N_FEATURES];
            for ((bin, value), cuts) in bins.iter_mut().zip(all).zip(&cuts) {
                *bin = cuts.partition_point(|cut| cut < value) as u8;
            }
            bins
        };
        let samples = samples.iter().map(binned).collect();
        Self { cuts, samples }
    }
}

/// A question, or a leaf: one whose answer leads to itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Node {
    pub(super) threshold: f32,
    pub(super) feature: u32,
    /// The node for values up to the threshold; the one after it is for those above. Of a leaf
    /// itself.
    pub(super) next: u32,
    /// Of a leaf the first of its shares.
    pub(super) shares: u32,
}

/// A tree; its first node is the first to ask.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    /// The share of each label in each leaf.
    pub(super) shares: Vec<f32>,
}

/// Samples by their bins and the numbers of their labels, of which there are `n_labels`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lesson<'a> {
    pub(super) bins: &'a Bins,
    pub(super) labels: &'a [u16],
    pub(super) n_labels: usize,
}

/// A sample that a tree is grown on.
#[derive(Debug, Clone, Copy)]
struct Drawn {
    sample: u32,
    /// The number of its label.
    label: u16,
    /// How often it was drawn.
    weight: u32,
}

/// A tree on its way.
struct Growing<'a> {
    lesson: Lesson<'a>,
    random: Random,
    tree: Tree,
    /// How often each label occurs in each bin.
    counts: Vec<u32>,
    /// The bins of a node's samples by one feature, few of them in order.
    bins: Vec<(u8, u16, u32)>,
}

impl Tree {
    /// Grown on as many samples as there are, drawn with replacement by a rule that `number` fixes.
    pub(super) fn grow(lesson: Lesson<'_>, number: u64) -> Self {
        let mut random = Random(number);
        let mut drawn = drawn(lesson, &mut random);
        let mut growing = Growing {
            lesson,
            random,
            tree: Self::default(),
            counts: vec![0; MOST_BINS * lesson.n_labels],
            bins: Vec::new(),
        };
        growing.tree.nodes.push(Node::OPEN);
        // Nodes whose samples are known, those of the left first.
        let mut open = vec![(0, 0..drawn.len())];
        while let Some((at, range)) = open.pop() {
            let samples = &mut drawn[range.clone()];
            let Some(split) = growing.best_split(samples) else {
                growing.end(at, samples);
                continue;
            };
            let n_low = growing.part(samples, split);
            let next = growing.tree.nodes.len();
            growing.tree.nodes[at] = Node {
                threshold: split.threshold,
                feature: split.feature as u32,
                next: next as u32,
                shares: 0,
            };
            growing.tree.nodes.extend([Node::OPEN; 2]);
            let middle = range.start + n_low;
            open.push((next + 1, middle..range.end));
            open.push((next, range.start..middle));
        }
        growing.tree
    }
}

/// The samples that were drawn, each with how often.
fn drawn(lesson: Lesson<'_>, random: &mut Random) -> Vec<Drawn> {
    let n = lesson.labels.len();
    let mut weights = vec![0_u32; n];
    for _ in 0..n {
        weights[random.below(n)] += 1;
    }
    let weighted = (0..).zip(weights).zip(lesson.labels);
    weighted
        .filter(|((_, weight), _)| *weight > 0)
        .map(|((sample, weight), &label)| Drawn {
            sample,
            label,
            weight,
        })
        .collect()
}

/// A feature, the highest of its bins that go to the left, and the highest of its values.
#[derive(Debug, Clone, Copy)]
struct Split {
    feature: usize,
    bin: usize,
    threshold: f32,
}

/// How often labels occur below and above a border that moves up, and the best place for it.
struct Sides {
    below: Side,
    above: Side,
    /// Purity, the last bin below, and the first above.
    best: Option<(f64, usize, usize)>,
}

/// How often each label occurs, in all, and the sum of squares.
#[derive(Debug, Clone)]
struct Side {
    counts: Vec<u32>,
    all: u64,
    squares: u64,
}

impl Side {
    fn add(&mut self, label: usize, n: u32) {
        let before = u64::from(self.counts[label]);
        self.counts[label] += n;
        let n = u64::from(n);
        self.all += n;
        self.squares += n * (2 * before + n);
    }

    fn remove(&mut self, label: usize, n: u32) {
        self.counts[label] -= n;
        let n = u64::from(n);
        self.all -= n;
        self.squares -= n * (2 * u64::from(self.counts[label]) + n);
    }

    /// The more have the same label, the larger.
    fn purity(&self) -> f64 {
        self.squares as f64 / self.all as f64
    }
}

impl Sides {
    /// All above.
    fn new(samples: &[Drawn], n_labels: usize) -> Self {
        let below = Side {
            counts: vec![0; n_labels],
            all: 0,
            squares: 0,
        };
        let mut above = below.clone();
        for drawn in samples {
            above.add(usize::from(drawn.label), drawn.weight);
        }
        Self {
            below,
            above,
            best: None,
        }
    }

    fn move_below(&mut self, label: usize, n: u32) {
        self.below.add(label, n);
        self.above.remove(label, n);
    }

    /// Keeps the border between two bins if none was better.
    fn note(&mut self, bin: usize, next: usize) {
        let purity = self.below.purity() + self.above.purity();
        if self.best.is_none_or(|(most, ..)| purity > most) {
            self.best = Some((purity, bin, next));
        }
    }
}

impl Growing<'_> {
    /// The split after which labels are purest; none if they are pure or nothing tells them apart.
    fn best_split(&mut self, samples: &[Drawn]) -> Option<Split> {
        let first = samples.first()?.label;
        if samples.iter().all(|drawn| drawn.label == first) {
            return None;
        }
        let all = Sides::new(samples, self.lesson.n_labels);
        let mut features: [usize; N_FEATURES] = std::array::from_fn(|n| n);
        let mut best: Option<(f64, Split)> = None;
        for n in 0..N_FEATURES {
            // As many as are to be tried, and more until one tells samples apart.
            if n >= N_TRIED && best.is_some() {
                break;
            }
            features.swap(n, n + self.random.below(N_FEATURES - n));
            let found = self.split_by(features[n], samples, &all);
            if let Some((purity, split)) = found
                && best.is_none_or(|(most, _)| purity > most)
            {
                best = Some((purity, split));
            }
        }
        best.map(|(_, split)| split)
    }

    /// The best split by a feature, and how pure it leaves the labels.
    fn split_by(&mut self, feature: usize, samples: &[Drawn], all: &Sides) -> Option<(f64, Split)> {
        let mut sides = Sides {
            below: all.below.clone(),
            above: all.above.clone(),
            best: None,
        };
        match samples.len() > FEW {
            true => self.sweep_bins(feature, samples, &mut sides),
            false => self.sweep_samples(feature, samples, &mut sides),
        }
        let (purity, bin, next) = sides.best?;
        let cuts = &self.lesson.bins.cuts[feature];
        let split = Split {
            feature,
            bin,
            // In the middle between the two samples that it parts.
            threshold: f32::midpoint(cuts[bin], cuts[next - 1]),
        };
        Some((purity, split))
    }

    /// Moves the border up bin by bin.
    fn sweep_bins(&mut self, feature: usize, samples: &[Drawn], sides: &mut Sides) {
        let n_labels = self.lesson.n_labels;
        let n_bins = self.lesson.bins.cuts[feature].len() + 1;
        self.counts[..n_bins * n_labels].fill(0);
        for drawn in samples {
            let bin = usize::from(self.lesson.bins.samples[drawn.sample as usize][feature]);
            self.counts[bin * n_labels + usize::from(drawn.label)] += drawn.weight;
        }
        let mut last = None;
        let bins = self.counts[..n_bins * n_labels].chunks_exact(n_labels);
        for (bin, counts) in bins.enumerate() {
            if counts.iter().all(|&n| n == 0) {
                continue;
            }
            if let Some(last) = last {
                sides.note(last, bin);
            }
            for (label, &n) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
                sides.move_below(label, n);
            }
            last = Some(bin);
        }
    }

    /// The same for few samples, of which most bins have none.
    fn sweep_samples(&mut self, feature: usize, samples: &[Drawn], sides: &mut Sides) {
        self.bins.clear();
        self.bins.extend(samples.iter().map(|drawn| {
            let bin = self.lesson.bins.samples[drawn.sample as usize][feature];
            (bin, drawn.label, drawn.weight)
        }));
        self.bins.sort_unstable_by_key(|(bin, ..)| *bin);
        let mut last = None;
        for &(bin, label, n) in &self.bins {
            let bin = usize::from(bin);
            if let Some(last) = last.filter(|last| *last < bin) {
                sides.note(last, bin);
            }
            sides.move_below(usize::from(label), n);
            last = Some(bin);
        }
    }

    /// Puts the samples of the left first; how many they are.
    fn part(&self, samples: &mut [Drawn], Split { feature, bin, .. }: Split) -> usize {
        let mut n_low = 0;
        for n in 0..samples.len() {
            let sample = samples[n].sample as usize;
            if usize::from(self.lesson.bins.samples[sample][feature]) <= bin {
                samples.swap(n, n_low);
                n_low += 1;
            }
        }
        n_low
    }

    /// Makes a node a leaf.
    fn end(&mut self, at: usize, samples: &[Drawn]) {
        let first = self.tree.shares.len();
        self.tree.shares.resize(first + self.lesson.n_labels, 0.0);
        let shares = &mut self.tree.shares[first..];
        let mut all = 0.0;
        for drawn in samples {
            let weight = drawn.weight as f32;
            shares[usize::from(drawn.label)] += weight;
            all += weight;
        }
        shares.iter_mut().for_each(|share| *share /= all);
        self.tree.nodes[at] = Node {
            next: at as u32,
            shares: first as u32,
            ..Node::OPEN
        };
    }
}

impl Node {
    /// Nothing is above its threshold.
    const OPEN: Self = Self {
        threshold: f32::INFINITY,
        feature: 0,
        next: 0,
        shares: 0,
    };
}

/// Numbers by a fixed rule (SplitMix64: Steele, Lea and Flood, OOPSLA 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        // The high half times n, over 2^32: n is far below it.
        (((mixed >> 32) * n as u64) >> 32) as usize
    }
}
