//! Sorts the images of a stack into volumes: one image of each position along the normal.
//!
//! Positions imaged several times hold several volumes: time points, echoes, diffusion weightings,
//! phases. What tells them apart is found, not assumed: the first kind of value that differs
//! between images of one position, and has no more values than a position has images, splits the
//! images; what is left is split by the next kind. Values that differ from slice to slice, such as
//! each slice's own time, do not qualify; they only order the images of each position.

use super::label::{Mark, Volume, label};
use super::slice::Slice;
use crate::finding::Finding;
use crate::slice_plane::SlicePlane;
use annotomy_volume::space::VectorLps;
use std::collections::{BTreeMap, BTreeSet};

/// Images nearer to each other than this along the normal lie at one position, mm: files round.
const SAME_POSITION_MM: f64 = 0.01;

/// Images of one stack in the order of their positions.
#[derive(Debug)]
pub(super) struct Sorted {
    pub(super) planes: Vec<SlicePlane>,
    /// Each with as many images as there are positions; missing ones are `None`.
    pub(super) volumes: Vec<Vec<Option<Slice>>>,
    /// What each volume is, such as `t = 12.5 s`; one empty label if there is one volume.
    pub(super) labels: Vec<String>,
}

/// An image that has a position.
struct Placed {
    slice: Slice,
    position: usize,
}

/// Images that make one volume, as far as it is known.
#[derive(Debug, Clone, Default)]
struct Class {
    /// Indices of images, in the order of their numbers.
    members: Vec<usize>,
    /// What has set them apart from others.
    marks: Vec<Mark>,
    /// Place among images that nothing else tells apart.
    rank: Option<(usize, usize)>,
}

/// Sorts images of one orientation along the normal of `plane`, row x column. They come in the
/// order of their numbers.
pub(super) fn sort(slices: Vec<Slice>, plane: SlicePlane, report: &mut Vec<Finding>) -> Sorted {
    let (images, planes) = place(slices, plane);
    let whole = Class {
        members: (0..images.len()).collect(),
        ..Class::default()
    };
    let mut classes = Vec::new();
    let first = images
        .first()
        .map(|image| image.slice.marks.dimensions.as_slice());
    let marks = Mark::all(first.unwrap_or_default());
    refine(&images, whole, &marks, &mut classes);
    classes.sort_by_cached_key(|class| order(&images, class));
    let labels = label(&unlabelled(&images, &classes));
    let mut left_out = Vec::new();
    let mut volumes: Vec<Vec<Option<Slice>>> = Vec::new();
    let mut slices: Vec<(usize, Option<Slice>)> = images
        .into_iter()
        .map(|image| (image.position, Some(image.slice)))
        .collect();
    for class in &classes {
        let mut volume = vec![None; planes.len()];
        for member in &class.members {
            let Some((position, slice)) = slices.get_mut(*member) else {
                continue;
            };
            match volume.get_mut(*position) {
                Some(place @ None) => *place = slice.take(),
                _ => left_out.extend(slice.take()),
            }
        }
        volumes.push(volume);
    }
    tell(&volumes, &classes, &left_out, report);
    Sorted {
        planes,
        volumes,
        labels,
    }
}

/// Numbers the positions along the normal.
fn place(slices: Vec<Slice>, plane: SlicePlane) -> (Vec<Placed>, Vec<SlicePlane>) {
    let normal = plane.normal();
    let depth = |slice: &Slice| {
        let plane = slice.plane.unwrap_or(plane);
        VectorLps(plane.position.0).dot(normal)
    };
    let mut by_depth: Vec<(f64, usize)> = slices.iter().map(depth).zip(0..).collect();
    by_depth.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut positions = vec![0; slices.len()];
    let mut planes: Vec<SlicePlane> = Vec::new();
    let mut here = f64::NEG_INFINITY;
    for (depth, n) in by_depth {
        let is_next = depth - here >= SAME_POSITION_MM;
        if is_next {
            here = depth;
            planes.extend(slices.get(n).and_then(|slice| slice.plane));
        }
        if let Some(position) = positions.get_mut(n) {
            *position = planes.len().saturating_sub(1);
        }
    }
    let placed = |(slice, position)| Placed { slice, position };
    (
        slices.into_iter().zip(positions).map(placed).collect(),
        planes,
    )
}

