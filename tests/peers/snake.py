"""Speed images and active contours as peers make them: cases for
crates/segmentation/tests/segmentation/snake_peers.rs.

    snake.py speeds|mixtures|contours

Prints JSON. Arrays are hexadecimal bytes in memory order, i fastest. Speeds are what NumPy and SciPy
make of a real CT of a chest; mixtures are drawn from known ones, and of the CT's values the most
likely one that SciPy's optimiser finds; contours are what ITK's level sets become.
"""

import json
import os
import sys

import itk
import numpy as np
from interpolation import chest
from scipy import ndimage, optimize, stats

LUNG = 5
PART = (slice(20, 76), slice(30, 80), slice(6, 44))


def hexadecimal(array, dtype):
    return array.astype(dtype).tobytes(order="F").hex()


def case(name, image, spacing, **more):
    return {
        "name": name,
        "size": list(image.shape),
        "spacing_mm": [float(mm) for mm in spacing],
        "image": hexadecimal(image, "<i2"),
        **more,
    }


def threshold_speed(image, low, high, softness):
    above = 1 if low is None else np.tanh((image - float(low)) / softness)
    below = 1 if high is None else np.tanh((float(high) - image) / softness)
    return above + below - 1


def edge_speed(image, spacing, sigma, contrast, exponent):
    """1 / (1 + (|gradient| / contrast)^exponent)."""
    smooth = ndimage.gaussian_filter(
        image.astype(float), [sigma / mm for mm in spacing], mode="nearest"
    )
    length = np.sqrt(sum(part**2 for part in np.gradient(smooth, *spacing)))
    if contrast is None:
        contrast = 0.04 * length.max()
    return 1 / (1 + (length / contrast) ** exponent)


def speeds():
    image, _, spacing = chest()
    image = image[PART]
    for low, high, softness in ((-100, 300, 80), (None, -300, 200), (100, None, 50)):
        speed = threshold_speed(image, low, high, softness)
        yield case(
            f"threshold {low} {high}", image, spacing,
            threshold=[low, high, softness], speed=hexadecimal(speed, "<f4"),
        )  # fmt: skip
    for sigma, contrast, exponent in ((1.0, None, 3), (2.5, 30.0, 2), (4.0, 12.5, 1)):
        speed = edge_speed(image, spacing, sigma, contrast, exponent)
        yield case(
            f"edge {sigma} {contrast}", image, spacing,
            edge=[sigma, contrast, exponent], speed=hexadecimal(speed, "<f4"),
        )  # fmt: skip


def density(parameters, values, n):
    """Of a mixture given by logarithms of weights and deviations, and by means."""
    weights = np.exp(parameters[:n]) / np.exp(parameters[:n]).sum()
    parts = zip(weights, parameters[n : 2 * n], np.exp(parameters[2 * n :]))
    return sum(w * stats.norm.pdf(values, mean, sd) for w, mean, sd in parts)


def most_likely(values, weights, means, deviations):
    """The mixture near a first one under which values are most likely."""
    n = len(means)
    start = np.concatenate([np.log(weights), means, np.log(deviations)])
    scale = np.concatenate([np.ones(n), deviations, np.ones(n)])
    loss = lambda x: -np.log(density(x * scale, values, n)).mean()  # noqa: E731
    found = optimize.minimize(loss, start / scale, method="BFGS", options={"gtol": 1e-7})
    x = found.x * scale
    weights = np.exp(x[:n]) / np.exp(x[:n]).sum()
    return weights, x[n : 2 * n], np.exp(x[2 * n :])


def mixtures():
    random = np.random.default_rng(20261126)
    known = {
        "apart": ([0.5, 0.2, 0.3], [-800, 40, 300], [60, 25, 90]),
        "overlapping": ([0.6, 0.4], [0, 100], [40, 30]),
        "four": ([0.1, 0.4, 0.3, 0.2], [-1000, -600, 30, 400], [5, 60, 25, 90]),
    }
    for name, (weights, means, deviations) in known.items():
        which = random.choice(len(weights), size=(30, 30, 20), p=weights)
        image = np.rint(random.normal(np.take(means, which), np.take(deviations, which)))
        fitted = most_likely(image.ravel(), weights, means, deviations)
        speed = 2 * share(image, fitted, 1) - 1
        yield case(
            name, image, [1, 1, 1],
            weights=list(fitted[0]), means=list(fitted[1]), deviations=list(fitted[2]),
            speed=hexadecimal(speed, "<f4"),
        )  # fmt: skip


def share(values, mixture, which):
    parts = [w * stats.norm.pdf(values, mean, sd) for w, mean, sd in zip(*mixture)]
    return parts[which] / sum(parts)


