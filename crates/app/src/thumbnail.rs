//! Small pictures of series.

use crate::windows;
use crate::wire::WireError;
use annotomy_formats::Series;
use annotomy_volume::orientation::planes;
use annotomy_volume::space::Axis;
use annotomy_volume::volume::{Scalar, Voxels};
use annotomy_volume::with_voxels;
use image::{ImageFormat, RgbImage, imageops};
use std::io::Cursor;

/// Longest edge of a thumbnail in pixels.
const EDGE: f64 = 160.0;

/// The middle slice along k as a PNG: windowed, in true proportion, turned as the viewer shows it.
pub(crate) fn png(series: &Series) -> Result<Vec<u8>, WireError> {
    let geometry = series.geometry();
    let [n_columns, n_rows, n_slices] = geometry.size();
    let voxels = series.load_slice(0, n_slices / 2)?;
    let pixels = to_rgb(&voxels, series);
    let mut picture = RgbImage::from_raw(n_columns as u32, n_rows as u32, pixels)
        .ok_or_else(WireError::internal)?;
    let [column_mm, row_mm, _] = geometry.spacing_mm();
    let extent = [n_columns as f64 * column_mm, n_rows as f64 * row_mm];
    let scale = EDGE / extent[0].max(extent[1]);
    let [width, height] = extent.map(|mm| (mm * scale).round().max(1.0) as u32);
    picture = imageops::resize(&picture, width, height, imageops::FilterType::Triangle);
    if let Some(plane) = planes(geometry)
        .iter()
        .find(|plane| plane.across == Axis::K)
    {
        let [along_i, along_j] = if plane.columns.axis == Axis::I {
            [plane.columns, plane.rows]
        } else {
            [plane.rows, plane.columns]
        };
        if along_i.is_flipped {
            imageops::flip_horizontal_in_place(&mut picture);
        }
        if along_j.is_flipped {
            imageops::flip_vertical_in_place(&mut picture);
        }
        if plane.columns.axis == Axis::J {
            picture = imageops::flip_horizontal(&imageops::rotate90(&picture));
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|_| WireError::internal())?;
    Ok(bytes.into_inner())
}

fn to_rgb(voxels: &Voxels, series: &Series) -> Vec<u8> {
    if let Voxels::Rgb8(colors) = voxels {
        return colors.as_flattened().to_vec();
    }
    let window = windows::initial(series, windows::automatic(voxels, series));
    let grey = |stored: f64| window.shown(series, stored);
    with_voxels!(voxels, v => v.iter().flat_map(|stored| [grey(stored.to_f64()); 3]).collect())
}
