"""What peers make of strokes in a real CT of a chest and in a phantom: cases for
crates/segmentation/tests/segmentation/classifier.rs and automation.rs.

    automation.py features|forest|confidence|watershed|walk

Prints a JSON list. Arrays are hexadecimal bytes in memory order, i fastest.
"""

import json
import sys

import numpy as np
from interpolation import chest
from scipy import ndimage
from seeds import hexadecimal, seeds_in

SCALES = (1, 2, 4, 8)


def voxel_features(image, spacing, finest):
    """Value, and by scale the blurred value, its gradient's magnitude and the eigenvalues of its
    Hessian: Gaussians and differences of SciPy, eigenvalues of NumPy. Indexed [i, j, k, feature]."""
    values = image.astype(np.float64)
    found = [values]

    def difference(array, weights, axis):
        return ndimage.correlate1d(array, weights, axis, mode="nearest")

    for scale in SCALES:
        sigma = [finest * scale / mm for mm in spacing]
        smooth = ndimage.gaussian_filter(values, sigma, mode="nearest")
        slopes = [difference(smooth, [-0.5, 0, 0.5], n) / spacing[n] for n in range(3)]
        hessian = np.empty((*image.shape, 3, 3))
        for a in range(3):
            for b in range(3):
                if a == b:
                    second = difference(smooth, [1, -2, 1], a) / spacing[a] ** 2
                else:
                    second = difference(slopes[a], [-0.5, 0, 0.5], b) / spacing[b]
                hessian[..., a, b] = second
        found += [smooth, np.sqrt(sum(s**2 for s in slopes))]
        found += list(np.moveaxis(np.linalg.eigvalsh(hessian), -1, 0))
    return np.stack(found, -1)


def shared(name, image, spacing, dtype="<i2"):
    return {
        "name": name,
        "size": list(image.shape),
        "spacing_mm": [float(mm) for mm in spacing],
        "image": hexadecimal(image, dtype),
    }


def features():
    image, _, spacing = chest()
    part = image[10:52, 20:50, 5:22]
    for finest in (0.6 * min(spacing), float(spacing[0])):
        found = voxel_features(part, spacing, finest)
        # Voxels in memory order, the features of each together.
        flat = found.reshape(-1, found.shape[-1], order="F").astype("<f4")
        yield {**shared("a corner", part, spacing), "finest": finest, "features": flat.tobytes().hex()}


def phantom():
    """Classes that differ by texture and edges, not by value: stripes, grains, and smooth."""
    random = np.random.default_rng(11)
    i, j, k = np.indices((64, 60, 12))
    truth = np.where(j < 20, 1, np.where(j < 40, 2, 3))
    truth[(i - 32) ** 2 + (j - 30) ** 2 < 14**2] = 4
    stripes = 60 * np.sin(2 * np.pi * i / 6)
    grains = ndimage.gaussian_filter(random.normal(0, 1, i.shape), 1.0)
    image = np.choose(truth - 1, [stripes, 40 * grains / grains.std(), 0 * i, 70 + 0 * i])
    image = image + random.normal(0, 25, i.shape)
    return image.round().astype(np.int16), truth, (0.8, 0.8, 2.5)


def strokes(truth, random, slices):
    """A few rows of voxels of each class in some slices across the last axis."""
    painted = np.zeros(truth.shape, np.uint8)
    for k in slices:
        for label in np.unique(truth[:, :, k]):
            deep = ndimage.distance_transform_edt(truth[:, :, k] == label)
            inside = np.argwhere(deep >= 0.4 * deep.max())
            for i, j in inside[random.choice(len(inside), 12)]:
                row = painted[i : i + 6, j : j + 2, k]
                row[truth[i : i + 6, j : j + 2, k] == label] = label
    return painted


def dice(a, b):
    return float(2 * (a & b).sum() / (a.sum() + b.sum()))


