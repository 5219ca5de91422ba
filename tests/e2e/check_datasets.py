"""Whether nnU-Net, pycocotools and NumPy find in data sets what was annotated.

    check_datasets.py nnunet FOLDER REFERENCES
    check_datasets.py coco FOLDER REFERENCES
    check_datasets.py csv FILE REFERENCES IMAGE

REFERENCES holds a NIfTI label map with its sidecar for each case, named after it: what other
software reads alike is proved by exchange.test.mjs. Prints one JSON object with `problems` and what
was found.

nnU-Net's integrity check needs PyTorch to be imported as a whole. Its two checks of each case are
taken from its source by themselves and run as they are, with its own readers and its own way to find
the files; that labels count up from 0 is checked here.
"""

import ast
import contextlib
import csv
import io
import json
import pathlib
import sys
from importlib.util import find_spec
from typing import List, Type

import numpy as np
import pandas as pd
import SimpleITK as sitk
from PIL import Image

PARTS = ("verify_labels", "check_cases")
LEVELS = 1.0


def reference(folder, case):
    """Labels (k, j, i) and names by value."""
    labels = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / f"{case}.nii.gz")))
    sidecar = json.loads((folder / f"{case}.json").read_text())["labels"]
    return labels, {entry["value"]: entry["name"] for entry in sidecar}


def integrity_checks():
    from nnunetv2.imageio.base_reader_writer import BaseReaderWriter

    source = pathlib.Path(find_spec("nnunetv2").submodule_search_locations[0], "experiment_planning/verify_dataset_integrity.py")
    tree = ast.parse(source.read_text())
    tree.body = [part for part in tree.body if getattr(part, "name", None) in PARTS]
    scope = {"np": np, "pd": pd, "List": List, "Type": Type, "BaseReaderWriter": BaseReaderWriter}
    exec(compile(tree, source, "exec"), scope)
    return [scope[part] for part in PARTS]


def check_nnunet(folder, references):
    from nnunetv2.imageio.nibabel_reader_writer import NibabelIO
    from nnunetv2.imageio.reader_writer_registry import determine_reader_writer_from_dataset_json
    from nnunetv2.utilities.utils import get_filenames_of_train_images_and_targets

    verify_labels, check_cases = integrity_checks()
    problems = []
    index = json.loads((folder / "dataset.json").read_text())
    values = sorted(index["labels"].values())
    if values != list(range(len(values))) or index["labels"]["background"] != 0:
        problems.append(f"labels do not count up from the background: {index['labels']}")
    cases = get_filenames_of_train_images_and_targets(str(folder))
    if len(cases) != index["numTraining"]:
        problems.append(f"{len(cases)} cases instead of {index['numTraining']}")
    for case, files in cases.items():
        usual = determine_reader_writer_from_dataset_json(index, files["images"][0], verbose=False)
        for reader in (usual, NibabelIO):
            words = io.StringIO()
            with contextlib.redirect_stdout(words):
                sound = verify_labels(files["label"], reader, values)
                sound &= check_cases(files["images"], files["label"], len(index["channel_names"]), reader)
            if not sound or words.getvalue():
                problems.append(f"{case}, {reader.__name__}: {words.getvalue()}")
        expected, names = reference(references, case)
        label = sitk.GetArrayFromImage(sitk.ReadImage(files["label"]))
        for value, name in names.items():
            if not ((label == index["labels"][name]) == (expected == value)).all():
                problems.append(f"{case}: {name} differs")
    splits_path = folder / "splits_final.json"
    splits = json.loads(splits_path.read_text()) if splits_path.exists() else []
    for split in splits:
        if sorted(split["train"] + split["val"]) != sorted(cases) or not split["train"]:
            problems.append(f"a split leaves cases out: {split}")
    validated = sorted(case for split in splits for case in split["val"])
    if splits and validated != sorted(cases):
        problems.append(f"not every case is validated on once: {validated}")
    return {"problems": problems, "cases": sorted(cases), "index": index, "n_splits": len(splits)}


