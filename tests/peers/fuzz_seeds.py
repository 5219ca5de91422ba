"""Sound files for the damage that crates/fuzz does: what the other scripts make, sorted by target.

    fuzz_seeds.py FOLDER

Writes FOLDER/TARGET/NUMBER and prints a JSON object: how many inputs each target has. An input is a
file, or a bundle of several: names and bytes, as crates/fuzz/src/bundle.rs has it.
"""

import json
import pathlib
import runpy
import struct
import sys
import tempfile
from contextlib import redirect_stdout
from io import StringIO

import nrrd
import numpy as np

HERE = pathlib.Path(__file__).parent

# Larger ones take long to read and hold nothing new.
MAX_BYTES = 24_000

NEXT_FILE = b"\0next file\0"

JPEG_TARGET = {"JPEG-LS": "jpeg-ls", "JPEG 2000": "jpeg-2000", "HTJ2K": "htj2k", "JPEG XL": "jpeg-xl"}

# Endings of files that need no other.
ALONE = {
    ".nii": "nifti",
    ".nii.gz": "nifti-gz",
    ".mgh": "mgh",
    ".mgz": "mgh",
    ".nrrd": "nrrd",
    ".mha": "metaimage",
    ".png": "png",
    ".jpg": "jpeg",
    ".tif": "tiff",
    ".bmp": "bmp",
}


def run(script, folder):
    """What a script prints as JSON."""
    folder.mkdir(exist_ok=True)
    sys.argv = [script, str(folder)]
    output = StringIO()
    sys.path.insert(0, str(HERE))
    # Some write into the folder that their command line names when they are imported.
    for module in ("dicom_made", "segmentation_read", "structure_set_read"):
        sys.modules.pop(module, None)
    with redirect_stdout(output):
        runpy.run_path(str(HERE / script), run_name="__main__")
    return json.loads(output.getvalue())


class Seeds:
    def __init__(self, root):
        self.root = root
        self.known = {}

    def add(self, target, data):
        known = self.known.setdefault(target, set())
        if not data or len(data) > MAX_BYTES or data in known:
            return
        folder = self.root / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{len(known):03}").write_bytes(data)
        known.add(data)

    def bundle(self, target, files):
        """`files`: names and paths, the one that is opened first."""
        pieces = [name.encode() + b"\n" + path.read_bytes() for name, path in files]
        self.add(target, NEXT_FILE.join(pieces))

    def folder(self, target, folder):
        files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
        self.bundle(target, [(str(path.relative_to(folder)), path) for path in files])


def rasters(seeds, folder):
    run("formats_rasters.py", folder)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, others = path.name, [other for other in sorted(path.parent.iterdir()) if other != path]
        if len(others) > 4:
            others = [other for other in others if other.name.split(".")[0] == name.split(".")[0]]
        files = [(file.name, file) for file in (path, *others)]
        if name.endswith((".hdr", ".hdr.gz")):
            seeds.bundle("analyze" if "analyze" in path.parts else "nifti-pair", files)
        for ending, target in {".nhdr": "nhdr", ".mhd": "mhd"}.items():
            if name.endswith(ending):
                seeds.bundle(target, files)
        for ending, target in ALONE.items():
            if name.endswith(ending):
                seeds.add(target, path.read_bytes())


def pictures(seeds, folder):
    run("formats_bitmaps.py", folder)
    for path in sorted(folder.rglob("*.*")):
        if path.suffix in ALONE:
            seeds.add(ALONE[path.suffix], path.read_bytes())


def encoded(seeds, folder):
    for case in run("formats_encoded.py", folder)["cases"]:
        name, data = case["name"], pathlib.Path(case["path"]).read_bytes()
        family = next((family for family in JPEG_TARGET if family in name), None)
        if b"\x28\0\x10\0US" not in data:
            continue
        if family:
            seeds.add(f"dicom-{JPEG_TARGET[family]}", data)
        elif "JPEG" in name:
            seeds.add("dicom-jpeg", data)
        elif "RLE" in name:
            seeds.add("dicom-rle", data)
        else:
            seeds.add("dicom", data)


