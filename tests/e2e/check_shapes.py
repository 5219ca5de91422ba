"""What shapes hold of an image by NumPy: the values of the voxels whose centres they enclose.

    check_shapes.py IMAGE SHAPES.json

SHAPES: the geometries as they crossed the wire, of figures that lie in a slice.
Prints one JSON array: n, mean, standard deviation, min and max of each.
"""

import json
import sys

import nibabel
import numpy as np

RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def enclosed(points, corners):
    """Even-odd rule, edge by edge."""
    inside = np.zeros(points.shape[:-1], bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0)):
        crosses = (ay > points[..., 1]) != (by > points[..., 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            at = ax + (points[..., 1] - ay) / (by - ay) * (bx - ax)
        inside ^= crosses & (points[..., 0] < at)
    return inside


def inside(geometry, centres, across):
    """Whether centres of voxels in one slice lie in a figure; all in mm."""
    in_plane = [n for n in range(3) if n != across]
    if geometry["kind"] == "ellipse":
        centre = np.array(geometry["centre"])
        half = np.array(geometry["ends"]) - centre
        off = centres - centre
        along = (off @ half.T) / (half**2).sum(axis=1)
        return (along**2).sum(axis=-1) <= 1
    return enclosed(centres[..., in_plane], np.array(geometry["points"])[:, in_plane])


def values_in(geometry, values, lps_from_index):
    points = np.array(geometry.get("points") or [geometry["centre"], *geometry["ends"]])
    index = (points - lps_from_index[:3, 3]) @ np.linalg.inv(lps_from_index[:3, :3]).T
    across = int(np.argmin(np.ptp(index, axis=0)))
    slice_index = int(round(index[:, across].mean()))
    axes = [np.arange(n) for n in values.shape]
    axes[across] = np.array([slice_index])
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), -1).squeeze(across)
    centres = grid @ lps_from_index[:3, :3].T + lps_from_index[:3, 3]
    # Rows of a matrix that permutes axes: which patient axis runs across the slice.
    lps_across = int(np.argmax(np.abs(lps_from_index[:3, across])))
    found = np.take(values, slice_index, axis=across)[inside(geometry, centres, lps_across)]
    return {
        "n": int(found.size),
        "mean": float(found.mean()),
        "standard_deviation": float(found.std()),
        "min": float(found.min()),
        "max": float(found.max()),
    }


def main(image_path, shapes_path):
    image = nibabel.load(image_path)
    lps_from_index = RAS_FROM_LPS @ image.affine
    # The sample has a fourth axis of one volume.
    values = image.get_fdata().reshape(image.shape[:3])
    with open(shapes_path) as file:
        print(json.dumps([values_in(shape, values, lps_from_index) for shape in json.load(file)]))


main(*sys.argv[1:])
