"""A tilted series of unevenly spaced slices, and a stroke of a ball on it as other software reads it.

    check_uneven.py make FOLDER                         its slices' values are their numbers
    check_uneven.py stroke SERIES SEG STROKE            STROKE: JSON of `path` (LPS, mm) and `radius_mm`

Prints one JSON object; of a stroke: voxels that the SEG has and those that geometry says, and their
volume, each slice reaching half way to its neighbours.
"""

import json
import pathlib
import sys

import highdicom
import numpy as np
import pydicom

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "peers"))
import annotated_series

DEPTHS = [0.0, 2.0, 4.0, 6.0, 15.0, 17.0, 18.5, 20.0, 22.0, 24.0]
SHIFT = 0.25


def make(folder):
    folder = pathlib.Path(folder)
    annotated_series.series(folder.parent, folder.name, 48, 64, DEPTHS, SHIFT)
    return {}


def distance(points, path):
    """Of points (..., 3) to a path of one or more corners."""
    path = np.array(path)
    pieces = zip(path, path[1:]) if len(path) > 1 else [(path[0], path[0])]
    found = np.full(points.shape[:-1], np.inf)
    for a, b in pieces:
        along = b - a
        length2 = along @ along
        t = np.clip((points - a) @ along / length2, 0, 1) if length2 > 0 else np.zeros(found.shape)
        found = np.minimum(found, np.linalg.norm(points - (a + t[..., None] * along), axis=-1))
    return found


def stroke(series, path, drawn):
    slices = sorted(
        (pydicom.dcmread(file) for file in pathlib.Path(series).iterdir()),
        key=lambda data: data.ImagePositionPatient[2],
    )
    drawn = json.loads(drawn)
    expected = []
    for data in slices:
        row, column = np.reshape(np.array(data.ImageOrientationPatient, float), (2, 3))
        between_rows, between_columns = map(float, data.PixelSpacing)
        j, i = np.mgrid[0 : data.Rows, 0 : data.Columns]
        origin = np.array(data.ImagePositionPatient, float)
        points = origin + i[..., None] * row * between_columns + j[..., None] * column * between_rows
        expected.append(distance(points, drawn["path"]) <= drawn["radius_mm"] + 1e-6)
    segmentation = highdicom.seg.segread(path)
    uids = [data.SOPInstanceUID for data in slices]
    found = segmentation.get_pixels_by_source_instance(uids, segment_numbers=[1], ignore_spatial_locations=True)[..., 0]
    depths = np.array([float(data.ImagePositionPatient[2]) for data in slices])
    gaps = np.diff(depths)
    thickness = np.array([gaps[0], *((gaps[:-1] + gaps[1:]) / 2), gaps[-1]])
    per_slice = np.sum(expected, axis=(1, 2))
    spacing = np.prod(np.array(slices[0].PixelSpacing, float))
    return {
        "n_voxels": int(np.sum(found)),
        "n_expected": int(np.sum(expected)),
        "is_equal": bool(np.array_equal(np.array(found, bool), np.array(expected))),
        "slices": np.flatnonzero(per_slice).tolist(),
        "volume_ml": float(per_slice @ thickness * spacing / 1000),
    }


print(json.dumps({"make": make, "stroke": stroke}[sys.argv[1]](*sys.argv[2:])))