/// How many of the images each position has.
fn counts(images: &[Placed], members: &[usize]) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for image in members.iter().filter_map(|n| images.get(*n)) {
        let count: &mut usize = counts.entry(image.position).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// The lower median: duplicates of a few images do not make volumes.
fn usual(counts: &BTreeMap<usize, usize>) -> usize {
    let mut sorted: Vec<usize> = counts.values().copied().collect();
    sorted.sort_unstable();
    let middle = sorted.len().saturating_sub(1) / 2;
    sorted.get(middle).copied().unwrap_or(1)
}

/// Splits a class until each position has one image.
fn refine(images: &[Placed], class: Class, marks: &[Mark], done: &mut Vec<Class>) {
    let counts = counts(images, &class.members);
    if usual(&counts) < 2 {
        done.push(class);
        return;
    }
    let largest = |counts: &BTreeMap<usize, usize>| counts.values().copied().max().unwrap_or(0);
    let most = largest(&counts);
    for (n, mark) in marks.iter().enumerate() {
        let mut parts: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for member in &class.members {
            let key = images
                .get(*member)
                .map(|image| mark.key(&image.slice.marks));
            parts.entry(key).or_default().push(*member);
        }
        let is_split = (2..=most).contains(&parts.len());
        let is_told_apart = |members: &Vec<usize>| largest(&self::counts(images, members)) < most;
        if !is_split || !parts.values().all(is_told_apart) {
            continue;
        }
        let rest = marks.get(n.saturating_add(1)..).unwrap_or_default();
        for members in parts.into_values() {
            let mut marks = class.marks.clone();
            marks.push(*mark);
            let part = Class {
                members,
                marks,
                rank: None,
            };
            refine(images, part, rest, done);
        }
        return;
    }
    rank(images, class, usual(&counts), done);
}

/// Splits by the order of the images at each position.
fn rank(images: &[Placed], class: Class, n_ranks: usize, done: &mut Vec<Class>) {
    let mut positions: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for member in &class.members {
        let position = images.get(*member).map_or(0, |image| image.position);
        positions.entry(position).or_default().push(*member);
    }
    let marks_of = |member: &usize| images.get(*member).map(|image| &image.slice.marks);
    let orders = |mark: &&Mark| {
        positions.values().all(|members| {
            let keys = members.iter().map(|member| mark.key(marks_of(member)?));
            let keys: Option<BTreeSet<_>> = keys.collect();
            keys.is_some_and(|keys| keys.len() == members.len())
        })
    };
    let time = Mark::TIMES.iter().find(orders).copied();
    let mut ranks = vec![Vec::new(); n_ranks];
    for mut members in positions.into_values() {
        if let Some(time) = time {
            members.sort_by_key(|member| marks_of(member).and_then(|marks| time.key(marks)));
        }
        for (n, member) in members.into_iter().enumerate() {
            // More than usual: left out with the last.
            let n = n.min(n_ranks.saturating_sub(1));
            if let Some(rank) = ranks.get_mut(n) {
                rank.push(member);
            }
        }
    }
    for (n, mut members) in ranks.into_iter().enumerate() {
        members.sort_unstable();
        let mut marks = class.marks.clone();
        marks.extend(time);
        let rank = Some((n, n_ranks));
        done.push(Class {
            members,
            marks,
            rank,
        });
    }
}

/// By the values that tell volumes apart, as far as they have an order, then by acquisition.
fn order(images: &[Placed], class: &Class) -> impl Ord + use<> {
    let members = || class.members.iter().filter_map(|n| images.get(*n));
    let keys: Vec<_> = class
        .marks
        .iter()
        .filter(|mark| mark.has_order())
        .map(|mark| {
            members()
                .filter_map(|image| mark.key(&image.slice.marks))
                .min()
        })
        .collect();
    (keys, class.rank, class.members.first().copied())
}

/// For each class, what tells it apart and the values of its images.
fn unlabelled<'a>(images: &'a [Placed], classes: &'a [Class]) -> Vec<Volume<'a>> {
    let volume = |class: &'a Class| Volume {
        told_by: &class.marks,
        rank: class.rank,
        images: class
            .members
            .iter()
            .filter_map(|n| images.get(*n))
            .map(|image| &image.slice.marks)
            .collect(),
    };
    classes.iter().map(volume).collect()
}

/// Reports several volumes, incomplete ones, and what was left out.
fn tell(
    volumes: &[Vec<Option<Slice>>],
    classes: &[Class],
    left_out: &[Slice],
    report: &mut Vec<Finding>,
) {
    let n_volumes = volumes.len();
    let n_positions = volumes.first().map_or(0, Vec::len);
    if n_volumes > 1 {
        let told_by: BTreeSet<Mark> = classes.iter().flat_map(|c| c.marks.clone()).collect();
        let words: Vec<String> = told_by.into_iter().map(Mark::word).collect();
        let differ = match words.is_empty() {
            true => "Nothing in the files tells them apart but their numbers".to_owned(),
            false => format!("They differ in {}", words.join(", ")),
        };
        let message = format!(
            "The {n_positions} position(s) were imaged {n_volumes} times. {differ}. Each time is a volume of its own."
        );
        report.push(Finding::note("several_volumes", message));
    }
    let missing = |volume: &Vec<Option<Slice>>| volume.iter().filter(|s| s.is_none()).count();
    let lacking: Vec<usize> = volumes.iter().map(missing).filter(|n| *n > 0).collect();
    if !lacking.is_empty() {
        let (n, n_images) = (lacking.len(), lacking.iter().sum::<usize>());
        let message = format!(
            "{n_images} image(s) are missing in {n} of {n_volumes} volumes; they stay blank."
        );
        report.push(Finding::warning("incomplete_volumes", message));
    }
    if let Some(double) = left_out.first() {
        let n = left_out.len();
        let message = format!(
            "{n} image(s) lie at the position of another; the image with the lower instance number was kept."
        );
        report.push(Finding::warning("duplicate_slices", message).in_file(double.path()));
    }
}
