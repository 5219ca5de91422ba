"""Mirrors, tubes, scissors and masked images by SimpleITK, NumPy and scikit-image.

    volume_effects.py made FOLDER

writes `oblique.nii.gz`, an image of voxels of three lengths on an oblique grid, and `oblique-labels.nii.gz`
with two segments, and prints one JSON object: `effects`, a list of effects on the first segment as the
wire has them, each with the voxels (offsets, i fastest) that the segment has after it.

    volume_effects.py masked FOLDER CASES.json

reads images that were masked from those, each `{"file", "segments", "keep", "outside", "crop_mm"}`, and
prints one JSON list: of each what differs from what SimpleITK makes of them, nothing where they agree.
"""

import json
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from skimage.measure import points_in_poly

SIZE = (31, 26, 19)
SPACING = (0.9, 1.4, 2.3)
MOVED = 1e-5


def rotation(axis, angle):
    axis = np.array(axis) / np.linalg.norm(axis)
    cross = np.cross(np.eye(3), axis)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def centres(image):
    """Where voxels lie, (k, j, i, 3)."""
    k, j, i = np.indices(image.GetSize()[::-1])
    index = np.stack([i, j, k], -1) * np.array(image.GetSpacing())
    return index @ np.array(image.GetDirection()).reshape(3, 3).T + image.GetOrigin()


def write(folder):
    random = np.random.default_rng(7)
    values = random.integers(-1000, 2000, SIZE[::-1]).astype(np.int16)
    image = sitk.GetImageFromArray(values)
    image.SetSpacing(SPACING)
    image.SetOrigin((-40.5, 12.25, 103.75))
    image.SetDirection(rotation((1, 2, -0.5), 0.6).ravel().tolist())
    middle = image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in SIZE])
    off = centres(image) - middle
    labels = np.zeros(SIZE[::-1], np.uint8)
    labels[np.linalg.norm(off / (9, 12, 10), axis=-1) <= 1] = 1
    labels[np.linalg.norm(off - (2, 7, 11), axis=-1) <= 6] = 2
    labels = sitk.GetImageFromArray(labels)
    labels.CopyInformation(image)
    sitk.WriteImage(image, str(folder / "oblique.nii.gz"))
    sitk.WriteImage(labels, str(folder / "oblique-labels.nii.gz"))


def read(folder):
    # As the file has it: its geometry is in single precision.
    return (sitk.ReadImage(str(folder / name)) for name in ("oblique.nii.gz", "oblique-labels.nii.gz"))


def mirrored(now, point, normal):
    """By nearest neighbour, through the reflection as an affine transform."""
    normal = np.array(normal) / np.linalg.norm(normal)
    reflection = sitk.AffineTransform(3)
    reflection.SetMatrix((np.eye(3) - 2 * np.outer(normal, normal)).ravel().tolist())
    reflection.SetTranslation((2 * normal * np.dot(point, normal)).tolist())
    found = sitk.Resample(now, now, reflection, sitk.sitkNearestNeighbor, 0)
    return sitk.GetArrayFromImage(found) > 0


def tube(points, path, radius):
    """By the distance of every voxel's centre from every line of the path."""
    path = np.array(path)
    nearest = np.full(points.shape[:-1], np.inf)
    for a, b in zip(path[:-1], path[1:]) if len(path) > 1 else [(path[0], path[0])]:
        way = b - a
        length2 = way @ way
        along = np.clip((points - a) @ way / length2, 0, 1) if length2 > 0 else np.zeros(nearest.shape)
        nearest = np.minimum(nearest, np.linalg.norm(points - a - along[..., None] * way, axis=-1))
    return nearest <= radius


def scissors(points, effect):
    """By scikit-image's polygon, where NumPy projects the centres."""
    seen = points @ np.array(effect["canvas_from_lps"])[:, :3].T + np.array(effect["canvas_from_lps"])[:, 3]
    is_before = seen[..., 2] > 0
    at = (seen[..., :2] / np.where(is_before, seen[..., 2], 1)[..., None]).reshape(-1, 2)
    inside = points_in_poly(at, np.array(effect["path"])).reshape(is_before.shape)
    if effect["mode"].endswith("outside"):
        inside = ~inside
    meant = inside & is_before
    if effect["within"] is not None:
        plane = effect["within"]["plane"]
        normal = np.array(plane["normal"]) / np.linalg.norm(plane["normal"])
        meant &= np.abs((points - plane["point"]) @ normal) <= effect["within"]["mm"]
    return meant


def canvas(target, yaw, pitch, distance=None):
    """Of a camera 4 px a mm, 200 px a side; from a distance, or in parallel."""
    turn = rotation((0, 0, 1), yaw) @ rotation((1, 0, 0), pitch)
    right, up, toward = turn[:, 0], turn[:, 2], -turn[:, 1]
    if distance is None:
        rows = [(4 * right, 100.0), (-4 * up, 100.0), (np.zeros(3), 1.0)]
    else:
        away = (-toward / distance, 1.0)
        rows = [(4 * right + 100 * away[0], 100.0), (-4 * up + 100 * away[0], 100.0), away]
    return [[*row, last - row @ target] for row, last in rows], toward


