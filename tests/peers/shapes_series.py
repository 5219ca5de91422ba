"""Turned, tilted, unevenly spaced slices for crates/app/tests/app/tracks.rs.

    shapes_series.py FOLDER

Writes the series `uneven` and prints where its slices lie as their headers say: position of the first
pixel, directions of a row and a column, in the order of their depth.
"""

import json
import pathlib
import sys

import annotated_series
import pydicom

DEPTHS = [0.0, 2.0, 5.0, 6.0, 10.5, 14.0]


def main(folder):
    folder = pathlib.Path(folder)
    turn = annotated_series.rotation(3)
    annotated_series.series(folder, "uneven", 48, 40, DEPTHS, 0.25, turn)
    slices = sorted((folder / "uneven").iterdir(), key=lambda file: pydicom.dcmread(file).InstanceNumber)
    headers = [pydicom.dcmread(file, stop_before_pixels=True) for file in slices]
    told = [
        {
            "origin": [float(mm) for mm in header.ImagePositionPatient],
            "row": [float(x) for x in header.ImageOrientationPatient[:3]],
            "column": [float(x) for x in header.ImageOrientationPatient[3:]],
        }
        for header in headers
    ]
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
