"""Where SimpleITK and nibabel put voxels: cases for crates/volume/tests/volume/peers.rs.

Prints one JSON object. `simpleitk`: grids with random oblique directions of either handedness, in
LPS. `nibabel`: random affines with shear, in RAS, as nibabel has them.
"""

import json

import nibabel as nib
import numpy as np
import SimpleITK as sitk

N_CASES = 12
N_POINTS = 8


def random_rotation(random):
    matrix, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return matrix  # determinant 1 or -1


def simpleitk_case(random):
    size = random.integers(1, 40, 3)
    image = sitk.Image([int(n) for n in size], sitk.sitkUInt8)
    spacing = random.uniform(0.3, 5.0, 3)
    direction = random_rotation(random)
    origin = random.uniform(-300.0, 300.0, 3)
    image.SetSpacing(spacing.tolist())
    image.SetDirection(direction.ravel().tolist())
    image.SetOrigin(origin.tolist())
    voxels = [random.integers(0, size).tolist() for _ in range(N_POINTS)]
    points = random.uniform(-300.0, 300.0, (N_POINTS, 3)).tolist()
    return {
        "size": size.tolist(),
        "spacing_mm": spacing.tolist(),
        "direction": direction.tolist(),
        "origin": origin.tolist(),
        "voxels": voxels,
        "points_of_voxels": [image.TransformIndexToPhysicalPoint(v) for v in voxels],
        "points": points,
        "indices_of_points": [image.TransformPhysicalPointToContinuousIndex(p) for p in points],
    }


def nibabel_case(random):
    size = random.integers(1, 40, 3)
    affine = np.eye(4)
    shear = np.eye(3) + np.triu(random.uniform(-0.3, 0.3, (3, 3)), 1)
    affine[:3, :3] = random_rotation(random) @ shear @ np.diag(random.uniform(0.3, 5.0, 3))
    affine[:3, 3] = random.uniform(-300.0, 300.0, 3)
    # Through an image and back, so that it is nibabel's affine and not ours.
    image = nib.Nifti1Image(np.zeros(size, np.uint8), affine)
    indices = random.uniform(-5.0, 45.0, (N_POINTS, 3))
    return {
        "size": size.tolist(),
        "ras_from_index": image.affine.tolist(),
        "indices": indices.tolist(),
        "ras_points": nib.affines.apply_affine(image.affine, indices).tolist(),
        "spacing_mm": nib.affines.voxel_sizes(image.affine).tolist(),
    }


def main():
    random = np.random.default_rng(20261123)
    print(json.dumps({
        "simpleitk": [simpleitk_case(random) for _ in range(N_CASES)],
        "nibabel": [nibabel_case(random) for _ in range(N_CASES)],
    }))


if __name__ == "__main__":
    main()
