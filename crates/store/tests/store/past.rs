//! The past: every state is found again, and every voxel's drawer, against a model that keeps them all.

use crate::common::{DOCUMENT, Fixture, SIZE, grid};
use annotomy_annotation::document::DocumentState;
use annotomy_annotation::draw::{self, StrokeMode};
use annotomy_annotation::edit::{self, Property};
use annotomy_annotation::import::{ImportedSegment, import};
use annotomy_annotation::operation::{Operation, OperationKind, OverwriteRule, Provenance};
use annotomy_annotation::permit::Rules;
use annotomy_annotation::pixel_size::PixelSize;
use annotomy_annotation::restore::restore;
use annotomy_annotation::segment::{Color, SegmentId};
use annotomy_annotation::shape::{Figure, PointNm, Shape, ShapeId, add_shape, delete_shape};
use annotomy_annotation::undo::UndoStacks;
use annotomy_store::{StoreError, Trail};
use annotomy_volume::brush::{BrushShape, BrushStroke};
use annotomy_volume::labels::LabelMap;
use annotomy_volume::space::{Mm, PointLps, VoxelIndex};
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a random user does.
#[derive(Debug, Clone)]
enum Deed {
    Add,
    Delete(usize),
    Move(usize, usize),
    Lock(usize, bool),
    Stroke(usize, StrokeMode, [f64; 3], f64),
    Import(usize),
    AddShape,
    DeleteShape(usize),
    SetPixelSize(bool),
    Undo,
    Redo,
    Restore(usize),
}

fn deeds() -> impl Strategy<Value = Deed> {
    let n = 0_usize..3;
    let at = [0.0..48.0, 0.0..40.0, 0.0..24.0];
    let mode = prop_oneof![3 => Just(StrokeMode::Paint), 1 => Just(StrokeMode::Erase)];
    prop_oneof![
        3 => Just(Deed::Add),
        1 => n.clone().prop_map(Deed::Delete),
        1 => (n.clone(), n.clone()).prop_map(|(a, b)| Deed::Move(a, b)),
        1 => (n.clone(), any::<bool>()).prop_map(|(a, b)| Deed::Lock(a, b)),
        6 => (n.clone(), mode, at, 4.0..15.0).prop_map(|(a, b, c, d)| Deed::Stroke(a, b, c, d)),
        1 => (0_usize..20).prop_map(Deed::Import),
        1 => Just(Deed::AddShape),
        1 => n.prop_map(Deed::DeleteShape),
        1 => any::<bool>().prop_map(Deed::SetPixelSize),
        3 => Just(Deed::Undo),
        2 => Just(Deed::Redo),
        3 => (0_usize..40).prop_map(Deed::Restore),
    ]
}

/// Who each voxel of each layer belongs to, and the record that the model holds answerable.
type Drawers = BTreeMap<(u16, [usize; 3]), (SegmentId, u64)>;

/// Keeps everything: states and drawers after each record, the first after record 1.
struct Model {
    fixture: Fixture,
    states: Vec<DocumentState>,
    drawers: Vec<Drawers>,
    undo: UndoStacks,
}

impl Model {
    async fn new() -> Self {
        let fixture = Fixture::new().await;
        Self {
            states: vec![fixture.state.clone()],
            fixture,
            drawers: vec![Drawers::new()],
            undo: UndoStacks::default(),
        }
    }

    async fn does(&mut self, deed: &Deed) {
        let Some(operation) = self.operation(deed).await else {
            return;
        };
        if operation.changes.is_empty() {
            return;
        }
        let (kind, target) = (operation.kind, operation.target);
        let sequence = self.fixture.apply(operation).await;
        self.undo.note(sequence, kind, target);
        self.states.push(self.fixture.state.clone());
        let drawers = self.drawers_after(sequence, kind, target);
        self.drawers.push(drawers);
        assert_eq!(self.states.len() as u64, sequence);
    }

