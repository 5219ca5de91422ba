"""Whether other software reads every export of one document alike.

    check_exchange.py SERIES EXPORTS
    check_exchange.py codes SEG         how the first segment is coded, as highdicom or slicerio reads it

SERIES is a folder of DICOM images, EXPORTS holds what exchange.test.mjs exported. The NIfTI label
map, as SimpleITK reads it, is what the others are compared with. Prints one JSON object: `problems`,
and voxel counts and names of the segments.
"""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import highdicom
import numpy as np
import pydicom
import SimpleITK as sitk
import slicerio

warnings.simplefilter("ignore")

# Debian's dciodvfy is older than Supplement 243.
UNKNOWN_TO_DCIODVFY = ("Information Object Not found", "SegmentNumber not monotonically increasing from one")


def sorted_images(folder):
    read = [pydicom.dcmread(path) for path in folder.iterdir()]
    normal = np.cross(read[0].ImageOrientationPatient[:3], read[0].ImageOrientationPatient[3:])
    return sorted(read, key=lambda image: np.dot(image.ImagePositionPatient, normal))


def grid(image):
    return np.array([*image.GetOrigin(), *image.GetSpacing(), *image.GetDirection()])


def segmentation(path, images, n):
    """(segment, k, j, i) as highdicom reads it."""
    seg = highdicom.seg.segread(path)
    uids = [image.SOPInstanceUID for image in images]
    frames = seg.get_pixels_by_source_instance(uids, segment_numbers=range(1, n + 1), ignore_spatial_locations=True, assert_missing_frames_are_empty=True)
    return np.moveaxis(frames, -1, 0)


def contours(path, folder):
    """Masks by name, (k, j, i), as dcmrtstruct2nii rasterises them."""
    # Its name in pydicom 2, which the peer was written for.
    pydicom.read_file = pydicom.dcmread
    with contextlib.redirect_stdout(io.StringIO()):
        from dcmrtstruct2nii import dcmrtstruct2nii
    with tempfile.TemporaryDirectory() as out, contextlib.redirect_stdout(io.StringIO()):
        dcmrtstruct2nii(str(path), str(folder), out, convert_original_dicom=False)
        masks = sorted(pathlib.Path(out).glob("mask_*.nii.gz"))
        return [sitk.GetArrayFromImage(sitk.ReadImage(str(mask))) > 0 for mask in masks]


def main():
    series, exports = map(pathlib.Path, sys.argv[1:])
    images = sorted_images(series)
    reference = sitk.ReadImage(str(exports / "labels.nii.gz"))
    labels = sitk.GetArrayFromImage(reference)
    sidecar = json.loads((exports / "labels.json").read_text())["labels"]
    masks = [labels == entry["value"] for entry in sidecar]
    problems = []
    itk = sitk.ImageSeriesReader()
    itk.SetFileNames([image.filename for image in images])
    if np.abs(grid(itk.Execute()) - grid(reference)).max() > 1e-3:
        problems.append("the NIfTI label map does not lie on the images")
    for name in ("nearly-raw.nrrd", "meta-image.mha"):
        other = sitk.ReadImage(str(exports / name))
        if not (sitk.GetArrayFromImage(other) == labels).all() or np.abs(grid(other) - grid(reference)).max() > 1e-3:
            problems.append(f"{name} differs")
    slicer = slicerio.read_segmentation(str(exports / "slicer.seg.nrrd"))
    # Not from pynrrd, beneath slicerio, which drops letters that are not ASCII.
    names = [entry["name"] for entry in sidecar]
    for segment, mask in zip(slicer["segments"], masks, strict=True):
        if not ((slicer["voxels"].T == segment["labelValue"]) == mask).all():
            problems.append(f"{segment['name']} differs in slicer.seg.nrrd")
    for name in ("binary.dcm", "labelmap.dcm"):
        for mask, frames in zip(masks, segmentation(exports / name, images, len(masks)), strict=True):
            if not ((frames > 0) == mask).all():
                problems.append(f"a segment differs in {name}")
        read = [segment.segment_label for segment in map(highdicom.seg.segread(exports / name).get_segment_description, (1, 2))]
        if read != names:
            problems.append(f"names differ in {name}: {read}")
    for mask, drawn in zip(masks, contours(exports / "contours.dcm", series), strict=True):
        if not (mask == drawn).all():
            problems.append("a region differs in contours.dcm")
    for path in sorted(exports.glob("*.dcm")):
        output = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
        errors = [line for line in output.splitlines() if line.startswith("Error")]
        if path.name == "labelmap.dcm":
            errors = [line for line in errors if not any(known in line for known in UNKNOWN_TO_DCIODVFY)]
        problems += [f"{path.name}: {line}" for line in errors]
    print(json.dumps({"problems": problems, "names": names, "counts": [int(mask.sum()) for mask in masks]}))


def terminology(path):
    """As slicerio reads it: scheme, value, meaning."""
    [segment] = slicerio.read_segmentation(path)["segments"]
    terms = segment["terminology"]
    ours = lambda name: [terms[name][n] for n in (1, 0, 2)]
    print(json.dumps({"category": ours("category"), "type": ours("type"), "modifier": ours("typeModifier")}))


def codes(path):
    if path.endswith(".seg.nrrd"):
        return terminology(path)
    segment = highdicom.seg.segread(path).get_segment_description(1)
    parts = lambda code: [code.value, code.scheme_designator, code.meaning]
    [modifier] = segment.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence
    found = {
        "category": parts(segment.segmented_property_category),
        "type": parts(segment.segmented_property_type),
        "modifier": [modifier.CodeValue, modifier.CodingSchemeDesignator, modifier.CodeMeaning],
    }
    print(json.dumps(found))


codes(sys.argv[2]) if sys.argv[1] == "codes" else main()
