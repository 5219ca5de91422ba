//! What is exported, and as what.

use super::coco::{self, Look};
use super::dataset::Source;
use super::dicom::{self, Images, Kind, Object};
use super::grid::{Grid, straightened_note};
use super::image::{self, Cut};
use super::shapes::{self, Form};
use super::{Written, label_map, mesh, nnunet, seg_nrrd, table};
use crate::app::{App, Caller};
use crate::documents::{OpenDocument, Snapshot};
use crate::image_cache::Loaded;
use crate::images;
use crate::protocol;
use crate::time::now_us;
use crate::windows;
use crate::wire::{
    ExportFormat, ExportOptions, Finding, MaskForm, Window, WindowFunction, WireError,
};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::protocol::Class;
use annotomy_formats::{MeshFormat, Series};
use std::path::Path;
use std::sync::Arc;

/// Documents that go into one file, each as of one revision, with what the export needs besides.
#[derive(Debug)]
pub(crate) struct Content {
    series: Arc<Series>,
    /// The volume whose segments the first document holds, 0 first; those of all where there is none.
    volume: Option<usize>,
    first: Arc<Snapshot>,
    others: Vec<Arc<Snapshot>>,
    grid: Grid,
    way: Way,
}

/// How each format is written.
#[derive(Debug)]
pub(crate) enum Way {
    LabelMap,
    SegNrrd(Vec<Class>),
    Dicom(Kind, Box<Object>),
    Coco(Values, Look),
    Nnunet(Values, Option<String>),
    Table(Values),
    Shapes(Values, Form),
    Image(Values, Cut),
    Mesh(MeshFormat),
}

/// The volume of the image that goes with the segments.
#[derive(Debug)]
pub(crate) struct Values {
    loaded: Arc<Loaded>,
    number: usize,
}

impl Way {
    /// Waits for the image's values, where the format says something of them.
    pub(crate) async fn of(
        app: &Arc<App>,
        caller: &Caller,
        document: &OpenDocument,
        (format, options): (ExportFormat, &ExportOptions),
    ) -> Result<Self, WireError> {
        if let Some(kind) = Kind::of(format) {
            let classes = protocol::classes(app).await?;
            let object = Object::new(&caller.user, now_us(), classes);
            return Ok(Self::Dicom(kind, Box::new(object)));
        }
        if format.has_sidecar() {
            return Ok(Self::LabelMap);
        }
        if let Some(format) = mesh::format_of(format) {
            return Ok(Self::Mesh(format));
        }
        if format == ExportFormat::SegNrrd {
            return Ok(Self::SegNrrd(protocol::classes(app).await?));
        }
        let series = document.series();
        let own = document.place.volume.map(|volume| volume as u32);
        let number = own.or(options.volume).unwrap_or(0);
        let image = images::volume(app, series.key(), number)?;
        let values = Values {
            loaded: image.ready().await?,
            number: number as usize,
        };
        if let Some(cut) = Cut::of(format, options)? {
            return Ok(Self::Image(values, cut));
        }
        Ok(match format {
            ExportFormat::Coco => Self::Coco(values, look(app, series, options)?),
            ExportFormat::Nnunet => Self::Nnunet(values, options.channel.clone()),
            format if format.is_of_shapes() => {
                let classes = protocol::classes(app).await?;
                Self::Shapes(values, Form::of(format, &caller.user, now_us(), classes))
            }
            _ => Self::Table(values),
        })
    }
}

impl Content {
    /// The documents, at least one, as they are now.
    pub(crate) fn now(documents: &[Arc<OpenDocument>], way: Way) -> Result<Self, WireError> {
        let [first, others @ ..] = documents else {
            return Err(WireError::internal());
        };
        Ok(Self {
            series: Arc::clone(first.series()),
            volume: first.place.volume,
            first: first.snapshot(),
            others: others.iter().map(|document| document.snapshot()).collect(),
            grid: Grid::of(first),
            way,
        })
    }

