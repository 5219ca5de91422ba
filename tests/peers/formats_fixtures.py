"""Makes DICOM series and NIfTI-1 files for crates/formats/tests/formats/peers.rs and says what they hold.

    formats_fixtures.py FOLDER

Prints one JSON object. `series`: DICOM folders with size (i, j, k), 4x4 LPS transform by rows,
SHA-256 of the values (slope and intercept applied, float64, i fastest) and codes that the report
must hold. `simpleitk`: how SimpleITK places the regular ones. `jpeg`: lossy files with the voxels
that VTK decodes. `nifti1`: as `series`, with the voxels as nibabel scales them.
"""

import gzip
import hashlib
import json
import pathlib
import sys
import warnings

import nibabel as nib
import numpy as np
import pydicom
import SimpleITK as sitk
import vtk
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    RLELossless,
    generate_uid,
)
from vtk.util import numpy_support

warnings.simplefilter("ignore")

FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])
ROWS, COLUMNS = 7, 5


def sha256(values):
    return hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()


def rotation(seed):
    """A random oblique one, rounded as a file would have it."""
    matrix, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return matrix


class SeriesMaker:
    """Writes one slice a file, under names that say nothing about their order."""

    def __init__(self, folder, syntax=ExplicitVRLittleEndian, dtype="<i2", bits=None, seed=0, words=False):
        self.folder = folder
        self.folder.mkdir(parents=True)
        self.syntax = syntax
        self.dtype = np.dtype(dtype)
        self.bits = bits or self.dtype.itemsize * 8
        self.random = np.random.default_rng(seed)
        self.uid = generate_uid(entropy_srcs=[folder.name])
        self.words = words
        self.n = 0

    def voxels(self):
        half = 1 << (self.bits - 1)
        low, high = (-half, half) if self.dtype.kind == "i" else (0, 2 * half)
        return self.random.integers(low, high, (ROWS, COLUMNS)).astype(self.dtype)

    def write(self, stored, position, row, column, **elements):
        self.n += 1
        uid = f"{self.uid}.{self.n}"
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = self.syntax
        meta.MediaStorageSOPClassUID = pydicom.uid.CTImageStorage
        meta.MediaStorageSOPInstanceUID = uid
        dataset = FileDataset(
            "",
            {},
            file_meta=meta,
            preamble=b"\0" * 128,
            is_implicit_VR=self.syntax == ImplicitVRLittleEndian,
            is_little_endian=self.syntax != ExplicitVRBigEndian,
        )
        dataset.SOPClassUID = meta.MediaStorageSOPClassUID
        dataset.SOPInstanceUID = uid
        dataset.SeriesInstanceUID = self.uid
        dataset.FrameOfReferenceUID = f"{self.uid}.0"
        dataset.Modality = "CT"
        dataset.InstanceNumber = self.n
        dataset.Rows, dataset.Columns = stored.shape
        dataset.SamplesPerPixel = 1
        dataset.PhotometricInterpretation = "MONOCHROME2"
        dataset.BitsAllocated = self.dtype.itemsize * 8
        dataset.BitsStored = self.bits
        dataset.HighBit = self.bits - 1
        dataset.PixelRepresentation = int(self.dtype.kind == "i")
        dataset.ImagePositionPatient = [f"{x:.10g}" for x in position]
        dataset.ImageOrientationPatient = [f"{x:.10f}" for x in (*row, *column)]
        dataset.PixelSpacing = [0.8, 0.6]  # between rows, between columns
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, 0
        for name, value in elements.items():
            setattr(dataset, name, value)
        self.encode(dataset, stored)
        digest = hashlib.sha256(uid.encode()).hexdigest()[:12]
        dataset.save_as(self.folder / digest, enforce_file_format=True)

    def encode(self, dataset, stored):
        if self.syntax == RLELossless:
            dataset.compress(RLELossless, stored, encoding_plugin="pydicom")
            return
        if self.words:
            # Bytes in 16-bit words, as big endian OW has them (PS3.5 annex A.3).
            data = stored.tobytes() + b"\0" * (stored.size % 2)
            dataset.PixelData = np.frombuffer(data, "<u2").byteswap().tobytes()
            dataset["PixelData"].VR = "OW"
            return
        order = ">" if self.syntax == ExplicitVRBigEndian else "<"
        unsigned = stored.view(f"u{self.dtype.itemsize}")
        if self.bits < self.dtype.itemsize * 8:
            # Something else in the bits above, as overlays once were.
            unsigned = unsigned & np.array((1 << self.bits) - 1, unsigned.dtype)
            unsigned = unsigned | np.array(0b1010 << self.bits, unsigned.dtype)
        data = unsigned.astype(unsigned.dtype.newbyteorder(order)).tobytes()
        dataset.PixelData = data + b"\0" * (len(data) % 2)
        dataset["PixelData"].VR = "OB" if self.dtype.itemsize == 1 else "OW"


def affine_of(row, column, step, origin):
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1] = row * 0.6, column * 0.8
    affine[:3, 2], affine[:3, 3] = step, origin
    return affine.tolist()


