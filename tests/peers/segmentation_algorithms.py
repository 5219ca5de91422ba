"""Masks, and what scipy, cc3d, edt and SimpleITK make of them: cases for crates/segmentation/tests.

    segmentation_algorithms.py components|distance|smoothing|thresholds|flood

Prints a JSON list. Arrays are hexadecimal bytes in memory order, i fastest; masks one byte a voxel.
"""

import json
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
import slicerio
from scipy import ndimage

BONE_HU = 150


def hexadecimal(array, dtype):
    return np.ascontiguousarray(array, dtype).tobytes().hex()


def mask_hex(mask):
    return hexadecimal(mask, np.uint8)


def chest():
    """A real CT of a chest, from the slicerio package."""
    return sitk.ReadImage(str(Path(slicerio.__file__).parent / "data" / "CTChest4.nrrd"))


def blobs(random, size, share):
    noise = ndimage.gaussian_filter(random.normal(size=size[::-1]), 1.7)
    return noise > np.quantile(noise, 1 - share)


def phantom(size):
    """A thick shell with a grain inside, a bar to the border of the grid and a plate on it."""
    k, j, i = np.ogrid[: size[2], : size[1], : size[0]]
    middle = [n / 2 for n in size]
    radius = np.sqrt((i - middle[0]) ** 2 + (j - middle[1]) ** 2 + (k - middle[2]) ** 2)
    shell = (radius < 9.5) & (radius > 5.0)
    bar = (np.abs(j - middle[1]) < 2) & (np.abs(k - middle[2]) < 2) & (i > middle[0] + 4)
    plate = (k < 1) & (i < 30) & (j >= 0)
    return shell | (radius < 2.1) | bar | plate


def masks():
    """Name, mask indexed [k, j, i], spacing along i, j, k."""
    random = np.random.default_rng(20260412)
    single = np.zeros((5, 6, 7), bool)
    single[2, 3, 4] = True
    image = chest()
    bone = sitk.GetArrayFromImage(image)[:, 20:100, 15:115] > BONE_HU
    yield "blobs", blobs(random, (131, 37, 29), 0.3), (0.7, 0.9, 2.5)
    yield "many blobs", blobs(random, (64, 40, 21), 0.5), (1.3, 0.4, 0.6)
    yield "noise", random.random((11, 23, 70)) < 0.35, (1.0, 1.0, 1.0)
    yield "dense noise", random.random((17, 9, 128)) < 0.8, (3.0, 0.5, 1.1)
    yield "phantom", phantom((65, 31, 27)), (0.8, 0.8, 1.0)
    yield "single", single, (1.0, 2.0, 3.0)
    yield "row", random.random((1, 1, 200)) < 0.6, (0.5, 1.0, 1.0)
    yield "slice", blobs(random, (50, 60, 1), 0.4), (0.5, 0.7, 4.0)
    yield "bone", bone, image.GetSpacing()


def image_of(mask, spacing):
    image = sitk.GetImageFromArray(np.ascontiguousarray(mask, np.uint8))
    image.SetSpacing([float(mm) for mm in spacing])
    return image


def case_of(name, mask, spacing):
    return {
        "name": name,
        "size": list(mask.shape[::-1]),
        "spacing_mm": [float(mm) for mm in spacing],
        "mask": mask_hex(mask),
    }


def by_first_voxel(labels):
    """The same components, numbered by their first voxels in memory order."""
    found, first = np.unique(labels, return_index=True)
    is_component = found != 0
    found, first = found[is_component], first[is_component]
    numbers = np.zeros(int(labels.max(initial=0)) + 1, np.uint32)
    numbers[found[np.argsort(first)]] = np.arange(1, len(found) + 1)
    return numbers[labels]


