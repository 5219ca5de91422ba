//! Steps that are kept in memory lead to the very states that the log has.

use crate::common::Fixture;
use annotomy_store::{Step, StepEnd};

#[tokio::test]
async fn a_step_leads_to_either_end_from_the_other_and_from_nowhere_else() {
    let mut fixture = Fixture::with_history().await;
    let before = fixture.state.clone();
    fixture.paint(2, [30.0, 20.0, 8.0], 7.0).await;
    let after = fixture.state.clone();
    let step = Step::new([&before, &after]);
    assert!(step.n_bytes() > 0);
    let back = step.taken(&after, StepEnd::Before).unwrap();
    assert_eq!((&back, back.root()), (&before, before.root()));
    let forth = step.taken(&back, StepEnd::After).unwrap();
    assert_eq!((&forth, forth.root()), (&after, after.root()));
    for (layer, expected) in forth.layers().iter().zip(after.layers()) {
        assert_eq!(layer.to_dense(), expected.to_dense());
    }
    // The ends are not told apart by chance: what is elsewhere is not led anywhere.
    assert!(step.taken(&before, StepEnd::Before).is_none());
    fixture.paint(1, [12.0, 30.0, 4.0], 3.0).await;
    assert!(step.taken(&fixture.state, StepEnd::Before).is_none());
}

#[tokio::test]
async fn a_step_that_adds_a_layer_or_takes_all_voxels_leads_both_ways() {
    let mut fixture = Fixture::new().await;
    let empty = fixture.state.clone();
    fixture.add_segment(1).await;
    fixture.paint(1, [10.0, 10.0, 8.0], 6.0).await;
    let step = Step::new([&empty, &fixture.state]);
    let back = step.taken(&fixture.state, StepEnd::Before).unwrap();
    assert_eq!(back, empty);
    assert_eq!(step.taken(&back, StepEnd::After).unwrap(), fixture.state);
}
