"""A real CT of a chest and what peers make of every third, fifth and tenth slice of its segments:
cases for crates/segmentation/tests/segmentation/interpolation_peers.rs, and the peers for tests/bench.

    interpolation.py

Prints a JSON list. Arrays are hexadecimal bytes in memory order, i fastest.
"""

import json
from pathlib import Path

import nrrd
import numpy as np
import slicerio
from scipy import ndimage

# Ribs, thoracic spine, right and left lung, as the package's segmentation has them.
CHEST_LABELS = (1, 3, 5, 6)


def chest():
    """Image, labels and spacing of the slicerio package's CT."""
    folder = Path(slicerio.__file__).parent / "data"
    image, _ = nrrd.read(str(folder / "CTChest4.nrrd"))
    labels, header = nrrd.read(str(folder / "Segmentation.seg.nrrd"))
    spacing = np.linalg.norm(header["space directions"], axis=1)
    return image, np.where(np.isin(labels, CHEST_LABELS), labels, 0), spacing


def kept(n, step):
    """The drawn slices: every `step`-th."""
    return list(range(step // 2, n, step))


def only(labels, axis, slices):
    """What is left of labels in some slices."""
    at = [slice(None)] * 3
    at[axis] = slices
    left = np.zeros_like(labels)
    left[tuple(at)] = labels[tuple(at)]
    return left


def depth(mask, spacing):
    """Signed distance, positive inside."""
    inside = ndimage.distance_transform_edt(mask, sampling=spacing)
    return inside - ndimage.distance_transform_edt(~mask, sampling=spacing)


def by_slices(labels, axis, slices, spacing, weigh):
    """Each label between two slices that both have it, where `weigh`, given the depths in both and
    how far between them, is positive; the deepest takes a voxel."""
    drawn = np.moveaxis(only(labels, axis, slices), axis, 0)
    out = drawn.copy()
    best = np.zeros(drawn.shape, np.float32)
    in_plane = [mm for n, mm in enumerate(spacing) if n != axis]
    boxes = ndimage.find_objects(drawn)
    for label, box in enumerate(boxes, 1):
        if box is None:
            continue
        around = tuple(slice(max(0, side.start - 12), side.stop + 12) for side in box[1:])
        depths = {}
        for k in slices:
            mask = drawn[(k, *around)] == label
            if mask.any():
                depths[k] = depth(mask, in_plane)
        for low, high in zip(slices, slices[1:]):
            if low not in depths or high not in depths:
                continue
            for k in range(low + 1, high):
                found = weigh(depths[low], depths[high], (k - low) / (high - low))
                wins = (found > 0) & (found > best[(k, *around)])
                out[(k, *around)][wins] = label
                best[(k, *around)][wins] = found[wins]
    return np.moveaxis(out, 0, axis)


def raya_udupa(labels, axis, slices, spacing):
    """Shape-based interpolation: depths blended in a line."""
    return by_slices(labels, axis, slices, spacing, lambda a, b, t: (1 - t) * a + t * b)


def nearest(labels, axis, slices, spacing):
    """Each slice as the nearest drawn one."""
    return by_slices(labels, axis, slices, spacing, lambda a, b, t: a if t <= 0.5 else b)


def surface(mask):
    return mask & ~ndimage.binary_erosion(mask, border_value=1)


def scores(truth, found, label, axis, slices, spacing):
    """Dice and 95th percentile Hausdorff distance in mm of a label in the slices not drawn between
    the first and the last drawn one that has it; None where there are none."""
    boxes = [ndimage.find_objects((labels == label).astype(np.uint8)) for labels in (truth, found)]
    boxes = [box[0] for box in boxes if box]
    if not boxes or not (truth == label).any():
        return None
    at = tuple(
        slice(max(0, min(b[n].start for b in boxes) - 1), max(b[n].stop for b in boxes) + 1)
        for n in range(3)
    )
    first = at[axis].start
    truth, found = truth[at] == label, found[at] == label
    others = tuple(n for n in range(3) if n != axis)
    has = truth.any(axis=others)
    drawn = [k - first for k in slices if 0 <= k - first < len(has) and has[k - first]]
    if len(drawn) < 2:
        return None
    wanted = np.zeros(len(has), bool)
    wanted[drawn[0] : drawn[-1]] = True
    wanted[[k - first for k in slices if 0 <= k - first < len(has)]] = False
    shape = [1, 1, 1]
    shape[axis] = -1
    gap = wanted.reshape(shape)
    n_both = (truth & found & gap).sum()
    n_all = (truth & gap).sum() + (found & gap).sum()
    if not (truth & gap).any():
        return None
    surfaces = [surface(truth), surface(found)]
    if not all((one & gap).any() for one in surfaces):
        return 2 * n_both / n_all, float("nan")
    to = [ndimage.distance_transform_edt(~one, sampling=spacing) for one in surfaces]
    apart = np.concatenate([to[1][surfaces[0] & gap], to[0][surfaces[1] & gap]])
    return 2 * n_both / n_all, float(np.percentile(apart, 95))


def cases():
    image, labels, spacing = chest()
    found = []
    for axis, step in ((0, 5), (1, 3), (1, 10), (2, 3)):
        slices = kept(labels.shape[axis], step)
        peers = {}
        for peer in (raya_udupa, nearest):
            filled = peer(labels, axis, slices, spacing)
            peers[peer.__name__] = {
                str(label): scores(labels, filled, label, axis, slices, spacing)
                for label in CHEST_LABELS
            }
        found.append({"axis": axis, "step": step, "slices": slices, "peers": peers})
    return {
        "size": list(labels.shape),
        "spacing_mm": list(spacing),
        "image": image.astype("<i2").tobytes(order="F").hex(),
        "labels": labels.astype(np.uint8).tobytes(order="F").hex(),
        "cases": found,
    }


if __name__ == "__main__":
    print(json.dumps(cases()))
