//! The bytes door: slices, labels, planes, surfaces, live wires, iso-contours, dabs
//! and thumbnails.

use crate::app::App;
use crate::documents::Snapshot;
use crate::drawing;
use crate::image_cache::OpenImage;
use crate::images;
use crate::iso_contour;
use crate::jobs::blocking;
use crate::live_wire;
use crate::past::Shown;
use crate::plane_bytes;
use crate::surfaces::{self, Known};
use crate::thumbnail;
use crate::wire::{BytesRequest, HEADER_BYTES, WireError};
use annotomy_volume::labels::{Label, LabelMap};
use annotomy_volume::slice::{Slice, orthogonal_slice};
use annotomy_volume::space::Axis;
use annotomy_volume::volume::{ScalarType, Voxels};
use std::sync::Arc;

/// What the header says; laid out in [`crate::wire::BytesRequest`]'s module.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Header {
    pub(crate) kind: u16,
    pub(crate) request: u32,
    pub(crate) scalar: u16,
    pub(crate) axis: u16,
    /// Of a plane the sum of what was asked.
    pub(crate) index: u32,
    pub(crate) size: [u32; 2],
    pub(crate) revision: u32,
    /// Of labels their layer, of an image its volume.
    pub(crate) part: u32,
}

const HEADER_VERSION: u16 = 1;

impl Header {
    pub(crate) fn with_body(self, body: &[u8]) -> Vec<u8> {
        let mut reply = Vec::with_capacity(HEADER_BYTES + body.len());
        reply.extend(b"ANMY");
        reply.extend(HEADER_VERSION.to_le_bytes());
        reply.extend(self.kind.to_le_bytes());
        reply.extend(self.request.to_le_bytes());
        reply.extend(self.scalar.to_le_bytes());
        reply.extend(self.axis.to_le_bytes());
        let [columns, rows] = self.size;
        for number in [
            self.index,
            columns,
            rows,
            body.len() as u32,
            self.revision,
            self.part,
        ] {
            reply.extend(number.to_le_bytes());
        }
        reply.extend_from_slice(body);
        reply
    }

    pub(crate) fn with_slice(self, slice: &Slice) -> Vec<u8> {
        let size = slice.size.map(|n| n as u32);
        let scalar = scalar_code(slice.voxels.scalar_type());
        Self {
            scalar,
            size,
            ..self
        }
        .with_body(slice.voxels.bytes())
    }
}

const fn scalar_code(scalar_type: ScalarType) -> u16 {
    match scalar_type {
        ScalarType::U8 => 0,
        ScalarType::I8 => 1,
        ScalarType::U16 => 2,
        ScalarType::I16 => 3,
        ScalarType::U32 => 4,
        ScalarType::I32 => 5,
        ScalarType::F32 => 6,
        ScalarType::F64 => 7,
        ScalarType::Rgb8 => 8,
    }
}

/// Answers a request with header and body.
///
/// # Errors
/// [`WireError`]; a slice of an image that is still loading is waited for.
pub async fn bytes(app: &Arc<App>, request: BytesRequest) -> Result<Vec<u8>, WireError> {
    match request {
        BytesRequest::Slice {
            request,
            image,
            volume,
            axis,
            index,
        } => {
            let series = Arc::clone(&app.images.find(&image)?.series);
            let place = Place::new(series.geometry().size(), axis, index)?;
            let image = images::volume(app, &image, volume)?;
            image_slice(&image, request, place).await
        }
        BytesRequest::Labels {
            request,
            document,
            layer,
            axis,
            index,
        } => {
            let snapshot = Shown::find(app, &document).await?.snapshot();
            let place = Place::new(snapshot.state.size(), axis, index)?;
            label_slice(&snapshot, request, layer, place)
        }
        BytesRequest::Plane {
            request,
            image,
            volume,
            plane,
            slab,
        } => {
            let image = images::volume(app, &image, volume)?;
            plane_bytes::image(&image, request, plane, slab).await
        }
        BytesRequest::LabelPlane {
            request,
            document,
            layer,
            plane,
        } => {
            let shown = Shown::find(app, &document).await?;
            let seen = (shown.geometry(), shown.snapshot());
            plane_bytes::labels(seen, (request, layer), plane).await
        }
        BytesRequest::Surface {
            request,
            document,
            segment,
            since,
            since_document,
        } => {
            let shown = Shown::find(app, &document).await?;
            let known = Known::new(&shown, since_document.as_deref(), since);
            let answer = surfaces::surface(app, shown, &segment, known).await?;
            Ok(Header {
                kind: 6,
                request,
                size: [answer.n_pieces as u32, u32::from(answer.is_whole)],
                revision: answer.revision as u32,
                ..Header::default()
            }
            .with_body(&answer.body))
        }
        BytesRequest::LiveWire(asked) => live_wire::wires(app, asked).await,
        BytesRequest::IsoContour(asked) => iso_contour::contour(app, asked).await,
        BytesRequest::Dabs(asked) => drawing::dabs(app, asked).await,
        BytesRequest::Thumbnail { request, series } => {
            let series = app.series.find(&series)?;
            let png = blocking(move || thumbnail::png(&series)).await?;
            Ok(Header {
                kind: 3,
                request,
                ..Header::default()
            }
            .with_body(&png))
        }
    }
}

