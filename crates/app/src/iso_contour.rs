//! Iso-contours for the bytes door.

use crate::app::App;
use crate::bytes::Header;
use crate::images;
use crate::jobs::blocking;
use crate::pixels::{Pixels, sigma_of};
use crate::wire::{ErrorCode, IsoContourRequest, WireError};
use annotomy_segmentation::{NoContour, iso_contour};
use std::sync::Arc;

/// Pixels of a plane that is looked at: a large radiograph.
const MAX_PIXELS: usize = 1 << 25;

/// The corners of the contour through a place, none where the image is flat; waits until the volume
/// is loaded.
pub(crate) async fn contour(
    app: &Arc<App>,
    asked: IsoContourRequest,
) -> Result<Vec<u8>, WireError> {
    let IsoContourRequest {
        request,
        image,
        volume,
        contour,
    } = asked;
    let image = images::volume(app, &image, volume)?;
    let pixels = Pixels::of(contour.place, image.series.geometry().size(), MAX_PIXELS)?;
    let sigma = sigma_of(contour.sigma_mm)?;
    if !contour.at.iter().all(|place| place.is_finite()) {
        return Err(WireError::invalid("a contour goes through a place"));
    }
    let header = pixels.header(9, request, contour.place);
    let loaded = image.ready().await?;
    let points = blocking(move || {
        let values = pixels.values(&loaded.volume)?;
        match iso_contour(&values.plane(), contour.at, sigma) {
            Ok(points) => Ok(points),
            Err(NoContour::Flat) => Ok(Vec::new()),
            Err(NoContour::Long(most)) => {
                let message = format!("the contour has more than {most} corners; smooth more");
                Err(WireError::new(ErrorCode::Limit, message))
            }
        }
    });
    let points = points.await?;
    let bytes: Vec<u8> = points
        .as_flattened()
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    let header = Header {
        size: [points.len() as u32, 0],
        part: image.number as u32,
        ..header
    };
    Ok(header.with_body(&bytes))
}
