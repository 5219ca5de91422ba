"""Reads an image as a peer does and prints seconds and peak memory as JSON.

    python load_series.py PEER PATH

PEER is `simpleitk` (a DICOM folder or a file), `pydicom` (a DICOM folder, decoded),
`pydicom-headers` (its headers only, grouped by series) or `dcm2niix` (a DICOM folder, written as
uncompressed NIfTI where that costs no disk).
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path


def simpleitk(path):
    import SimpleITK as sitk

    start = time.perf_counter()
    if path.is_dir():
        reader = sitk.ImageSeriesReader()
        reader.SetFileNames(reader.GetGDCMSeriesFileNames(str(path)))
        image = reader.Execute()
    else:
        image = sitk.ReadImage(path)
    return time.perf_counter() - start, image.GetNumberOfPixels()


def pydicom(path):
    import numpy
    from pydicom import dcmread

    start = time.perf_counter()
    files = sorted((dcmread(file) for file in path.iterdir()), key=lambda f: f.ImagePositionPatient[2])
    image = numpy.stack([file.pixel_array for file in files])
    return time.perf_counter() - start, image.size


def pydicom_headers(path):
    from pydicom import dcmread

    start = time.perf_counter()
    series = defaultdict(list)
    for file in path.iterdir():
        header = dcmread(file, stop_before_pixels=True)
        series[header.SeriesInstanceUID].append((header.ImagePositionPatient[2], file))
    for slices in series.values():
        slices.sort()
    return time.perf_counter() - start, len(series)


def dcm2niix(path):
    import dcm2niix

    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        start = time.perf_counter()
        subprocess.run([dcm2niix.bin, "-z", "n", "-b", "n", "-o", folder, path], check=True, capture_output=True)
        secs = time.perf_counter() - start
        return secs, sum(file.stat().st_size for file in Path(folder).glob("*.nii"))


PEERS = {"simpleitk": simpleitk, "pydicom": pydicom, "pydicom-headers": pydicom_headers, "dcm2niix": dcm2niix}
total_secs, size = PEERS[sys.argv[1]](Path(sys.argv[2]))
peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"total_secs": total_secs, "peak_bytes": peak_bytes, "size": size}))