def series(root, name, positions=None, step=None, codes=(), order=None, rescale=None, **options):
    """A series along `step`, or at `positions`; the grid is modelled from the first to the last."""
    maker = SeriesMaker(root / name, seed=len(name), **options)
    turn = rotation(len(name))
    row, column = turn[:, 0], turn[:, 1]
    normal = np.cross(row, column)
    origin = np.array([10.0, -20.0, 30.0])
    if positions is None:
        positions = [k * (normal * 2.5 if step is None else step(turn)) for k in range(6)]
    else:
        positions = [k * normal for k in positions]
    positions = [origin + p for p in positions]
    stored = [maker.voxels() for _ in positions]
    scales = [rescale(k) if rescale else (1.0, 0.0) for k in range(len(positions))]
    for k in order or range(len(positions)):
        slope, intercept = scales[k]
        elements = {"RescaleSlope": slope, "RescaleIntercept": intercept}
        maker.write(stored[k], positions[k], row, column, **elements)
    values = [s.astype(float) * slope + inter for s, (slope, inter) in zip(stored, scales)]
    if rescale:
        values = [v.astype("f4").astype(float) for v in values]
    mean_step = (positions[-1] - positions[0]) / (len(positions) - 1)
    return {
        "path": str(root / name),
        "size": [COLUMNS, ROWS, len(positions)],
        "lps_from_index": affine_of(row, column, mean_step, positions[0]),
        "sha256": sha256(np.stack(values)),
        "codes": list(codes),
    }


def simpleitk(case):
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames(reader.GetGDCMSeriesFileNames(case["path"]))
    image = reader.Execute()
    affine = np.eye(4)
    direction = np.array(image.GetDirection()).reshape(3, 3)
    affine[:3, :3] = direction * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    return {
        "path": case["path"],
        "lps_from_index": affine.tolist(),
        "sha256": sha256(sitk.GetArrayFromImage(image).astype(float)),
    }


def all_series(root):
    def tilted(turn):
        normal = np.cross(turn[:, 0], turn[:, 1])
        angle = np.radians(12.0)
        return 2.5 * (normal * np.cos(angle) + turn[:, 1] * np.sin(angle))

    regular = [
        series(root, "plain"),
        series(root, "backwards", order=[5, 3, 4, 0, 2, 1]),
        series(root, "implicit", syntax=ImplicitVRLittleEndian),
        series(root, "big_endian", syntax=ExplicitVRBigEndian),
        series(root, "deflated", syntax=DeflatedExplicitVRLittleEndian),
        series(root, "bytes", dtype="u1"),
        series(root, "unsigned", dtype="<u2"),
        series(root, "twelve_bits_signed", bits=12),
        series(root, "twelve_bits_unsigned", dtype="<u2", bits=12),
        series(root, "hounsfield", rescale=lambda _: (1.0, -1024.0)),
    ]
    # SimpleITK does not take run lengths of pictures this small, nor what is odd.
    others = [
        series(root, "rle", syntax=RLELossless),
        series(root, "rle_bytes", syntax=RLELossless, dtype="u1"),
        series(root, "thirty_two_bits", dtype="<i4"),
        series(root, "big_endian_words", syntax=ExplicitVRBigEndian, dtype="u1", words=True),
        series(root, "tilted", step=tilted, codes=["gantry_tilt"]),
        series(root, "gap", positions=[0, 2, 4, 8, 10, 12, 14], codes=["missing_slices"]),
        series(root, "uneven", positions=[0, 2, 4.7, 6, 9.1, 10], codes=["uneven_spacing"]),
        series(root, "rescaled", rescale=lambda k: (0.5 + k, -k * 10.0), codes=["rescale_per_slice"]),
    ]
    return regular + others, [simpleitk(case) for case in regular]


def jpeg_lossless(root):
    """JPEG lossless, first order prediction, as GDCM writes it."""
    cases = []
    for name, dtype in (("jpeg_lossless_16", np.int16), ("jpeg_lossless_8", np.uint8)):
        folder = root / name
        folder.mkdir()
        voxels = np.random.default_rng(3).integers(0, 200, (1, 32, 18)).astype(dtype)
        image = sitk.GetImageFromArray(voxels)
        image.SetSpacing([0.6, 0.8, 2.0])
        image.SetMetaData("0008|0060", "MR")
        writer = sitk.ImageFileWriter()
        writer.UseCompressionOn()
        writer.SetCompressor("JPEG")
        writer.SetFileName(str(folder / "0.dcm"))
        writer.Execute(image)
        read = pydicom.dcmread(folder / "0.dcm")
        assert read.file_meta.TransferSyntaxUID in ("1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.57")
        slope = float(read.get("RescaleSlope", 1))
        cases.append({"path": str(folder), "sha256": sha256(voxels * slope)})
    return cases


