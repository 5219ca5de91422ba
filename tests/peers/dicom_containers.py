"""Makes folders with a DICOMDIR and zip archives for crates/formats/tests/formats/containers.rs, and says what
they hold.

    dicom_containers.py FOLDER

Prints one JSON object: for each container its path and how many images each series has, as pydicom's
file set lists them.
"""

import io
import json
import pathlib
import sys
import warnings
import zipfile

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.fileset import FileSet
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

warnings.simplefilter("ignore")

ROOT = pathlib.Path(sys.argv[1])


def image(series, k):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    uid = f"1.2.{series}.{k + 1}"
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = uid
    dataset.StudyInstanceUID = f"1.3.{series}"
    dataset.SeriesInstanceUID = f"1.4.{series}"
    dataset.PatientID, dataset.PatientName, dataset.StudyID = f"P{series}", "A^B", "1"
    dataset.StudyDate, dataset.StudyTime, dataset.Modality = "20240101", "120000", "CT"
    dataset.SeriesNumber, dataset.InstanceNumber = series, k + 1
    dataset.ImagePositionPatient, dataset.PixelSpacing = [0, 0, 2 * k], [1, 1]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.Rows, dataset.Columns, dataset.SamplesPerPixel = 3, 4, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation = 15, 1
    dataset.PixelData = np.full((3, 4), 10 * series + k, "<i2").tobytes()
    return dataset


def medium(name, sizes):
    """A folder with a DICOMDIR, as pydicom writes it."""
    files = FileSet()
    for series, n in enumerate(sizes, 1):
        for k in range(n):
            files.add(image(series, k))
    files.write(ROOT / name)
    return ROOT / name


def counts(folder):
    series = [instance.SeriesInstanceUID for instance in FileSet(folder / "DICOMDIR")]
    return [series.count(uid) for uid in sorted(set(series))]


def pack(name, folder, extra=()):
    path = ROOT / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
        for entry, data in extra:
            archive.writestr(entry, data)
    return str(path)


def small_letters(folder):
    for path in sorted(folder.rglob("*"), key=lambda path: -len(path.parts)):
        if path.name != "DICOMDIR":
            path.rename(path.with_name(path.name.lower()))


def main():
    whole = medium("whole", [3, 2, 4])
    expected = counts(whole)
    small = medium("small", [3, 2, 4])
    small_letters(small)

    lacking = medium("lacking", [3, 2])
    gone = [i for i in FileSet(lacking / "DICOMDIR") if i.SeriesInstanceUID == "1.4.2"]
    pathlib.Path(gone[0].path).unlink()

    # Two files outside the folder: one by its name, one by a link.
    escaping = medium("escaping", [3, 2, 2])
    outside = ROOT / "outside.dcm"
    image(9, 0).save_as(outside, enforce_file_format=True)
    files = [i for i in FileSet(escaping / "DICOMDIR") if i.SeriesInstanceUID != "1.4.1"]
    linked = pathlib.Path(files[0].path)
    linked.unlink()
    linked.symlink_to(outside)
    index = pydicom.dcmread(escaping / "DICOMDIR")
    for record in index.DirectoryRecordSequence:
        name = record.get("ReferencedFileID")
        if name and escaping.joinpath(*name) == pathlib.Path(files[2].path):
            record.ReferencedFileID = ["..", "outside.dcm"]
    index.save_as(escaping / "DICOMDIR")
    pathlib.Path(files[2].path).unlink()

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as nested:
        nested.write(outside, "inner.dcm")
    stream = io.BytesIO()
    image(8, 0).save_as(stream, enforce_file_format=True)
    odd = [
        ("../escaped.dcm", stream.getvalue()),
        ("/absolute.dcm", stream.getvalue()),
        ("nested.zip", buffer.getvalue()),
    ]
    with zipfile.ZipFile(ROOT / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(64 << 20))
    result = {
        "whole": {"path": str(whole), "counts": expected},
        "small": {"path": str(small / "DICOMDIR"), "counts": expected},
        "lacking": {"path": str(lacking / "DICOMDIR"), "counts": [3, 1]},
        "escaping": {"path": str(escaping / "DICOMDIR"), "counts": [3, 1, 1]},
        "zip": {"path": pack("whole.zip", whole), "counts": expected},
        # An absolute name is one inside the archive, as unzip has it.
        "odd_zip": {"path": pack("odd.zip", whole, odd), "counts": [*expected, 1]},
        "bomb": str(ROOT / "bomb.zip"),
    }
    json.dump(result, sys.stdout)


main()
