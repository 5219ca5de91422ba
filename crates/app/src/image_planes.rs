//! The planes in which an image is looked at and annotated.

use crate::wire;
use annotomy_formats::{GridMeaning, InPlane, Series};
use annotomy_volume::geometry::Geometry;
use annotomy_volume::orientation::{self, Plane, PlaneName, opposite, planes};
use annotomy_volume::space::Axis;

/// The grid's three planes; only its own where slices lie at unknown places, and only the one
/// that has more than a line of voxels where there is a single slice.
pub(crate) fn shown_planes(series: &Series) -> Vec<wire::Plane> {
    let (geometry, meaning) = (series.geometry(), series.meaning());
    if !meaning.is_placed {
        return vec![own_plane(meaning)];
    }
    let all = planes(geometry);
    match single_slice(geometry) {
        Some(across) => {
            let is_shown = |plane: &Plane| plane.across == across;
            all.into_iter().filter(is_shown).map(wire_plane).collect()
        }
        None => all.map(wire_plane).into(),
    }
}

/// The axis along which there is one voxel only, if there is one such axis.
fn single_slice(geometry: &Geometry) -> Option<Axis> {
    let is_single = |axis: &Axis| geometry.size()[axis.position()] == 1;
    let mut single = Axis::ALL.into_iter().filter(is_single);
    single.next().filter(|_| single.next().is_none())
}

/// Rows across the screen and columns down it, as they are stored.
fn own_plane(meaning: &GridMeaning) -> wire::Plane {
    let [right, bottom] = meaning.orientation.clone().unwrap_or_default();
    let letters = wire::EdgeLetters {
        left: opposite(&right),
        top: opposite(&bottom),
        right,
        bottom,
    };
    wire::Plane {
        name: wire::PlaneName::Own,
        slice_axis: 2,
        column_axis: 0,
        is_column_flipped: false,
        row_axis: 1,
        is_row_flipped: false,
        letters,
    }
}

fn wire_plane(plane: Plane) -> wire::Plane {
    let name = match plane.name {
        PlaneName::Axial => wire::PlaneName::Axial,
        PlaneName::Sagittal => wire::PlaneName::Sagittal,
        PlaneName::Coronal => wire::PlaneName::Coronal,
    };
    let number = |axis: Axis| axis.position() as u32;
    let orientation::Plane {
        across,
        columns,
        rows,
        letters: [left, right, top, bottom],
        ..
    } = plane;
    wire::Plane {
        name,
        slice_axis: number(across),
        column_axis: number(columns.axis),
        is_column_flipped: columns.is_flipped,
        row_axis: number(rows.axis),
        is_row_flipped: rows.is_flipped,
        letters: wire::EdgeLetters {
            left,
            right,
            top,
            bottom,
        },
    }
}

impl From<GridMeaning> for wire::GridMeaning {
    fn from(meaning: GridMeaning) -> Self {
        Self {
            is_placed: meaning.is_placed,
            in_plane: match meaning.in_plane {
                InPlane::Patient => wire::InPlane::Patient,
                InPlane::Detector => wire::InPlane::Detector,
                InPlane::Unknown => wire::InPlane::Unknown,
            },
            has_depth: meaning.has_depth,
        }
    }
}
