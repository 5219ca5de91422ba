"""Writes the benchmark series: 512 x 512 x 300 int16, 300 uncompressed DICOM files.

    python make_ct.py OUT_FOLDER [CRANIUM.inv3]

The content is a real CT head (Debian's `invesalius-examples`, a tar with a 108 x 256 x 256 int16
matrix, 0.957 x 0.957 x 1.5 mm), resampled to the larger grid, with scanner-like noise added so that
neighbouring voxels differ as they do in practice. Without that file a head made of ellipsoids takes
its place. Values are HU; rescale slope 1 and intercept 0 keep every reader on its int16 path.
"""

import sys
import tarfile
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SIZE = (512, 512, 300)
SOURCE_SPACING_MM = (0.957, 0.957, 1.5)


def cranium(path):
    with tarfile.open(path) as archive:
        name = next(n for n in archive.getnames() if n.endswith("matrix.dat"))
        voxels = np.frombuffer(archive.extractfile(name).read(), "<i2").reshape(108, 256, 256)
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(SOURCE_SPACING_MM)
    spacing = [n * s / m for n, s, m in zip(image.GetSize(), SOURCE_SPACING_MM, SIZE)]
    grid = sitk.Resample(
        image, SIZE, sitk.Transform(), sitk.sitkLinear, image.GetOrigin(), spacing,
        image.GetDirection(), -1000.0, sitk.sitkFloat32,
    )
    return sitk.GetArrayFromImage(grid), spacing


def phantom():
    z, y, x = np.ogrid[-1:1:300j, -1:1:512j, -1:1:512j]
    voxels = np.full(SIZE[::-1], -1000, np.float32)
    radius = (x / 0.62) ** 2 + (y / 0.78) ** 2 + (z / 0.9) ** 2
    voxels[radius < 1.0] = 40
    voxels[radius < 0.9] = 900
    voxels[radius < 0.8] = 35
    voxels[(x / 0.1) ** 2 + (y / 0.25) ** 2 + (z / 0.2) ** 2 < 1] = 5
    return voxels, [0.48, 0.48, 0.54]


def header(spacing):
    common = Dataset()
    common.SOPClassUID = CTImageStorage
    common.PatientName = "Benchmark"
    common.PatientID = "BENCH"
    common.StudyInstanceUID = generate_uid(entropy_srcs=["annotomy bench study"])
    common.SeriesInstanceUID = generate_uid(entropy_srcs=["annotomy bench series"])
    common.FrameOfReferenceUID = generate_uid(entropy_srcs=["annotomy bench frame"])
    common.StudyDate = "20200101"
    common.StudyTime = "120000"
    common.Modality = "CT"
    common.SeriesNumber = 1
    common.SeriesDescription = "Benchmark head"
    common.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    common.PixelSpacing = [round(spacing[1], 6), round(spacing[0], 6)]
    common.SliceThickness = round(spacing[2], 6)
    common.SamplesPerPixel = 1
    common.PhotometricInterpretation = "MONOCHROME2"
    common.Rows, common.Columns = SIZE[1], SIZE[0]
    common.BitsAllocated, common.BitsStored, common.HighBit = 16, 16, 15
    common.PixelRepresentation = 1
    common.RescaleIntercept, common.RescaleSlope, common.RescaleType = 0, 1, "HU"
    common.WindowCenter, common.WindowWidth = 40, 400
    return common


def main():
    out = Path(sys.argv[1])
    source = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    voxels, spacing = cranium(source) if source and source.exists() else phantom()
    noise = np.random.default_rng(7).normal(0, 8, voxels.shape).astype(np.float32)
    voxels = np.clip(np.rint(voxels + noise), -1024, 3071).astype("<i2")
    common = header(spacing)
    out.mkdir(parents=True, exist_ok=True)
    for k in range(SIZE[2]):
        data = Dataset()
        data.update(common)
        data.SOPInstanceUID = generate_uid(entropy_srcs=["annotomy bench", str(k)])
        data.InstanceNumber = k + 1
        data.ImagePositionPatient = [-120.0, -120.0, round(k * round(spacing[2], 6), 6)]
        data.PixelData = voxels[k].tobytes()
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.file_meta.MediaStorageSOPClassUID = CTImageStorage
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.save_as(out / f"IM{k:05d}", enforce_file_format=True)
    (out.parent / "ct.source").write_text("cranium" if source and source.exists() else "phantom")


main()