def check_coco(folder, references):
    from pycocotools.coco import COCO

    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(folder / "annotations.json"))
    problems, kinds, n_voxels = [], {}, 0
    names = {category["id"]: category["name"] for category in coco.loadCats(coco.getCatIds())}
    images = coco.loadImgs(coco.getImgIds())
    for case in sorted({image["case"] for image in images}):
        expected, known = reference(references, case)
        here = {image["slice_index"]: image for image in images if image["case"] == case}
        annotated = set(np.flatnonzero(expected.any(axis=(1, 2))))
        if set(here) != annotated:
            problems.append(f"{case}: other slices than those annotated")
        for k, image in here.items():
            pixels = np.asarray(Image.open(folder / "images" / image["file_name"]))
            if pixels.dtype != np.uint8 or pixels.shape != expected.shape[1:]:
                problems.append(f"{image['file_name']}: {pixels.dtype} {pixels.shape}")
            masks = {names[a["category_id"]]: a for a in coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]]))}
            for value, name in known.items():
                wanted = expected[k] == value
                drawn = coco.annToMask(masks[name]) if name in masks else np.zeros_like(wanted)
                if not (drawn == wanted).all() or (name in masks) != wanted.any():
                    problems.append(f"{image['file_name']}: {name} differs")
                n_voxels += int(drawn.sum())
            for annotation in masks.values():
                form = annotation["segmentation"]
                kind = "polygons" if isinstance(form, list) else type(form["counts"]).__name__
                kinds[kind] = kinds.get(kind, 0) + 1
    pictures = {path.name for path in (folder / "images").iterdir()}
    if pictures != {image["file_name"] for image in images}:
        problems.append("the pictures are others than those in the index")
    return {"problems": problems, "kinds": kinds, "n_voxels": n_voxels, "n_images": len(images)}


def shown(values, window):
    """By the formulas of DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3."""
    center, width = window["center"], window["width"]
    return {
        "linear": lambda: (values - (center - 0.5)) / (width - 1) + 0.5,
        "linear_exact": lambda: (values - center) / width + 0.5,
        "sigmoid": lambda: 1 / (1 + np.exp(-4 * (values - center) / width)),
    }[window["function"]]()


def check_window(folder, image):
    """Whether pictures show the image's values in the window that the index says."""
    index = json.loads((folder / "annotations.json").read_text())
    values = sitk.GetArrayFromImage(sitk.ReadImage(image)).astype(float)
    problems = []
    for entry in index["images"]:
        pixels = np.asarray(Image.open(folder / "images" / entry["file_name"])).astype(float)
        share = shown(values[entry["slice_index"]], entry["window"])
        grey = np.clip(share * 255, 0, 255)
        if np.abs(pixels - grey).max() > LEVELS / 2 + 1e-6:
            problems.append(f"{entry['file_name']}: greys differ by {np.abs(pixels - grey).max()}")
    return problems


def check_csv(path, references, image):
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    volume = sitk.ReadImage(image)
    values = sitk.GetArrayFromImage(volume).astype(float)
    voxel_mm3 = np.prod(volume.GetSpacing())
    problems = []
    for row in rows:
        labels, names = reference(references, row["case"])
        inside = values[labels == {name: value for value, name in names.items()}[row["segment"]]]
        expected = {
            "voxels": inside.size,
            "volume_mm3": inside.size * voxel_mm3,
            "volume_ml": inside.size * voxel_mm3 / 1000,
            "mean": inside.mean(),
            "standard_deviation": inside.std(),
            "minimum": inside.min(),
            "median": np.median(inside),
            "maximum": inside.max(),
        }
        for name, value in expected.items():
            if not np.isclose(float(row[name]), value, rtol=1e-9):
                problems.append(f"{row['segment']}: {name} is {row[name]} instead of {value}")
    return {"problems": problems, "rows": rows}


def main():
    what, first, references, *image = sys.argv[1:]
    first, references = pathlib.Path(first), pathlib.Path(references)
    if what == "csv":
        answer = check_csv(first, references, image[0])
    elif what == "nnunet":
        answer = check_nnunet(first, references)
    else:
        answer = check_coco(first, references)
        answer["problems"] += check_window(first, image[0]) if image else []
    print(json.dumps(answer))


main()
