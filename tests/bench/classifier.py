"""Pixel classifier, ours and SciPy's features with scikit-learn's forest, on a chest CT of slices of
512 x 512 voxels and three classes, of which a few strokes in three slices are painted.

    classifier.py OURS

OURS is the program `classifier_bench`. Prints JSON: what, value; seconds, and the share of voxels
that have their class.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
import automation as peers  # noqa: E402

SIZE = (512, 512, 34)
SLICES = (10, 17, 24)
# Slices that a scale of 8 voxels reaches: with those around a slice it looks as in the whole.
REACH = 6


def chest():
    image, labels, spacing = peers.chest()
    factors = [n / m for n, m in zip(SIZE, image.shape)]
    fine = ndimage.zoom(image.astype(np.float32), factors, order=1)
    noise = np.random.default_rng(5).normal(0, 10, SIZE)
    labels = ndimage.zoom(labels.astype(np.uint8), factors, order=0)
    classes = np.select([labels >= 5, labels > 0], [2, 3], 1)
    mm = [s / f for s, f in zip(spacing, factors)]
    return (fine + noise).round().astype(np.int16), classes, mm


def strokes(classes, random):
    painted = np.zeros(classes.shape, np.uint16)
    for k in SLICES:
        for label in np.unique(classes[:, :, k]):
            deep = ndimage.distance_transform_edt(classes[:, :, k] == label)
            inside = np.argwhere(deep >= min(4, 0.7 * deep.max()))
            for i, j in inside[random.choice(len(inside), 12)]:
                part = painted[i : i + 20, j : j + 4, k]
                part[classes[i : i + 20, j : j + 4, k] == label] = label
    return painted


def theirs(image, painted, mm):
    """Seconds for the first painted slice; labels of it."""
    from sklearn.ensemble import RandomForestClassifier

    finest = min(mm)
    start = time.perf_counter()
    samples, labels, wanted = [], [], None
    for k in SLICES:
        part = slice(max(0, k - REACH), k + REACH + 1)
        found = peers.voxel_features(image[:, :, part], mm, finest)[:, :, k - part.start]
        at = painted[:, :, k] > 0
        samples.append(found[at])
        labels.append(painted[:, :, k][at])
        wanted = found if wanted is None else wanted
    forest = RandomForestClassifier(50, random_state=0, n_jobs=-1)
    forest.fit(np.concatenate(samples), np.concatenate(labels))
    found = forest.predict(wanted.reshape(-1, wanted.shape[-1])).reshape(wanted.shape[:2])
    return time.perf_counter() - start, found


def ours(program, image, painted, mm):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        image.astype("<i2").ravel(order="F").tofile(folder / "image")
        painted.astype("<u2").ravel(order="F").tofile(folder / "painted")
        numbers = [",".join(map(str, x)) for x in (image.shape, mm)]
        files = [folder / "image", folder / "painted"]
        arguments = [program, *files, SLICES[0], *numbers, folder / "out"]
        done = subprocess.run([str(x) for x in arguments], check=True, capture_output=True)
        found = np.fromfile(folder / "out", "<u2").reshape(image.shape, order="F")
        return json.loads(done.stdout), found


def main():
    image, classes, mm = chest()
    painted = strokes(classes, np.random.default_rng(1))
    took, found = ours(sys.argv[1], image, painted, mm)
    seconds, other = theirs(image, painted, mm)
    truth = classes[:, :, SLICES[0]]
    rows = {
        "slice": took["slice"],
        "all": took["all"],
        "peer": seconds,
        "accuracy": float((found[:, :, SLICES[0]] == truth).mean()),
        "peer accuracy": float((other == truth).mean()),
    }
    print(json.dumps(list(rows.items())))


if __name__ == "__main__":
    main()
