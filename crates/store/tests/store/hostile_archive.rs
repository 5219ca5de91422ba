//! An archive that was changed is not opened, and the part that was changed is named.

use crate::archive::{everything, go_on, read, save};
use crate::common::Fixture;
use annotomy_store::{ArchiveError, ArchiveRequest, ImageKey, SourceImage};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Bytes of the seal at the end of the file.
const SEAL_BYTES: usize = 7 + 64;

pub(crate) type Entries = BTreeMap<String, Vec<u8>>;

async fn fixture() -> (Fixture, PathBuf) {
    let fixture = Fixture::with_history().await;
    let image = fixture.folder.path().join("image.nii");
    std::fs::write(&image, b"voxels").unwrap();
    let request = ArchiveRequest {
        images: vec![SourceImage {
            key: ImageKey("image".to_owned()),
            files: vec![image],
        }],
        ..everything()
    };
    let archive = save(&fixture, &request).await;
    (fixture, archive)
}

pub(crate) fn unzip(path: &Path) -> Entries {
    let mut zip = ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut entries = Entries::new();
    for n in 0..zip.len() {
        let mut entry = zip.by_index(n).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        entries.insert(entry.name().unwrap().into_owned(), bytes);
    }
    entries
}

/// Packs entries as an archive whose own hashes all hold, as an attacker would.
pub(crate) fn pack(path: &Path, entries: &Entries, method: CompressionMethod) {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        let method = match name.starts_with("bricks/") {
            true => CompressionMethod::Deflated,
            false => method,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        zip.start_file(name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.set_comment("x".repeat(SEAL_BYTES)).unwrap();
    let mut bytes = zip.finish().unwrap().into_inner();
    bytes.truncate(bytes.len() - SEAL_BYTES);
    let seal = format!("BLAKE3 {}", blake3::hash(&bytes));
    bytes.extend(seal.as_bytes());
    std::fs::write(path, bytes).unwrap();
}

/// Lists every entry in the manifest with the length and hash that it has now.
pub(crate) fn relist(entries: &mut Entries, change: impl FnOnce(&mut Value)) {
    let mut manifest: Value = serde_json::from_slice(&entries["manifest.json"]).unwrap();
    let listed = entries
        .iter()
        .filter(|(name, _)| *name != "manifest.json" && !name.starts_with("bricks/"));
    let facts = |(name, bytes): (&String, &Vec<u8>)| {
        let hash = blake3::hash(bytes).to_string();
        json!({ "name": name, "length": bytes.len(), "blake3": hash })
    };
    manifest["files"] = listed.map(facts).collect();
    change(&mut manifest);
    let json = serde_json::to_vec(&manifest).unwrap();
    entries.insert("manifest.json".to_owned(), json);
}

/// What is said of an archive that was changed and made to fit again.
async fn check(change: impl FnOnce(&mut Entries), expected: &str) {
    let (_fixture, archive) = fixture().await;
    let mut entries = unzip(&archive);
    change(&mut entries);
    pack(&archive, &entries, CompressionMethod::Stored);
    let error = read(&archive).await.unwrap_err().to_string();
    assert!(error.contains(expected), "{error}, not: {expected}");
}

async fn check_manifest(change: impl FnOnce(&mut Value), expected: &str) {
    check(|entries| relist(entries, change), expected).await;
}

fn document(entries: &mut Entries, change: impl FnOnce(&mut Value)) {
    let name = entries.keys().find(|name| name.starts_with("documents/"));
    let name = name.unwrap().clone();
    let mut contents: Value = serde_json::from_slice(&entries[&name]).unwrap();
    change(&mut contents);
    entries.insert(name, serde_json::to_vec(&contents).unwrap());
    relist(entries, |_| {});
}

/// The records of the log, without their lengths.
fn records(entries: &Entries) -> Vec<Vec<u8>> {
    let mut rest = entries["records"].as_slice();
    let mut records = Vec::new();
    while let Some((length, tail)) = rest.split_first_chunk::<4>() {
        let (record, tail) = tail.split_at(u32::from_le_bytes(*length) as usize);
        records.push(record.to_vec());
        rest = tail;
    }
    records
}

fn set_records(entries: &mut Entries, records: &[Vec<u8>]) {
    let framed = |record: &Vec<u8>| [&(record.len() as u32).to_le_bytes()[..], record].concat();
    let stream = records.iter().flat_map(framed).collect();
    entries.insert("records".to_owned(), stream);
    relist(entries, |_| {});
}

#[tokio::test]
async fn archive_that_is_packed_anew_without_a_change_holds() {
    let (_fixture, archive) = fixture().await;
    let mut entries = unzip(&archive);
    relist(&mut entries, |_| {});
    pack(&archive, &entries, CompressionMethod::Stored);
    read(&archive).await.unwrap();
}

#[tokio::test]
async fn every_changed_byte_is_found_and_its_entry_or_record_named() {
    let (_fixture, archive) = fixture().await;
    let bytes = std::fs::read(&archive).unwrap();
    let mut zip = ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut places: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for n in 0..zip.len() {
        let entry = zip.by_index(n).unwrap();
        let (start, length) = (entry.data_start().unwrap(), entry.compressed_size());
        let name = entry.name().unwrap().into_owned();
        for part in 0..24 {
            let at = start + length * part / 24;
            places.insert(at as usize, Some(name.clone()));
        }
    }
    places.extend((0..bytes.len()).step_by(97).map(|at| (at, None)));
    let mut changed = bytes.clone();
    for (at, name) in places {
        changed[at] ^= 0x10;
        std::fs::write(&archive, &changed).unwrap();
        let error = read(&archive).await.unwrap_err().to_string();
        let is_named = match name.as_deref() {
            Some("records") => error.contains("record"),
            Some(name) => error.contains(name),
            None => true,
        };
        assert!(is_named, "byte {at} of {name:?}: {error}");
        changed[at] = bytes[at];
    }
}

#[tokio::test]
async fn changed_record_is_named_by_its_number() {
    let (_fixture, archive) = fixture().await;
    let entries = unzip(&archive);
    for n in 0..8 {
        let mut changed = entries.clone();
        let mut log = records(&entries);
        // The name of its author, which is in every record.
        let at = log[n].windows(3).position(|w| w == b"Ada").unwrap();
        log[n][at] = b'I';
        set_records(&mut changed, &log);
        pack(&archive, &changed, CompressionMethod::Stored);
        let error = read(&archive).await.unwrap_err().to_string();
        // A record vouches for the one before it, the head for the last one.
        let named = format!("record {}", (n + 2).min(8));
        assert!(error.contains(&named), "{n}: {error}");
    }
}

#[tokio::test]
async fn archive_that_is_cut_or_lengthened_is_refused() {
    let (_fixture, archive) = fixture().await;
    let bytes = std::fs::read(&archive).unwrap();
    for n in (0..bytes.len())
        .step_by(bytes.len() / 40)
        .chain([bytes.len() - 1])
    {
        std::fs::write(&archive, &bytes[..n]).unwrap();
        let refused = read(&archive).await.unwrap_err();
        assert!(
            matches!(
                refused,
                ArchiveError::NotAnArchive { .. } | ArchiveError::Fault { .. }
            ),
            "{n}: {refused}"
        );
    }
    let longer = [&bytes[..], b"more"].concat();
    std::fs::write(&archive, longer).unwrap();
    read(&archive).await.unwrap_err();
    let before = [b"more", &bytes[..]].concat();
    std::fs::write(&archive, before).unwrap();
    read(&archive).await.unwrap_err();
}

#[tokio::test]
async fn records_that_are_missing_or_swapped_are_named() {
    let change = |change: fn(&mut Vec<Vec<u8>>)| {
        move |entries: &mut Entries| {
            let mut log = records(entries);
            change(&mut log);
            set_records(entries, &log);
        }
    };
    check(change(|log| drop(log.remove(3))), "record 4").await;
    check(change(|log| log.swap(4, 5)), "record 5").await;
    check(change(|log| drop(log.pop())), "record 7").await;
    check(change(|log| log.push(log[7].clone())), "record 9").await;
    check(change(|log| log[2].truncate(40)), "record 3").await;
    // Its length says more than there is.
    check(
        |entries| {
            entries.insert("records".to_owned(), vec![0xff, 0xff, 0xff, 0x7f, 1]);
            relist(entries, |_| {});
        },
        "records: it is cut short",
    )
    .await;
}

#[tokio::test]
async fn record_that_is_withheld_without_saying_so_is_named() {
    check(
        |entries| {
            let log = records(entries);
            let mut stream = Vec::new();
            for (n, record) in log.iter().enumerate() {
                if n == 7 {
                    use sha2::{Digest, Sha256};
                    let hash = Sha256::new().chain_update([0]).chain_update(record);
                    stream.extend([0; 4]);
                    stream.extend(hash.finalize());
                } else {
                    stream.extend((record.len() as u32).to_le_bytes());
                    stream.extend(record);
                }
            }
            entries.insert("records".to_owned(), stream);
            relist(entries, |_| {});
        },
        "record 8",
    )
    .await;
}

#[tokio::test]
async fn labels_that_no_record_drew_are_found() {
    check(
        |entries| {
            let name = entries.keys().find(|name| name.starts_with("bricks/"));
            let name = name.unwrap().clone();
            let mut labels = entries.remove(&name).unwrap();
            labels[0] ^= 1;
            let forged = blake3::hash(&labels).to_string();
            entries.insert(format!("bricks/{forged}"), labels);
            document(entries, |contents| {
                for brick in contents["bricks"].as_array_mut().unwrap() {
                    if name.ends_with(brick["hash"].as_str().unwrap()) {
                        brick["hash"] = json!(forged);
                    }
                }
            });
        },
        "is not what the log adds up to",
    )
    .await;
    let rename = |contents: &mut Value| contents["segments"][0]["name"] = json!("Other");
    check(|entries| document(entries, rename), "record 5").await;
    let move_on = |contents: &mut Value| contents["image_key"] = json!("another");
    check(|entries| document(entries, move_on), "record 1").await;
    let twice = |contents: &mut Value| {
        let first = contents["bricks"][0].clone();
        contents["bricks"].as_array_mut().unwrap().insert(0, first);
    };
    check(|entries| document(entries, twice), "not in order").await;
    let fewer = |contents: &mut Value| drop(contents["bricks"].as_array_mut().unwrap().pop());
    check(|entries| document(entries, fewer), "").await;
}

#[tokio::test]
async fn names_that_leave_the_folder_of_images_are_refused() {
    for name in [
        "images/1/../../evil",
        "/etc/evil",
        "images/1/",
        "images/2/x",
        "images/1/a\\b",
    ] {
        check(
            |entries| {
                let image = entries.remove("images/1/image.nii").unwrap();
                entries.insert(name.to_owned(), image);
                relist(entries, |manifest| {
                    manifest["images"][0]["files"] = json!([name])
                });
            },
            "does not stay in the image's folder",
        )
        .await;
    }
}

#[tokio::test]
async fn entries_that_nobody_speaks_of_are_refused() {
    let add = |name: &'static str| {
        move |entries: &mut Entries| {
            entries.insert(name.to_owned(), vec![0; 65_536]);
        }
    };
    check(add("surprise"), "surprise: the manifest does not list it").await;
    check(add("bricks/surprise"), "bricks that no document has").await;
    check(
        |entries| {
            entries.insert("listed".to_owned(), vec![1]);
            relist(entries, |_| {});
        },
        "its list of files does not fit",
    )
    .await;
    check(
        |entries| drop(entries.remove("records")),
        "records: it is missing",
    )
    .await;
}

#[tokio::test]
async fn entry_that_inflates_is_refused_before_it_does() {
    check(
        |entries| {
            let name = entries.keys().find(|name| name.starts_with("bricks/"));
            let name = name.unwrap().clone();
            entries.insert(name, vec![0; 50_000_000]);
        },
        "it has 50000000 bytes, not 65536",
    )
    .await;
    let (_fixture, archive) = fixture().await;
    let entries = unzip(&archive);
    pack(&archive, &entries, CompressionMethod::Deflated);
    let error = read(&archive).await.unwrap_err().to_string();
    assert!(error.contains("it is compressed"), "{error}");
}

#[tokio::test]
async fn manifest_that_makes_no_sense_is_refused() {
    check_manifest(|m| m["format"] = json!("other"), "something else").await;
    check_manifest(|m| m["version"] = json!(3), "newer version (format 3").await;
    check_manifest(|m| m["library"]["n_records"] = json!(9), "origins").await;
    check_manifest(|m| m["library"]["n_withheld"] = json!(1), "origins").await;
    let other_device = json!("00000000-0000-0000-0000-000000000099");
    check_manifest(
        |m| m["library"]["origins"][0]["device"] = other_device,
        "another library",
    )
    .await;
    check_manifest(
        |m| m["library"]["head"] = json!("00".repeat(32)),
        "record 8",
    )
    .await;
    check_manifest(
        |m| m["library"]["salt"] = json!("00".repeat(32)),
        "record 1",
    )
    .await;
    check_manifest(|m| m["extra"] = json!(1), "unknown field").await;
    check_manifest(|m| m["documents"] = json!([]), "list of files").await;
}

#[tokio::test]
async fn files_that_are_no_archives_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.annotomy");
    std::fs::write(&text, "no archive").unwrap();
    let zip = folder.path().join("other.annotomy");
    let entries = Entries::from([("readme".to_owned(), b"hello".to_vec())]);
    pack(&zip, &entries, CompressionMethod::Stored);
    for path in [&text, &zip] {
        let refused = read(path).await.unwrap_err();
        assert!(
            matches!(refused, ArchiveError::NotAnArchive { .. }),
            "{refused}"
        );
    }
    let gone = read(&folder.path().join("gone")).await.unwrap_err();
    assert!(matches!(gone, ArchiveError::Io { .. }), "{gone}");
    // A file that is there is not written over.
    let fixture = Fixture::new().await;
    let refused = fixture
        .library
        .write_archive(&text, &everything(), &go_on)
        .await;
    assert!(matches!(refused, Err(ArchiveError::Io { .. })));
    assert_eq!(std::fs::read(&text).unwrap(), b"no archive");
}
