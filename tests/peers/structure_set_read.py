"""Whether peers rasterise the structure sets of crates/formats/tests/formats/structure_set.rs to the masks.

    structure_set_read.py FOLDER

FOLDER holds the series of annotated_series.py and, beside each, `NAME.rtstruct.dcm` with the
regions of `mask`. Prints one JSON object: `problems`, `warnings` of dciodvfy, and for each peer the
lowest Dice coefficient and how many masks were equal.
"""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import pydicom
import SimpleITK as sitk
from skimage.draw import polygon2mask

from segmentation_read import dciodvfy, header_problems, sources

warnings.simplefilter("ignore")

REGIONS = [("Shell", (255, 0, 0), "MANUAL"), ("Thin Läsion 病変", (0, 151, 206), "AUTOMATIC"), ("Noise", (1, 254, 7), "MANUAL")]

# Peers that take the slices for evenly spaced and not tilted.
REGULAR = {"large", "odd", "many", "bytes", "latin", "japanese"}
MINIMUM_DICE = 0.99
IN_PLANE_MM = 1e-4


def mask(region, size):
    """(k, j, i); as `is_inside` in the test."""
    k, j, i = np.ogrid[: size[2], : size[1], : size[0]]
    if region == 0:
        side = min(size[:2])
        d = 100 * ((2 * i - size[0] + 1) ** 2 + (2 * j - size[1] + 1) ** 2 + 0 * k)
        return (d <= 4 * side**2) | ((d >= 16 * side**2) & (d <= 81 * side**2))
    if region == 1:
        return (i == 2) | (j == 1 + k % 3) | ((i + j) % 7 == 0)
    return (i * 7 + j * 13 + k * 29) % 5 < 3


def contours(dataset, region):
    return dataset.ROIContourSequence[region].get("ContourSequence", [])


def content_problems(dataset, images):
    uids = {image.SOPInstanceUID: image for image in images}
    for region, (name, color, algorithm) in enumerate(REGIONS):
        roi = dataset.StructureSetROISequence[region]
        found = (roi.ROINumber, roi.ROIName, roi.ROIGenerationAlgorithm, roi.ReferencedFrameOfReferenceUID)
        if found != (region + 1, name, algorithm, images[0].FrameOfReferenceUID):
            yield f"region {found}"
        if tuple(dataset.ROIContourSequence[region].ROIDisplayColor) != color:
            yield "colour"
        if dataset.RTROIObservationsSequence[region].ReferencedROINumber != region + 1:
            yield "observation"
        for contour in contours(dataset, region):
            image = uids[contour.ContourImageSequence[0].ReferencedSOPInstanceUID]
            points = np.array(contour.ContourData, float).reshape(-1, 3)
            normal = np.cross(image.ImageOrientationPatient[:3], image.ImageOrientationPatient[3:])
            off = np.abs((points - np.array(image.ImagePositionPatient, float)) @ normal).max()
            if off > IN_PLANE_MM or len(points) != contour.NumberOfContourPoints or len(points) < 3:
                yield f"contour {off} mm off its plane, {len(points)} points"
            if max(len(str(x.original_string)) for x in contour.ContourData) > 16:
                yield "a decimal string of more than 16 characters"
    study = dataset.ReferencedFrameOfReferenceSequence[0].RTReferencedStudySequence[0]
    series = study.RTReferencedSeriesSequence[0]
    referenced = {item.ReferencedSOPInstanceUID for item in series.ContourImageSequence}
    if referenced != set(uids) or series.SeriesInstanceUID != images[0].SeriesInstanceUID:
        yield "referenced images"


def by_slices(dataset, images, size):
    """Each contour in the plane of its own image, several by exclusive or: scikit-image."""
    uids = [image.SOPInstanceUID for image in images]
    for region in range(len(dataset.ROIContourSequence)):
        found = np.zeros(size[::-1], bool)
        for contour in contours(dataset, region):
            k = uids.index(contour.ContourImageSequence[0].ReferencedSOPInstanceUID)
            offset = np.array(contour.ContourData, float).reshape(-1, 3) - np.array(images[k].ImagePositionPatient, float)
            row, column = np.array(images[k].ImageOrientationPatient, float).reshape(2, 3)
            between_rows, between_columns = images[k].PixelSpacing
            points = np.stack([offset @ column / between_rows, offset @ row / between_columns], -1)
            found[k] ^= polygon2mask(size[1::-1], points)
        yield found


def dcmrtstruct2nii(path, images):
    # It asks for a function that pydicom 3 no longer has, and prints when it is imported.
    pydicom.read_file = pydicom.dcmread
    with contextlib.redirect_stdout(io.StringIO()):
        from dcmrtstruct2nii.adapters.convert.rtstructcontour2mask import DcmPatientCoords2Mask
        from dcmrtstruct2nii.adapters.input.contours.rtstructinputadapter import RtStructInputAdapter
    reader = sitk.ImageSeriesReader()
    reader.SetFileNames([image.filename for image in images])
    image = reader.Execute()
    for region in RtStructInputAdapter().ingest(str(path)):
        yield sitk.GetArrayFromImage(DcmPatientCoords2Mask().convert(region["sequence"], image, 0, 1)) != 0


def plastimatch(path, folder, images):
    with tempfile.TemporaryDirectory() as out:
        command = ["plastimatch", "convert", "--input", str(path), "--referenced-ct", str(folder)]
        command += ["--output-prefix", f"{out}/masks", "--prefix-format", "mha"]
        subprocess.run(command, check=True, capture_output=True)
        found = {file.stem: sitk.GetArrayFromImage(sitk.ReadImage(file)) != 0 for file in pathlib.Path(out, "masks").iterdir()}
        for region, (name, *_) in enumerate(REGIONS):
            yield next(array for stem, array in found.items() if stem[:4] == name[:4])


def dice(a, b):
    total = a.sum() + b.sum()
    return 1.0 if total == 0 else 2.0 * (a & b).sum() / total


def main():
    root = pathlib.Path(sys.argv[1])
    problems, warned, scores = [], set(), {}
    for path in sorted(root.glob("*.rtstruct.dcm")):
        name = path.name.split(".")[0]
        images = sources(root / name)
        size = (images[0].Columns, images[0].Rows, len(images))
        dataset = pydicom.dcmread(path)
        errors, lines = dciodvfy(path)
        warned.update(lines)
        found = errors + list(content_problems(dataset, images)) + list(header_problems(dataset, images[0], "RTSTRUCT"))
        peers = {"scikit-image": by_slices(dataset, images, size)}
        if name in REGULAR:
            peers["dcmrtstruct2nii"] = dcmrtstruct2nii(path, images)
        # A second to start, so it is asked once.
        if name == "large":
            peers["plastimatch"] = plastimatch(path, root / name, images)
        for peer, masks in peers.items():
            for region, array in enumerate(masks):
                expected = mask(region, size)
                score = dice(array, expected)
                worst, n_equal, n = scores.get(peer, (1.0, 0, 0))
                scores[peer] = (min(worst, score), n_equal + bool(np.array_equal(array, expected)), n + 1)
                if score < MINIMUM_DICE:
                    found.append(f"{peer}: Dice {score:.4f} of {REGIONS[region][0]}")
        problems += [f"{path.name}: {problem}" for problem in found]
    json.dump({"problems": problems, "warnings": sorted(warned), "scores": scores}, sys.stdout)


if __name__ == "__main__":
    main()