def components():
    import cc3d

    sides_k = np.zeros((3, 3, 3), bool)
    sides_k[1] = ndimage.generate_binary_structure(2, 1)
    for name, mask, spacing in masks():
        case = case_of(name, mask, spacing)
        for order, n_neighbours in ((1, 6), (2, 18), (3, 26)):
            structure = ndimage.generate_binary_structure(3, order)
            labels = by_first_voxel(ndimage.label(mask, structure)[0])
            theirs = cc3d.connected_components(np.ascontiguousarray(mask), connectivity=n_neighbours)
            assert (labels == by_first_voxel(theirs)).all(), f"{name}: scipy and cc3d differ"
            case[f"neighbours_{n_neighbours}"] = hexadecimal(labels, np.uint32)
        for axis, structure in (("k", sides_k), ("j", sides_k.transpose(1, 0, 2))):
            labels = by_first_voxel(ndimage.label(mask, structure)[0])
            case[f"sides_{axis}"] = hexadecimal(labels, np.uint32)
        case["largest"] = mask_hex(largest(mask))
        yield case


def largest(mask):
    components = sitk.ConnectedComponent(image_of(mask, (1, 1, 1)), True)
    by_size = sitk.GetArrayFromImage(sitk.RelabelComponent(components))
    sizes = np.bincount(by_size.ravel())[1:]
    # SimpleITK orders equals as it likes: only a clear winner is compared.
    is_clear = len(sizes) < 2 or sizes[0] > sizes[1]
    return by_size == 1 if is_clear else np.zeros(0)


def distance():
    import edt
    from scipy.spatial import cKDTree

    random = np.random.default_rng(3)
    for name, mask, spacing in masks():
        case = case_of(name, mask, spacing)
        sampling = spacing[::-1]
        outside = ndimage.distance_transform_edt(~mask, sampling)
        inside = ndimage.distance_transform_edt(mask, sampling)
        itk = sitk.SignedMaurerDistanceMap(
            image_of(mask, spacing), insideIsPositive=False, squaredDistance=False, useImageSpacing=True
        )
        case["scipy"] = hexadecimal(outside - inside, "<f4")
        case["edt"] = hexadecimal(-edt.sdf(np.ascontiguousarray(mask), anisotropy=sampling), "<f4")
        itk = sitk.GetArrayFromImage(itk)
        case["itk"] = hexadecimal(itk, "<f4")
        # Slices at uneven positions: the nearest points of a tree.
        slices = np.cumsum(random.uniform(0.4, 3.0, mask.shape[0]))
        points = np.argwhere(np.ones_like(mask)) * [0, sampling[1], sampling[2]]
        points[:, 0] = np.repeat(slices, mask[0].size)
        flat = mask.ravel()
        uneven = np.empty(flat.size)
        uneven[~flat] = cKDTree(points[flat]).query(points[~flat])[0]
        uneven[flat] = -cKDTree(points[~flat]).query(points[flat])[0]
        case["slices_mm"] = slices.tolist()
        case["uneven"] = hexadecimal(uneven, "<f4")
        case["margins"] = [margins(mask, spacing, mm) for mm in (0.5, 1.0, 2.0, 3.0, 6.25)]
        yield case


def ball(radius, spacing):
    """Voxel offsets whose centres are within a radius."""
    reach = [int(radius / mm + 1e-9) for mm in spacing[::-1]]
    offsets = np.ogrid[tuple(slice(-n, n + 1) for n in reach)]
    squared = sum((x * mm) ** 2 for x, mm in zip(offsets, spacing[::-1]))
    return squared <= radius**2 * (1 + 1e-9)


def margins(mask, spacing, radius):
    structure = ball(radius, spacing)
    grown = ndimage.binary_dilation(mask, structure)
    shrunken = ndimage.binary_erosion(mask, structure, border_value=1)
    return {"mm": radius, "grown": mask_hex(grown), "shrunken": mask_hex(shrunken)}


def main():
    import segmentation_algorithms_smoothing
    import segmentation_algorithms_thresholds

    parts = {
        "components": components,
        "distance": distance,
        "smoothing": segmentation_algorithms_smoothing.cases,
        "joint": segmentation_algorithms_smoothing.joint_cases,
        "thresholds": segmentation_algorithms_thresholds.cases,
        "flood": segmentation_algorithms_thresholds.flood_cases,
    }
    json.dump(list(parts[sys.argv[1]]()), sys.stdout)


if __name__ == "__main__":
    main()
