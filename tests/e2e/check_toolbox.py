"""What effects make of a label map by SciPy and NumPy, step by step.

    check_toolbox.py STEPS.json
    check_toolbox.py place IMAGE I J K

STEPS: of each effect as it crossed the wire the label maps exported before and after it, the label of its segment,
and for a combination that of the other one; where it overlaps that, which is the first one then, its place in the
list instead. Prints what is wrong: voxels of an export that are not as SciPy has them, an effect that changed
nothing, a preview that told of other numbers of voxels; and the labels there are after each step. A Gaussian is
reckoned here in double and there in single precision: voxels that are decided by less than TIE may go either way,
but there may be MOST_TIES of them at most. Of a place prints where the voxel lies in the patient (LPS, mm).
"""

import json
import sys

import nibabel
import numpy as np
import SimpleITK as sitk
from scipy import ndimage

TIE = 1e-5
MOST_TIES = 20
ROUNDING = 1 + 1e-6
CORNERS = np.ones((3, 3, 3))
RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def ball(mm, spacing):
    reach = [int(mm * ROUNDING / step) for step in spacing]
    offsets = np.meshgrid(*(np.arange(-n, n + 1) for n in reach), indexing="ij")
    squares = sum((offset * step) ** 2 for offset, step in zip(offsets, spacing))
    return squares <= (mm * ROUNDING) ** 2


def pieces_of(now):
    """Labels, and the numbers of the pieces: the largest first, equals as their first voxels come along i, j, k."""
    found, n = ndimage.label(now.transpose(), CORNERS)
    found = found.transpose()
    sizes = np.bincount(found.ravel(), minlength=n + 1)
    flat = found.ravel(order="F")
    numbers, at = np.unique(flat, return_index=True)
    firsts = dict(zip(numbers, at))
    return found, sizes, sorted(range(1, n + 1), key=lambda piece: (-sizes[piece], firsts[piece]))


def islands(now, keep):
    found, sizes, order = pieces_of(now)
    if keep["pieces"] == "largest":
        return found == order[0]
    if keep["pieces"] == "at_least":
        return now & (sizes[found] >= keep["voxels"])
    piece = found[tuple(keep["voxel"])]
    return now & ((found == piece) == (keep["pieces"] == "with"))


def margin(now, mm, spacing):
    if mm > 0:
        return ndimage.distance_transform_edt(~now, spacing) <= mm * ROUNDING
    return ndimage.distance_transform_edt(now, spacing) > -mm * ROUNDING


def hollow(now, mm, wall, spacing):
    reach = mm / 2 if wall == "middle" else mm
    inner = now & ~margin(now, -reach, spacing)
    outer = margin(now, reach, spacing) & ~now
    return {"inside": inner, "middle": inner | outer, "outside": outer}[wall]


def smooth(now, method, mm, spacing):
    """The smoothed voxels, and those that are decided by next to nothing."""
    none = np.zeros(now.shape, bool)
    if method == "median":
        size = [2 * int(mm * ROUNDING / step) + 1 for step in spacing]
        return ndimage.median_filter(now.astype(np.uint8), size, mode="nearest") > 0, none
    if method == "opening":
        thin = ndimage.binary_erosion(now, ball(mm, spacing), border_value=1)
        return ndimage.binary_dilation(thin, ball(mm, spacing)), none
    if method == "closing":
        thick = ndimage.binary_dilation(now, ball(mm, spacing))
        return ndimage.binary_erosion(thick, ball(mm, spacing), border_value=1), none
    values = blurred(now, mm, spacing)
    return values >= 0.5, np.abs(values - 0.5) < TIE


def blurred(now, mm, spacing):
    return ndimage.gaussian_filter(now.astype(float), mm / spacing, mode="nearest", truncate=4.0)


