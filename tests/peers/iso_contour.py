"""Contours of one value through places of a plane, as scikit-image finds them: cases for
crates/segmentation/tests/segmentation/iso_contour.rs.

    iso_contour.py

Prints a JSON list. `values` are hexadecimal bytes by rows, double precision. Of each contour it gives
the place (column, row), its corners, none where the image is flat, and whether they are closed.
Contours that depend on rounding, or on how corners of a square that are in and out in turns are
joined, are left out.
"""

import json
import sys

import numpy as np
import SimpleITK as sitk
from live_wire import smoothed
from scipy import ndimage
from segmentation_algorithms import chest, hexadecimal
from skimage.measure import find_contours


def through(values, at, joined):
    """The contour at the value of a place (row, column) that runs through it."""
    level = ndimage.map_coordinates(values, np.array(at)[:, None], order=1)[0]
    contours = find_contours(values, level, fully_connected=joined)
    return min(contours, key=lambda corners: distance(corners, at), default=np.zeros((0, 2)))


def distance(corners, at):
    """From a place to a path."""
    a, way = corners[:-1], np.diff(corners, axis=0)
    squared = np.maximum((way**2).sum(1), 1e-30)
    share = np.clip(((np.array(at) - a) * way).sum(1) / squared, 0, 1)
    return np.linalg.norm(a + share[:, None] * way - at, axis=1).min()


def steepness(values, at):
    row, column = np.floor(at).astype(int)
    return np.ptp(values[row : row + 2, column : column + 2])


def planes():
    """Name, values, sigma in mm, places (row, column)."""
    voxels = sitk.GetArrayFromImage(chest()).astype(float)
    middle = voxels[voxels.shape[0] // 2]
    random = np.random.default_rng(20261127)
    for name, values, sigma in [
        ("a slice", middle, 0.0),
        ("a slice, smoothed", middle, 1.3),
        ("a slice along the body", voxels[:, 40], 0.0),
        ("noise", random.normal(size=(40, 50)), 0.0),
    ]:
        yield name, values, sigma, random.uniform(0, 1, (150, 2)) * (np.array(values.shape) - 1)


def contours_of(values, places):
    for at in places:
        corners, other = (through(values, at, joined) for joined in ("low", "high"))
        if steepness(values, at) == 0:
            corners = other = np.zeros((0, 2))
        elif steepness(values, at) < 1e-3:
            # Rounding says where the contour is.
            continue
        if np.array_equal(corners, other):
            yield {
                "at": at[::-1].tolist(),
                "corners": corners[:, ::-1].tolist(),
                "is_closed": bool(np.array_equal(corners[:1], corners[-1:])),
            }


def cases():
    step = (0.5, 2.0)
    for name, values, sigma, places in planes():
        yield {
            "name": name,
            "size": [values.shape[1], values.shape[0]],
            "values": hexadecimal(values, "<f8"),
            "step_mm": step,
            "sigma_mm": sigma,
            "contours": list(contours_of(smoothed(values, sigma, step), places)),
        }


if __name__ == "__main__":
    json.dump(list(cases()), sys.stdout)
