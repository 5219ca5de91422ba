//! Locks, overwrite rule, editable area and range, voxel by voxel against their definitions.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use annotomy_annotation::change::Change;
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{self, Proposal, StrokeMode};
use annotomy_annotation::edit::{self, Property};
use annotomy_annotation::operation::{OperationKind, OverwriteRule, Provenance, Tool};
use annotomy_annotation::permit::{EditableArea, Kept, Rules};
use annotomy_annotation::segment::{Color, Segment, SegmentId};
use annotomy_volume::brush::{BrushShape, BrushStroke};
use annotomy_volume::geometry::{Affine, Geometry};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::space::{Mm, PointLps, VectorLps, VoxelIndex};
use annotomy_volume::volume::{Rescale, Volume, Voxels};
use proptest::prelude::*;
use uuid::Uuid;

const SIZE: [usize; 3] = [36, 12, 4];
const N_SEGMENTS: usize = 3;

fn geometry() -> Geometry {
    let steps = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]].map(VectorLps);
    Geometry::new(SIZE, Affine::from_steps(steps, PointLps([0.0; 3]))).unwrap()
}

/// The value of a voxel is its column, rescaled by 2 and -10.
fn image() -> Volume {
    let n_voxels = SIZE.iter().product();
    let columns = (0..n_voxels).map(|n| (n % SIZE[0]) as i16).collect();
    let rescale = Rescale {
        slope: 2.0,
        intercept: -10.0,
    };
    Volume::new(geometry(), Voxels::I16(columns), rescale, None).unwrap()
}

fn value(voxel: usize) -> f64 {
    (voxel % SIZE[0]) as f64 * 2.0 - 10.0
}

fn id(n: usize) -> SegmentId {
    SegmentId(Uuid::from_u128(n as u128))
}

/// Segments in one layer, where `labels` says, locked and shown as `flags` says.
fn document(labels: &[Label], flags: &[(bool, bool)]) -> DocumentState {
    let mut state = DocumentState::empty(SIZE);
    for n in 0..N_SEGMENTS {
        let add = edit::add_segment(&state, id(n), format!("S{n}"), Color([9; 3]), None).unwrap();
        state = state.after(&add.changes).unwrap();
    }
    let drawn = LabelMap::from_dense(SIZE, labels).unwrap();
    let delta = drawn.drawn(|label| label);
    state = state.after(&[Change::labels(0, delta)]).unwrap();
    for (n, &(is_locked, is_visible)) in flags.iter().enumerate() {
        for property in [Property::Lock(is_locked), Property::Visibility(is_visible)] {
            let set = edit::set_property(&state, id(n), property).unwrap();
            state = state.after(&set.changes).unwrap();
        }
    }
    state
}

fn labels() -> impl Strategy<Value = Vec<Label>> {
    let n_voxels = SIZE.iter().product::<usize>();
    prop::collection::vec(0..=N_SEGMENTS as Label, n_voxels)
}

fn rules() -> impl Strategy<Value = Rules> {
    let overwrite = prop_oneof![
        Just(OverwriteRule::All),
        Just(OverwriteRule::None),
        Just(OverwriteRule::Visible),
    ];
    let segments = prop::collection::vec(0..N_SEGMENTS + 1, 0..3);
    let segments = segments.prop_map(|n| n.into_iter().map(id).collect::<Vec<_>>());
    let area = (0..3, segments).prop_map(|(kind, segments)| match kind {
        0 => EditableArea::Everywhere,
        1 => EditableArea::Inside(segments),
        _ => EditableArea::Outside(segments),
    });
    let range = prop::option::of((-10..40, 0..40));
    let range = range.prop_map(|range| range.map(|(low, n)| f64::from(low)..=f64::from(low + n)));
    (overwrite, area, range).prop_map(|(overwrite, area, range)| Rules {
        overwrite,
        area,
        range,
    })
}

/// What keeps a voxel from changing, by the definitions of the rules.
fn keeper(
    segments: &[Segment],
    rules: &Rules,
    target: Option<usize>,
    (voxel, from, to): (usize, Label, Label),
) -> Option<fn(&mut Kept) -> &mut usize> {
    let of = |label: Label| segments.iter().find(|segment| segment.label == label);
    let is_locked = |label| of(label).is_some_and(|segment| segment.is_locked);
    let is_named = |ids: &[SegmentId]| of(from).is_some_and(|segment| ids.contains(&segment.id));
    let is_other = target.is_some_and(|n| from != 0 && from != n as Label + 1);
    let is_protected = is_other
        && match rules.overwrite {
            OverwriteRule::All => false,
            OverwriteRule::None => true,
            OverwriteRule::Visible => !of(from).unwrap().is_visible,
        };
    let is_outside = match &rules.area {
        EditableArea::Everywhere => false,
        EditableArea::Inside(ids) => !is_named(ids),
        EditableArea::Outside(ids) => is_named(ids),
    };
    let value = value(voxel);
    let is_beyond =
        |range: &std::ops::RangeInclusive<f64>| value < *range.start() || *range.end() < value;
    if is_locked(from) || is_locked(to) {
        Some(|kept| &mut kept.locked)
    } else if is_protected {
        Some(|kept| &mut kept.protected)
    } else if is_outside {
        Some(|kept| &mut kept.area)
    } else if rules.range.as_ref().is_some_and(is_beyond) {
        Some(|kept| &mut kept.range)
    } else {
        None
    }
}

