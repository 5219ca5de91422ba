"""Checks an exported label map with nibabel and SimpleITK.

    check_export.py IMAGE EXPORTED STROKES.json

STROKES is a list of strokes as they crossed the wire, in the order in which they hold, each with
the label it paints: {label, mode, shape, radius_mm, path (LPS mm), slice_axis, slice_index}. The
expected voxels come from the definition: a voxel is painted when its centre lies within the radius
of the path, for a round brush also in the painted slice. Prints one JSON object.
"""

import json
import sys

import nibabel
import numpy as np
import SimpleITK as sitk

# Voxels whose distance equals the radius to this many mm may go either way: the sides add the same
# numbers in another order.
TIE_MM = 1e-6
RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def distance_mm(points, path):
    """Distance of each point to a polyline."""
    best = np.full(points.shape[:-1], np.inf)
    for start, end in zip(path, path[1:] if len(path) > 1 else path):
        along = np.subtract(end, start)
        length = along @ along
        t = np.clip((points - start) @ along / length, 0, 1) if length > 0 else np.zeros(best.shape)
        best = np.minimum(best, np.linalg.norm(points - start - t[..., None] * along, axis=-1))
    return best


def expected(shape, lps_from_index, strokes):
    """Labels by definition, and the voxels whose membership is a tie."""
    labels = np.zeros(shape, int)
    ties = np.zeros(shape, bool)
    index = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1)
    for stroke in strokes:
        reached = np.ones(shape, bool)
        if stroke["shape"] == "round":
            reached &= index[..., stroke["slice_axis"]] == stroke["slice_index"]
        centres = index[reached] @ lps_from_index[:3, :3].T + lps_from_index[:3, 3]
        path = np.array(stroke["path"], float)
        if stroke["shape"] == "round":
            # The brush is a disc in the slice: distances are measured in its plane.
            normal = np.cross(*(lps_from_index[:3, a] for a in range(3) if a != stroke["slice_axis"]))
            normal /= np.linalg.norm(normal)
            offset = (centres[0] - path) @ normal
            path = path + offset[:, None] * normal
        distance = np.full(shape, np.inf)
        distance[reached] = distance_mm(centres, path)
        inside = distance <= stroke["radius_mm"]
        ties |= np.abs(distance - stroke["radius_mm"]) < TIE_MM
        if stroke["mode"] == "paint":
            labels[inside] = stroke["label"]
        else:
            labels[inside & (labels == stroke["label"])] = 0
    return labels, ties


def main():
    image_path, exported_path, strokes_path = sys.argv[1:]
    image, exported = nibabel.load(image_path), nibabel.load(exported_path)
    labels = np.asarray(exported.dataobj)
    with open(strokes_path) as file:
        strokes = json.load(file)
    want, ties = expected(labels.shape, RAS_FROM_LPS @ image.affine, strokes)
    itk_image, itk_exported = sitk.ReadImage(image_path), sitk.ReadImage(exported_path)
    itk_labels = sitk.GetArrayFromImage(itk_exported).T
    values, counts = np.unique(labels, return_counts=True)
    print(json.dumps({
        "shape": list(labels.shape),
        "is_same_shape": labels.shape == image.shape[:3],
        "is_integer": labels.dtype.kind in "iu",
        "affine_difference": float(np.abs(exported.affine - image.affine).max()),
        "itk_origin_difference": float(np.abs(np.subtract(itk_exported.GetOrigin(), itk_image.GetOrigin()[:3])).max()),
        "itk_agrees": bool((itk_labels == labels).all()),
        "counts": {str(value): int(count) for value, count in zip(values, counts) if value},
        "n_expected": int((want > 0).sum()),
        "n_ties": int(ties.sum()),
        "n_wrong": int(((labels != want) & ~ties).sum()),
    }))


main()
