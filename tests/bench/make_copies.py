"""Makes a longer or larger set of files of the benchmark series.

    python make_copies.py CT_FOLDER OUT_FOLDER N_SERIES N_SLICES WIDTH

Each series has N_SLICES files of WIDTH x WIDTH pixels; the slices of the benchmark series follow
each other again and again, at positions that go on.
"""

import sys
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid


def main():
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    n_series, n_slices, width = map(int, sys.argv[3:])
    out.mkdir(parents=True, exist_ok=True)
    files = [pydicom.dcmread(file) for file in sorted(source.iterdir())]
    step = files[1].ImagePositionPatient[2] - files[0].ImagePositionPatient[2]
    for file in files:
        file.PixelData = file.pixel_array[:width, :width].tobytes()
        file.Rows = file.Columns = width
    for s in range(n_series):
        series = generate_uid(entropy_srcs=["annotomy bench copies", str(s)])
        for k in range(n_slices):
            file = files[k % len(files)]
            instance = generate_uid(entropy_srcs=["annotomy bench copies", str(s), str(k)])
            file.SeriesInstanceUID, file.SeriesNumber = series, s + 1
            file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = instance
            file.InstanceNumber = k + 1
            file.ImagePositionPatient = [-120.0, -120.0, round(k * step, 6)]
            file.save_as(out / f"S{s:02d}I{k:05d}", enforce_file_format=True)


main()