def frames(seeds, folder):
    run("dicom_frames.py", folder / "frames")
    run("dicom_pet.py", folder / "pet")
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and 1 < len(list(path.glob("*"))) < 7:
            seeds.folder("dicom-series", path)
        elif path.is_file():
            data = path.read_bytes()
            target = "dicom-deflated" if b"1.2.840.10008.1.2.1.99" in data[:600] else "dicom"
            seeds.add("dicom-rle" if b"1.2.840.10008.1.2.5\0" in data[:600] else target, data)


def charsets(seeds, folder):
    run("dicom_charsets.py", folder)
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            seeds.add("charset", path.read_bytes())


def containers(seeds, folder):
    run("dicom_containers.py", folder)
    for name in ("whole", "small", "lacking"):
        seeds.folder("dicomdir", folder / name)
    for path in sorted(folder.glob("*.zip")):
        seeds.add("zip", path.read_bytes())


def annotations(seeds, folder):
    run("annotated_series.py", folder)
    run_cases = [("seg", run("segmentation_made.py", folder)), ("rtstruct", run("structure_set_made.py", folder))]
    run_cases.append(("report", run("report_made.py", folder)))
    for target, cases in run_cases:
        for case in cases:
            # Reports are of one series.
            images = sorted((folder / case.get("series", "odd")).iterdir())
            files = [("object", pathlib.Path(case["path"]))] + [(f"images/{path.name}", path) for path in images]
            seeds.bundle(target, files)


def slicer(seeds, folder):
    """Headers of 3D Slicer's files, with fewer voxels."""
    folder.mkdir()
    for case in run("formats_segmentations.py", folder)["cases"]:
        voxels, header = nrrd.read(case["path"])
        few = voxels[(slice(None),) * (voxels.ndim - 3) + (slice(40, 46), slice(40, 45), slice(20, 24))]
        for encoding in ("raw", "gzip"):
            path = folder / encoding
            nrrd.write(str(path) + ".nrrd", few, {**header, "encoding": encoding})
            seeds.add("seg-nrrd", path.with_suffix(".nrrd").read_bytes())


def classifiers(seeds, _):
    """Forests as crates/segmentation/src/classify/bytes.rs describes them: questions, then leaves."""
    rng = np.random.default_rng(3)
    node = np.dtype([("threshold", "<f4"), ("feature", "<u4"), ("next", "<u4"), ("shares", "<u4")])

    def tree(depth, n_labels):
        n_leaves = 2**depth
        nodes = np.zeros(2 * n_leaves - 1, node)
        at = np.arange(len(nodes))
        nodes["feature"] = rng.integers(0, 21, len(nodes))
        is_leaf = at >= n_leaves - 1
        nodes["threshold"] = np.where(is_leaf, np.inf, rng.normal(0, 50, len(nodes)))
        nodes["next"] = np.where(is_leaf, at, 2 * at + 1)
        nodes["shares"] = np.where(is_leaf, (at - n_leaves + 1) * n_labels, 0)
        shares = rng.dirichlet(np.ones(n_labels), n_leaves).astype("<f4")
        return struct.pack("<II", len(nodes), shares.size) + nodes.tobytes() + shares.tobytes()

    for finest, labels, depth, n_trees in [(1.5, [1, 2], 0, 1), (0.7, [1, 2, 9], 3, 4), (4.0, [3, 65535], 5, 2)]:
        head = struct.pack("<IdI", 21, finest, len(labels)) + np.array(labels, "<u2").tobytes()
        trees = b"".join(tree(depth, len(labels)) for _ in range(n_trees))
        seeds.add("classifier", head + struct.pack("<I", n_trees) + trees)


def main():
    seeds = Seeds(pathlib.Path(sys.argv[1]))
    with tempfile.TemporaryDirectory() as made:
        for number, make in enumerate([rasters, pictures, encoded, charsets, containers, annotations, slicer, classifiers]):
            folder = pathlib.Path(made) / str(number)
            make(seeds, folder)
        folder = pathlib.Path(made) / "frames"
        folder.mkdir()
        frames(seeds, folder)
    json.dump({target: len(known) for target, known in sorted(seeds.known.items())}, sys.stdout)


main()