    /// A voxel that changes hands is the operation's, or, where the operation makes it as it was, whose
    /// it was then.
    fn drawers_after(&self, sequence: u64, kind: OperationKind, target: Option<u64>) -> Drawers {
        let before = self.drawers.last().unwrap();
        let as_of = match (kind, target) {
            (OperationKind::Undo, Some(target)) => Some(target - 1),
            (OperationKind::Redo | OperationKind::Restore, Some(target)) => Some(target),
            _ => None,
        };
        let then = as_of.map(|sequence| &self.drawers[sequence as usize - 1]);
        let drawer = |place: &(u16, [usize; 3]), owner: SegmentId| match before.get(place) {
            Some(known) if known.0 == owner => *known,
            _ => then.map_or((owner, sequence), |then| then[place]),
        };
        let held = owners(&self.fixture.state).into_iter();
        held.map(|(place, owner)| (place, drawer(&place, owner)))
            .collect()
    }

    async fn operation(&self, deed: &Deed) -> Option<Operation> {
        let state = &self.fixture.state;
        let fresh = self.states.len() as u128;
        let nth = |n: usize| state.segments().get(n).map(|s| s.id);
        match *deed {
            Deed::Add => {
                let id = SegmentId(Uuid::from_u128(fresh));
                edit::add_segment(state, id, format!("S{fresh}"), Color([9; 3]), None).ok()
            }
            Deed::Delete(n) => edit::delete_segment(state, nth(n)?).ok(),
            Deed::Move(n, to) => edit::move_segment(state, nth(n)?, to).ok(),
            Deed::Lock(n, on) => edit::set_property(state, nth(n)?, Property::Lock(on)).ok(),
            Deed::Stroke(n, mode, at, radius) => {
                let stroke = BrushStroke {
                    path: vec![PointLps(at)],
                    radius: Mm(radius),
                    shape: BrushShape::Sphere,
                };
                let rules = Rules::overwriting(OverwriteRule::All);
                let drawn = draw::stroke(state, &grid(), nth(n)?, (mode, &stroke), (&rules, None));
                Some(drawn.ok()?.operation)
            }
            Deed::Import(at) => Some(imported(state, at, fresh)),
            Deed::AddShape => add_shape(state, shape(fresh)).ok(),
            Deed::DeleteShape(n) => delete_shape(state, state.shapes().get(n)?.id).ok(),
            Deed::SetPixelSize(is_known) => {
                let known = PixelSize::from_mm([0.5, 0.25]).filter(|_| is_known);
                Some(edit::set_pixel_size(
                    state,
                    known.unwrap_or(PixelSize::Unknown),
                ))
            }
            Deed::Undo => {
                let target = self.undo.to_undo()?;
                Some(
                    self.fixture
                        .library
                        .record(target)
                        .await
                        .unwrap()
                        .operation
                        .undo(target),
                )
            }
            Deed::Redo => {
                let target = self.undo.to_redo()?;
                Some(
                    self.fixture
                        .library
                        .record(target)
                        .await
                        .unwrap()
                        .operation
                        .redo(target),
                )
            }
            Deed::Restore(n) => {
                let at = n % self.states.len();
                let kind = OperationKind::Paint;
                restore(state, &self.states[at], (at as u64 + 1, kind)).ok()
            }
        }
    }

    /// Every state, from the present, from the beginning and from whatever lies between.
    async fn finds_every_state(&self) {
        let library = &self.fixture.library;
        let numbered = || self.states.iter().zip(1_u64..);
        let present = (self.states.len() as u64, self.fixture.state.clone());
        let some = numbered().filter(|(_, n)| n % 3 == 0);
        let some: Vec<_> = some.map(|(state, n)| (n, state.clone())).collect();
        for (state, sequence) in numbered() {
            let moment = library.moment(DOCUMENT, sequence).await.unwrap();
            assert_eq!(moment.revision, sequence);
            for known in [&[present.clone()][..], &[], &some] {
                let found = library.state_at(DOCUMENT, &moment, known).await.unwrap();
                assert_eq!(found, *state, "after record {sequence}");
            }
        }
    }

    /// Every voxel on a lattice, after every record.
    async fn finds_every_drawer(&self) {
        let library = &self.fixture.library;
        let mut trail = Trail::default();
        library.follow(DOCUMENT, &mut trail).await.unwrap();
        for (drawers, sequence) in self.drawers.iter().zip(1_u64..) {
            let seen = drawers
                .iter()
                .filter(|((_, at), _)| at[0] % 7 == 3 && at[1] % 7 == 3 && at[2] % 3 == 1);
            for (&(layer, at), &(_, drawer)) in seen {
                let place = (layer, VoxelIndex(at));
                let found = library.drawn_by(&trail, sequence, place).await.unwrap();
                assert_eq!(found.unwrap().sequence, drawer, "{at:?} after {sequence}");
            }
        }
    }
}

