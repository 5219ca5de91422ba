//! Classifiers go along with the library, or with the documents whose records name them.

use crate::archive::{OTHER, everything, go_on, opened, read, save};
use crate::common::{DOCUMENT, Fixture, open};
use crate::hostile_archive::{pack, relist, unzip};
use annotomy_annotation::operation::{Operation, Provenance, Tool};
use annotomy_store::{ArchiveRequest, KeptClassifier, Library, NewClassifier, Staged};
use std::collections::BTreeSet;
use zip::CompressionMethod;

/// A classifier's file, which ends in the hash of what is before, and that hash.
fn file(content: &[u8]) -> (Vec<u8>, [u8; 32]) {
    let hash = *blake3::hash(content).as_bytes();
    ([content, &hash].concat(), hash)
}

async fn keep(library: &Library, content: &[u8], name: &str) -> [u8; 32] {
    let (file, hash) = file(content);
    let new = NewClassifier {
        hash,
        name,
        now_us: 5,
        file: &file,
    };
    library.keep_classifier(new).await.unwrap();
    hash
}

/// Lets the tool of a record name a classifier.
async fn use_in_record(fixture: &mut Fixture, hash: [u8; 32]) {
    let last = fixture.paint(1, [30.0, 20.0, 8.0], 3.0).await;
    let painted = fixture.library.record(last).await.unwrap().operation;
    let undo = painted.undo(last);
    fixture.apply(undo).await;
    let mut tool = Tool::new("classify", Provenance::Manual);
    let hex = blake3::Hash::from_bytes(hash).to_string();
    let speed = format!(r#"{{"by":"classifier","classifier":"{hex}"}}"#);
    tool.parameters.insert("speed".to_owned(), speed);
    let operation = Operation {
        tool: Some(tool),
        ..painted
    };
    fixture.apply(operation).await;
}

fn names(kept: &[KeptClassifier]) -> Vec<&str> {
    kept.iter().map(|kept| kept.name.as_str()).collect()
}

#[tokio::test]
async fn all_of_a_library_go_along_also_those_without_a_name() {
    let fixture = Fixture::with_history().await;
    let bones = keep(&fixture.library, b"bones", "bones").await;
    let earlier = keep(&fixture.library, b"earlier", "vessels").await;
    keep(&fixture.library, b"later", "vessels").await;
    let archive = save(&fixture, &everything()).await;
    let (library, _folder) = opened(&archive).await;
    let kept = library.classifiers().await.unwrap();
    assert_eq!(kept, fixture.library.classifiers().await.unwrap());
    for (hash, content) in [(bones, &b"bones"[..]), (earlier, b"earlier")] {
        let found = library.classifier(hash).await.unwrap();
        assert_eq!(found, Some(file(content).0));
    }
    let manifest = &unzip(&archive)["manifest.json"];
    let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    assert_eq!(
        manifest["version"], 2,
        "older programs say that it is newer"
    );
}

#[tokio::test]
async fn archive_without_any_is_one_that_older_programs_read() {
    let fixture = Fixture::with_history().await;
    let archive = save(&fixture, &everything()).await;
    let manifest = &unzip(&archive)["manifest.json"];
    let manifest: serde_json::Value = serde_json::from_slice(manifest).unwrap();
    assert_eq!(manifest["version"], 1);
    assert_eq!(manifest["classifiers"], serde_json::Value::Null);
}

#[tokio::test]
async fn with_chosen_documents_go_only_those_that_their_records_name() {
    let mut fixture = Fixture::with_history().await;
    let used = keep(&fixture.library, b"used", "used").await;
    let other = keep(&fixture.library, b"other", "Confidential").await;
    use_in_record(&mut fixture, used).await;
    let request = ArchiveRequest {
        documents: Some(BTreeSet::from([DOCUMENT])),
        ..everything()
    };
    let (library, _folder) = opened(&save(&fixture, &request).await).await;
    assert_eq!(names(&library.classifiers().await.unwrap()), ["used"]);
    assert_eq!(library.classifier(other).await.unwrap(), None);
}

#[tokio::test]
async fn one_that_is_not_what_its_name_says_is_refused_and_named() {
    let fixture = Fixture::with_history().await;
    let hash = keep(&fixture.library, b"bones", "bones").await;
    let archive = save(&fixture, &everything()).await;
    let name = format!("classifiers/{}", blake3::Hash::from_bytes(hash));
    for content in [file(b"other").0, b"short".to_vec(), Vec::new()] {
        let mut entries = unzip(&archive);
        entries.insert(name.clone(), content);
        relist(&mut entries, |_| {});
        pack(&archive, &entries, CompressionMethod::Stored);
        let error = read(&archive).await.unwrap_err().to_string();
        assert!(error.contains(&name), "{error}");
    }
}

#[tokio::test]
async fn classifiers_of_an_empty_library_keep_their_names_when_an_archive_brings_the_same() {
    let sender = Fixture::with_history().await;
    let came = keep(&sender.library, b"theirs", "bones").await;
    keep(&sender.library, b"both", "both").await;
    let archive = save(&sender, &everything()).await;
    let folder = tempfile::tempdir().unwrap();
    let library = open(&folder).await.unwrap();
    keep(&library, b"ours", "bones").await;
    keep(&library, b"both", "mine").await;
    let scratch = tempfile::tempdir().unwrap();
    let staged = Staged::read(&archive, scratch.path(), None, &go_on).await;
    library.restore(&staged.unwrap()).await.unwrap();
    let theirs = format!(
        "bones ({})",
        &blake3::Hash::from_bytes(came).to_string()[..8]
    );
    let kept = library.classifiers().await.unwrap();
    assert_eq!(names(&kept), ["bones", &theirs, "mine"]);
}

#[tokio::test]
async fn document_without_records_of_its_own_brings_none() {
    let mut fixture = crate::archive::with_other_document().await;
    let used = keep(&fixture.library, b"used", "used").await;
    use_in_record(&mut fixture, used).await;
    let request = ArchiveRequest {
        documents: Some(BTreeSet::from([OTHER])),
        ..everything()
    };
    let (library, _folder) = opened(&save(&fixture, &request).await).await;
    assert_eq!(library.classifiers().await.unwrap(), []);
}