def jpeg_baseline(root):
    folder = root / "jpeg_baseline"
    maker = SeriesMaker(folder, syntax=JPEGBaseline8Bit, dtype="u1")
    y, x = np.mgrid[0:40, 0:56]
    smooth = (127 + 60 * np.sin(x / 9) + 60 * np.cos(y / 7)).astype(np.uint8)
    picture = vtk.vtkImageData()
    picture.SetDimensions(56, 40, 1)
    # VTK counts rows from the bottom.
    picture.GetPointData().SetScalars(numpy_support.numpy_to_vtk(smooth[::-1].ravel(), deep=True))
    writer = vtk.vtkJPEGWriter()
    writer.SetInputData(picture)
    writer.WriteToMemoryOn()
    writer.SetQuality(90)
    writer.Write()
    encoded = numpy_support.vtk_to_numpy(writer.GetResult()).tobytes()
    maker.encode = lambda dataset, _: setattr(dataset, "PixelData", encapsulate([encoded]))
    maker.write(smooth, [0, 0, 0], [1, 0, 0], [0, 1, 0], SliceThickness=2)
    reader = vtk.vtkJPEGReader()
    reader.SetMemoryBuffer(encoded)
    reader.SetMemoryBufferLength(len(encoded))
    reader.Update()
    decoded = numpy_support.vtk_to_numpy(reader.GetOutput().GetPointData().GetScalars())
    return [{"path": str(folder), "voxels": decoded.reshape(40, 56)[::-1].ravel().tolist()}]


def nifti_case(path, image, codes=()):
    image = nib.load(path)
    values = np.asanyarray(image.dataobj).astype(float)
    while values.ndim > 3:
        values = values[..., 0]
    size = (list(values.shape) + [1, 1])[:3]
    return {
        "path": str(path),
        "size": size,
        "lps_from_index": (FLIP @ image.affine).tolist(),
        "sha256": sha256(values.T),
        "codes": list(codes),
    }


def all_nifti(root):
    root.mkdir()
    random = np.random.default_rng(11)
    oblique = np.eye(4)
    oblique[:3, :3] = rotation(5) * np.array([0.7, 1.1, 2.3])
    oblique[:3, 3] = [-31.0, 12.5, 400.25]
    sheared = oblique.copy()
    sheared[:3, 2] += 0.3 * sheared[:3, 1]
    cases = []

    def save(name, voxels, affine=oblique, endian="<", codes=(), change=None):
        header = nib.Nifti1Header(endianness=endian)
        header.set_data_dtype(voxels.dtype)
        image = nib.Nifti1Image(voxels, affine, header, dtype=voxels.dtype)
        if change:
            change(image)
        path = root / name
        nib.save(image, path)
        cases.append(nifti_case(path, image, codes))

    types = "u1 i1 u2 i2 u4 i4 i8 u8 f4 f8".split()
    for kind in types:
        low = 0 if kind.startswith("u") else -100
        for endian in "<>":
            voxels = random.uniform(low, 100, (6, 5, 4)).astype(kind)
            save(f"{kind}_{'le' if endian == '<' else 'be'}.nii", voxels, endian=endian)
        save(f"{kind}.nii.gz", random.uniform(low, 100, (6, 5, 4)).astype(kind))
    noise = random.integers(0, 1000, (6, 5, 4)).astype("i2")
    large = noise.astype("i8") * (1 << 33)
    save("large_integers.nii", large, codes=["kept_as_float64"])
    save("sheared.nii", noise, affine=sheared)
    save("two_dimensions.nii", noise[:, :, 0])
    save("series.nii.gz", random.integers(0, 99, (4, 3, 2, 5)).astype("u1"))

    def only_qform(image):
        image.set_qform(oblique, 1)
        image.set_sform(None, 0)

    def left_handed_qform(image):
        image.set_qform(oblique @ np.diag([1, 1, -1, 1]), 1)
        image.set_sform(None, 0)

    def no_form(image):
        image.set_qform(None, 0)
        image.set_sform(None, 0)

    def different_forms(image):
        image.set_sform(oblique, 1)
        image.set_qform(np.diag([0.7, 1.1, 2.3, 1.0]), 1)

    save("qform.nii", noise, change=only_qform)
    save("left_handed_qform.nii", noise, change=left_handed_qform)
    save("no_form.nii", noise, change=no_form, codes=["guessed_geometry"])
    save("different_forms.nii", noise, change=different_forms, codes=["sform_qform_differ"])

    def scaled(image):
        image.header.set_slope_inter(0.5, -10)

    save("scaled.nii", noise, change=scaled)
    members = root / "members.nii.gz"
    whole = (root / "i2_le.nii").read_bytes()
    members.write_bytes(b"".join(gzip.compress(whole[n : n + 100]) for n in range(0, len(whole), 100)))
    cases.append(dict(cases[[c["path"] for c in cases].index(str(root / "i2_le.nii"))], path=str(members)))
    return cases


def main():
    root = pathlib.Path(sys.argv[1])
    dicom, itk = all_series(root / "dicom")
    result = {
        "series": dicom,
        "simpleitk": itk,
        "lossless": jpeg_lossless(root),
        "lossy": jpeg_baseline(root),
        "nifti1": all_nifti(root / "nifti"),
    }
    json.dump(result, sys.stdout)


main()
