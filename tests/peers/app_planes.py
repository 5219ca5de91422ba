"""An oblique, anisotropic image, and planes and slabs of it by SimpleITK: for
crates/app/tests/app/planes.rs.

Writes IMAGE and prints what to ask for and the values to get; null is outside the image. Layers of a slab
lie one voxel's extent along the normal apart, one of them in the plane; those count whose middle is in
the slab. They are resampled one by one, and joined by NumPy.
"""

import json
import sys

import numpy as np
import SimpleITK as sitk

BACKGROUND = -1e9
SIZE = [24, 20, 14]
SPACING_MM = [0.8, 1.1, 2.5]
JOINED = {"max": np.nanmax, "min": np.nanmin, "mean": np.nanmean}


def main(path):
    random = np.random.default_rng(20261126)
    image = sitk.GetImageFromArray(random.integers(-1000, 3000, SIZE[::-1]).astype(np.int16))
    image.SetSpacing(SPACING_MM)
    image.SetDirection(rotation(random).ravel().tolist())
    image.SetOrigin([-31.0, 12.5, 80.25])
    sitk.WriteImage(image, path)
    slabs = [None, *((mm, how) for mm in (4.0, 17.3) for how in JOINED)]
    print(json.dumps([case(random, image, slab) for slab in slabs for _ in range(2)]))


def rotation(random):
    matrix, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return matrix * np.sign(np.linalg.det(matrix))


def case(random, image, slab):
    lps_from_index = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    middle = np.array(image.TransformContinuousIndexToPhysicalPoint([(n - 1) / 2 for n in SIZE]))
    axes = rotation(random)
    pixel_mm = random.uniform(0.6, 1.4, 2)
    size = [int(n) for n in random.integers(30, 44, 2)]
    steps = axes[:, :2] * pixel_mm
    origin = middle + axes[:, 2] * random.uniform(-2, 2) - steps @ ((np.array(size) - 1) / 2)
    extent_mm = 1 / np.linalg.norm(np.linalg.inv(lps_from_index) @ axes[:, 2])
    n_each_side = int(np.floor(slab[0] / 2 / extent_mm + 1e-6)) if slab else 0
    layers = [
        resampled(image, origin + n * extent_mm * axes[:, 2], axes, pixel_mm, size)
        for n in range(-n_each_side, n_each_side + 1)
    ]
    pixels = joined(layers, slab)
    return {
        "plane": {
            "origin": origin.tolist(),
            "column_step": steps[:, 0].tolist(),
            "row_step": steps[:, 1].tolist(),
            "columns": size[0],
            "rows": size[1],
        },
        "slab": slab and {"thickness_mm": slab[0], "projection": slab[1]},
        "pixels": [None if np.isnan(value) else float(value) for value in pixels.ravel()],
    }


def joined(layers, slab):
    stack = np.stack(layers)
    if slab is None:
        return stack[0]
    is_outside = np.isnan(stack).all(axis=0)
    stack[:, is_outside] = 0
    pixels = JOINED[slab[1]](stack, axis=0)
    pixels[is_outside] = np.nan
    return pixels


def resampled(image, origin, axes, pixel_mm, size):
    resample = sitk.ResampleImageFilter()
    resample.SetSize(size + [1])
    resample.SetOutputOrigin(origin.tolist())
    resample.SetOutputSpacing(pixel_mm.tolist() + [1.0])
    resample.SetOutputDirection(axes.ravel().tolist())
    resample.SetDefaultPixelValue(BACKGROUND)
    resample.SetOutputPixelType(sitk.sitkFloat64)
    resample.SetInterpolator(sitk.sitkLinear)
    pixels = sitk.GetArrayFromImage(resample.Execute(image))[0]
    return np.where(pixels == BACKGROUND, np.nan, pixels)


if __name__ == "__main__":
    main(sys.argv[1])
