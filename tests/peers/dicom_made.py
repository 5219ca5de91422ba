"""Writes small DICOM files of any kind for the other scripts, in the folder that their command line
names."""

import pathlib
import sys

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid

ROOT = pathlib.Path(sys.argv[1])
ROWS, COLUMNS = 7, 5
RANDOM = np.random.default_rng(20)
ORIGIN = np.array([10.0, -20.0, 30.0])
TURN, _ = np.linalg.qr(np.random.default_rng(4).normal(size=(3, 3)))
ROW, COLUMN = TURN[:, 0], TURN[:, 1]
NORMAL = np.cross(ROW, COLUMN)
STEP = 2.5


def text(vector):
    return [f"{x:.10f}" for x in vector]


def item(**elements):
    dataset = Dataset()
    for name, value in elements.items():
        setattr(dataset, name, value)
    return dataset


def group(name, **elements):
    """A functional group: a sequence of one item."""
    return {name: Sequence([item(**elements)])}


def position(k):
    return [f"{x:.10g}" for x in ORIGIN + k * STEP * NORMAL]


def noise(*shape, dtype="<i2"):
    return RANDOM.integers(0, 200, shape).astype(dtype)


def native_bytes(stored, syntax):
    order = ">" if syntax == ExplicitVRBigEndian else "<"
    data = stored.astype(stored.dtype.newbyteorder(order)).tobytes()
    data += b"\0" * (len(data) % 2)
    if stored.itemsize == 1 and order == ">":
        # Bytes in 16-bit words (PS3.5 annex A.3).
        data = np.frombuffer(data, "<u2").byteswap().tobytes()
    return data


def write(path, stored, syntax=ExplicitVRLittleEndian, encode=None, raw=None, **elements):
    """`stored` has an axis of frames if the file is to say so; `raw` elements stay as they are."""
    name = str(path.relative_to(ROOT))
    uid = generate_uid(entropy_srcs=[name])
    series = generate_uid(entropy_srcs=[path.parent.name])
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = elements.get("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7.3")
    meta.MediaStorageSOPInstanceUID = uid
    dataset = FileDataset(
        "",
        {},
        file_meta=meta,
        preamble=b"\0" * 128,
        is_implicit_VR=syntax == ImplicitVRLittleEndian,
        is_little_endian=syntax != ExplicitVRBigEndian,
    )
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = uid
    dataset.SeriesInstanceUID = series
    dataset.FrameOfReferenceUID = series + ".1"
    dataset.Modality = "OT"
    dataset.InstanceNumber = 1
    if stored.ndim == 3:
        dataset.NumberOfFrames = len(stored)
    dataset.Rows, dataset.Columns = stored.shape[-2:]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = stored.itemsize * 8
    dataset.HighBit = stored.itemsize * 8 - 1
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    for tag, element in (raw or {}).items():
        dataset[tag] = element
    if encode:
        encode(dataset)
    else:
        dataset.PixelData = native_bytes(stored, syntax)
        is_bytes = syntax != ExplicitVRBigEndian and stored.itemsize == 1
        dataset["PixelData"].VR = "OB" if is_bytes else "OW"
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)
