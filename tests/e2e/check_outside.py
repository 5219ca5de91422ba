"""What outlines and scissors leave of a label map outside of what they go around, by NumPy and scikit-image.

    check_outside.py STEPS.json

STEPS: of each effect on the segment with label 1, as it crossed the wire, the label maps exported before and
after it, and `kept`, the labels that stay as they are; without an effect everything stays. Prints of each how
many voxels changed, and how many are otherwise than the peers have them.
"""

import json
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from skimage.measure import points_in_poly

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from volume_effects import centres, scissors  # noqa: E402


def plane_of(effect, image, steps):
    """A point and the normal of what was drawn in, the slice's or the plane's own."""
    if effect["slice"] is None:
        return (np.array(effect["plane"][name]) for name in ("point", "normal"))
    axis, index = effect["slice"]["axis"], effect["slice"]["index"]
    return np.array(image.GetOrigin()) + index * steps[:, axis], steps[:, axis]


def beside(effect, image):
    """Voxels outside of an outline whose centres are within its reach, as they are seen along the normal."""
    steps = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    point, normal = plane_of(effect, image, steps)
    normal = normal / np.linalg.norm(normal)
    right = np.cross(normal, np.eye(3)[np.argmin(np.abs(normal))])
    flat = np.stack([right, np.cross(normal, right)], axis=-1)
    # So far off are the centres of the voxels that a plane cuts.
    cut = np.abs(normal @ steps).sum() / 2
    reach = {"slice": cut, "depth": max(effect["reach"].get("mm", 0), cut), "all": np.inf}[effect["reach"]["kind"]]
    off = centres(image) - point
    is_near = np.abs(off @ normal) <= reach
    is_outside = ~points_in_poly(off[is_near] @ flat, (np.array(effect["path"]) - point) @ flat)
    is_near[is_near] = is_outside
    return is_near


def check(step):
    image, after = (sitk.ReadImage(step[when]) for when in ("before", "after"))
    before, after = (sitk.GetArrayFromImage(labels) for labels in (image, after))
    expected = before.copy()
    if step["effect"] is not None:
        effect = step["effect"]
        meant = scissors(centres(image), effect) if effect["type"] == "scissors" else beside(effect, image)
        if effect["mode"] == "fill_outside":
            expected[meant & ~np.isin(before, step["kept"])] = 1
        else:
            expected[meant & (before == 1)] = 0
    return {"changed": int((before != after).sum()), "different": int((after != expected).sum())}


if __name__ == "__main__":
    print(json.dumps([check(step) for step in json.loads(Path(sys.argv[1]).read_text())]))
