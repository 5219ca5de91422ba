"""Planes in which wires are drawn, and what SciPy makes of them: cases for
crates/segmentation/tests/segmentation/live_wire.rs.

    live_wire.py

Prints a JSON list. Arrays are hexadecimal bytes by rows, single or double precision. `links` are what
it costs to go from each pixel to its eight neighbours, clockwise from the next column, and `costs`
those of the cheapest ways to the anchor, as SciPy's Dijkstra finds them.
"""

import json
import sys

import numpy as np
import SimpleITK as sitk
from scipy import ndimage, sparse
from scipy.sparse.csgraph import dijkstra
from segmentation_algorithms import chest, hexadecimal

STEPS = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)]
WEAKNESS, NO_CROSSING, ACROSS = 0.65, 0.15, 0.2


def smoothed(values, sigma, step):
    """A Gaussian in which missing values count for nothing."""
    sigmas = (sigma / step[1], sigma / step[0])
    known = np.isfinite(values)
    share = ndimage.gaussian_filter(known.astype(float), sigmas, mode="constant")
    total = ndimage.gaussian_filter(np.where(known, values, 0.0), sigmas, mode="constant")
    return np.divide(total, share, out=np.full(values.shape, np.nan), where=share > 0)


def edges(values, sigma, step):
    """What a pixel costs by itself, and the direction of its edge (columns, rows)."""
    values = smoothed(values, sigma, step)
    padded = np.pad(values, 1, mode="edge")
    left, right = padded[1:-1, :-2], padded[1:-1, 2:]
    up, down = padded[:-2, 1:-1], padded[2:, 1:-1]
    x, y = (right - left) / (2 * step[0]), (down - up) / (2 * step[1])
    x = np.where(abs(right - left) <= 1e-12 * abs(left), 0, x)
    y = np.where(abs(down - up) <= 1e-12 * abs(up), 0, y)
    is_missing = ~np.isfinite(x) | ~np.isfinite(y)
    x, y = np.where(is_missing, 0, x), np.where(is_missing, 0, y)
    length = np.hypot(x, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        strength = np.where(length > 0, length**2 / (length**2 + length.mean() ** 2), 0)
        along = np.nan_to_num([-y / length * strength, x / length * strength])
    laplacian = (left - 2 * values + right) / step[0] ** 2 + (up - 2 * values + down) / step[1] ** 2
    laplacian = np.nan_to_num(laplacian)
    beside = np.pad(laplacian, 1, mode="edge")
    sides = beside[1:-1, :-2], beside[1:-1, 2:], beside[:-2, 1:-1], beside[2:, 1:-1]
    crosses = [(laplacian * s < 0) & (abs(laplacian) <= abs(s)) for s in sides]
    crossing = np.any(crosses, axis=0) & (length > length.mean())
    return WEAKNESS * (1 - strength) + NO_CROSSING * ~crossing, along


def links_of(values, sigma, step):
    """Costs to the eight neighbours, not a number beyond the plane: indexed [direction, row, column]."""
    local, along = edges(values, sigma, step)
    n_rows, n_columns = values.shape
    rows, columns = np.mgrid[:n_rows, :n_columns]
    links = np.full((8, *values.shape), np.nan)
    for n, (dx, dy) in enumerate(STEPS):
        x, y = columns + dx, rows + dy
        inside = (x >= 0) & (x < n_columns) & (y >= 0) & (y < n_rows)
        here, there = (rows[inside], columns[inside]), (y[inside], x[inside])
        way = np.array([dx * step[0], dy * step[1]])
        length = np.linalg.norm(way)
        both = along[:, *here] + along[:, *there]
        across = 1 - abs(way / length @ both) / 2
        links[n][inside] = length * ((local[here] + local[there]) / 2 + ACROSS * across)
    return links


def ways_to(anchor, links):
    shape = links.shape[1:]
    numbers = np.arange(np.prod(shape)).reshape(shape)
    n, row, column = np.nonzero(np.isfinite(links))
    dx, dy = np.array(STEPS).T
    to = numbers[row + dy[n], column + dx[n]]
    graph = sparse.coo_matrix(
        (links[n, row, column], (numbers[row, column], to)), shape=(numbers.size,) * 2
    ).tocsr()
    return dijkstra(graph, indices=numbers[anchor[1], anchor[0]]).reshape(shape)


def planes():
    """Name, values, mm of a step along columns and rows, sigma in mm, anchors."""
    image = chest()
    column_mm, row_mm, slice_mm = image.GetSpacing()
    voxels = sitk.GetArrayFromImage(image).astype(float)
    across = voxels[voxels.shape[0] // 2, 20:76, 20:92]
    yield "a slice", across, (column_mm, row_mm), 1.0 * column_mm, [(3, 4), (40, 30)]
    along = voxels[:, 40, 10:90]
    yield "a slice along the body", along, (column_mm, slice_mm), column_mm, [(60, 10)]
    turned = across.copy()
    rows, columns = np.mgrid[: across.shape[0], : across.shape[1]]
    turned[columns + rows < 30] = np.nan
    yield "the edge of the image", turned, (column_mm, row_mm), 1.5 * column_mm, [(60, 50), (2, 2)]
    noise = np.random.default_rng(20261126).normal(size=(24, 31))
    yield "noise, unsmoothed", noise, (1.0, 1.0), 0.0001, [(0, 0)]


def cases():
    for name, values, step, sigma, anchors in planes():
        links = links_of(values, sigma, step)
        for anchor in anchors:
            yield {
                "name": name,
                "size": [values.shape[1], values.shape[0]],
                "values": hexadecimal(values, "<f8"),
                "step_mm": list(step),
                "sigma_mm": sigma,
                "anchor": list(anchor),
                "links": hexadecimal(links, "<f4"),
                "costs": hexadecimal(ways_to(anchor, links), "<f4"),
            }


if __name__ == "__main__":
    json.dump(list(cases()), sys.stdout)
