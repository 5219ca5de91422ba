//! Damaged files of every format but DICOM: they may be refused, and do no harm.
//!
//! The mutations are the same in every run, so that a failure names a file that can be made again.

mod common;

use annotomy_formats::{NoProgress, read_segmentation};
use common::{nifti, only_series, patched, scanned, write};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use std::io::Write;
use std::path::Path;

/// Damaged files of each seed.
const N_MUTATIONS: u64 = 1000;

/// More than these tiny files can need; their headers may declare terabytes.
const MAX_RESIDENT_KIB: u64 = 1 << 20;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = GzEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(bytes).expect("memory");
    zipped.finish().expect("memory")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut zipped = ZlibEncoder::new(Vec::new(), Compression::fast());
    zipped.write_all(bytes).expect("memory");
    zipped.finish().expect("memory")
}

fn nifti_2(voxels: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 544];
    let mut put = |at: usize, value: &[u8]| bytes[at..at + value.len()].copy_from_slice(value);
    put(0, &540_i32.to_le_bytes());
    put(4, b"n+2\0\r\n\x1a\n");
    put(12, &4_i16.to_le_bytes());
    for (n, side) in [4_i64, 2, 2, 2, 2].iter().enumerate() {
        put(16 + 8 * n, &side.to_le_bytes());
    }
    put(168, &544_i64.to_le_bytes());
    put(348, &1_i32.to_le_bytes());
    for n in 0..3 {
        put(400 + 40 * n, &2_f64.to_le_bytes());
    }
    [bytes, voxels.to_vec()].concat()
}

fn mgh(voxels: &[u8]) -> Vec<u8> {
    let ints = [1_i32, 2, 2, 2, 2, 4, 0];
    let mut bytes: Vec<u8> = ints.iter().flat_map(|n| n.to_be_bytes()).collect();
    bytes.extend([0, 1]);
    let floats = [
        1_f32, 1., 1., -1., 0., 0., 0., 0., -1., 0., 1., 0., 0., 0., 0.,
    ];
    bytes.extend(floats.iter().flat_map(|x| x.to_be_bytes()));
    bytes.resize(284, 0);
    [bytes, voxels.to_vec()].concat()
}

/// The file that is opened, then one beside it.
type Seed = (&'static str, Vec<u8>, &'static str, Vec<u8>);

/// Two volumes of 2x2x2 int16 in every form.
fn seeds() -> Vec<Seed> {
    let voxels: Vec<u8> = (1..=16_i16).flat_map(i16::to_le_bytes).collect();
    let text = "1 -2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
    let shorts: Vec<i16> = (1..=16).collect();
    let single = nifti(&[2, 2, 2, 2], &shorts);
    let wide = patched(nifti(&[2, 2], &shorts), 70, &1024_i16.to_le_bytes());
    let pair = patched(nifti(&[2, 2, 2, 2], &[]), 344, b"ni1\0")[..348].to_vec();
    let pair = patched(pair, 108, &[0; 4]);
    let analyze = patched(pair.clone(), 344, &[0; 4]);
    let nrrd = |encoding: &str| {
        format!(
            "NRRD0004\n# made up\ntype: short\ndimension: 4\nspace: right-anterior-superior\n\
             sizes: 2 2 2 2\nspace directions: none (1,0,0) (0,2,0) (0,0,3)\n\
             kinds: list domain domain domain\nendian: little\nencoding: {encoding}\n\
             space origin: (4,5,6)\nSegment0_Layer:=1\nSegment0_LabelValue:=3\n\
             Segment0_Color:=1 0.5 0\nSegment0_Tags:=a:b|TerminologyEntry:c~d|\n"
        )
    };
    let attached =
        |encoding: &str, voxels: &[u8]| [nrrd(encoding).as_bytes(), b"\n", voxels].concat();
    let apart = |last: &str| [nrrd("raw").as_bytes(), last.as_bytes()].concat();
    let meta = |packed: &str, file: &str| {
        format!(
            "ObjectType = Image\nNDims = 4\nBinaryData = True\nBinaryDataByteOrderMSB = False\n\
             CompressedData = {packed}\nTransformMatrix = 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1\n\
             Offset = 4 5 6 0\nElementSpacing = 1 2 3 1\nDimSize = 2 2 2 2\n\
             ElementNumberOfChannels = 1\nElementType = MET_SHORT\nHeaderSize = 0\n\
             ElementDataFile = {file}\n"
        )
    };
    let with = |header: String, voxels: &[u8]| [header.as_bytes(), voxels].concat();
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    bzip2.write_all(&voxels).expect("memory");
    let bzip2 = bzip2.finish().expect("memory");
    let alone = |bytes: Vec<u8>| ("scan", bytes, "other", Vec::new());
    vec![
        alone(single.clone()),
        alone(gzip(&single)),
        alone(wide),
        alone(nifti_2(&voxels)),
        ("a.hdr", pair, "a.img", voxels.clone()),
        ("a.img", voxels.clone(), "a.hdr", analyze.clone()),
        ("a.hdr", analyze, "a.img", voxels.clone()),
        alone(mgh(&voxels)),
        alone(gzip(&mgh(&voxels))),
        alone(attached("raw", &voxels)),
        alone(attached("gzip", &gzip(&voxels))),
        alone(attached("bzip2", &bzip2)),
        alone(attached("ascii", text.as_bytes())),
        (
            "a.nhdr",
            apart("byte skip: -1\ndata file: voxels\n"),
            "voxels",
            voxels.clone(),
        ),
        (
            "a.nhdr",
            apart("line skip: 0\ndata file: LIST\nvoxels\n"),
            "voxels",
            voxels.clone(),
        ),
        (
            "a.nhdr",
            apart("data file: v%01d 1 1 1\n"),
            "v1",
            voxels.clone(),
        ),
        alone(with(meta("False", "LOCAL"), &voxels)),
        alone(with(meta("True", "LOCAL"), &zlib(&voxels))),
        (
            "a.mhd",
            meta("False", "LIST\nvoxels").into(),
            "voxels",
            voxels.clone(),
        ),
        ("a.mhd", meta("False", "v%d 1 1 1").into(), "v1", voxels),
    ]
}