/// Whose each voxel is.
fn owners(state: &DocumentState) -> BTreeMap<(u16, [usize; 3]), SegmentId> {
    let mut owners = BTreeMap::new();
    for (labels, layer) in state.layers().iter().zip(0_u16..) {
        for ((k, j, i), &label) in labels.to_dense().indexed_iter() {
            if let Some(segment) = state.segment_of(layer, label) {
                owners.insert((layer, [i, j, k]), segment.id);
            }
        }
    }
    owners
}

fn imported(state: &DocumentState, at: usize, fresh: u128) -> Operation {
    let [ni, nj, nk] = SIZE;
    let mut labels = vec![0; ni * nj * nk];
    for row in labels.chunks_mut(ni).skip(nj * 2).take(nj * 4) {
        row[at..at + 20].fill(3);
    }
    let layer = LabelMap::from_dense(SIZE, &labels).unwrap();
    let segment = ImportedSegment {
        id: SegmentId(Uuid::from_u128(fresh)),
        name: format!("I{fresh}"),
        color: Color([8; 3]),
        layer: 0,
        label: 3,
        class: None,
    };
    import(state, &[layer], vec![segment], "a test").unwrap()
}

fn shape(n: u128) -> Shape {
    Shape {
        id: ShapeId(Uuid::from_u128(n)),
        figure: Figure::Line([PointNm([0; 3]), PointNm([n as i64, -1, 2])]),
        plane: None,
        text: String::new(),
        class: None,
        answers: BTreeMap::new(),
        color: None,
        is_visible: true,
        is_locked: false,
        provenance: Provenance::Manual,
        track: None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn states_and_drawers_of_any_history_are_found_again(
        deeds in prop::collection::vec(deeds(), 1..28),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new().await;
            for deed in &deeds {
                model.does(deed).await;
            }
            model.finds_every_state().await;
            model.finds_every_drawer().await;
            let library = &model.fixture.library;
            prop_assert_eq!(library.verify().await.unwrap().first_fault, None);
            library.rebuild_projections().await.unwrap();
            prop_assert_eq!(model.fixture.stored().await.state, model.fixture.state);
            Ok(())
        })?;
    }

    /// Restoring makes the very state, and undoing that the very state before.
    #[test]
    fn restoring_is_exact_and_so_is_taking_it_back(
        deeds in prop::collection::vec(deeds(), 4..24),
        to in 0_usize..24,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut model = Model::new().await;
            for deed in &deeds {
                model.does(deed).await;
            }
            let (now, at) = (model.fixture.state.clone(), to % model.states.len());
            let then = model.states[at].clone();
            if let Ok(restored) = restore(&now, &then, (at as u64 + 1, OperationKind::Paint)) {
                prop_assert_eq!(now.after(&restored.changes).unwrap(), then.clone());
                let undone = then.after(&restored.undo(9).changes).unwrap();
                prop_assert_eq!(undone, now);
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn moment_of_another_document_is_refused() {
    let fixture = Fixture::with_history().await;
    let refused = fixture.library.moment(DOCUMENT, 99).await;
    assert!(matches!(refused, Err(StoreError::NoSuchRecord(99))));
    let other = annotomy_store::DocumentId(Uuid::from_u128(5));
    let refused = fixture.library.moment(other, 2).await;
    assert!(matches!(refused, Err(StoreError::NoSuchRecord(2))));
}

#[tokio::test]
async fn state_that_the_log_does_not_lead_to_is_not_handed_out() {
    let fixture = Fixture::with_history().await;
    let moment = fixture.library.moment(DOCUMENT, 4).await.unwrap();
    // A state that is said to be of revision 5, and is not.
    let wrong = [(5, fixture.state.clone())];
    let refused = fixture.library.state_at(DOCUMENT, &moment, &wrong).await;
    assert!(matches!(refused, Err(StoreError::Damaged { .. })));
}
