"""What pydicom and nibabel read from the files they bundle, for
crates/formats/tests/formats/peers.rs.

Prints one JSON object. `all`: every bundled file, none of which may do harm. `dicom` and `nifti1`:
those that must be read, each with size (i, j, k), the 4x4 LPS transform by rows where the file
gives one, and the SHA-256 of the stored voxels, i fastest, little endian.
"""

import hashlib
import json
import pathlib
import sys
import warnings

import data_store
import nibabel as nib
import numpy as np
import pydicom

warnings.simplefilter("ignore")

SYNTAXES = {
    "1.2.840.10008.1.2",
    "1.2.840.10008.1.2.1",
    "1.2.840.10008.1.2.1.99",
    "1.2.840.10008.1.2.2",
    "1.2.840.10008.1.2.5",
}


def sha256(voxels):
    little = np.ascontiguousarray(voxels, voxels.dtype.newbyteorder("<"))
    return hashlib.sha256(little.tobytes()).hexdigest()


def lps_from_index(dataset):
    """DICOM PS3.3 C.7.6.2.1.1, without the slice step of a single image."""
    names = ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")
    if not all(dataset.get(name) for name in names):
        return None
    row, column = np.array(dataset.ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = map(float, dataset.PixelSpacing)
    affine = np.eye(4)
    affine[:3, 0] = row * between_columns
    affine[:3, 1] = column * between_rows
    affine[:3, 3] = np.array(dataset.ImagePositionPatient, float)
    return affine.tolist()


def in_order(dataset, stored):
    """Frames of an enhanced image along the normal, row x column."""
    if "PerFrameFunctionalGroupsSequence" not in dataset:
        return stored
    shared = dataset.SharedFunctionalGroupsSequence[0]
    orientation = shared.PlaneOrientationSequence[0].ImageOrientationPatient
    row, column = np.array(orientation, float).reshape(2, 3)
    frames = dataset.PerFrameFunctionalGroupsSequence
    positions = [frame.PlanePositionSequence[0].ImagePositionPatient for frame in frames]
    return stored[np.argsort(np.array(positions, float) @ np.cross(row, column))]


def stored_voxels(dataset):
    stored = in_order(dataset, dataset.pixel_array)
    # pydicom keeps whatever is above the stored bits.
    unused = dataset.BitsAllocated - dataset.BitsStored
    return (stored << unused) >> unused if unused else stored


def dicom(path):
    """What to expect of a file, or None if it need not be read."""
    try:
        dataset = pydicom.dcmread(path, force=True)
        syntax = dataset.file_meta.TransferSyntaxUID
        is_grey = dataset.SamplesPerPixel == 1 and "MONOCHROME" in dataset.PhotometricInterpretation
        if not (is_grey and dataset.BitsAllocated in (8, 16, 32)):
            return None
        if syntax not in SYNTAXES or "PixelData" not in dataset:
            return None
        if "ModalityLUTSequence" in dataset:
            # Its values are those of the table: formats_pixels.py.
            return None
        voxels = stored_voxels(dataset)
    except Exception:
        return None
    n_frames = int(dataset.get("NumberOfFrames", 1) or 1)
    return {
        "path": str(path),
        "size": [dataset.Columns, dataset.Rows, n_frames],
        "lps_from_index": lps_from_index(dataset),
        "sha256": sha256(voxels),
    }


def nifti1(path):
    try:
        image = nib.load(path)
        if type(image) is not nib.Nifti1Image:
            return None
    except Exception:
        return None
    voxels = image.dataobj.get_unscaled()
    while voxels.ndim > 3:
        voxels = voxels[..., 0]
    flip = np.diag([-1.0, -1.0, 1.0, 1.0])
    return {
        "path": str(path),
        "size": list(voxels.shape),
        "lps_from_index": (flip @ image.affine).tolist(),
        "sha256": sha256(voxels.T),
    }


def main():
    folders = [
        pathlib.Path(pydicom.__file__).parent / "data",
        pathlib.Path(data_store.__file__).parent / "data",
        pathlib.Path(nib.__file__).parent / "tests/data",
    ]
    files = [sorted(p for p in folder.rglob("*") if p.is_file()) for folder in folders]
    result = {
        "all": [str(path) for paths in files for path in paths],
        "dicom": [case for path in files[0] + files[1] if (case := dicom(path))],
        "nifti1": [case for path in files[2] if (case := nifti1(path))],
    }
    json.dump(result, sys.stdout)


main()
