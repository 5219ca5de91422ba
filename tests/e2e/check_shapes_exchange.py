"""What other software reads of exported shapes.

    check_shapes_exchange.py IMAGE FILES

IMAGE is the folder of the images, FILES holds `report.dcm`, `shapes.json` and `shapes.csv`. Prints
one JSON object: errors of dciodvfy, groups of the report as highdicom reads them (kind, points in
LPS, finding, measured values), points and mean of the table as csv reads them, and each outline's
mean of the voxels whose centres it encloses, as scikit-image finds them.
"""

import csv
import json
import pathlib
import subprocess
import sys
import warnings

import highdicom.sr
import numpy as np
import pydicom
from skimage.measure import points_in_poly

warnings.simplefilter("ignore")


def inside_mean(images, points):
    """Of the voxels of the slice nearest to the points whose centres they enclose."""
    points = np.array(points)
    orientation = np.array(images[0].ImageOrientationPatient, float)
    along, down = orientation[:3], orientation[3:]
    normal = np.cross(along, down)
    depth = lambda image: abs(np.dot(np.array(image.ImagePositionPatient, float) - points[0], normal))
    image = min(images, key=depth)
    offset = points - np.array(image.ImagePositionPatient, float)
    rows, columns = (float(x) for x in image.PixelSpacing)
    corners = np.stack([offset @ along / columns, offset @ down / rows], axis=1)
    j, i = np.mgrid[0 : image.Rows, 0 : image.Columns]
    centres = np.stack([i.ravel(), j.ravel()], axis=1)
    values = image.pixel_array.ravel() * float(image.RescaleSlope) + float(image.RescaleIntercept)
    return float(values[points_in_poly(centres, corners)].mean())


def main(folder, files):
    images = [pydicom.dcmread(path) for path in sorted(folder.iterdir())]
    report = files / "report.dcm"
    told = subprocess.run(["dciodvfy", "-new", report], capture_output=True, text=True).stderr
    groups = highdicom.sr.srread(report).content.get_planar_roi_measurement_groups()
    group = lambda g: {
        "kind": g.roi.graphic_type.value,
        "points": g.roi.value.tolist(),
        "text": g.tracking_identifier,
        "finding": g.finding_type.value if g.finding_type else None,
        "measured": {m.name.meaning: m.value for m in g.get_measurements()},
    }
    read = [group(g) for g in groups]
    rows = list(csv.DictReader((files / "shapes.csv").open(encoding="utf-8", newline="")))
    table = [
        {
            "kind": row["kind"],
            "points": [[float(x) for x in point.split()] for point in row["points"].split(";")],
            "mean": float(row["mean"]) if row["mean"] else None,
        }
        for row in rows
    ]
    means = [inside_mean(images, g["points"]) if g["kind"] == "POLYGON" else None for g in read]
    volumes = highdicom.sr.srread(report).content.get_volumetric_roi_measurement_groups()
    return {
        "n_volumes": len(volumes),
        "errors": [line for line in told.splitlines() if line.startswith("Error")],
        "groups": read,
        "table": table,
        "json": len(json.loads((files / "shapes.json").read_text())["shapes"]),
        "means": means,
    }


print(json.dumps(main(*map(pathlib.Path, sys.argv[1:]))))
