"""Times cc3d, edt, SimpleITK and scipy at the work of crates/segmentation/examples/segmentation_bench.rs.

    segmentation_algorithms.py make BLOBS           makes the blobs, one byte a voxel
    segmentation_algorithms.py time BLOBS [REPEATS]

`time` prints one JSON object: tool -> what -> median milliseconds. All use two threads where they
can.
"""

import json
import sys
import time

import cc3d
import edt
import numpy as np
import SimpleITK as sitk
from scipy import ndimage

SIZE = (512, 512, 300)
SPACING_MM = (0.8, 0.8, 1.0)
N_THREADS = 2


def make(path):
    """Noise of 4 voxels, smoothed: 24 % of the voxels, 20 voxels thick, everywhere."""
    random = np.random.default_rng(1)
    noise = random.normal(size=tuple(n // 4 for n in SIZE[::-1])).astype(np.float32)
    noise = ndimage.zoom(ndimage.gaussian_filter(noise, 2), 4, order=1)
    (noise > 0.7 * noise.std()).astype(np.uint8).tofile(path)


def ellipsoid():
    k, j, i = np.ogrid[: SIZE[2], : SIZE[1], : SIZE[0]]
    return ((i - 200) / 90.0) ** 2 + ((j - 250) / 75.0) ** 2 + ((k - 150) / 52.0) ** 2 < 1


def median_ms(repeats, work):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return round(sorted(times)[len(times) // 2], 3)


def image_of(mask):
    image = sitk.GetImageFromArray(mask.astype(np.uint8))
    image.SetSpacing(SPACING_MM)
    return image


def whole_volume(results, name, mask, repeats):
    def add(tool, what, work):
        results.setdefault(tool, {})[f"{what}_{name}"] = median_ms(repeats, work)

    spacing = SPACING_MM[::-1]
    image = image_of(mask)
    add("cc3d", "components_dense", lambda: cc3d.connected_components(mask, connectivity=26))
    add("edt", "signed_distance", lambda: edt.sdf(mask, anisotropy=spacing, parallel=N_THREADS))
    add("edt", "distance", lambda: edt.edt(mask, anisotropy=spacing, parallel=N_THREADS))
    add(
        "simpleitk",
        "signed_distance",
        lambda: sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=True),
    )


def timed(path, repeats):
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(N_THREADS)
    results = {}
    blobs = np.fromfile(path, np.uint8).reshape(SIZE[::-1]).astype(bool)
    liver = ellipsoid()
    whole_volume(results, "blobs", blobs, repeats)
    whole_volume(results, "liver", liver, repeats)
    # The peers would cost the whole volume: they get the segment's box and its surroundings.
    image = image_of(np.pad(liver[ndimage.find_objects(liver.astype(np.uint8))[0]], 20))
    reach = [int(3.0 / mm) for mm in SPACING_MM]
    ramp = sum(f * x for f, x in zip((7, 5, 3), np.ogrid[: SIZE[2], : SIZE[1], : SIZE[0]]))
    ct = sitk.GetImageFromArray((ramp % 2000 - 1000).astype(np.int16))

    def grow():
        distance = sitk.SignedMaurerDistanceMap(image, squaredDistance=False, useImageSpacing=True)
        return sitk.BinaryThreshold(distance, -1e6, 5.0)

    def add(what, work):
        results["simpleitk"][what] = median_ms(repeats, work)

    add("grow_5mm_liver", grow)
    add("fill_holes_liver", lambda: sitk.BinaryFillhole(image))
    add("median_3mm_liver", lambda: sitk.BinaryMedian(image, reach))
    add("gaussian_3mm_liver", lambda: sitk.DiscreteGaussian(sitk.Cast(image, sitk.sitkFloat32), 9.0))
    add("threshold", lambda: sitk.BinaryThreshold(ct, -300, 400))
    add("flood_fill", lambda: sitk.ConnectedThreshold(ct, [(300, 0, 20)], -300, 900))
    add("otsu", lambda: sitk.OtsuThreshold(ct, 0, 1, 256))
    return results


def main():
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        repeats = int(sys.argv[3]) if len(sys.argv) > 3 else 3
        print(json.dumps(timed(sys.argv[2], repeats)))


if __name__ == "__main__":
    main()
