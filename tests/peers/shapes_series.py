"""Series for crates/app/tests/app/tracks.rs.

    shapes_series.py FOLDER

Writes the series `uneven`, turned, tilted and unevenly spaced slices, and prints where its slices lie as
their headers say: position of the first pixel, directions of a row and a column, in the order of their
depth. Writes the series `times`: volumes acquired at uneven times.
"""

import json
import pathlib
import sys

import annotated_series
import pydicom

DEPTHS = [0.0, 2.0, 5.0, 6.0, 10.5, 14.0]
TIMES = ["100000.0", "100002.0", "100003.0", "100010.0"]
N_SLICES = 4


def files(folder):
    return sorted(folder.iterdir(), key=lambda file: pydicom.dcmread(file).InstanceNumber)


def write_times(folder):
    annotated_series.series(folder, "times", 16, 12, [2.0 * n for n in range(N_SLICES)] * len(TIMES))
    for n, file in enumerate(files(folder / "times")):
        data = pydicom.dcmread(file)
        data.AcquisitionNumber = n // N_SLICES + 1
        data.TemporalPositionIdentifier = n // N_SLICES + 1
        data.NumberOfTemporalPositions = len(TIMES)
        data.AcquisitionDate, data.AcquisitionTime = "20200102", TIMES[n // N_SLICES]
        data.save_as(file)


def main(folder):
    folder = pathlib.Path(folder)
    turn = annotated_series.rotation(3)
    annotated_series.series(folder, "uneven", 48, 40, DEPTHS, 0.25, turn)
    headers = [pydicom.dcmread(file, stop_before_pixels=True) for file in files(folder / "uneven")]
    told = [
        {
            "origin": [float(mm) for mm in header.ImagePositionPatient],
            "row": [float(x) for x in header.ImageOrientationPatient[:3]],
            "column": [float(x) for x in header.ImageOrientationPatient[3:]],
        }
        for header in headers
    ]
    write_times(folder)
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