def blob(shape):
    """A lobed object with noise, in values from about 0 to 100."""
    random = np.random.default_rng(7)
    at = np.stack(np.meshgrid(*map(np.arange, shape), indexing="ij"), -1).astype(float)
    balls = (([30, 28, 26], 13), ([40, 36, 30], 11), ([24, 38, 34], 9))
    inside = np.any([np.linalg.norm(at - middle, axis=-1) < r for middle, r in balls], axis=0)
    return np.rint(ndimage.gaussian_filter(100.0 * inside, 1.0) + random.normal(0, 6, shape))


def wrapped(array, spacing, dtype=np.float32):
    made = itk.image_from_array(np.ascontiguousarray(array.transpose(2, 1, 0).astype(dtype)))
    made.SetSpacing([float(mm) for mm in spacing])
    return made


def ball(shape, spacing, middle, radius):
    """Signed distance to a ball, whose middle is a voxel."""
    at = np.meshgrid(*[np.arange(n, dtype=float) for n in shape], indexing="ij")
    squared = sum(((x - m) * mm) ** 2 for x, m, mm in zip(at, middle, spacing))
    return np.sqrt(squared) - radius


def evolved(kind, start, feature, spacing, settings):
    image = wrapped(start, spacing)
    level_set = getattr(itk, kind)[type(image), type(image), itk.F].New()
    level_set.SetInput(image)
    level_set.SetFeatureImage(wrapped(feature, spacing))
    level_set.SetMaximumRMSError(0.0)
    for name, value in settings.items():
        getattr(level_set, f"Set{name}")(value)
    level_set.Update()
    return itk.array_from_image(level_set.GetOutput()).transpose(2, 1, 0) < 0


def geodesic(name, values, mm, middle, radius, edge, least_dice):
    """What ITK's geodesic contour becomes of a ball."""
    start = ball(values.shape, mm, middle, radius)
    speed = edge_speed(values, mm, *edge)
    settings = {
        "PropagationScaling": 1.0,
        "CurvatureScaling": 0.5,
        "AdvectionScaling": 2.0,
        "NumberOfIterations": 400,
        "DerivativeSigma": 0.0,
    }
    kind = "GeodesicActiveContourLevelSetImageFilter"
    found = evolved(kind, start, speed, mm, settings)
    return case(
        f"geodesic, {name}", values, mm, center=middle, radius=radius, edge=edge,
        motion=[1.0, 0.5, 2.0], inside=hexadecimal(found, "u1"), least_dice=least_dice,
    )  # fmt: skip


def by_threshold(name, values, mm, middle, radius, low, high, least_dice):
    """What ITK's contour by a threshold becomes of a ball. Its speed is how far the feature lies above
    the lower threshold; the feature is our speed."""
    start = ball(values.shape, mm, middle, radius)
    half = (high - low) / 2
    settings = {
        "LowerThreshold": 0.0,
        "UpperThreshold": 100.0,
        "PropagationScaling": 1.0,
        "CurvatureScaling": 0.2,
        "NumberOfIterations": 800,
    }
    kind = "ThresholdSegmentationLevelSetImageFilter"
    found = evolved(kind, start, threshold_speed(values, low, high, half), mm, settings)
    return case(
        f"threshold, {name}", values, mm, center=middle, radius=radius,
        threshold=[low, high, half], motion=[1.0, 0.2, 0.0], inside=hexadecimal(found, "u1"),
        least_dice=least_dice,
    )  # fmt: skip


def lung():
    """A part of the CT with most of a lung, on voxels of equal sides, and a place in the lung."""
    image, labels, spacing = chest()
    even = ndimage.zoom(image.astype(float), spacing / 3.5, order=1)
    lungs = ndimage.zoom((labels == LUNG).astype(np.uint8), spacing / 3.5, order=0)
    deep = ndimage.distance_transform_edt(lungs)
    middle = np.unravel_index(deep.argmax(), deep.shape)
    part = tuple(slice(max(0, m - 24), m + 24) for m in middle)
    middle = [int(m - side.start) for m, side in zip(middle, part)]
    return np.rint(even[part]), [3.5] * 3, middle


def contours():
    lobes = blob((58, 58, 54))
    ones = [1.0] * 3
    yield geodesic("lobes", lobes, ones, [30, 30, 28], 5.0, [1.0, 5.0, 3], 0.97)
    yield by_threshold("lobes", lobes, ones, [30, 30, 28], 5.0, 50.0, 150.0, 0.97)
    values, mm, middle = lung()
    yield by_threshold("lung", values, mm, middle, 12.0, -1100.0, -500.0, 0.97)


def main():
    parts = {"speeds": speeds, "mixtures": mixtures, "contours": contours}
    print(json.dumps(list(parts[sys.argv[1]]())), flush=True)
    # ITK's wrapping does not end by itself.
    os._exit(0)


if __name__ == "__main__":
    main()