def effects(image, labels):
    now = labels == 1
    first, points = sitk.GetArrayFromImage(now) > 0, centres(image)
    middle = np.array(image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in SIZE]))
    directions = np.array(image.GetDirection()).reshape(3, 3)
    planes = [(middle + 0.5 * SPACING[n] * directions[:, n] * k, directions[:, n]) for n in range(3) for k in (0, 1)]
    planes += [(middle + (1.3, -0.7, 2.1), (0.3, 1.0, -0.2)), (middle + (3, 3, 0), (1, 0, 0))]
    for n, (point, normal) in enumerate(planes):
        effect = {"type": "mirror", "plane": {"point": [*point], "normal": [*normal]}, "into": None}
        image_of = mirrored(now, point, normal)
        yield (effect | {"mode": "move"}, image_of) if n % 2 else (effect | {"mode": "copy"}, first | image_of)
    path = (middle + [(-12, 3, -9), (-2, -8, 0), (6, 9, 4), (6, 9, 4), (11, -3, 15)]).tolist()
    for points_of, diameter, mode in ((path, 7.3, "add"), (path, 3.1, "remove"), (path[:1], 11.7, "add")):
        found = tube(points, points_of, diameter / 2)
        effect = {"type": "tube", "path": points_of, "diameter": diameter, "mode": mode}
        yield effect, first | found if mode == "add" else first & ~found
    outline = [[40.3, 61.2], [95.1, 72.4], [150.7, 38.6], [141.2, 133.3], [103.5, 101.1], [62.8, 148.9]]
    crossing = [[60.3, 60.1], [140.2, 141.7], [140.6, 62.3], [61.1, 139.4]]
    cameras = [canvas(middle, 0.7, 0.4), canvas(middle, -1.9, -0.8), canvas(middle, 0.3, 1.1, 60.0), canvas(middle, 2.0, 0.2, 4.0)]
    for n, mode in enumerate(("erase_inside", "erase_outside", "fill_inside", "fill_outside")):
        for camera, toward in cameras:
            for depth in (None, 4.2 + n):
                slab = {"plane": {"point": [*middle], "normal": [*toward]}, "mm": depth}
                effect = {
                    "type": "scissors",
                    "path": crossing if n % 2 else outline,
                    "canvas_from_lps": camera,
                    "within": None if depth is None else slab,
                    "mode": mode,
                }
                meant = scissors(points, effect)
                yield effect, first | meant if mode.startswith("fill") else first & ~meant


def expected(image, labels, case):
    """By SimpleITK's filters; the margin in whole voxels that reach as far."""
    inside = sitk.GetArrayFromImage(labels)
    wanted = case["segments"] or [1, 2]
    mask = sitk.GetImageFromArray(np.isin(inside, wanted).astype(np.uint8))
    mask.CopyInformation(labels)
    made = image
    if case["keep"] != "all":
        outside = sitk.GetArrayFromImage(image).min() if case["outside"] is None else case["outside"]
        made = sitk.Mask(image, mask == 1 if case["keep"] == "inside" else mask == 0, float(outside))
    if case["crop_mm"] is not None:
        shapes = sitk.LabelShapeStatisticsImageFilter()
        shapes.Execute(mask)
        box = np.array(shapes.GetBoundingBox(1))
        by = np.ceil(case["crop_mm"] / np.array(image.GetSpacing()) - 1e-6).astype(int)
        low = np.maximum(box[:3] - by, 0)
        high = np.minimum(box[:3] + box[3:] + by, image.GetSize())
        made = sitk.RegionOfInterest(made, [int(n) for n in high - low], [int(n) for n in low])
    return made


def differences(found, wanted):
    if found.GetSize() != wanted.GetSize():
        return f"size {found.GetSize()}, not {wanted.GetSize()}"
    geometry = [np.array(f(found)) - f(wanted) for f in (sitk.Image.GetOrigin, sitk.Image.GetSpacing, sitk.Image.GetDirection)]
    if max(np.abs(off).max() for off in geometry) > MOVED:
        return "geometry"
    n = int((sitk.GetArrayFromImage(found) != sitk.GetArrayFromImage(wanted)).sum())
    return f"{n} values" if n else None


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    if sys.argv[1] == "made":
        write(folder)
        print(json.dumps([{"effect": e, "voxels": np.flatnonzero(v).tolist()} for e, v in effects(*read(folder))]))
    else:
        image, labels = read(folder)
        cases = json.loads(Path(sys.argv[3]).read_text())
        read_back = [sitk.ReadImage(str(folder / case["file"])) for case in cases]
        print(json.dumps([differences(f, expected(image, labels, c)) for f, c in zip(read_back, cases)]))
