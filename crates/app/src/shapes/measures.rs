//! What shapes measure, and the image's values inside them.

use super::frame::Frame;
use super::shape_id;
use crate::app::{App, Caller};
use crate::images;
use crate::jobs::blocking;
use crate::past::Shown;
use crate::wire::{self, WireError};
use annotomy_annotation::shape::{Figure, Measures, Shape, ShapeId};
use annotomy_volume::region::{value_at, values_in_box, values_inside};
use annotomy_volume::space::PointLps;
use annotomy_volume::statistics::LabelStatistics;
use annotomy_volume::volume::Volume;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(crate) async fn shape_measures(
    app: &Arc<App>,
    _: &Caller,
    request: wire::ShapeMeasuresRequest,
) -> Result<wire::ShapeMeasures, WireError> {
    let shown = Shown::find(app, &request.document).await?;
    let document = shown.document();
    let image = images::volume(app, document.series().key(), request.volume)?;
    let loaded = image.ready().await?;
    let snapshot = shown.snapshot();
    let ids = request.shapes.map(|shapes| {
        let ids = shapes.iter().map(|shape| shape_id(shape));
        ids.collect::<Result<BTreeSet<ShapeId>, _>>()
    });
    let ids = ids.transpose()?;
    let frame = Frame::of(document);
    let length_unit = document.meaning().in_plane.into();
    blocking(move || {
        let volume = &loaded.volume;
        let is_wanted = |id| ids.as_ref().is_none_or(|ids| ids.contains(&id));
        let shapes = snapshot.state.shapes().iter();
        let wanted = shapes.filter(|shape| is_wanted(shape.id));
        let measured = wanted.map(|shape| measured(&frame, volume, shape));
        Ok(wire::ShapeMeasures {
            revision: snapshot.revision as u32,
            length_unit,
            value_unit: volume.unit().map(str::to_owned),
            shapes: measured.collect(),
        })
    })
    .await
}

/// What a shape measures as it is shown.
pub(super) fn measured(frame: &Frame, volume: &Volume, shape: &Shape) -> wire::ShapeMeasure {
    let shown = frame.show(&shape.figure);
    // Values are looked up on the image's own grid, where the shape is kept.
    let own = shape.figure.try_map(|point| Some(point.lps()));
    let values = own.and_then(|own| values(volume, &own));
    measure(shape.id.0.to_string(), shown.measures(), values)
}

fn values(volume: &Volume, figure: &Figure<PointLps>) -> Option<LabelStatistics> {
    match figure {
        Figure::Point(at) => Some(value_at(volume, *at)),
        Figure::Box3d { centre, ends } => {
            let half = ends.map(|end| end - *centre);
            Some(values_in_box(volume, *centre, half))
        }
        figure => Some(values_inside(volume, &figure.outline()?)),
    }
}

fn measure(
    shape: String,
    measures: Measures,
    values: Option<LabelStatistics>,
) -> wire::ShapeMeasure {
    wire::ShapeMeasure {
        shape,
        length: measures.length,
        perimeter: measures.perimeter,
        area: measures.area,
        angle_degrees: measures.angle,
        long_axis: measures.long_axis,
        short_axis: measures.short_axis,
        volume: measures.volume,
        values: values.map(|values| wire::ShapeValues {
            n: values.n_voxels as u32,
            mean: values.mean(),
            standard_deviation: values.standard_deviation(),
            min: values.range().map(|[min, _]| min),
            max: values.range().map(|[_, max]| max),
        }),
    }
}
