//! Classifiers that a library keeps.

use crate::common::{Fixture, open};
use annotomy_store::{Library, NewClassifier};

async fn keep(library: &Library, (hash, name): (u8, &str), now_us: i64) {
    let file = [hash; 5];
    let new = NewClassifier {
        hash: [hash; 32],
        name,
        now_us,
        file: &file,
    };
    library.keep_classifier(new).await.unwrap();
}

async fn listed(library: &Library) -> Vec<(u8, String, i64)> {
    let all = library.classifiers().await.unwrap().into_iter();
    all.map(|kept| (kept.hash[0], kept.name, kept.kept_us))
        .collect()
}

#[tokio::test]
async fn those_with_a_name_are_listed_after_the_library_was_opened_again() {
    let Fixture {
        folder, library, ..
    } = Fixture::new().await;
    keep(&library, (2, "vessels"), 20).await;
    keep(&library, (1, "bones"), 10).await;
    drop(library);
    let library = open(&folder).await.unwrap();
    let expected = [(1, "bones".to_owned(), 10), (2, "vessels".to_owned(), 20)];
    assert_eq!(listed(&library).await, expected);
    let file = library.classifier([2; 32]).await.unwrap();
    assert_eq!(file, Some(vec![2; 5]));
    assert_eq!(library.classifier([3; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn one_that_lost_its_name_is_still_there_for_records_that_say_its_hash() {
    let Fixture {
        folder: _folder,
        library,
        ..
    } = Fixture::new().await;
    keep(&library, (1, "bones"), 10).await;
    keep(&library, (2, "bones"), 20).await;
    assert_eq!(listed(&library).await, [(2, "bones".to_owned(), 20)]);
    library.forget_classifier([2; 32]).await.unwrap();
    assert_eq!(listed(&library).await, []);
    for hash in [1, 2] {
        let file = library.classifier([hash; 32]).await.unwrap();
        assert_eq!(file, Some(vec![hash; 5]));
    }
}

#[tokio::test]
async fn the_same_one_has_one_name() {
    let Fixture {
        folder: _folder,
        library,
        ..
    } = Fixture::new().await;
    keep(&library, (1, "bones"), 10).await;
    keep(&library, (1, "ribs"), 20).await;
    assert_eq!(listed(&library).await, [(1, "ribs".to_owned(), 20)]);
}
