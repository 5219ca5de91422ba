"""Whether pycocotools reads the masks of crates/formats/tests/formats/coco.rs as they were meant.

    coco_read.py FOLDER

FOLDER holds `annotations.json`: one picture for each k, on it the mask of `mask(k)` once in each
form, whose category says which. Prints one JSON object: `problems`, and how many masks of each kind
were compared.
"""

import contextlib
import io
import json
import pathlib
import sys

import numpy as np
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

COLUMNS, ROWS = 23, 17
POLYGONS, RUN_LENGTHS, PACKED = 1, 2, 3


def mask(k):
    """(j, i); as `is_inside` of the test."""
    j, i = np.ogrid[:ROWS, :COLUMNS]
    if k % 2 == 1:
        return (i * 7 + j * 13 + k * 29) % 11 < k
    # Rings around the middle, and a bar that opens them where k is a multiple of 4.
    rings = np.maximum(abs(i - 11), abs(j - 8)) % (k // 2 + 2) == 0
    return rings & ~((j == 8) & (i > 11)) if k % 4 == 0 else rings


def main():
    folder = pathlib.Path(sys.argv[1])
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO(str(folder / "annotations.json"))
    problems, kinds = [], {}
    for image in coco.loadImgs(coco.getImgIds()):
        expected = mask(image["slice_index"])
        encoded = coco_mask.encode(np.asfortranarray(expected.astype(np.uint8)))
        for annotation in coco.loadAnns(coco.getAnnIds(imgIds=[image["id"]])):
            name = f"{image['file_name']} {annotation['category_id']}"
            if not (coco.annToMask(annotation) == expected).all():
                problems.append(f"{name}: other pixels")
            if annotation["area"] != coco_mask.area(encoded) or annotation["bbox"] != list(coco_mask.toBbox(encoded)):
                problems.append(f"{name}: other area or box")
            form = annotation["segmentation"]
            if annotation["category_id"] == PACKED and form["counts"] != encoded["counts"].decode():
                problems.append(f"{name}: packed otherwise")
            kind = "polygons" if isinstance(form, list) else type(form["counts"]).__name__
            kinds[kind] = kinds.get(kind, 0) + 1
    print(json.dumps({"problems": problems, "kinds": kinds}))


main()