fn put(folder: &Path, (name, bytes, beside, other): &Seed) {
    write(&folder.join(beside), other);
    write(&folder.join(name), bytes);
}

#[test]
fn the_seeds_can_be_read() {
    for (n, seed) in seeds().iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), seed);
        let series = only_series(&folder.path().join(seed.0));
        for volume in 0..series.n_volumes() {
            let loaded = series.load(volume, 0, &|_| {}, &NoProgress);
            assert!(loaded.is_ok(), "seed {n}: {:?}", loaded.err());
        }
    }
}

/// Numbers that break sums and products.
const NUMBERS: [&str; 8] = [
    "0",
    "-1",
    "65536",
    "4294967295",
    "9223372036854775807",
    "1e308",
    "nan",
    "99999999999999999999",
];

fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len());
        match random.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = random.next() as u8,
            2 => bytes.truncate(at),
            3 => {
                let number = NUMBERS[random.below(NUMBERS.len())];
                bytes.splice(at..at, number.bytes());
            }
            // A number of a text header in place of another.
            4 => {
                let digits = |b: &u8| b.is_ascii_digit();
                let from = bytes.iter().skip(at).position(digits).map(|n| at + n);
                if let Some(from) = from {
                    let n = bytes.iter().skip(from).take_while(|b| digits(b)).count();
                    let number = NUMBERS[random.below(NUMBERS.len())];
                    bytes.splice(from..from + n, number.bytes());
                }
            }
            // A number of a binary header.
            5 => {
                let extreme = [0xFF, 0x7F, 0x80, 0x00][random.below(4)];
                let end = bytes.len().min(at + [2, 4, 8][random.below(3)]);
                bytes[at..end].fill(extreme);
            }
            _ => {
                let from = random.below(bytes.len());
                let end = bytes.len().min(from + random.below(64));
                let piece = bytes[from..end].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
}

#[test]
fn no_mutation_of_a_valid_file_does_harm() {
    for (n, seed) in seeds().into_iter().enumerate() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(seed.0);
        for round in 0..N_MUTATIONS {
            let mut random = Random((n as u64) << 32 | round);
            let mut damaged = seed.clone();
            match random.below(4) {
                0 => mutate(&mut damaged.3, &mut random),
                _ => mutate(&mut damaged.1, &mut random),
            }
            put(folder.path(), &damaged);
            let Ok(study) = scanned(&path) else { continue };
            for series in study.series {
                // Whether these succeed does not matter; that they return does.
                drop(series.load(0, 0, &|_| {}, &NoProgress));
                drop(series.load_slice(series.n_volumes() - 1, 1));
                drop(series.metadata(0));
            }
            drop(read_segmentation(&path, &NoProgress));
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok());
    assert!(peak.unwrap_or(0_u64) < MAX_RESIDENT_KIB, "{peak:?} KiB");
}
