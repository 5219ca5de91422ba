"""Fronts as peers make them: cases for crates/segmentation/tests/segmentation/fronts.rs.

    fronts.py arrivals|fills

Prints a JSON list. Arrays are hexadecimal bytes in memory order, i fastest. Arrivals are those of
SimpleITK's fast marching with speeds that SciPy makes of a real CT of a chest; fills are made of
two of them.
"""

import json
import sys

import numpy as np
import SimpleITK
from automation import gradient, shared, wrapped
from interpolation import chest
from scipy import ndimage
from seeds import hexadecimal

PART = (slice(30, 86), slice(30, 80), slice(6, 30))
LUNG = 5


def march(speed, spacing, seeds):
    """Times of arrival from the seeds at a speed in mm."""
    theirs = wrapped(speed.astype(np.float64), spacing)
    points = [[int(x) for x in at] for at in np.argwhere(seeds)]
    found = SimpleITK.FastMarching(theirs, trialPoints=points)
    return SimpleITK.GetArrayFromImage(found).transpose(2, 1, 0)


def by_edges(image, spacing, sigma, contrast, width):
    """Lengths below a slowest speed are walls."""
    length = gradient(image, spacing, sigma).astype(np.float64)
    contrast = length.mean() if contrast is None else contrast
    width = contrast / 5 if width is None else width
    speed = 1 / (1 + np.exp(np.minimum((length - contrast) / width, 700)))
    return np.where(speed < 1e-6, 0, speed)


def by_values(image, seeds, multiplier):
    if seeds.sum() < 27:
        seeds = ndimage.binary_dilation(seeds, np.ones((3, 3, 3)))
    values = image[seeds]
    away = (image - values.mean()) / (multiplier * values.std())
    speed = np.exp(-0.5 * away**2)
    return np.where(speed < 1e-6, 0, speed)


def arrivals():
    image, labels, spacing = chest()
    image, labels = image[PART], labels[PART]
    lung = ndimage.binary_erosion(labels == LUNG, iterations=3)
    one = np.zeros(image.shape, bool)
    one[tuple(np.argwhere(lung)[len(np.argwhere(lung)) // 2])] = True
    far = np.zeros(image.shape, bool)
    far[0, 0, 0] = True
    cases = [
        ("lung by edges", lung, by_edges(image, spacing, 3.0, None, None), {"edges": [3.0, None, None]}),
        ("place by edges", one, by_edges(image, spacing, 2.0, 60.0, 15.0), {"edges": [2.0, 60.0, 15.0]}),
        ("lung by values", lung, by_values(image, lung, 2.0), {"values": 2.0}),
        ("place by values", one, by_values(image, one, 4.0), {"values": 4.0}),
        ("way from a corner", far, np.ones(image.shape), {"even": 1}),
    ]
    for name, seeds, speed, asked in cases:
        times = march(speed, spacing, seeds)
        yield {
            **shared(name, image, spacing),
            **asked,
            "seeds": hexadecimal(seeds, np.uint8),
            "times": times.astype("<f4").tobytes(order="F").hex(),
        }


def fills():
    """The side whose front is there first, each as if it were alone."""
    image, labels, spacing = chest()
    image, labels = image[PART], labels[PART]
    inside = ndimage.binary_erosion(labels == LUNG, iterations=4)
    outside = ndimage.binary_erosion(labels != LUNG, iterations=4)
    border = np.ones(image.shape, bool)
    border[1:-1, 1:-1, 1:-1] = False
    for name, out, weight in (
        ("two scribbles", outside, 2.0),
        ("the way alone", outside, 0.0),
        ("against the border", border & ~inside, 5.0),
    ):
        length = gradient(image, spacing, 2.0).astype(np.float64)
        speed = 1 / np.sqrt(1 + (weight * length / length.mean()) ** 2)
        ours, theirs = march(speed, spacing, inside), march(speed, spacing, out)
        yield {
            **shared(name, image, spacing),
            "sigma": 2.0,
            "weight": weight,
            "inside": hexadecimal(inside, np.uint8),
            "outside": hexadecimal(out if out is outside else np.zeros_like(out), np.uint8),
            "found": hexadecimal(ours < theirs, np.uint8),
            # Where both are there at nearly the same time, either may be.
            "doubtful": hexadecimal(np.abs(ours - theirs) < 0.02 * (ours + theirs), np.uint8),
        }


if __name__ == "__main__":
    parts = {f.__name__: f for f in (arrivals, fills)}
    json.dump(list(parts[sys.argv[1]]()), sys.stdout)
