"""Whether dciodvfy, highdicom and pydicom read the segmentations of crates/formats/tests/formats/segmentation.rs.

    segmentation_read.py FOLDER

FOLDER holds the series of annotated_series.py and, beside each, `NAME.binary.dcm` (four segments
in two layers, which overlap) and `NAME.labelmap.dcm` (the first layer). What each voxel must be
follows from `label`, as in the test. Prints one JSON object: `problems`, `warnings` of dciodvfy,
`n_frames` compared.
"""

import json
import pathlib
import subprocess
import sys
import warnings

import highdicom
import numpy as np
import pydicom

warnings.simplefilter("ignore")

CIELAB_TOLERANCE = 1

SEGMENTS = [
    # layer, label, name, sRGB, algorithm, name of the algorithm
    (0, 1, "Liver", (221, 130, 101), "MANUAL", None),
    (0, 2, "Läsion 病変", (255, 0, 0), "SEMIAUTOMATIC", "Grow from seeds"),
    (1, 1, "N" * 64, (0, 151, 206), "AUTOMATIC", "Net 1.2"),
    (1, 9, "Nothing", (1, 254, 7), "MANUAL", None),
]


def label(layer, size):
    """(k, j, i) labels of a layer."""
    k, j, i = np.ogrid[: size[2], : size[1], : size[0]]
    if layer == 0:
        mixed = (i * 7 + j * 13 + k * 29) % 11
        return np.where(mixed < 2, mixed + 1, 0) * (k != 1)
    return ((i + j + k) % 3 == 0).astype(int)


# Debian's dciodvfy is older than Supplement 243: it knows neither the class of label maps nor that
# their segments are numbered from 0 where the background is described.
UNKNOWN_TO_DCIODVFY = ("Information Object Not found", "SegmentNumber not monotonically increasing from one")


def dciodvfy(path):
    output = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
    lines = set(output.splitlines())
    errors = sorted(line for line in lines if line.startswith("Error"))
    return errors, sorted(line for line in lines if line.startswith("Warning"))


def sources(folder):
    read = [pydicom.dcmread(path) for path in sorted(folder.iterdir())]
    normal = np.cross(read[0].ImageOrientationPatient[:3], read[0].ImageOrientationPatient[3:])
    return sorted(read, key=lambda image: np.dot(image.ImagePositionPatient, normal))


COPIED = """PatientName PatientID PatientBirthDate PatientSex PatientAge PatientWeight StudyInstanceUID
    StudyDate StudyTime StudyID AccessionNumber ReferringPhysicianName FrameOfReferenceUID
    PositionReferenceIndicator""".split()


def header_problems(dataset, source, modality="SEG"):
    for keyword in COPIED:
        if dataset.get(keyword) != source.get(keyword):
            yield f"{keyword} {dataset.get(keyword)}"
    expected = {"Modality": modality, "SeriesDescription": "Segmentation", "Manufacturer": "Annotomy"}
    if modality == "SEG":
        expected["ContentCreatorName"] = "Reader^Ann"
        expected["LossyImageCompression"] = source.get("LossyImageCompression", "00")
        expected["LossyImageCompressionRatio"] = source.get("LossyImageCompressionRatio")
    for keyword, expected in expected.items():
        if dataset.get(keyword) != expected:
            yield f"{keyword} {dataset.get(keyword)}"
    if dataset.SeriesInstanceUID == source.SeriesInstanceUID:
        yield "the source's series"


def segment_problems(seg, numbers):
    for number in numbers:
        _, _, name, color, algorithm, algorithm_name = SEGMENTS[number - 1]
        description = seg.get_segment_description(number)
        found = (description.segment_label, description.algorithm_type.value)
        if found != (name, algorithm):
            yield f"segment {number}: {found}"
        if description.get("SegmentAlgorithmName") != algorithm_name:
            yield f"segment {number}: algorithm {description.get('SegmentAlgorithmName')}"
        value = description.RecommendedDisplayCIELabValue
        expected = highdicom.color.CIELabColor.from_rgb(*color).value
        if np.abs(np.subtract(value, expected, dtype=int)).max() > CIELAB_TOLERANCE:
            yield f"segment {number}: colour {value}, not {expected}"
        codes = (description.segmented_property_category.value, description.segmented_property_type.value)
        expected = ("49755003", "4147007") if number == 2 else ("85756007", "85756007")
        if codes != expected:
            yield f"segment {number}: codes {codes}"
        if number == 2:
            modifier = description.SegmentedPropertyTypeCodeSequence[0].SegmentedPropertyTypeModifierCodeSequence
            if modifier[0].CodeMeaning != "Left":
                yield f"segment {number}: modifier {modifier}"
        regions = [region.value for region in description.anatomic_regions]
        if regions != (["64033007"] if number == 2 else []):
            yield f"segment {number}: regions {regions}"
        if number == 2:
            modifier = description.AnatomicRegionSequence[0].AnatomicRegionModifierSequence[0]
            if modifier.CodeMeaning != "Right":
                yield f"segment {number}: modifier of the region {modifier}"
        tracking = (description.tracking_id, description.tracking_uid)
        if tracking != (("Läsion 1", "2.25.77") if number == 2 else (None, None)):
            yield f"segment {number}: tracking {tracking}"


