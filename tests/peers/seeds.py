"""Seeds in a real CT of a chest and what peers make of them: cases for
crates/segmentation/tests/segmentation/seeds.rs.

    seeds.py

Prints a JSON list. Arrays are hexadecimal bytes in memory order, i fastest. `distances` are, for
each label, the cheapest way from its seeds to each voxel, as SciPy's Dijkstra finds it; `growcut`
what ITK's FastGrowCut makes of the seeds.
"""

import itertools
import json
import os
import sys

import itk
import numpy as np
from interpolation import chest
from scipy import ndimage, sparse
from scipy.sparse.csgraph import dijkstra


def seeds_in(labels, random, n):
    """Some small crosses in each label, far from its border; 9 stands for what has none."""
    classes = np.where(labels > 0, labels, 9)
    seeds = np.zeros_like(classes)
    cross = ndimage.generate_binary_structure(3, 1)
    for label in np.unique(classes):
        deep = ndimage.distance_transform_edt(classes == label)
        inside = np.argwhere(deep >= min(3, 0.7 * deep.max()))
        points = np.zeros(classes.shape, bool)
        points[tuple(inside[random.choice(len(inside), min(n, len(inside)), replace=False)].T)] = True
        seeds[ndimage.binary_dilation(points, cross) & (classes == label)] = label
    return seeds.astype(np.uint8)


def graph(image, spacing, locality):
    """Moves to 26 neighbours and what they cost."""
    numbers = np.arange(image.size).reshape(image.shape)
    values = image.astype(float)
    rows, columns, costs = [], [], []
    for step in itertools.product((-1, 0, 1), repeat=3):
        if step <= (0, 0, 0):
            continue
        here = tuple(slice(max(0, -d), n - max(0, d)) for d, n in zip(step, image.shape))
        there = tuple(slice(max(0, d), n - max(0, -d)) for d, n in zip(step, image.shape))
        mm = np.linalg.norm([d * s for d, s in zip(step, spacing)])
        rows.append(numbers[here].ravel())
        columns.append(numbers[there].ravel())
        # No move is free: those of nothing are not in a sparse graph.
        costs.append(np.abs(values[here] - values[there]).ravel() + locality * mm + 1e-9)
    parts = [np.concatenate(part) for part in (costs, rows, columns)]
    return sparse.coo_matrix((parts[0], (parts[1], parts[2])), (image.size,) * 2).tocsr()


def ways(image, seeds, spacing, locality):
    moves = graph(image, spacing, locality)
    found = {}
    for label in np.unique(seeds[seeds > 0]):
        sources = np.flatnonzero(seeds.ravel() == label)
        far = dijkstra(moves, directed=False, indices=sources, min_only=True)
        found[str(label)] = hexadecimal(far.reshape(image.shape), "<f4")
    return found


def growcut(image, seeds, spacing, locality):
    def wrapped(array, dtype):
        made = itk.image_from_array(np.ascontiguousarray(array.transpose(2, 1, 0).astype(dtype)))
        made.SetSpacing([float(mm) for mm in spacing])
        return made

    image, seeds = wrapped(image, np.int16), wrapped(seeds, np.uint8)
    grow = itk.FastGrowCut[type(image), type(seeds)].New()
    grow.SetInput(image)
    grow.SetSeedImage(seeds)
    grow.SetDistancePenalty(locality)
    grow.Update()
    return itk.array_from_image(grow.GetOutput()).transpose(2, 1, 0)


def hexadecimal(array, dtype):
    return array.astype(dtype).tobytes(order="F").hex()


def cases():
    image, labels, spacing = chest()
    random = np.random.default_rng(20261126)
    parts = {
        "a corner": ((slice(20, 50), slice(30, 56), slice(6, 30)), 3),
        "the chest": ((slice(None),) * 3, 8),
    }
    for name, (part, n) in parts.items():
        values, seeds = image[part], seeds_in(labels[part], random, n)
        for locality in (0.0, 4.0):
            case = {
                "name": f"{name}, locality {locality}",
                "size": list(values.shape),
                "spacing_mm": list(spacing),
                "locality": locality,
                "image": hexadecimal(values, "<i2"),
                "seeds": hexadecimal(seeds, np.uint8),
            }
            # Theirs goes no ways through the outermost voxels: of a small part, too many.
            if values.size < 50_000:
                case["distances"] = ways(values, seeds, spacing, locality)
            else:
                found = growcut(values, seeds, spacing, locality)
                case["growcut"] = hexadecimal(found, np.uint8)
            yield case


if __name__ == "__main__":
    json.dump(list(cases()), sys.stdout)
    sys.stdout.flush()
    # ITK's wrapping does not end by itself.
    os._exit(0)
