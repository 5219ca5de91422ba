"""Mirrors, tubes, scissors and masked images of a session by SimpleITK, NumPy and scikit-image.

    check_volume_effects.py effects BEFORE AFTER EFFECTS.json

BEFORE and AFTER: label maps exported around effects on the segment with label 1, EFFECTS: the effects as they
crossed the wire. Prints voxels that changed and voxels of AFTER that the peers have otherwise.

    check_volume_effects.py image IMAGE LABELS EXPORTED CASE

CASE: what was asked for of an image, as in tests/peers/volume_effects.py. Prints what differs from what SimpleITK
makes of it, nothing where they agree, and how large that is.
"""

import json
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from volume_effects import centres, differences, expected, mirrored, scissors, tube  # noqa: E402


def done(now, effect):
    voxels = sitk.GetArrayFromImage(now) > 0
    if effect["type"] == "mirror":
        image = mirrored(now, effect["plane"]["point"], effect["plane"]["normal"])
        return image if effect["mode"] == "move" else voxels | image
    if effect["type"] == "tube":
        found = tube(centres(now), effect["path"], effect["diameter"] / 2)
        return voxels | found if effect["mode"] == "add" else voxels & ~found
    meant = scissors(centres(now), effect)
    return voxels | meant if effect["mode"].startswith("fill") else voxels & ~meant


if __name__ == "__main__":
    if sys.argv[1] == "effects":
        before, after = (sitk.ReadImage(path) == 1 for path in sys.argv[2:4])
        now = before
        for effect in json.loads(Path(sys.argv[4]).read_text()):
            found = sitk.GetImageFromArray(done(now, effect).astype(np.uint8))
            found.CopyInformation(before)
            now = found
        arrays = [sitk.GetArrayFromImage(image) > 0 for image in (before, after, now)]
        print(json.dumps({"changed": int((arrays[0] != arrays[1]).sum()), "different": int((arrays[1] != arrays[2]).sum())}))
    else:
        image, labels, exported = (sitk.ReadImage(path) for path in sys.argv[2:5])
        wanted = expected(image, labels, json.loads(sys.argv[5]))
        print(json.dumps({"fault": differences(exported, wanted), "size": wanted.GetSize()}))
