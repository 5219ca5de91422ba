//! `annotomy segment snake`.

use crate::arguments::{SnakeArguments, SpeedBy};
use crate::call::{Session, absolute};
use crate::print::Output;
use annotomy_app::wire::{SegmentSnakeRequest, SegmentedBySnake, SnakeSpeed};
use std::path::PathBuf;

impl SnakeArguments {
    fn speed(&self) -> SnakeSpeed {
        match self.speed {
            SpeedBy::Threshold => SnakeSpeed::Threshold {
                low: self.low,
                high: self.high,
                softness: self.softness,
            },
            SpeedBy::Edge => SnakeSpeed::Edge {
                sigma: self.sigma,
                contrast: self.contrast,
                exponent: self.exponent,
            },
            SpeedBy::Clusters => SnakeSpeed::Clusters {
                classes: self.classes,
                chosen: self.chosen.clone(),
            },
        }
    }
}

pub(crate) async fn run(
    session: &Session,
    wanted: SnakeArguments,
    output: Output,
) -> anyhow::Result<()> {
    let optional = |path: &Option<PathBuf>| path.as_deref().map(absolute).transpose();
    let request = SegmentSnakeRequest {
        image: absolute(&wanted.image)?,
        bubbles: optional(&wanted.bubbles)?,
        start: optional(&wanted.start)?,
        output: absolute(&wanted.out)?,
        margin_mm: wanted.margin,
        speed: wanted.speed(),
        propagation: wanted.propagation,
        curvature: wanted.curvature,
        advection: wanted.advection,
        iterations: wanted.iterations,
        replace_existing: wanted.replace,
    };
    let done: SegmentedBySnake = session.call("segment_snake", &request).await?;
    output.segmented_by_snake(&done)
}
