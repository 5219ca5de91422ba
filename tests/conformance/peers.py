"""What other software reads from a file: values in index order (i, j, k), and the LPS affine."""

import warnings
from dataclasses import dataclass, field

import nibabel
import nrrd
import numpy as np
import pydicom
import SimpleITK as sitk
from pydicom.pixels import apply_color_lut, apply_modality_lut

warnings.simplefilter("ignore")
LPS_FROM_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
ALL = [0, 1, 2, 3]
LOSSY = {
    pydicom.uid.JPEGBaseline8Bit, pydicom.uid.JPEGExtended12Bit, pydicom.uid.JPEG2000,
    pydicom.uid.JPEGLSNearLossless,
}


class NoImage(Exception):
    """The peer finds no image there."""


@dataclass
class Peer:
    name: str
    values: np.ndarray
    affine: np.ndarray | None = None
    #: Columns of the affine that the file says.
    known_columns: list = field(default_factory=lambda: ALL)
    #: Of values, as a part of the largest.
    tolerance: float = 1e-6
    #: Which values are no padding (PS3.3 C.7.5.1.1.2): those that the range is of.
    is_image: np.ndarray | None = None

    def finite(self):
        values = self.values if self.is_image is None else self.values[self.is_image]
        return values[np.isfinite(values)]


def peer_of(file):
    name = file.name.lower()
    readers = {
        (".nii", ".nii.gz", ".hdr", ".mgh", ".mgz"): by_nibabel,
        (".nrrd", ".nhdr"): by_pynrrd,
        (".mha", ".mhd"): by_simpleitk,
    }
    read = next((read for endings, read in readers.items() if name.endswith(endings)), by_pydicom)
    try:
        return read(file)
    except NoImage:
        raise
    except Exception as error:
        raise NoImage(f"{read.__name__[3:]}: {type(error).__name__}") from error


def first_volume(values):
    values = values.reshape(values.shape + (1,) * (3 - values.ndim))
    return values[(..., *[0] * (values.ndim - 3))] if values.ndim > 3 else values


def by_nibabel(file):
    image = nibabel.load(file)
    data = np.asanyarray(image.dataobj)
    if data.dtype.names:
        values = np.stack([first_volume(data[c]) for c in "RGB"], axis=-1).astype(float)
    else:
        data = first_volume(data)
        values = (np.abs(data) if np.iscomplexobj(data) else data).astype(float)
    return Peer("nibabel", values, LPS_FROM_RAS @ image.affine)


def by_pynrrd(file):
    data, header = nrrd.read(str(file))
    directions = np.atleast_2d(header.get("space directions", np.full((data.ndim, 3), np.nan)))
    spatial = [n for n in range(data.ndim) if np.isfinite(np.asarray(directions[n], float)).all()]
    if len(spatial) != 3:
        return Peer("pynrrd", first_volume(data).astype(float))
    if data.ndim > 3:
        data = np.moveaxis(data, spatial, [0, 1, 2])
    affine = np.eye(4)
    affine[:3, :3] = np.asarray(directions, float)[spatial].T
    affine[:3, 3] = header.get("space origin", [0, 0, 0])
    if "right" in header.get("space", ""):
        affine = LPS_FROM_RAS @ affine
    return Peer("pynrrd", first_volume(data).astype(float), affine)


def by_simpleitk(file):
    image = sitk.ReadImage(str(file))
    if image.GetNumberOfComponentsPerPixel() > 1 and image.GetDimension() == 2:
        image = sitk.VectorIndexSelectionCast(image, 0)  # the first of several values at a point
    data = sitk.GetArrayFromImage(image)
    data = data.transpose(*range(image.GetDimension() - 1, -1, -1), *range(image.GetDimension(), data.ndim))
    n = image.GetDimension()
    affine = np.eye(4)
    affine[:n, :n] = np.array(image.GetDirection()).reshape(n, n) * image.GetSpacing()
    affine[:n, 3] = image.GetOrigin()
    if n < 3:
        data = data[:, :, None]
    values = np.abs(data) if np.iscomplexobj(data) else data
    return Peer("SimpleITK", values.astype(float), affine)


def by_pydicom(file):
    data = pydicom.dcmread(file, force=True)
    if data.get("SOPClassUID") == pydicom.uid.SegmentationStorage:
        raise NoImage("a segmentation")
    if not any(word in data for word in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        raise NoImage("no pixel data")
    frames = data.pixel_array
    n_axes = 4 if data.SamplesPerPixel > 1 else 3
    frames = frames[None] if frames.ndim < n_axes else frames
    order = in_space(data, len(frames))
    values = np.asarray(meaning(data, frames), float)[order]
    values = values.transpose([2, 1, 0, 3][: values.ndim])
    is_image = None
    if "PixelPaddingValue" in data and data.SamplesPerPixel == 1:
        ends = sorted((data.PixelPaddingValue, data.get("PixelPaddingRangeLimit", data.PixelPaddingValue)))
        is_image = ((frames < ends[0]) | (frames > ends[1]))[order].transpose(2, 1, 0)
    lossy = data.file_meta.get("TransferSyntaxUID") in LOSSY
    affine, known = placed(data)
    return Peer("pydicom", values, affine, known, tolerance=0.025 if lossy else 1e-6, is_image=is_image)


def in_space(data, n_frames):
    """Order of frames along the normal, where each says its position."""
    try:
        positions = [
            item.PlanePositionSequence[0].ImagePositionPatient
            for item in data.PerFrameFunctionalGroupsSequence
        ]
        shared = data.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]
        row, column = np.array(shared.ImageOrientationPatient, float).reshape(2, 3)
    except (AttributeError, IndexError):
        return list(range(n_frames))
    return np.argsort(np.array(positions, float) @ np.cross(row, column), kind="stable")


def meaning(data, frames):
    """What the stored numbers mean: dose, modality values, or colours of 8 bits."""
    if "DoseGridScaling" in data:  # PS3.3 C.8.8.3.2
        return frames * float(data.DoseGridScaling)
    if data.PhotometricInterpretation == "PALETTE COLOR":
        colours = apply_color_lut(frames, data)
        return colours >> 8 * (colours.dtype.itemsize - 1)
    if data.SamplesPerPixel > 1:
        return frames >> 8 * (frames.dtype.itemsize - 1)
    shared = data.get("SharedFunctionalGroupsSequence")
    if shared and "PixelValueTransformationSequence" in shared[0]:
        rescale = shared[0].PixelValueTransformationSequence[0]
        return frames * float(rescale.RescaleSlope) + float(rescale.RescaleIntercept)
    return apply_modality_lut(frames, data)


def placed(data):
    """From the attributes of one slice (DICOM PS3.3 C.7.6.2.1.1), without the step to the next."""
    if not all(word in data for word in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing")):
        return None, ALL
    row, column = np.array(data.ImageOrientationPatient, float).reshape(2, 3)
    affine = np.eye(4)
    affine[:3, 0] = row * float(data.PixelSpacing[1])
    affine[:3, 1] = column * float(data.PixelSpacing[0])
    affine[:3, 3] = data.ImagePositionPatient
    return affine, [0, 1, 3]
