"""What an oblique plane, a slab and a stroke in an oblique plane should be: SciPy and NumPy over the file.

check_oblique.py IMAGE REPORT [LABELS]: the report is JSON of what the app sent and got; prints
differences as JSON, to be asserted on by the test.
"""

import json
import sys

import nibabel
import numpy as np
from scipy.ndimage import map_coordinates

RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def main(image_path, report_path, labels_path=None):
    with open(report_path) as file:
        report = json.load(file)
    image = nibabel.load(image_path)
    voxels = np.squeeze(np.asarray(image.dataobj)).astype(np.float64)
    lps_from_index = RAS @ image.affine
    answer = {}
    if "plane" in report:
        answer["plane"] = plane_difference(voxels, lps_from_index, report["plane"])
    if "slab" in report:
        answer["slab"] = slab_difference(voxels, report["slab"])
    if labels_path is not None:
        labels = np.squeeze(np.asarray(nibabel.load(labels_path).dataobj))
        answer["stroke"] = stroke_difference(labels, lps_from_index, report["stroke"])
    print(json.dumps(answer))


def plane_difference(voxels, lps_from_index, report):
    """Pixels by trilinear interpolation, away from the border of the image."""
    plane, pixels = report["plane"], np.array(report["pixels"], dtype=np.float64)
    columns, rows = np.meshgrid(np.arange(plane["columns"]), np.arange(plane["rows"]))
    points = (
        np.array(plane["origin"])[:, None]
        + np.outer(plane["column_step"], columns.ravel())
        + np.outer(plane["row_step"], rows.ravel())
    )
    index = np.linalg.inv(lps_from_index) @ np.vstack([points, np.ones(points.shape[1])])
    theirs = map_coordinates(voxels, index[:3], order=1, mode="nearest")
    last = np.array(voxels.shape)[:, None] - 1
    is_inside = ((index[:3] >= 0) & (index[:3] <= last)).all(axis=0)
    difference = np.abs(pixels - theirs)[is_inside]
    return {"n": int(is_inside.sum()), "most": float(difference.max())}


def slab_difference(voxels, report):
    """An axial slab against the largest of its slices: i first, as the app sends columns."""
    first, last = report["slices"]
    theirs = voxels[:, :, first : last + 1].max(axis=2).T.ravel()
    return {"n": theirs.size, "most": float(np.abs(np.array(report["pixels"]) - theirs).max())}


def stroke_difference(labels, lps_from_index, edit):
    """Voxels that the plane cuts and whose centres, seen along its normal, are near the path."""
    index = np.stack(np.meshgrid(*(np.arange(n) for n in labels.shape), indexing="ij"))
    centres = np.tensordot(lps_from_index[:3, :3], index, 1) + lps_from_index[:3, 3, None, None, None]
    point, normal = (np.array(edit["plane"][name]) for name in ("point", "normal"))
    normal = normal / np.linalg.norm(normal)
    height = np.tensordot(normal, centres - point[:, None, None, None], 1)
    half = sum(abs(normal @ lps_from_index[:3, axis]) for axis in range(3)) / 2
    flat = centres - normal[:, None, None, None] * height
    path = [np.array(p) - normal * (normal @ (np.array(p) - point)) for p in edit["path"]]
    distance = np.full(labels.shape, np.inf)
    for a, b in zip(path, path[1:] or path):
        if edit["shape"] == "square":
            one = half_side_to(flat, a, b, normal, np.array(edit["along"]))
        else:
            one = distance_from(flat, a, b)
        distance = np.minimum(distance, one)
    depth = np.minimum(half - np.abs(height), edit["radius_mm"] - distance)
    is_wanted, is_decided = depth > 0, np.abs(depth) > 1e-5
    is_wrong = ((labels != 0) != is_wanted) & is_decided
    return {"n": int((labels != 0).sum()), "n_wrong": int(is_wrong.sum())}


def distance_from(points, a, b):
    along, offset = b - a, points - a[:, None, None, None]
    length2 = along @ along
    t = np.clip(np.tensordot(along, offset, 1) / length2, 0, 1) if length2 > 0 else 0.0
    return np.linalg.norm(offset - along[:, None, None, None] * t, axis=0)


def half_side_to(points, a, b, normal, along):
    """Of the least square around a point of the way: convex, so least at an end or at a bend."""
    right = along - normal * (along @ normal)
    right /= np.linalg.norm(right)
    sides = np.stack([right, np.cross(normal, right)])
    u, v = np.tensordot(sides, points - a[:, None, None, None], 1)
    du, dv = sides @ (b - a)
    least = np.full(u.shape, np.inf)
    ends = [np.zeros(u.shape), np.ones(u.shape)]
    bends = [(u, du), (v, dv), (u - v, du - dv), (u + v, du + dv)]
    for t in ends + [np.clip(off / step, 0, 1) for off, step in bends if step != 0]:
        least = np.minimum(least, np.maximum(np.abs(u - t * du), np.abs(v - t * dv)))
    return least


if __name__ == "__main__":
    main(*sys.argv[1:])
