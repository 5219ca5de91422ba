"""The parts of the ribs of a real CT in every third slice, and which of them overlap, as scipy finds
them: cases for crates/segmentation/tests/segmentation/matches_peers.rs.

    matches.py

Prints a JSON list. Arrays are hexadecimal bytes in memory order, i fastest.
"""

import json

import numpy as np
from interpolation import chest, kept
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

RIBS = 1
# Pixels that touch at a corner are one part.
TOUCH = np.ones((3, 3))


def parts(mask):
    """Number of each pixel's part, and size and middle (i, j) of each; rows are j."""
    numbers, n = ndimage.label(mask, TOUCH)
    index = range(1, n + 1)
    sizes = ndimage.sum_labels(mask, numbers, index)
    middles = ndimage.center_of_mass(mask, numbers, index)
    told = [{"n": int(size), "middle": [i, j]} for size, (j, i) in zip(sizes, middles)]
    return numbers, told


def overlapping(low, high):
    """Groups of two parts or more that overlap one another, by their numbers from 0 on."""
    n_low, n_high = low.max(), high.max()
    both = (low > 0) & (high > 0)
    n = n_low + n_high
    pairs = coo_matrix(
        (np.ones(both.sum()), (low[both] - 1, n_low + high[both] - 1)), shape=(n, n)
    )
    n_groups, group = connected_components(pairs, directed=False)
    found = []
    for number in range(n_groups):
        of = np.flatnonzero(group == number)
        if len(of) > 1:
            sides = [of[of < n_low].tolist(), (of[of >= n_low] - n_low).tolist()]
            found.append(sides)
    return found


def case():
    _, labels, _ = chest()
    ribs = labels == RIBS
    slices = kept(ribs.shape[2], 3)
    gaps = []
    for low, high in zip(slices, slices[1:]):
        masks = [ribs[:, :, k].T for k in (low, high)]
        if all(mask.any() for mask in masks):
            (a, low_parts), (b, high_parts) = (parts(mask) for mask in masks)
            gaps.append(
                {
                    "slices": [low, high],
                    "parts": [low_parts, high_parts],
                    "groups": overlapping(a, b),
                }
            )
    return {
        "size": list(ribs.shape),
        "slices": slices,
        "labels": ribs.astype(np.uint8).tobytes(order="F").hex(),
        "gaps": gaps,
    }


if __name__ == "__main__":
    print(json.dumps(case()))
