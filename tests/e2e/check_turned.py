"""What effects and outlines in a plane that is none of the grid's make of a segment, by NumPy.

    check_turned.py IMAGE STEP.json

STEP: an `effect` on the segment with label 1 as it crossed the wire, and the label maps exported before and after it.
Of none prints how many voxels changed; of a propagation voxels lost, those gained that none of its planes cuts or
that the plane with the section does, those gained by each plane that no plane before it cuts, and how alike (Dice)
all gained are to what lies straight across; of a region that grew how many voxels it gained and how many of those the
plane does not cut; of a copy its fault as check_toolbox.py has it; of a threshold how many voxels it meant, and how
many are otherwise. Of an outline, which has `points` of its polygons instead of what comes after, prints the area of
the segment in the plane by nearest voxels, that of the polygons, and how far they are off the plane.
"""

import json
import sys
from pathlib import Path

import nibabel
import numpy as np

from check_toolbox import RAS_FROM_LPS, across_planes, check

TOLERANCE_MM = 1e-6
FINE_MM = 0.2


def heights(plane, shape, lps_from_index):
    """Of the centres of voxels, along the normal; and how high they are at most that the plane cuts."""
    normal = np.array(plane["normal"]) / np.linalg.norm(plane["normal"])
    steps = normal @ lps_from_index[:3, :3]
    first = normal @ (lps_from_index[:3, 3] - plane["point"])
    i, j, k = (step * np.arange(n) for step, n in zip(steps, shape))
    return first + i[:, None, None] + j[:, None] + k, np.abs(steps).sum() / 2 + TOLERANCE_MM


def propagated(before, after, effect, lps_from_index):
    height, reach = heights(effect["from"], before.shape, lps_from_index)
    gained = after & ~before
    by_plane, straight, own = [], before, np.abs(height) <= reach
    seen = np.zeros(before.shape, bool)
    for n in range(1, effect["planes"] + 1):
        is_cut = np.abs(height - n * effect["mm"]) <= reach
        by_plane.append(int((gained & is_cut & ~seen).sum()))
        seen |= is_cut
        straight = straight | across_planes(before, effect | {"mm": n * effect["mm"]}, lps_from_index)[0]
    straight &= ~before & ~own
    return {
        "lost": int((before & ~after).sum()),
        "stray": int((gained & (~seen | own)).sum()),
        "gained": int(gained.sum()),
        "by_plane": by_plane,
        "alike": float(2 * (gained & straight).sum() / (gained.sum() + straight.sum())),
    }


def thresholded(after, effect, values, lps_from_index):
    height, reach = heights(effect["plane"], after.shape, lps_from_index)
    low, high = effect["range"]
    in_range = (values >= low) & (values <= high)
    wanted = in_range & (np.abs(height) <= reach)
    return {"n": int(wanted.sum()), "in_range": int(in_range.sum()), "different": int((wanted != after).sum())}


def outlined(before, effect, outlines, lps_from_index):
    plane = effect["plane"]
    point, normal = np.array(plane["point"]), np.array(plane["normal"]) / np.linalg.norm(plane["normal"])
    right = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
    right /= np.linalg.norm(right)
    flat = np.stack([right, np.cross(normal, right)])
    voxels = np.argwhere(before) @ lps_from_index[:3, :3].T + lps_from_index[:3, 3]
    seen = (voxels - point) @ flat.T
    ranges = (np.arange(low - 2, high + 2, FINE_MM) for low, high in zip(seen.min(axis=0), seen.max(axis=0)))
    raster = np.stack(np.meshgrid(*ranges), -1) @ flat + point
    index = np.rint((raster - lps_from_index[:3, 3]) @ np.linalg.inv(lps_from_index[:3, :3]).T).astype(int)
    is_there = ((index >= 0) & (index < before.shape)).all(axis=-1)
    inside = before[tuple(np.where(is_there[..., None], index, 0).T)].T & is_there
    corners = [(np.array(points) - point) @ flat.T for points in outlines]
    shoelaces = [np.dot(u, np.roll(v, -1)) - np.dot(v, np.roll(u, -1)) for u, v in (at.T for at in corners)]
    return {
        "area": float(inside.sum() * FINE_MM**2),
        "outlined": float(np.abs(shoelaces).sum() / 2),
        "off_plane_mm": float(max(np.abs((np.array(points) - point) @ normal).max() for points in outlines)),
    }


def read(path):
    labels = np.asarray(nibabel.load(path).dataobj)
    return labels.reshape(labels.shape[:3]) == 1


def main(image_path, step_path):
    step = json.loads(Path(step_path).read_text())
    image, effect, before = nibabel.load(image_path), step["effect"], read(step["before"])
    lps_from_index = RAS_FROM_LPS @ image.affine
    if "points" in step:
        return outlined(before, effect, step["points"], lps_from_index)
    after = read(step["after"])
    if effect is None:
        return {"changed": int((before != after).sum())}
    if effect["type"] == "propagate_plane":
        return propagated(before, after, effect, lps_from_index)
    if effect["type"] == "confidence_connected":
        height, reach = heights(effect["plane"], before.shape, lps_from_index)
        gained = after & ~before
        return {"gained": int(gained.sum()), "stray": int((gained & (np.abs(height) > reach)).sum())}
    if effect["type"] == "copy_plane":
        return {"fault": check(step | {"image": image_path, "label": 1})[0]}
    return thresholded(after, effect, image.get_fdata().reshape(before.shape), lps_from_index)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
