//! Live wires for the bytes door.

use crate::app::App;
use crate::bytes::Header;
use crate::images;
use crate::jobs::blocking;
use crate::pixels::{Pixels, sigma_of};
use crate::wire::{LiveWireRequest, WireError};
use annotomy_segmentation::{WireCosts, ways_to};
use annotomy_volume::slice::Slice;
use annotomy_volume::volume::Voxels;
use std::sync::Arc;

/// Pixels among which wires run; so many take about a second.
const MAX_PIXELS: usize = 1 << 20;

/// For each pixel the neighbour that is next on the way to the anchor; waits until the volume is
/// loaded.
pub(crate) async fn wires(app: &Arc<App>, asked: LiveWireRequest) -> Result<Vec<u8>, WireError> {
    let LiveWireRequest {
        request,
        image,
        volume,
        wire,
    } = asked;
    let image = images::volume(app, &image, volume)?;
    let pixels = Pixels::of(wire.place, image.series.geometry().size(), MAX_PIXELS)?;
    let anchor = wire.anchor.map(|n| n as usize);
    let size = pixels.size();
    if anchor[0] >= size[0] || anchor[1] >= size[1] {
        return Err(WireError::invalid("the anchor is outside the plane"));
    }
    let sigma = sigma_of(wire.sigma_mm)?;
    let header = Header {
        part: image.number as u32,
        ..pixels.header(7, request, wire.place)
    };
    let loaded = image.ready().await?;
    let ways = blocking(move || {
        let values = pixels.values(&loaded.volume)?;
        let costs = WireCosts::of(&values.plane(), sigma);
        ways_to(&costs, anchor).ok_or_else(WireError::internal)
    });
    let voxels = Voxels::U8(ways.await?);
    Ok(header.with_slice(&Slice { size, voxels }))
}