    /// What would be lost, or why it cannot be written; `path` is where, if that is known.
    pub(crate) fn check(&self, path: Option<&Path>) -> Result<Vec<Finding>, WireError> {
        let state = &self.first.state;
        let notes = match &self.way {
            Way::LabelMap => label_map::check(&self.states()),
            Way::SegNrrd(_) => Ok(Vec::new()),
            Way::Dicom(kind, object) => dicom::check(*kind, self.images(), state, object),
            Way::Coco(values, look) => coco::check(path, &self.source(values), look),
            Way::Nnunet(values, channel) => {
                nnunet::check(path, &self.source(values), channel.as_deref())
            }
            Way::Table(values) => Ok(table::check(&self.source(values))),
            Way::Shapes(values, form) => shapes::check(&self.source(values), form),
            Way::Image(values, cut) => image::check(&self.source(values), cut),
            Way::Mesh(format) => Ok(mesh::check(*format, state, self.grid.has_volumes())),
        }?;
        Ok(self.grid_notes().into_iter().chain(notes).collect())
    }

    pub(crate) fn write(&self, path: &Path, replaces_existing: bool) -> Result<Written, WireError> {
        let (state, geometry) = (&self.first.state, &self.grid.geometry);
        let mut written = match &self.way {
            Way::LabelMap => label_map::write(path, &self.states(), geometry),
            Way::SegNrrd(classes) => seg_nrrd::write(path, state, geometry, classes),
            Way::Dicom(kind, object) => dicom::write(path, *kind, self.images(), state, object),
            Way::Coco(values, look) => {
                coco::write(path, &self.source(values), look, replaces_existing)
            }
            Way::Nnunet(values, channel) => {
                let source = self.source(values);
                nnunet::write(path, &source, channel.as_deref(), replaces_existing)
            }
            Way::Table(values) => table::write(path, &self.source(values)),
            Way::Shapes(values, form) => shapes::write(path, &self.source(values), form),
            Way::Image(values, cut) => image::write(path, &self.source(values), cut),
            Way::Mesh(format) => {
                mesh::write(path, *format, (state, geometry), self.grid.has_volumes())
            }
        }?;
        written.notes.extend(self.grid_notes());
        Ok(written)
    }

    /// What the file says of the grid that is not so.
    fn grid_notes(&self) -> Vec<Finding> {
        let in_plane = self.grid.in_plane_note();
        let notes = match self.way {
            // DICOM objects refer to their images; a table leaves empty what is not known.
            Way::Dicom(..) | Way::Table(_) | Way::Shapes(..) => [None, None],
            // Surfaces go through slices where these lie.
            Way::Coco(..) | Way::Mesh(_) => [in_plane, None],
            Way::LabelMap | Way::SegNrrd(_) | Way::Nnunet(..) | Way::Image(..) => {
                [in_plane, straightened_note(&self.grid.geometry)]
            }
        };
        notes.into_iter().flatten().collect()
    }

    fn states(&self) -> Vec<&DocumentState> {
        let snapshots = [&self.first].into_iter().chain(&self.others);
        snapshots.map(|snapshot| &snapshot.state).collect()
    }

    fn images(&self) -> Images<'_> {
        Images {
            series: &self.series,
            volume: self.volume.unwrap_or(0),
        }
    }

    fn source(&self, values: &Values) -> Source {
        Source {
            series: Arc::clone(&self.series),
            snapshot: Arc::clone(&self.first),
            has_own_segments: self.volume.is_some(),
            grid: self.grid.clone(),
            loaded: Arc::clone(&values.loaded),
            number: values.number,
        }
    }
}

fn look(app: &App, series: &Series, options: &ExportOptions) -> Result<Look, WireError> {
    let window = match &options.window {
        Some(window) if !is_sound(window) => {
            return Err(WireError::invalid(
                "a window has a finite center and a positive width, a linear one more than 1, and \
                 the steps of a table ascend",
            ));
        }
        Some(window) => window.clone(),
        None => {
            let measured = app.images.find(series.key())?.measured();
            windows::initial(series, measured.ok_or_else(WireError::internal)?.automatic)
        }
    };
    Ok(Look {
        masks: options.masks.unwrap_or(MaskForm::Polygons),
        window,
    })
}

/// Whether each value has one grey in it.
fn is_sound(window: &Window) -> bool {
    let is_wide = match window.function {
        WindowFunction::Linear => window.width > 1.0,
        WindowFunction::LinearExact | WindowFunction::Sigmoid => window.width > 0.0,
    };
    let is_finite = window.center.is_finite() && window.width.is_finite();
    is_finite && is_wide && window.steps.is_sorted_by(|a, b| a.from < b.from)
}