/// A slice that exists.
#[derive(Debug, Clone, Copy)]
struct Place {
    axis: Axis,
    index: usize,
}

impl Place {
    fn new(size: [usize; 3], axis: u32, index: u32) -> Result<Self, WireError> {
        let axis = Axis::ALL.get(axis as usize).copied();
        axis.map(|axis| Self {
            axis,
            index: index as usize,
        })
        .filter(|place| place.index < size[place.axis.position()])
        .ok_or_else(|| WireError::invalid("this slice is outside the image"))
    }

    fn header(self, kind: u16, request: u32) -> Header {
        let (axis, index) = (self.axis.position() as u16, self.index as u32);
        Header {
            kind,
            request,
            axis,
            index,
            ..Header::default()
        }
    }
}

async fn image_slice(image: &OpenImage, request: u32, place: Place) -> Result<Vec<u8>, WireError> {
    let header = Header {
        part: image.number as u32,
        ..place.header(1, request)
    };
    let first = image
        .first()
        .filter(|first| place.axis == Axis::K && place.index == first.index);
    if let Some(first) = first {
        first.was_fetched();
    }
    if image.loaded().is_none() {
        let ahead = match first {
            Some(first) => Some(first.voxels.clone()),
            None => slice_ahead(image, place).await,
        };
        if let Some(voxels) = ahead {
            let [n_columns, n_rows, _] = image.series.geometry().size();
            let size = [n_columns, n_rows];
            return Ok(header.with_slice(&Slice { size, voxels }));
        }
    }
    let loaded = image.ready().await?;
    let slice = orthogonal_slice(&loaded.volume, place.axis, place.index);
    Ok(header.with_slice(&slice.ok_or_else(WireError::internal)?))
}

/// A slice read from its file while the volume is loading, where that is quick. None too where it
/// cannot be read: the volume shows it blank, or says why there is nothing to show.
async fn slice_ahead(image: &OpenImage, place: Place) -> Option<Voxels> {
    let series = Arc::clone(&image.series);
    if place.axis != Axis::K || !series.is_random_access() || image.failure().is_some() {
        return None;
    }
    let number = image.number;
    let read = move || Ok(series.load_slice(number, place.index)?);
    blocking(read).await.ok()
}

fn label_slice(
    snapshot: &Snapshot,
    request: u32,
    layer: u32,
    place: Place,
) -> Result<Vec<u8>, WireError> {
    let labels = layer_of(snapshot, layer)?;
    let slice = Slice {
        size: place
            .axis
            .in_plane()
            .map(|axis| labels.size()[axis.position()]),
        voxels: narrowest(snapshot, labels.slice(place.axis, place.index)),
    };
    let revision = snapshot.revision as u32;
    Ok(Header {
        revision,
        part: layer,
        ..place.header(2, request)
    }
    .with_slice(&slice))
}

/// The labels of a layer.
pub(crate) fn layer_of(snapshot: &Snapshot, layer: u32) -> Result<&LabelMap, WireError> {
    let layers = snapshot.state.layers();
    let labels = layers.get(layer as usize);
    labels.ok_or_else(|| WireError::invalid("there is no such layer"))
}

/// As u8 where every label of the document fits, else as they are.
pub(crate) fn narrowest(snapshot: &Snapshot, labels: Vec<Label>) -> Voxels {
    let segments = snapshot.state.segments().iter();
    let highest = segments.map(|segment| segment.label).max().unwrap_or(0);
    if u8::try_from(highest).is_ok() {
        Voxels::U8(labels.into_iter().map(|label| label as u8).collect())
    } else {
        Voxels::U16(labels)
    }
}
