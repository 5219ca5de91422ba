"""Makes structure sets with pydicom for crates/formats/tests/formats/structure_set.rs and says which voxels
they hold, as dcmrtstruct2nii and scikit-image find them.

    structure_set_made.py FOLDER

FOLDER holds the series of annotated_series.py. Prints a list of files with the series, the kinds of
finding, and for each region its name, colour and the SHA-256 of its voxels (bytes, i fastest).
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from segmentation_read import sources
from structure_set_read import REGULAR, by_slices, dcmrtstruct2nii


def circle(size, share, n=90, turn=0.1, middle=0.53):
    """Corners (i, j) of a smooth outline that passes no voxel's centre."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False) + turn
    x = size[0] * (middle - 0.03 + share * np.cos(angle))
    y = size[1] * (middle - 0.05 + share * np.sin(angle))
    return np.stack([x, y], -1)


def keyhole(outer, inner):
    return np.concatenate([outer, outer[:1], inner[::-1], inner[-1:]])


def contour(image, corners, off=0.0):
    row, column = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
    between_rows, between_columns = image.PixelSpacing
    points = np.array(image.ImagePositionPatient, float) + off * np.cross(row, column)
    points = points + corners[:, :1] * between_columns * row + corners[:, 1:] * between_rows * column
    item = Dataset()
    item.ContourGeometricType = "CLOSED_PLANAR"
    item.NumberOfContourPoints = len(points)
    item.ContourData = [f"{x:.9g}" for x in points.ravel()]
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
    item.ContourImageSequence = Sequence([reference])
    return item


def structure_set(images, regions, syntax):
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = syntax
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.481.3"
    meta.MediaStorageSOPInstanceUID = "2.25.3"
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID, dataset.SOPInstanceUID = meta.MediaStorageSOPClassUID, "2.25.3"
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.Modality, dataset.StructureSetLabel = "RTSTRUCT", "Test"
    dataset.StructureSetROISequence, dataset.ROIContourSequence = Sequence(), Sequence()
    for number, (name, color, contours) in enumerate(regions, 5):
        roi, drawn = Dataset(), Dataset()
        roi.ROINumber, roi.ROIName, roi.ROIGenerationAlgorithm = number, name, "MANUAL"
        roi.ReferencedFrameOfReferenceUID = images[0].FrameOfReferenceUID
        drawn.ReferencedROINumber, drawn.ROIDisplayColor = number, list(color)
        drawn.ContourSequence = Sequence(contours)
        dataset.StructureSetROISequence.append(roi)
        dataset.ROIContourSequence.append(drawn)
    return dataset


def shapes(images, size):
    disc, ring, donut = [], [], []
    for image in images[:-1]:
        disc.append(contour(image, circle(size, 0.4)))
        ring += [contour(image, circle(size, 0.45, middle=0.5)), contour(image, circle(size, 0.2, 30))]
        donut.append(contour(image, keyhole(circle(size, 0.42), circle(size, 0.25, 40))))
    return [("Disc é", (255, 0, 0), disc), ("Ring", (0, 128, 255), ring), ("Donut", (9, 8, 7), donut)]


def case(path, series, regions, masks, findings=()):
    digest = lambda mask: hashlib.sha256(np.ascontiguousarray(mask, np.uint8).tobytes()).hexdigest()
    regions = [
        {"name": name, "color": color, "sha256": digest(mask)} for (name, color, _), mask in zip(regions, masks)
    ]
    return {"path": str(path), "series": series, "regions": regions, "findings": list(findings)}


def main():
    root = pathlib.Path(sys.argv[1])
    cases = []
    for name in sorted(path.name for path in root.iterdir() if path.is_dir()):
        images = sources(root / name)
        size = (images[0].Columns, images[0].Rows, len(images))
        regions = shapes(images, size)
        syntax = ImplicitVRLittleEndian if len(cases) % 2 else ExplicitVRLittleEndian
        dataset = structure_set(images, regions, syntax)
        path = root / f"made-{name}.rtstruct"
        dataset.save_as(path)
        masks = list(by_slices(dataset, images, size))
        if name in REGULAR:
            peers = list(dcmrtstruct2nii(path, images))
            assert all(np.array_equal(a, b) for a, b in zip(masks, peers)), name
        cases.append(case(path, name, regions, masks))

    images = sources(root / "large")
    size = (60, 60, len(images))
    sound = contour(images[1], circle(size, 0.3))
    oblique = contour(images[1], circle(size, 0.2))
    coordinates = np.array(oblique.ContourData, float).reshape(-1, 3)
    coordinates += np.linspace(0, 2, len(coordinates))[:, None] * np.array(images[0].ImageOrientationPatient[:3])
    row, column = np.array(images[0].ImageOrientationPatient, float).reshape(2, 3)
    coordinates += np.linspace(0, 2, len(coordinates))[:, None] * np.cross(row, column)
    oblique.ContourData = [f"{x:.9g}" for x in coordinates.ravel()]
    point = contour(images[1], circle(size, 0.2))
    point.ContourGeometricType = "POINT"
    odd = [sound, oblique, point, contour(images[0], circle(size, 0.1), -10.0), contour(images[2], circle(size, 0.25), 0.5)]
    regions = [("Odd", (1, 2, 3), odd)]
    path = root / "made-strange.rtstruct"
    structure_set(images, regions, ImplicitVRLittleEndian).save_as(path)
    expected = structure_set(images, [("", (0, 0, 0), [sound, contour(images[2], circle(size, 0.25))])], ImplicitVRLittleEndian)
    masks = [next(by_slices(expected, images, size))]
    findings = ["contours_left_out", "oblique_contours", "contours_outside", "contours_between_slices"]
    cases.append(case(path, "large", regions, masks, findings))
    json.dump(cases, sys.stdout)


main()
