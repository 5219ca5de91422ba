"""Makes DICOM series to annotate, for crates/formats/tests/formats/segmentation.rs and structure_set.rs.

    annotated_series.py FOLDER

Prints one JSON object: name of each series, which is a folder, and what its header holds.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

warnings.simplefilter("ignore")


def rotation(seed):
    matrix, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return matrix


def series(root, name, columns, rows, depths, shift=0.0, turn=None, syntax=ExplicitVRLittleEndian, **elements):
    """Slices at `depths` mm along the normal, each moved by `shift` mm a mm along its columns."""
    folder = root / name
    folder.mkdir(parents=True)
    turn = np.eye(3) if turn is None else turn
    row, column = turn[:, 0], turn[:, 1]
    normal = np.cross(row, column)
    uid = "2.25." + str(int.from_bytes(name.encode(), "big") << 8)
    for n, depth in enumerate(depths):
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = syntax
        meta.MediaStorageSOPClassUID = pydicom.uid.CTImageStorage
        meta.MediaStorageSOPInstanceUID = f"{uid}.{n}"
        dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        if "SpecificCharacterSet" in elements:
            dataset.SpecificCharacterSet = elements["SpecificCharacterSet"]
        dataset.SOPClassUID = meta.MediaStorageSOPClassUID
        dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
        dataset.StudyInstanceUID = f"{uid}.1000"
        dataset.SeriesInstanceUID = uid
        dataset.FrameOfReferenceUID = f"{uid}.1001"
        dataset.PositionReferenceIndicator = "SN"
        dataset.Modality = "CT"
        dataset.Manufacturer = "Phantom"
        dataset.PatientName = "Phantom^One"
        dataset.PatientID = "P-1"
        dataset.PatientBirthDate = "19700101"
        dataset.PatientSex = "O"
        dataset.PatientAge = "050Y"
        dataset.PatientWeight = "70.5"
        dataset.StudyDate, dataset.StudyTime = "20200102", "101112"
        dataset.StudyID, dataset.AccessionNumber = "S1", "A1"
        dataset.ReferringPhysicianName = "Referrer^R"
        dataset.SeriesNumber, dataset.InstanceNumber = 3, n + 1
        position = np.array([-11.25, 7.5, 30.125]) + depth * normal + depth * shift * column
        dataset.ImagePositionPatient = [f"{x:.10g}" for x in position]
        dataset.ImageOrientationPatient = [f"{x:.10f}" for x in (*row, *column)]
        dataset.PixelSpacing = [0.8, 0.6]
        dataset.SliceThickness = 2.5
        dataset.Rows, dataset.Columns = rows, columns
        dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
        dataset.PixelRepresentation = 1
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
        dataset.PixelData = np.full((rows, columns), n, "<i2").tobytes()
        for keyword, value in elements.items():
            setattr(dataset, keyword, value)
        dataset.save_as(folder / f"{n:03}", enforce_file_format=True)


def main():
    root = pathlib.Path(sys.argv[1])
    even = lambda n: [2.5 * k for k in range(n)]
    series(root, "large", 60, 60, even(4), turn=rotation(2))
    series(root, "odd", 7, 5, even(4))
    series(root, "many", 13, 11, even(24), turn=rotation(4))
    series(root, "bytes", 16, 8, even(3), syntax=ImplicitVRLittleEndian)
    series(root, "tilted", 9, 7, even(6), shift=0.3)
    series(root, "uneven", 5, 9, [0, 2, 4.7, 6, 9.1], turn=rotation(7))
    series(root, "gap", 11, 3, [0, 2, 4, 8, 10])
    series(root, "latin", 33, 35, even(2), SpecificCharacterSet="ISO_IR 100", PatientName="Müller^Zoë")
    series(
        root,
        "japanese",
        6,
        6,
        even(2),
        SpecificCharacterSet=["", "ISO 2022 IR 87"],
        PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう",
    )
    series(
        root,
        "lossy",
        8,
        8,
        even(2),
        LossyImageCompression="01",
        LossyImageCompressionRatio="12.5",
        LossyImageCompressionMethod="ISO_10918_1",
    )
    json.dump(sorted(path.name for path in root.iterdir()), sys.stdout)


if __name__ == "__main__":
    main()