/// Labels after, and what was kept, if `wanted` is what a tool wants.
fn expected(
    state: &DocumentState,
    before: &[Label],
    (rules, target): (&Rules, Option<usize>),
    wanted: impl Fn(usize, Label) -> Label,
) -> (Vec<Label>, Kept) {
    let mut kept = Kept::default();
    let after = before.iter().enumerate().map(|(voxel, &from)| {
        let to = wanted(voxel, from);
        let by = (to != from).then(|| keeper(state.segments(), rules, target, (voxel, from, to)));
        match by.flatten() {
            Some(count) => {
                *count(&mut kept) += 1;
                from
            }
            None => to,
        }
    });
    (after.collect(), kept)
}

fn labels_after(state: &DocumentState, drawn: &draw::Drawn) -> Vec<Label> {
    let after = state.after(&drawn.operation.changes).unwrap();
    let [n_i, n_j, n_k] = SIZE;
    let rows = (0..n_k).flat_map(|k| (0..n_j).map(move |j| (j, k)));
    let voxels = rows.flat_map(|(j, k)| (0..n_i).map(move |i| VoxelIndex([i, j, k])));
    voxels.map(|voxel| after.layers()[0].label(voxel)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn strokes_change_what_the_rules_allow_and_nothing_else(
        before in labels(),
        flags in prop::collection::vec(any::<(bool, bool)>(), N_SEGMENTS),
        rules in rules(),
        target in 0..N_SEGMENTS,
        erases in any::<bool>(),
        at in [0.0..36.0, 0.0..12.0, 0.0..4.0],
    ) {
        let state = document(&before, &flags);
        let radius = 5.0;
        let path = BrushStroke {
            path: vec![PointLps(at)],
            radius: Mm(radius),
            shape: BrushShape::Sphere,
        };
        let mode = if erases { StrokeMode::Erase } else { StrokeMode::Paint };
        let image = image();
        let drawn = draw::stroke(
            &state, &geometry(), id(target), (mode, &path), (&rules, Some(&image)),
        );
        if flags[target].0 {
            prop_assert!(drawn.is_err());
            return Ok(());
        }
        let drawn = drawn.unwrap();
        let label = target as Label + 1;
        let wanted = |voxel: usize, from| {
            let [n_i, n_j, _] = SIZE;
            let centre = [voxel % n_i, voxel / n_i % n_j, voxel / (n_i * n_j)].map(|n| n as f64);
            let distance2: f64 = centre.iter().zip(at).map(|(a, b)| (a - b).powi(2)).sum();
            match (distance2 <= radius * radius, erases) {
                (true, false) => label,
                (true, true) if from == label => 0,
                _ => from,
            }
        };
        let (after, kept) = expected(&state, &before, (&rules, Some(target)), wanted);
        prop_assert_eq!(labels_after(&state, &drawn), after);
        prop_assert_eq!(drawn.kept, kept);
    }

    #[test]
    fn proposals_change_what_the_rules_allow_and_nothing_else(
        before in labels(),
        proposed in labels(),
        flags in prop::collection::vec(any::<(bool, bool)>(), N_SEGMENTS),
        rules in rules(),
        target in prop::option::of(0..N_SEGMENTS),
    ) {
        let state = document(&before, &flags);
        let wanted = LabelMap::from_dense(SIZE, &proposed).unwrap();
        let proposal = Proposal {
            kind: OperationKind::Smooth,
            tool: Tool::new("smooth", Provenance::Algorithm),
            delta: state.layers()[0].merged(&wanted, |_, to| to),
        };
        let image = image();
        let under = (&rules, Some(&image));
        let drawn = match target {
            Some(n) => draw::propose(&state, id(n), proposal, under),
            None => Ok(draw::propose_for_layer(&state, 0, proposal, under)),
        };
        if target.is_some_and(|n| flags[n].0) {
            prop_assert!(drawn.is_err());
            return Ok(());
        }
        let drawn = drawn.unwrap();
        let (after, kept) =
            expected(&state, &before, (&rules, target), |voxel, _| proposed[voxel]);
        prop_assert_eq!(labels_after(&state, &drawn), after);
        prop_assert_eq!(drawn.kept, kept);
    }
}

#[test]
fn the_record_says_under_which_rules_voxels_were_changed() {
    let state = document(&vec![0; SIZE.iter().product()], &[]);
    let rules = Rules {
        overwrite: OverwriteRule::Visible,
        area: EditableArea::Outside(vec![id(1), id(2)]),
        range: Some(-5.5..=20.0),
    };
    let all = LabelMap::from_dense(SIZE, &vec![1; SIZE.iter().product()]).unwrap();
    let proposal = Proposal {
        kind: OperationKind::Threshold,
        tool: Tool::new("threshold", Provenance::Algorithm).with("range", "1 2"),
        delta: state.layers()[0].merged(&all, |_, to| to),
    };
    let image = image();
    let drawn = draw::propose(&state, id(0), proposal, (&rules, Some(&image))).unwrap();
    let tool = drawn.operation.tool.unwrap();
    let written: Vec<(&str, &str)> = tool
        .parameters
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let outside = format!("{} {}", id(1).0, id(2).0);
    let expected = [
        ("editable outside", outside.as_str()),
        ("editable range", "-5.5 20"),
        ("overwrite", "visible"),
        ("range", "1 2"),
    ];
    assert_eq!(written, expected);
}
