"""What scipy and SimpleITK make of masks that are smoothed or filled."""

import numpy as np
import SimpleITK as sitk
from scipy import ndimage
from segmentation_algorithms import ball, blobs, case_of, hexadecimal, image_of, mask_hex, masks

# Nearer to a tie, single precision may decide either way.
UNDECIDED = 1e-5


def cases():
    for name, mask, spacing in masks():
        case = case_of(name, mask, spacing)
        case["filled"] = mask_hex(ndimage.binary_fill_holes(mask))
        for axis, letter in enumerate("kji"):
            case[f"filled_{letter}"] = mask_hex(filled_slices(mask, axis))
        case["median"] = [median(mask, spacing, mm) for mm in (1.0, 2.0)]
        case["balls"] = [balls(mask, spacing, mm) for mm in (1.0, 2.6)]
        case["gaussian"] = [gaussian(mask, spacing, mm) for mm in (0.6, 1.5, 3.0)]
        yield case


def filled_slices(mask, axis):
    slices = [ndimage.binary_fill_holes(part) for part in np.moveaxis(mask, axis, 0)]
    return np.moveaxis(np.array(slices), 0, axis)


def median(mask, spacing, mm):
    reach = [int(mm / step + 1e-6) for step in spacing]
    theirs = sitk.GetArrayFromImage(sitk.Median(image_of(mask, spacing), reach))
    return {"mm": mm, "mask": mask_hex(theirs)}


def balls(mask, spacing, mm):
    structure = ball(mm, spacing)
    shrunken = ndimage.binary_erosion(mask, structure, border_value=1)
    grown = ndimage.binary_dilation(mask, structure)
    return {
        "mm": mm,
        "opened": mask_hex(ndimage.binary_dilation(shrunken, structure)),
        "closed": mask_hex(ndimage.binary_erosion(grown, structure, border_value=1)),
    }


def blurred(mask, spacing, mm):
    sigmas = [mm / step for step in spacing[::-1]]
    return ndimage.gaussian_filter(mask.astype(np.float64), sigmas, mode="nearest", truncate=4.0)


def gaussian(mask, spacing, mm):
    value = blurred(mask, spacing, mm)
    return {
        "mm": mm,
        "mask": mask_hex(value >= 0.5),
        "decided": mask_hex(np.abs(value - 0.5) > UNDECIDED),
    }


def joint_cases():
    """Labels that touch, and those with the largest blurred share of each voxel."""
    random = np.random.default_rng(11)
    for size, spacing, mm in (
        ((100, 70, 40), (0.8, 0.8, 1.0), 1.2),
        ((65, 33, 31), (1.0, 0.6, 2.0), 2.5),
        ((20, 18, 9), (1.0, 1.0, 3.0), 0.9),
    ):
        kinds = [ndimage.gaussian_filter(random.normal(size=size[::-1]), 3.0) for _ in range(4)]
        labels = np.argmax(kinds, axis=0) * blobs(random, size, 0.6)
        labels = np.array([0, 3, 7, 300])[labels]
        values = [blurred(labels == label, spacing, mm) for label in (0, 3, 7, 300)]
        ranked = np.sort(values, axis=0)
        case = case_of("joint", labels != 0, spacing)
        case["mm"] = mm
        case["labels"] = hexadecimal(labels, np.uint32)
        case["smooth"] = hexadecimal(np.array([0, 3, 7, 300])[np.argmax(values, axis=0)], np.uint32)
        case["decided"] = mask_hex(ranked[-1] - ranked[-2] > UNDECIDED)
        yield case
