"""Figures with half axes that were turned about their middle, by SciPy, and the voxels that they hold, by NumPy.

    check_rotated_box.py turns TURNS.json

TURNS: a figure before and after each, what runs right and down on the plane (LPS), and where the pen was pressed and
let go from the figure's middle, right and down. Prints how far the points of each are from SciPy's, mm.

    check_rotated_box.py filled LABELS FIGURES.json

Prints how many voxels the figures hold and how many of LABELS are otherwise. One of two half axes lies in a slice.
"""

import json
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy.spatial.transform import Rotation

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
from volume_effects import centres  # noqa: E402


def axes(figure):
    centre = np.array(figure["centre"])
    return centre, np.array(figure["ends"]) - centre


def off(turn):
    centre, half = axes(turn["before"])
    angles = [np.arctan2(down, right) for right, down in (turn["from"], turn["to"])]
    normal = np.cross(turn["right"], turn["down"])
    expected = Rotation.from_rotvec((angles[1] - angles[0]) * normal).apply(half)
    found, found_half = axes(turn["after"])
    return float(max(np.abs(found - centre).max(), np.abs(found_half - expected).max()))


def holds(points, figure, spacing):
    centre, half = axes(figure)
    if len(half) == 2:
        normal = np.cross(*half)
        half = np.vstack([half, normal / np.linalg.norm(normal) * spacing / 2])
    along = (points - centre) @ half.T / (half**2).sum(axis=1)
    return (np.abs(along) <= 1).all(axis=-1)


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[-1]).read_text())
    if sys.argv[1] == "turns":
        print(json.dumps([off(turn) for turn in asked]))
    else:
        labels = sitk.ReadImage(sys.argv[2])
        points, spacing = centres(labels), labels.GetSpacing()[2]
        expected = np.any([holds(points, figure, spacing) for figure in asked], axis=0)
        different = (sitk.GetArrayFromImage(labels) > 0) != expected
        print(json.dumps({"n": int(expected.sum()), "different": int(different.sum())}))
