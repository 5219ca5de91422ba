"""Writes a binary DICOM SEG with highdicom and prints seconds as JSON.

    python write_segmentation.py CT_FOLDER OUT_FILE

The segments are those of crates/formats/examples/write_segmentation.rs: 20 balls in a 5 x 4 raster,
stretched along the slices so that each is on every slice.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import highdicom
import numpy as np
import pydicom
from pydicom.sr.codedict import codes

warnings.simplefilter("ignore")
N_SEGMENTS = 20


def masks(shape):
    slices, rows, columns = shape
    k, j, i = np.ogrid[:slices, :rows, :columns]
    array = np.zeros(shape, np.uint8)
    for n in range(N_SEGMENTS):
        ci, cj = (2 * (n % 5) + 1) * columns // 10, (2 * (n // 5) + 1) * rows // 8
        inside = (100 * (i - ci)) ** 2 + (100 * (j - cj)) ** 2 + (12 * (k - slices // 2)) ** 2 <= 4000**2
        array[inside] = n + 1
    return array


def main():
    files = [pydicom.dcmread(file) for file in sorted(Path(sys.argv[1]).iterdir())]
    for file in files:  # of which highdicom copies the values, empty or not
        for word in ("PatientBirthDate", "PatientSex", "StudyID", "AccessionNumber", "ReferringPhysicianName"):
            setattr(file, word, "")
    array = masks((len(files), files[0].Rows, files[0].Columns))
    describe = lambda n: highdicom.seg.SegmentDescription(
        n + 1, f"Segment {n + 1}", codes.SCT.Tissue, codes.SCT.Tissue, "MANUAL"
    )
    start = time.perf_counter()
    seg = highdicom.seg.Segmentation(
        source_images=files, pixel_array=array, segmentation_type="BINARY",
        segment_descriptions=[describe(n) for n in range(N_SEGMENTS)],
        series_instance_uid="2.25.1", series_number=1, sop_instance_uid="2.25.2", instance_number=1,
        manufacturer="M", manufacturer_model_name="N", software_versions="1", device_serial_number="1",
    )
    seg.save_as(sys.argv[2])
    secs = time.perf_counter() - start
    print(json.dumps({"total_secs": secs, "n_frames": int(seg.NumberOfFrames), "n_voxels": int((array > 0).sum())}))


main()
