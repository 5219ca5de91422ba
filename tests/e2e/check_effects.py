"""What effects make of an image by SciPy and NumPy, against the exported label map.

    check_effects.py IMAGE EXPORTED EFFECTS.json

EFFECTS: the effects as they crossed the wire, in their order, on one segment that was empty before.
Prints one JSON object: voxels expected, voxels exported, voxels that differ.
"""

import json
import sys

import nibabel
import numpy as np
from scipy import ndimage

RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def filled(now, found, mode):
    return {"add": now | found, "replace": found, "remove": now & ~found, "keep": now & found}[mode]


def slice_of(shape, place):
    """The voxels of a slice; all where there is none."""
    inside = np.ones(shape, bool)
    if place is not None:
        inside[:] = False
        inside[(slice(None),) * place["axis"] + (place["index"],)] = True
    return inside


def enclosed(points, corners):
    """Even-odd rule, edge by edge."""
    inside = np.zeros(points.shape[:-1], bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0)):
        crosses = (ay > points[..., 1]) != (by > points[..., 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            at = ax + (points[..., 1] - ay) / (by - ay) * (bx - ax)
        inside ^= crosses & (points[..., 0] < at)
    return inside


def outline(now, effect, lps_from_index):
    axis = effect["slice"]["axis"]
    in_plane = [n for n in range(3) if n != axis]
    path = np.array(effect["path"])
    index = np.linalg.solve(lps_from_index[:3, :3], (path - lps_from_index[:3, 3]).T).T
    grid = np.meshgrid(*(np.arange(now.shape[n]) for n in in_plane), indexing="ij")
    inside = enclosed(np.stack(grid, -1), index[:, in_plane])
    inside = np.broadcast_to(np.expand_dims(inside, axis), now.shape)
    reached = np.ones(now.shape, bool)
    if effect["reach"]["kind"] == "slice":
        reached = slice_of(now.shape, effect["slice"])
    return {
        "fill_inside": now | (inside & reached),
        "erase_inside": now & ~(inside & reached),
        "fill_outside": now | (~inside & reached),
        "erase_outside": now & ~(~inside & reached),
    }[effect["mode"]]


def done(now, effect, values, spacing, lps_from_index):
    kind = effect["type"]
    if kind in ("threshold", "flood_fill"):
        low, high = effect["range"]
        found = (values >= low) & (values <= high) & slice_of(now.shape, effect["within"])
        if kind == "flood_fill":
            pieces, _ = ndimage.label(found)
            seed = pieces[tuple(effect["seed"])]
            found = (pieces == seed) & (seed > 0)
        return filled(now, found, effect["mode"])
    if kind == "islands":
        pieces, _ = ndimage.label(now, np.ones((3, 3, 3)))
        return pieces == np.argmax(np.bincount(pieces[now])) if now.any() else now
    if kind == "margin" and effect["mm"] > 0:
        return ndimage.distance_transform_edt(~now, spacing) <= effect["mm"] * (1 + 1e-6)
    if kind == "fill_holes":
        return ndimage.binary_fill_holes(now)
    if kind == "outline":
        return outline(now, effect, lps_from_index)
    raise ValueError(kind)


def main(image_path, exported_path, effects_path):
    image = nibabel.load(image_path)
    lps_from_index = RAS_FROM_LPS @ image.affine
    spacing = np.linalg.norm(image.affine[:3, :3], axis=0)
    values = image.get_fdata()
    now = np.zeros(image.shape, bool)
    with open(effects_path) as file:
        for effect in json.load(file):
            now = done(now, effect, values, spacing, lps_from_index)
    exported = np.asarray(nibabel.load(exported_path).dataobj) > 0
    print(
        json.dumps(
            {
                "expected": int(now.sum()),
                "exported": int(exported.sum()),
                "different": int((now != exported).sum()),
            }
        )
    )


main(*sys.argv[1:])