def forest():
    from sklearn.ensemble import RandomForestClassifier

    random = np.random.default_rng(20261126)
    image, labels, spacing = chest()
    classes = np.where(labels > 0, labels, 9)
    chest_case = ("the chest", image, classes, spacing, (6, 13, 20, 27))
    cases = [chest_case, ("textures", *phantom(), (3, 8))]
    for name, image, truth, spacing, slices in cases:
        finest = float(min(spacing))
        found = voxel_features(image, spacing, finest)
        turns = []
        for turn in range(4):
            painted = strokes(truth, random, slices)
            peer = RandomForestClassifier(50, random_state=turn, n_jobs=2)
            peer.fit(found[painted > 0], painted[painted > 0])
            predicted = peer.predict(found.reshape(-1, found.shape[-1]))
            shares = peer.predict_proba(found.reshape(-1, found.shape[-1])).T
            turns.append(
                {
                    "size": list(image.shape),
                    "painted": hexadecimal(painted, np.uint8),
                    "accuracy": float((predicted == truth.ravel()).mean()),
                    # Of each label, how likely its voxels have it and those of others, and how
                    # well those that are said to have it do (Dice).
                    "likeness": [
                        [int(label), float(s[is_it].mean()), float(s[~is_it].mean()), dice(is_it, predicted == label)]
                        for label, s in zip(peer.classes_, shares)
                        for is_it in [truth.ravel() == label]
                    ],
                }
            )
        yield {
            **shared(name, image, spacing),
            "finest": finest,
            "truth": hexadecimal(truth, np.uint8),
            "turns": turns,
        }


def wrapped(array, spacing):
    import SimpleITK

    image = SimpleITK.GetImageFromArray(np.ascontiguousarray(array.transpose(2, 1, 0)))
    image.SetSpacing([float(mm) for mm in spacing])
    return image


def confidence():
    import SimpleITK

    image, labels, spacing = chest()
    seeds = [np.argwhere(labels == label)[200] for label in np.unique(labels[labels > 0])]
    seeds += [np.array([0, 0, 0]), np.array(image.shape) - 1]
    # ITK cuts limits off to whole numbers where values are: ours are not.
    theirs = wrapped(image.astype(np.float64), spacing)
    cases = []
    for seed in ([int(x) for x in seed] for seed in seeds):
        for radius, multiplier, n in ((1, 2.5, 4), (2, 2.0, 1), (1, 3.5, 2), (3, 1.2, 0)):
            found = SimpleITK.ConfidenceConnected(theirs, [seed], n, multiplier, radius, 1)
            found = SimpleITK.GetArrayFromImage(found).transpose(2, 1, 0)
            cases.append(
                {
                    "seed": seed,
                    "radius": radius,
                    "multiplier": multiplier,
                    "iterations": n,
                    "found": hexadecimal(found, np.uint8),
                }
            )
    yield {**shared("the chest", image, spacing), "cases": cases}


def gradient(image, spacing, sigma):
    smooth = ndimage.gaussian_filter(
        image.astype(np.float64), [sigma / mm for mm in spacing], mode="nearest"
    )
    slopes = [
        ndimage.correlate1d(smooth, [-0.5, 0, 0.5], n, mode="nearest") / mm
        for n, mm in enumerate(spacing)
    ]
    return np.sqrt(sum(slope**2 for slope in slopes)).astype(np.float32)


def watershed():
    import SimpleITK

    image, labels, spacing = chest()
    random = np.random.default_rng(4)
    for sigma in (0.5, 2.0, 6.0):
        markers = seeds_in(labels, random, 6)
        heights = wrapped(gradient(image, spacing, sigma), spacing)
        found = SimpleITK.MorphologicalWatershedFromMarkers(
            heights, wrapped(markers, spacing), False, False
        )
        found = SimpleITK.GetArrayFromImage(found).transpose(2, 1, 0)
        yield {
            **shared(f"sigma {sigma}", image, spacing),
            "sigma": sigma,
            "markers": hexadecimal(markers, np.uint8),
            "found": hexadecimal(found, np.uint8),
        }


def walk():
    from skimage.segmentation import random_walker

    image, labels, spacing = chest()
    random = np.random.default_rng(9)
    parts = {
        "a corner": (slice(20, 50), slice(30, 56), slice(6, 30)),
        "a slice": (slice(None), slice(None), slice(20, 21)),
    }
    for name, part in parts.items():
        values = image[part]
        seeds = seeds_in(labels[part], random, 4)
        known, ranks = np.unique(seeds, return_inverse=True)
        for beta in (10.0, 130.0):
            found = random_walker(
                values / values.std(),
                ranks.reshape(seeds.shape),
                beta=beta,
                mode="bf",
                spacing=np.array(spacing) / min(spacing),
            )
            yield {
                **shared(f"{name}, beta {beta}", values, spacing),
                "beta": beta,
                "seeds": hexadecimal(seeds, np.uint8),
                "found": hexadecimal(known[found], np.uint8),
            }


if __name__ == "__main__":
    parts = {f.__name__: f for f in (features, forest, confidence, watershed, walk)}
    json.dump(list(parts[sys.argv[1]]()), sys.stdout)
