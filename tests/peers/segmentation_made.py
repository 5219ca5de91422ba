"""Makes segmentations with highdicom for crates/formats/tests/formats/segmentation.rs and says what they hold.

    segmentation_made.py FOLDER

FOLDER holds the series of annotated_series.py. Prints a list of files with, for each, the series,
the grid (`null` for that of the series), the kinds of finding, and for each segment its name, sRGB,
algorithm, codes and the SHA-256 of its voxels (bytes of 0 and 1, i fastest); or why it is refused.
"""

import hashlib
import json
import pathlib
import sys
import warnings

import highdicom
import numpy as np
import pydicom
from highdicom.sr.coding import CodedConcept
from pydicom.sr.codedict import codes
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLSLossless,
    RLELossless,
)

from segmentation_read import sources

warnings.simplefilter("ignore")

COLORS = [(221, 130, 101), (255, 0, 0), (0, 151, 206)]


def describe(number):
    algorithm = highdicom.AlgorithmIdentificationSequence("Net", codes.DCM.ArtificialIntelligence, "1")
    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=f"Segment {number} é",
        segmented_property_category=codes.SCT.Organ,
        segmented_property_type=CodedConcept("10200004", "SCT", "Liver"),
        algorithm_type="MANUAL" if number == 1 else "AUTOMATIC",
        algorithm_identification=None if number == 1 else algorithm,
        display_color=highdicom.color.CIELabColor.from_rgb(*COLORS[number - 1]),
    )


def make(root, name, kind, array, **elements):
    images = sources(root / name)
    images = elements.pop("images", images)
    number = array.shape[-1] if array.ndim == 4 else array.max()
    seg = highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=array,
        segmentation_type=kind,
        segment_descriptions=[describe(n + 1) for n in range(number)],
        series_instance_uid="2.25.1",
        series_number=1,
        sop_instance_uid="2.25.2",
        instance_number=1,
        manufacturer="M",
        manufacturer_model_name="N",
        software_versions="1",
        device_serial_number="1",
        specific_character_set="ISO_IR 192",
        **elements,
    )
    path = root / f"made-{len(list(root.iterdir()))}.seg"
    seg.save_as(path)
    return path


def case(path, series, masks, findings=(), grid=None, n_layers=1):
    """`masks`: for each segment, (k, j, i)."""
    segments = [
        {
            "name": f"Segment {n + 1} é",
            "color": COLORS[n],
            "algorithm": None if n == 0 else "Net",
            "category": "91772007",
            "property": "10200004",
            "sha256": hashlib.sha256(np.ascontiguousarray(mask, np.uint8).tobytes()).hexdigest(),
        }
        for n, mask in enumerate(masks)
    ]
    return {
        "path": str(path),
        "series": series,
        "segments": segments,
        "findings": list(findings),
        "grid": grid,
        "n_layers": n_layers,
    }


def moved(image, delta, normal):
    position = np.array(image.ImagePositionPatient, float) + delta * normal
    return highdicom.PlanePositionSequence("PATIENT", position.tolist())


def compressed(root, name, labels, fraction):
    """In every transfer syntax that highdicom writes segmentations in; what is expected is what
    highdicom reads."""
    cases = []
    for syntax in (RLELossless, JPEG2000Lossless, JPEGLSLossless, DeflatedExplicitVRLittleEndian):
        for kind, array in (
            ("BINARY", labels),
            ("LABELMAP", labels),
            ("FRACTIONAL", fraction[..., None]),
        ):
            if kind == "BINARY" and syntax in (RLELossless, JPEGLSLossless):
                continue  # a bit a pixel is not for them
            if syntax in (JPEG2000Lossless, JPEGLSLossless) and min(labels.shape[1:]) < 32:
                continue  # OpenJPEG and CharLS do not write them
            is_deflated = syntax == DeflatedExplicitVRLittleEndian
            options = {} if is_deflated else {"transfer_syntax_uid": syntax}
            path = make(root, name, kind, array, omit_empty_frames=False, **options)
            if is_deflated:
                image = pydicom.dcmread(path)
                image.file_meta.TransferSyntaxUID = syntax
                image.save_as(path)
            seg = highdicom.seg.segread(path)
            assert seg.file_meta.TransferSyntaxUID == syntax
            uids = [image.SOPInstanceUID for image in sources(root / name)]
            masks = seg.get_pixels_by_source_instance(uids, rescale_fractional=False)
            if kind == "FRACTIONAL":
                masks = masks.astype(int) * 2 >= int(seg.MaximumFractionalValue)
            findings = ["fractional_thresholded"] if kind == "FRACTIONAL" else []
            cases.append(case(path, name, np.moveaxis(masks, -1, 0), findings))
    return cases


def on_slide(path):
    """As the tiles of a whole slide image: highdicom wants such an image to make them from."""
    image = pydicom.dcmread(path)
    image.DimensionOrganizationType = "TILED_SPARSE"
    image.TotalPixelMatrixColumns, image.TotalPixelMatrixRows = 2 * image.Columns, image.Rows
    tiles = path.with_suffix(".tiles")
    image.save_as(tiles)
    return tiles


def main():
    root = pathlib.Path(sys.argv[1])
    random = np.random.default_rng(5)
    cases = []
    for name in sorted(path.name for path in root.iterdir() if path.is_dir()):
        images = sources(root / name)
        shape = (len(images), images[0].Rows, images[0].Columns)
        overlapping = random.integers(0, 4, (*shape, 3)) == 0
        overlapping[0] = False
        path = make(root, name, "BINARY", overlapping.astype(np.uint8))
        cases.append(case(path, name, np.moveaxis(overlapping, -1, 0), n_layers=3))
        apart = random.integers(0, 3, shape).astype(np.uint8)
        apart[..., 0], apart[..., 1] = 1, 2
        for kind in ("BINARY", "LABELMAP"):
            path = make(root, name, kind, apart, omit_empty_frames=False)
            cases.append(case(path, name, [apart == 1, apart == 2]))
        fraction = random.integers(0, 101, shape) / 100
        path = make(root, name, "FRACTIONAL", fraction[..., None], max_fractional_value=100)
        cases.append(case(path, name, [np.round(fraction * 100) >= 50], ["fractional_thresholded"]))
        # CharLS has no room for pure noise.
        even = np.sort(fraction, axis=-1), np.sort(apart, axis=-1)
        cases += compressed(root, name, even[1], even[0])

    # Half a slice off: not on the images.
    images = sources(root / "large")
    row, column = np.array(images[0].ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(row, column)
    positions = [moved(image, 1.25, normal) for image in images]
    array = random.integers(0, 2, (len(images), 60, 60)).astype(np.uint8)
    array[1] = 0
    path = make(root, "large", "BINARY", array, plane_positions=positions)
    affine = np.eye(4)
    affine[:3, :3] = np.stack([row * 0.6, column * 0.8, normal * 2.5], -1)
    affine[:3, 3] = positions[0][0].ImagePositionPatient
    grid = {"size": [60, 60, len(images)], "lps_from_index": affine.tolist()}
    cases.append(case(path, "large", [array == 1], ["own_geometry"], grid))
    cases.append(case(on_slide(path), "large", []) | {"refused": "whole slide image"})
    json.dump(cases, sys.stdout)


main()
