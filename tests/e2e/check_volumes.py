"""Label maps with several volumes, and DICOM objects of one volume, as other software reads them.

    check_volumes.py make-dicom FOLDER      a series of 3 slices at 4 time points
    check_volumes.py read FILE...           voxels of each label at each volume, by reader
    check_volumes.py references FILE...     SOP Instance UIDs that each object refers to

Prints one JSON object.
"""

import json
import pathlib
import sys

import nibabel
import nrrd
import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.dataset import FileDataset, FileMetaDataset

UID = "2.25.7700"
N_TIMES, N_SLICES, SIDE = 4, 3, 24


def make_dicom(folder):
    """Instance `UID.t.k` is slice k at time t."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    for t in range(N_TIMES):
        for k in range(N_SLICES):
            meta = FileMetaDataset()
            meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
            meta.MediaStorageSOPClassUID = pydicom.uid.MRImageStorage
            meta.MediaStorageSOPInstanceUID = f"{UID}.{t + 1}.{k + 1}"
            image = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
            image.SOPClassUID = meta.MediaStorageSOPClassUID
            image.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
            image.StudyInstanceUID, image.SeriesInstanceUID = f"{UID}.8", f"{UID}.9"
            image.FrameOfReferenceUID, image.Modality = f"{UID}.10", "MR"
            image.PatientName, image.PatientID = "Phantom^Four", "P-4"
            image.PatientBirthDate, image.PatientSex = "", ""
            image.StudyDate, image.StudyTime, image.StudyID = "20200102", "101112", "S"
            image.AccessionNumber, image.ReferringPhysicianName = "", ""
            image.SeriesNumber, image.InstanceNumber = 1, t * N_SLICES + k + 1
            image.TemporalPositionIdentifier = t + 1
            image.NumberOfTemporalPositions = N_TIMES
            image.AcquisitionTime = f"1011{12 + 2 * t:02d}"
            image.ImagePositionPatient = [0.0, 0.0, 2.0 * k]
            image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
            image.PixelSpacing, image.SliceThickness = [1.0, 1.0], 2.0
            image.Rows = image.Columns = SIDE
            image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
            image.BitsAllocated = image.BitsStored = 16
            image.HighBit, image.PixelRepresentation = 15, 0
            image.PixelData = np.full((SIDE, SIDE), 100 * t + k, np.uint16).tobytes()
            image.save_as(folder / f"{t}-{k}.dcm", enforce_file_format=True)
    return {"instances": {t: [f"{UID}.{t + 1}.{k + 1}" for k in range(N_SLICES)] for t in range(N_TIMES)}}


def counts(volumes):
    """For each volume, the voxels of each label."""
    found = []
    for volume in volumes:
        values, n = np.unique(volume, return_counts=True)
        found.append({str(int(value)): int(count) for value, count in zip(values, n) if value})
    return found


def by_nibabel(path):
    image = nibabel.load(path)
    labels = np.asarray(image.dataobj)
    volumes = [labels] if labels.ndim == 3 else np.moveaxis(labels, 3, 0)
    return {"shape": list(labels.shape), "counts": counts(volumes)}


def by_simpleitk(path):
    image = sitk.ReadImage(path)
    labels = sitk.GetArrayFromImage(image)
    # A slower axis that is no time for ITK is one of components.
    if image.GetNumberOfComponentsPerPixel() > 1:
        labels = np.moveaxis(labels, -1, 0)
    volumes = [labels] if labels.ndim == 3 else labels
    return {"n_volumes": len(volumes), "counts": counts(volumes)}


def by_pynrrd(path):
    labels, header = nrrd.read(path)
    volumes = [labels] if labels.ndim == 3 else np.moveaxis(labels, 3, 0)
    return {"kinds": header["kinds"], "counts": counts(volumes)}


def read(paths):
    answer = {}
    for path in paths:
        readers = {"simpleitk": by_simpleitk(path)}
        if path.endswith((".nii", ".nii.gz")):
            readers["nibabel"] = by_nibabel(path)
        if path.endswith(".nrrd"):
            readers["pynrrd"] = by_pynrrd(path)
        answer[pathlib.Path(path).name] = readers
    return answer


def references(paths):
    answer = {}
    for path in paths:
        found = set()
        own = pydicom.dcmread(path)

        def collect(dataset, element):
            if element.keyword == "ReferencedSOPInstanceUID":
                found.add(str(element.value))

        own.walk(collect)
        # The study is referred to by its own UID (RT Referenced Study Sequence).
        answer[pathlib.Path(path).name] = sorted(found - {str(own.StudyInstanceUID)})
    return answer


command, *arguments = sys.argv[1:]
print(json.dumps({
    "make-dicom": lambda: make_dicom(*arguments),
    "read": lambda: read(arguments),
    "references": lambda: references(arguments),
}[command]()))
