"""How well a live wire follows edges, whether an iso-contour is that of scikit-image, and what an adaptive
brush took: NumPy, SciPy and scikit-image over the file.

check_edges.py IMAGE REPORT LABELS: the report is JSON of what the app sent and got; prints measures as
JSON, to be asserted on by the test.
"""

import json
import sys

import nibabel
import numpy as np
from scipy import ndimage
from skimage.measure import find_contours

RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def wire_measures(voxels, index_from_lps, effect):
    """Gradients along the wire, as a share of those of the slice that are smaller."""
    path = np.array(effect["path"])
    index = (index_from_lps @ np.c_[path, np.ones(len(path))].T)[:3].T
    k = effect["slice"]["index"]
    steepness = ndimage.gaussian_gradient_magnitude(voxels[:, :, k], 1.0)
    nearest = np.rint(index).astype(int)
    along = steepness[nearest[:, 0], nearest[:, 1]]
    return {
        "n": len(path),
        "off_grid_mm": float(np.abs(index - nearest).max()),
        "off_slice": float(np.abs(index[:, 2] - k).max()),
        "median_share": float((steepness < np.median(along)).mean()),
    }


def iso_measures(voxels, index_from_lps, effect):
    """The values along a contour, and how far it is from those that scikit-image finds at their median."""
    path = np.array(effect["path"])
    index = (index_from_lps @ np.c_[path, np.ones(len(path))].T)[:3]
    values = ndimage.map_coordinates(voxels, index, order=1)
    level = np.median(values)
    measures = {"n": len(path), "level": float(level), "deviation": float(np.abs(values - level).max())}
    if effect["slice"] is not None:
        contours = find_contours(voxels[:, :, effect["slice"]["index"]], level)
        ours = index[:2].T
        theirs = min(contours, key=lambda corners: np.linalg.norm(corners - ours[0], axis=1).min())
        measures["n_theirs"] = len(theirs)
        apart = np.linalg.norm(ours[:, None] - theirs[None], axis=2)
        measures["apart"] = float(max(apart.min(0).max(), apart.min(1).max()))
    return measures


def stroke_measures(voxels, labels, lps_from_index, report):
    stroke = report["stroke"]
    taken = {tuple(at) for at in np.argwhere(labels > 0).tolist()}
    shown = {(i + n, j, k) for i, j, k, length in report["runs"] for n in range(length)}
    k = stroke["slice_index"]
    columns, rows = np.indices(labels.shape[:2])
    index = np.stack([columns, rows, np.full_like(rows, k), np.ones_like(rows)], -1)
    points = (index @ lps_from_index.T)[..., :3]
    near = np.full(labels.shape[:2], np.inf)
    path = np.array(stroke["path"])
    for a, b in zip(path[:-1], path[1:]) if len(path) > 1 else [(path[0], path[0])]:
        way = b - a
        along = np.clip((points - a) @ way / max(way @ way, 1e-12), 0, 1)
        near = np.minimum(near, np.linalg.norm(points - a - along[..., None] * way, axis=-1))
    brushed = near <= stroke["radius_mm"] + 1e-6
    in_slice = labels[:, :, k] > 0
    return {
        "n": len(taken),
        "n_brushed": int(brushed.sum()),
        "n_outside": int(labels.astype(bool).sum() - (in_slice & brushed).sum()),
        "n_shown": len(shown),
        "n_only_shown": len(shown - taken),
        "deviation_taken": float(voxels[:, :, k][in_slice].std()),
        "deviation_brushed": float(voxels[:, :, k][brushed].std()),
    }


def main(image_path, report_path, labels_path):
    with open(report_path) as file:
        report = json.load(file)
    image = nibabel.load(image_path)
    voxels = np.squeeze(np.asarray(image.dataobj)).astype(np.float64)
    labels = np.squeeze(np.asarray(nibabel.load(labels_path).dataobj))
    lps_from_index = RAS @ image.affine
    answer = {}
    if "wire" in report:
        answer["wire"] = wire_measures(voxels, np.linalg.inv(lps_from_index), report["wire"])
    if "iso" in report:
        index_from_lps = np.linalg.inv(lps_from_index)
        answer["iso"] = [iso_measures(voxels, index_from_lps, effect) for effect in report["iso"]]
    if "stroke" in report:
        answer["stroke"] = stroke_measures(voxels, labels, lps_from_index, report)
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