def fill_holes(now, across):
    if across is None:
        return ndimage.binary_fill_holes(now)
    slices = [ndimage.binary_fill_holes(one) for one in np.moveaxis(now, across, 0)]
    return np.moveaxis(np.array(slices), 0, across)


def flood(now, effect, values):
    low, high = effect["range"]
    found = (values >= low) & (values <= high)
    if effect["within"] is not None:
        one = np.zeros(now.shape, bool)
        one[(slice(None),) * effect["within"]["axis"] + (effect["within"]["index"],)] = True
        found &= one
    pieces, _ = ndimage.label(found)
    seed = pieces[tuple(effect["seed"])]
    found = (pieces == seed) & (seed > 0)
    return now | found if effect["mode"] == "add" else now & ~found


def across_planes(now, effect, lps_from_index):
    """What lies straight across, in the voxels that the other plane cuts; near faces of voxels it may be either."""
    index = np.stack(np.meshgrid(*map(np.arange, now.shape), indexing="ij"), -1)
    linear, offset = lps_from_index[:3, :3], lps_from_index[:3, 3]
    normal = np.array(effect["from"]["normal"])
    normal = normal / np.linalg.norm(normal)
    reach = np.abs(normal @ linear).sum() / 2
    centres = index @ linear.T + offset
    height = (centres - effect["from"]["point"]) @ normal - effect["mm"]
    place = (centres - normal * effect["mm"] - offset) @ np.linalg.inv(linear).T
    near = np.round(place).astype(int)
    is_inside = ((near >= 0) & (near < now.shape)).all(-1)
    origin = np.where(is_inside[..., None], near, 0)
    found = now[tuple(np.moveaxis(origin, -1, 0))] & is_inside
    is_close = (np.abs(np.abs(place - np.floor(place)) - 0.5) < TIE).any(-1) | (np.abs(np.abs(height) - reach) < TIE)
    return now | (found & (np.abs(height) <= reach)), is_close & (np.abs(height) < reach + TIE)


def joint(labels, mm, spacing):
    """The largest of all blurred labels; where values are equal the lower one."""
    names = np.unique(labels)
    values = np.stack([blurred(labels == name, mm, spacing) for name in names])
    first, second = np.sort(values, axis=0)[:-3:-1]
    return names[np.argmax(values, axis=0)], first - second < TIE


def done(labels, step, spacing, lps_from_index, values):
    """The labels after a step, and which of them may go either way."""
    effect, label = step["effect"], step["label"]
    now = labels == label
    kind = effect["type"]
    ties = np.zeros(now.shape, bool)
    if kind == "smooth_jointly":
        return joint(labels, effect["mm"], spacing)
    if kind == "split_islands":
        found, sizes, order = pieces_of(now)
        large = [piece for piece in order[1:] if sizes[piece] >= effect["min_voxels"]]
        after = labels.copy()
        for n, piece in enumerate(large[: effect["max_pieces"]]):
            after[found == piece] = step["first_new"] + n
        return after, ties
    if kind == "threshold":
        low, high = effect["range"]
        wanted = (values >= low) & (values <= high)
    elif kind == "flood_fill":
        wanted = flood(now, effect, values)
    elif kind == "islands":
        wanted = islands(now, effect["keep"])
    elif kind == "margin":
        wanted = margin(now, effect["mm"], spacing)
    elif kind == "hollow":
        wanted = hollow(now, effect["mm"], effect["wall"], spacing)
    elif kind == "smooth":
        wanted, ties = smooth(now, effect["method"], effect["mm"], spacing)
    elif kind == "fill_holes":
        wanted = fill_holes(now, effect["across"])
    elif kind == "combine":
        other = segment_of(sitk.ReadImage(step["before"]), 0) if "place" in step else labels == step["with"]
        wanted = {"union": now | other, "intersection": now & other, "difference": now & ~other}[effect["operation"]]
    elif kind == "copy_slice":
        axis = effect["from"]["axis"]
        wanted = np.moveaxis(now.copy(), axis, 0)
        wanted[effect["to"]] |= wanted[effect["from"]["index"]]
        wanted = np.moveaxis(wanted, 0, axis)
    elif kind == "cut":
        index = np.stack(np.meshgrid(*map(np.arange, now.shape), indexing="ij"), -1)
        centres = index @ lps_from_index[:3, :3].T + lps_from_index[:3, 3]
        wanted = now & ~((centres - effect["point"]) @ np.array(effect["normal"]) > 1e-6)
        labels = np.where(now & ~wanted, step.get("first_new", 0), labels)
    elif kind == "copy_plane":
        wanted, ties = across_planes(now, effect, lps_from_index)
    elif kind == "merge":
        wanted = now | np.isin(labels, step["merged"])
    else:
        raise ValueError(kind)
    after = np.where((labels == label) & ~wanted, 0, labels)
    after[wanted] = label
    return after, ties


