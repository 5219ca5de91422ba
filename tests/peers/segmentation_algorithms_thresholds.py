"""What SimpleITK makes of real images that are thresholded, and flooded from a seed."""

from pathlib import Path

import nibabel
import numpy as np
import SimpleITK as sitk
from segmentation_algorithms import chest, hexadecimal, mask_hex

N_BINS = 256
METHODS = (
    "Otsu",
    "Huang",
    "Intermodes",
    "IsoData",
    "KittlerIllingworth",
    "Li",
    "MaximumEntropy",
    "Moments",
    "RenyiEntropy",
    "Shanbhag",
    "Triangle",
    "Yen",
)


def images():
    """Real images as whole numbers: CT and MR."""
    ct = sitk.GetArrayFromImage(chest())[4:30, 20:110, 10:120]
    yield "chest", ct
    yield "lung window", np.clip(ct, -1000, 400)
    yield "middle of the chest", ct[6:20, 25:65, 30:85]
    folder = Path(nibabel.__file__).parent / "tests" / "data"
    anatomical = nibabel.load(folder / "anatomical.nii")
    yield "anatomical", np.asarray(anatomical.dataobj).T
    functional = nibabel.load(folder / "functional.nii")
    yield "functional", np.asarray(functional.dataobj)[..., 0].T


def cases():
    for name, voxels in images():
        voxels = voxels.astype(np.int16)
        image = sitk.GetImageFromArray(voxels)
        found = {}
        for method in METHODS:
            threshold = getattr(sitk, f"{method}ThresholdImageFilter")()
            threshold.SetNumberOfHistogramBins(N_BINS)
            try:
                threshold.Execute(sitk.Cast(image, sitk.sitkFloat64))
                found[method] = threshold.GetThreshold()
            except RuntimeError:
                found[method] = None
        low, high = np.quantile(voxels, [0.6, 0.9]).tolist()
        ranged = sitk.BinaryThreshold(image, low, high)
        yield {
            "name": name,
            "size": list(voxels.shape[::-1]),
            "voxels": hexadecimal(voxels, "<i2"),
            "found": found,
            "range": [low, high],
            "ranged": mask_hex(sitk.GetArrayFromImage(ranged)),
        }


def flood_cases():
    random = np.random.default_rng(5)
    for name, voxels in images():
        voxels = voxels.astype(np.int16)
        low, high = np.floor(np.quantile(voxels, [0.55, 0.97])).tolist()
        inside = np.argwhere((voxels >= low) & (voxels <= high))
        for seed in random.choice(inside, 3):
            yield flood_case(name, voxels, [low, high], seed[::-1].tolist())


def flood_case(name, voxels, limits, seed):
    image = sitk.GetImageFromArray(voxels)
    connected = sitk.ConnectedThresholdImageFilter()
    connected.SetSeedList([seed])
    connected.SetLower(limits[0])
    connected.SetUpper(limits[1])
    case = {
        "name": name,
        "size": list(voxels.shape[::-1]),
        "voxels": hexadecimal(voxels, "<i2"),
        "range": limits,
        "seed": seed,
    }
    for letter, connectivity in (("faces", connected.FaceConnectivity), ("corners", connected.FullConnectivity)):
        connected.SetConnectivity(connectivity)
        case[letter] = mask_hex(sitk.GetArrayFromImage(connected.Execute(image)))
        connected.SetSeedList([seed[:2]])
        plane = sitk.GetArrayFromImage(connected.Execute(image[:, :, seed[2]]))
        connected.SetSeedList([seed])
        within = np.zeros_like(voxels, np.uint8)
        within[seed[2]] = plane
        case[f"slice_{letter}"] = mask_hex(within)
    return case
