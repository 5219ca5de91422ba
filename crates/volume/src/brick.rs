//! Bricks: the pieces that label maps are stored in.

use crate::bit_planes::{BitPlanes, BrickMask, N_ROWS};
use crate::space::VoxelIndex;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A voxel's label in one layer; 0 means no segment.
pub type Label = u16;

/// Voxels along each edge of a brick.
pub const BRICK_EDGE: usize = 32;
/// Voxels of a brick.
pub const BRICK_VOXELS: usize = BRICK_EDGE * BRICK_EDGE * BRICK_EDGE;

/// Where a brick lies: voxel index divided by [`BRICK_EDGE`]. Ordered by k, then j, then i.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BrickIndex(pub [u16; 3]);

impl Ord for BrickIndex {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.iter().rev().cmp(other.0.iter().rev())
    }
}

impl PartialOrd for BrickIndex {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl BrickIndex {
    /// The brick that holds a voxel.
    #[must_use]
    pub fn of(voxel: VoxelIndex) -> Self {
        Self(voxel.0.map(|x| (x / BRICK_EDGE) as u16))
    }

    /// The brick's first voxel.
    #[must_use]
    pub fn first_voxel(self) -> [usize; 3] {
        self.0.map(|x| usize::from(x) * BRICK_EDGE)
    }
}

/// Position inside a brick, i fastest.
#[must_use]
pub(crate) fn position_in_brick([i, j, k]: [usize; 3]) -> usize {
    ((k % BRICK_EDGE) * BRICK_EDGE + j % BRICK_EDGE) * BRICK_EDGE + i % BRICK_EDGE
}

/// BLAKE3 of some canonical bytes.
pub type ContentHash = [u8; 32];

/// 32x32x32 labels, i fastest. Voxels beyond the grid's edge are 0.
#[derive(Clone)]
pub struct Brick {
    labels: BitPlanes,
    hash: OnceLock<ContentHash>,
    packed: OnceLock<Arc<[u8]>>,
}

impl PartialEq for Brick {
    fn eq(&self, other: &Self) -> bool {
        self.rows().eq(other.rows())
    }
}

impl Eq for Brick {}

impl std::fmt::Debug for Brick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let n_free: u32 = self
            .mask(|label| label == 0)
            .iter()
            .map(|b| b.count_ones())
            .sum();
        write!(f, "Brick({} labelled)", BRICK_VOXELS - n_free as usize)
    }
}

impl Brick {
    /// From [`BRICK_VOXELS`] labels; `None` for another number.
    #[must_use]
    pub fn new(labels: &[Label]) -> Option<Self> {
        (labels.len() == BRICK_VOXELS).then(|| Self::of(BitPlanes::of(labels)))
    }

    const fn of(labels: BitPlanes) -> Self {
        Self {
            labels,
            hash: OnceLock::new(),
            packed: OnceLock::new(),
        }
    }

    /// Its labels in the form that they are stored in, once somebody has packed them.
    #[must_use]
    pub fn packed(&self) -> Option<&Arc<[u8]>> {
        self.packed.get()
    }

    /// Keeps the form that its labels are stored in; one that is kept already stays.
    pub fn keep_packed(&self, packed: Arc<[u8]>) -> &Arc<[u8]> {
        self.packed.get_or_init(|| packed)
    }

    /// The label at a position: [`BRICK_EDGE`]`² k + `[`BRICK_EDGE`]` j + i`, counted in the brick.
    #[must_use]
    pub fn label(&self, position: usize) -> Label {
        self.labels.label(position)
    }

    /// Rows along i: that of voxel (0, j, k) of the brick is number [`BRICK_EDGE`]` k + j`.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = [Label; BRICK_EDGE]> {
        (0..N_ROWS).map(|row| self.labels.row(row))
    }

    /// One of [`Self::rows`].
    #[must_use]
    pub fn row(&self, row: usize) -> [Label; BRICK_EDGE] {
        self.labels.row(row)
    }

    /// The voxels of one of [`Self::rows`] that have a label, the lowest bit first.
    #[must_use]
    pub fn row_of(&self, row: usize, label: Label) -> u32 {
        self.labels.row_of(row, label)
    }

    /// The labels, i fastest.
    #[must_use]
    pub fn to_labels(&self) -> Vec<Label> {
        self.rows().flatten().collect()
    }

    /// The labels that its voxels have, 0 among them where a voxel has none.
    #[must_use]
    pub fn present(&self) -> BTreeSet<Label> {
        self.labels.present()
    }

    /// Whether a voxel has a label.
    #[must_use]
    pub fn contains(&self, label: Label) -> bool {
        self.labels.contains(label)
    }

    /// The voxels whose label is wanted.
    #[must_use]
    pub fn mask(&self, is_wanted: impl Fn(Label) -> bool) -> BrickMask {
        self.labels.mask(is_wanted)
    }

    /// The content in memory order, little endian: what its hash covers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BRICK_VOXELS * size_of::<Label>());
        for row in self.rows() {
            bytes.extend_from_slice(bytemuck::bytes_of(&row.map(Label::to_le)));
        }
        bytes
    }

    /// BLAKE3 of [`Self::bytes`]; computed once.
    pub fn hash(&self) -> ContentHash {
        *self
            .hash
            .get_or_init(|| *blake3::hash(&self.bytes()).as_bytes())
    }

    /// Memory that its labels take.
    #[must_use]
    pub fn n_bytes(&self) -> usize {
        size_of::<Self>() + self.labels.n_bytes()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// A brick that is being changed.
#[derive(Default)]
pub(crate) struct Changing(BitPlanes);

impl Changing {
    pub(crate) fn of(brick: &Brick) -> Self {
        Self(brick.labels.clone())
    }

    /// Gives the voxels of some positions, which have the label `from`, the label `to`.
    ///
    /// # Errors
    /// The first label there that is another: it has to be given up then.
    pub(crate) fn change(
        &mut self,
        positions: Range<usize>,
        labels: [Label; 2],
    ) -> Result<(), Label> {
        self.0.change(positions, labels)
    }

    pub(crate) fn done(mut self) -> Brick {
        self.0.tidy();
        Brick::of(self.0)
    }
}

/// The voxel at a position inside a brick.
#[must_use]
pub(crate) fn voxel_in_brick(brick: BrickIndex, position: usize) -> VoxelIndex {
    let [i, j, k] = brick.first_voxel();
    let row = position / BRICK_EDGE;
    VoxelIndex([
        i + position % BRICK_EDGE,
        j + row % BRICK_EDGE,
        k + row / BRICK_EDGE,
    ])
}
