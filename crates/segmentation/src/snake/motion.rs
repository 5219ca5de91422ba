//! What moves a contour.

/// What moves a contour. Weights are of a speed image from -1 to 1; a propagation of 1 at a speed of
/// 1 is a millimetre in a unit of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Motion {
    /// Region competition: outwards where the speed is positive, inwards where it is negative.
    Regions {
        /// How much the speed counts.
        propagation: f64,
        /// How much curvature counts, in mm.
        curvature: f64,
    },
    /// Geodesic: outwards until the speed is 0 at an edge, slower and stiffer there, and drawn to it.
    Edges {
        /// How much the speed counts; inwards if negative.
        propagation: f64,
        /// How much curvature times the speed counts, in mm.
        curvature: f64,
        /// How much the edge draws, in mm.
        advection: f64,
    },
}

impl Motion {
    pub(super) fn is_valid(self) -> bool {
        let [propagation, curvature, advection] = self.weights();
        propagation.is_finite()
            && advection.is_finite()
            && (0.0..f64::INFINITY).contains(&curvature)
    }

    /// Propagation, curvature, advection.
    pub(super) const fn weights(self) -> [f64; 3] {
        match self {
            Self::Regions {
                propagation,
                curvature,
            } => [propagation, curvature, 0.0],
            Self::Edges {
                propagation,
                curvature,
                advection,
            } => [propagation, curvature, advection],
        }
    }
}
