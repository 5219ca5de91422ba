//! JPEG XL (ISO/IEC 18181; DICOM PS3.5 8.2.16, A.4.16), by the `jxl-oxide` crate.

use super::colour::Model;
use super::fault::FrameFault;
use super::form::FrameForm;
use jxl_oxide::image::BitDepth;
use jxl_oxide::{AllocTracker, JxlImage, JxlThreadPool};

const CODEC: &str = "JPEG XL";

/// Memory that decoding may take besides what the image's size explains.
const SPARE_BYTES: usize = 64 << 20;

/// Bytes that decoding may take for each sample: buffers of 32 bits, some at once.
const BYTES_PER_SAMPLE: usize = 64;

fn damaged(reason: impl Into<String>) -> FrameFault {
    FrameFault::Damaged {
        codec: CODEC,
        reason: reason.into(),
    }
}

/// Fills `out` with samples, interleaved by pixel, each as wide as the form says; answers in which
/// colours they are.
pub(super) fn decode(
    encoded: &[u8],
    form: &FrameForm,
    out: &mut [u8],
) -> Result<Model, FrameFault> {
    let n_samples = form.n_pixels().saturating_mul(form.samples);
    let limit = n_samples
        .saturating_mul(BYTES_PER_SAMPLE)
        .saturating_add(SPARE_BYTES);
    // Slices are decoded in parallel already.
    let image = JxlImage::builder()
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(limit))
        .read(encoded)
        .map_err(|fault| damaged(fault.to_string()))?;
    let samples = if image.pixel_format().is_grayscale() {
        1
    } else {
        3
    };
    let (columns, rows) = (image.width() as usize, image.height() as usize);
    form.check(CODEC, columns, rows, samples)?;
    let BitDepth::IntegerSample { bits_per_sample } = image.image_header().metadata.bit_depth
    else {
        return Err(FrameFault::Unsupported {
            codec: CODEC,
            what: "floating point samples".to_owned(),
        });
    };
    form.check_precision(CODEC, bits_per_sample)?;
    if bits_per_sample > 16 {
        return Err(FrameFault::Unsupported {
            codec: CODEC,
            what: format!("{bits_per_sample} bits"),
        });
    }
    let render = image
        .render_frame(0)
        .map_err(|fault| damaged(fault.to_string()))?;
    let mut stream = render.stream_no_alpha();
    let found = (stream.width() as usize, stream.height() as usize);
    if (found, stream.channels() as usize) != ((columns, rows), samples) {
        return Err(damaged("a rotated or partial frame"));
    }
    let largest = 2_f32.powi(i32::try_from(bits_per_sample).unwrap_or(16)) - 1.0;
    let mut line = vec![0_f32; form.columns.saturating_mul(samples)];
    for row in out.chunks_exact_mut(form.row_bytes().max(1)) {
        if stream.write_to_buffer(&mut line) != line.len() {
            return Err(damaged("the frame ends early"));
        }
        for place in 0..samples {
            #[expect(clippy::cast_possible_truncation, reason = "clamped to 16 bits")]
            let whole = |v: &f32| (v * largest).round_ties_even().clamp(0.0, largest) as i32;
            form.put_row(
                row,
                place,
                line.iter().skip(place).step_by(samples).map(whole),
            );
        }
    }
    Ok(Model::Rgb)
}
