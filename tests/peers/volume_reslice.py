"""Random planes through random volumes, resliced by SimpleITK and VTK: cases for
crates/volume/tests/volume/peers.rs.

Prints a JSON list. Volumes are noise (every neighbour and weight matters), planes reach beyond the
grid (borders matter); grids are anisotropic, oblique and of either handedness.
"""

import json

import numpy as np
import SimpleITK as sitk
import vtk
from vtk.util import numpy_support

N_CASES = 10
BACKGROUND = -5000


def random_rotation(random):
    matrix, _ = np.linalg.qr(random.normal(size=(3, 3)))
    return matrix  # determinant 1 or -1


def random_case(random):
    size = random.integers(1, 24, 3)
    voxels = random.integers(-1000, 3000, size[::-1]).astype(np.int16)
    spacing = random.uniform(0.5, 3.0, 3)
    direction = random_rotation(random)
    origin = random.uniform(-200.0, 200.0, 3)
    lps_from_index = direction * spacing
    middle = origin + lps_from_index @ ((size - 1) / 2)

    n_columns, n_rows = (int(n) for n in random.integers(20, 40, 2))
    axes = random_rotation(random)
    axes[:, 2] = np.cross(axes[:, 0], axes[:, 1])
    diagonal = np.linalg.norm(lps_from_index @ size)
    pixel = diagonal / np.array([n_columns, n_rows]) * random.uniform(0.6, 1.1, 2)
    plane_middle = middle + axes[:, 2] * random.uniform(-1.0, 1.0) * spacing.min()
    columns, rows = axes[:, 0] * pixel[0], axes[:, 1] * pixel[1]
    plane_origin = plane_middle - columns * (n_columns - 1) / 2 - rows * (n_rows - 1) / 2

    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(spacing.tolist())
    image.SetDirection(direction.ravel().tolist())
    image.SetOrigin(origin.tolist())
    index_from_lps = np.linalg.inv(lps_from_index)
    in_index_space = [index_from_lps @ v for v in (columns, rows, axes[:, 2], plane_origin - origin)]
    plane = (plane_origin, pixel, axes, [n_columns, n_rows])
    return {
        "size": size.tolist(),
        "spacing_mm": spacing.tolist(),
        "direction": direction.tolist(),
        "origin": origin.tolist(),
        "voxels": voxels.ravel().tolist(),
        "plane": {
            "origin": plane_origin.tolist(),
            "column_step": columns.tolist(),
            "row_step": rows.tolist(),
            "size": [n_columns, n_rows],
        },
        "background": BACKGROUND,
        "simpleitk_nearest": simpleitk(image, plane, sitk.sitkNearestNeighbor),
        "simpleitk_linear": simpleitk(image, plane, sitk.sitkLinear),
        "vtk_linear": vtk_reslice(voxels, in_index_space, plane[3], "Linear"),
        "vtk_cubic": vtk_reslice(voxels, in_index_space, plane[3], "Cubic"),
    }


def simpleitk(image, plane, interpolator):
    origin, pixel, axes, size = plane
    resample = sitk.ResampleImageFilter()
    resample.SetSize(size + [1])
    resample.SetOutputOrigin(origin.tolist())
    resample.SetOutputSpacing(pixel.tolist() + [1.0])
    resample.SetOutputDirection(axes.ravel().tolist())
    resample.SetDefaultPixelValue(BACKGROUND)
    resample.SetOutputPixelType(sitk.sitkFloat32)
    resample.SetInterpolator(interpolator)
    return sitk.GetArrayFromImage(resample.Execute(image)).ravel().tolist()


def vtk_reslice(voxels, in_index_space, size, mode):
    """In index space: vtkImageReslice is compared as an interpolator, not for its geometry."""
    image = vtk.vtkImageData()
    image.SetDimensions(voxels.shape[::-1])
    scalars = numpy_support.numpy_to_vtk(voxels.ravel(), deep=True, array_type=vtk.VTK_SHORT)
    image.GetPointData().SetScalars(scalars)
    axes = vtk.vtkMatrix4x4()
    for column, vector in enumerate(in_index_space):
        for row in range(3):
            axes.SetElement(row, column, vector[row])
    reslice = vtk.vtkImageReslice()
    reslice.SetInputData(image)
    reslice.SetResliceAxes(axes)
    reslice.SetOutputDimensionality(2)
    reslice.SetOutputSpacing(1.0, 1.0, 1.0)
    reslice.SetOutputOrigin(0.0, 0.0, 0.0)
    reslice.SetOutputExtent(0, size[0] - 1, 0, size[1] - 1, 0, 0)
    reslice.SetOutputScalarType(vtk.VTK_FLOAT)
    reslice.SetBackgroundLevel(BACKGROUND)
    getattr(reslice, f"SetInterpolationModeTo{mode}")()
    reslice.Update()
    return numpy_support.vtk_to_numpy(reslice.GetOutput().GetPointData().GetScalars()).tolist()


def main():
    random = np.random.default_rng(20261123)
    print(json.dumps([random_case(random) for _ in range(N_CASES)]))


if __name__ == "__main__":
    main()