def box_around(masks, margin_voxels):
    """What encloses some voxels and what may come to lie around them."""
    found = ndimage.find_objects(np.any(masks, axis=0).astype(np.uint8))
    if not found:
        return (slice(None),) * 3
    return tuple(slice(max(one.start - margin_voxels, 0), one.stop + margin_voxels) for one in found[0])


def read(path, step):
    if not path.endswith(".seg.nrrd"):
        values = np.asarray(nibabel.load(path).dataobj)
        return values.reshape(values.shape[:3])
    image = sitk.ReadImage(path)
    return segment_of(image, step["place"]) * step["label"]


def segment_of(image, place):
    """The voxels of a segment by its place in the list, which may overlap others: i, j, k."""
    layer, label = (int(image.GetMetaData(f"Segment{place}_{name}")) for name in ("Layer", "LabelValue"))
    values = sitk.GetArrayFromImage(image)
    values = values.transpose(2, 1, 0, *range(3, values.ndim))
    return (values[..., layer] if values.ndim > 3 else values) == label


def check(step):
    image = nibabel.load(step["image"])
    before, after = (read(step[when], step) for when in ("before", "after"))
    lps_from_index = RAS_FROM_LPS @ image.affine
    spacing = np.linalg.norm(image.affine[:3, :3], axis=0)
    values = image.get_fdata().reshape(before.shape)
    expected, ties = before, np.zeros(before.shape, bool)
    # Only what is near the segments is looked at by filters; all the rest stays.
    is_near = step["effect"]["type"] in ("margin", "hollow", "smooth", "smooth_jointly")
    part = box_around([before > 0], 30) if is_near else (slice(None),) * 3
    expected = before.copy()
    expected[part], ties[part] = done(before[part], step, spacing, lps_from_index, values)
    label = step["label"]
    gained = int(((expected == label) & (before != label)).sum())
    lost = int(((expected != label) & (before == label)).sum())
    n_ties = int((ties & (before > 0)).sum())
    told = step.get("preview")
    faults = {
        "voxels that differ": int(((expected != after) & ~ties).sum()),
        "nothing changed": gained + lost == 0,
        "nothing left": not (after == label).any(),
        "many ties": n_ties > MOST_TIES and n_ties,
        "preview": bool(told) and n_ties == 0 and [told["n_gained"], told["n_lost"]] != [gained, lost],
    }
    found = {name: fault for name, fault in faults.items() if fault}
    return {"effect": step["effect"], **found} if found else None, [int(name) for name in np.unique(after)]


if __name__ == "__main__":
    if sys.argv[1] == "place":
        affine = RAS_FROM_LPS @ nibabel.load(sys.argv[2]).affine
        print(json.dumps((affine @ [*map(float, sys.argv[3:]), 1])[:3].tolist()))
        sys.exit()
    with open(sys.argv[1]) as file:
        faults, labels = zip(*map(check, json.load(file)))
    print(json.dumps({"faults": [fault for fault in faults if fault], "labels": labels}))