def place_problems(dataset, images):
    """Each frame lies where its source image does, and has its own numbers."""
    shared = dataset.SharedFunctionalGroupsSequence[0]
    by_uid = {image.SOPInstanceUID: image for image in images}
    seen = set()
    for frame in dataset.PerFrameFunctionalGroupsSequence:
        reference = frame.DerivationImageSequence[0].SourceImageSequence[0]
        image = by_uid[reference.ReferencedSOPInstanceUID]
        if reference.ReferencedSOPClassUID != image.SOPClassUID:
            yield "another SOP class"
        if frame.PlanePositionSequence[0].ImagePositionPatient != image.ImagePositionPatient:
            yield f"position {frame.PlanePositionSequence[0].ImagePositionPatient}"
        if shared.PlaneOrientationSequence[0].ImageOrientationPatient != image.ImageOrientationPatient:
            yield "orientation"
        if shared.PixelMeasuresSequence[0].PixelSpacing != image.PixelSpacing:
            yield "spacing"
        seen.add(tuple(np.atleast_1d(frame.FrameContentSequence[0].DimensionIndexValues).tolist()))
    if len(seen) != int(dataset.NumberOfFrames):
        yield "frames with one index"
    last = [max(values) for values in zip(*seen)]
    if last[-1] > len(images) or min(min(values) for values in seen) != 1:
        yield f"indices up to {last}"


def binary_problems(path, images, size):
    seg = highdicom.seg.segread(path)
    yield from header_problems(seg, images[0])
    yield from place_problems(seg, images)
    yield from segment_problems(seg, seg.segment_numbers)
    uids = [image.SOPInstanceUID for image in images]
    expected = np.stack([label(layer, size) == value for layer, value, *_ in SEGMENTS], -1)
    found = seg.get_pixels_by_source_instance(uids, ignore_spatial_locations=False, assert_missing_frames_are_empty=True)
    if not np.array_equal(found, expected):
        yield "highdicom's frames"
    if int(seg.NumberOfFrames) != np.any(expected, (1, 2)).sum():
        yield f"{seg.NumberOfFrames} frames"
    frames = pydicom.dcmread(path).pixel_array.reshape(-1, size[1], size[0])
    for frame, groups in zip(frames, seg.PerFrameFunctionalGroupsSequence):
        number = groups.SegmentIdentificationSequence[0].ReferencedSegmentNumber
        uid = groups.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        if not np.array_equal(frame, expected[uids.index(uid), ..., number - 1]):
            yield f"pydicom's frame of segment {number}"
    if seg.SegmentsOverlap != "YES":
        yield "overlap"


def labelmap_problems(path, images, size):
    seg = highdicom.seg.segread(path)
    yield from header_problems(seg, images[0])
    yield from place_problems(seg, images)
    yield from segment_problems(seg, [1, 2])
    uids = [image.SOPInstanceUID for image in images]
    expected = label(0, size)
    found = seg.get_pixels_by_source_instance(
        uids, combine_segments=True, ignore_spatial_locations=False, assert_missing_frames_are_empty=True
    )
    if not np.array_equal(found, expected):
        yield "highdicom's frames"
    used = np.any(expected, (1, 2))
    if not np.array_equal(pydicom.dcmread(path).pixel_array.reshape(-1, size[1], size[0]), expected[used]):
        yield "pydicom's frames"


def volume_problems(path, images, size):
    """highdicom's regular volume has the voxels where they are."""
    seg = highdicom.seg.segread(path)
    volume = seg.get_volume(segment_numbers=[3], combine_segments=True, relabel=True)
    expected = label(1, size)
    for index in list(np.ndindex(*volume.spatial_shape))[::5]:
        point = volume.map_indices_to_reference(np.array([index]))[0]
        distances = []
        for k, image in enumerate(images):
            offset = point - np.array(image.ImagePositionPatient, float)
            row, column = np.array(image.ImageOrientationPatient, float).reshape(2, 3)
            between_rows, between_columns = image.PixelSpacing
            off = abs(np.dot(offset, np.cross(row, column)))
            distances.append((off, k, offset @ row / between_columns, offset @ column / between_rows))
        off, k, i, j = min(distances)
        if off > 0.01 or volume.array[index] != expected[k, round(j), round(i)]:
            yield f"highdicom's volume at {index}"
            return


def main():
    root = pathlib.Path(sys.argv[1])
    problems, warned, n_frames = [], set(), 0
    for path in sorted(root.glob("*.dcm")):
        name, kind, _ = path.name.split(".")
        images = sources(root / name)
        size = (images[0].Columns, images[0].Rows, len(images))
        errors, warning_lines = dciodvfy(path)
        if kind == "labelmap":
            errors = [line for line in errors if not any(known in line for known in UNKNOWN_TO_DCIODVFY)]
        warned.update(warning_lines)
        check = {"binary": binary_problems, "labelmap": labelmap_problems}[kind]
        found = errors + list(check(path, images, size))
        if kind == "binary" and name in ("odd", "many", "bytes"):
            found += volume_problems(path, images, size)
        n_frames += int(pydicom.dcmread(path, stop_before_pixels=True).NumberOfFrames)
        problems += [f"{path.name}: {problem}" for problem in found]
    json.dump({"problems": problems, "warnings": sorted(warned), "n_frames": n_frames}, sys.stdout)


if __name__ == "__main__":
    main()
