"""Times VTK and SimpleITK at the work of crates/volume/examples/reslice_bench.rs.

    volume_bench.py [REPEATS]

Prints one JSON object: tool -> what -> median milliseconds. Same synthetic volume, same planes.
"""

import json
import math
import sys
import time

import numpy as np
import SimpleITK as sitk
import vtk
from vtk.util import numpy_support

SIZE = (512, 512, 300)
SPACING_MM = (0.7, 0.7, 1.0)
PIXEL_MM = 0.7
N_PIXELS = 512
SLAB_MM = 20.0


def synthetic_voxels():
    i, j, k = (np.arange(n, dtype=np.int32) for n in SIZE)
    ramp = 3 * i[None, None, :] + 5 * j[None, :, None] + 7 * k[:, None, None]
    return (ramp % 2000 - 1000).astype(np.int16)


def oblique_plane():
    turn, tilt = 0.5, 0.6
    columns = np.array([math.cos(turn), math.sin(turn), 0.0])
    rows = np.array([-math.sin(turn) * math.cos(tilt), math.cos(turn) * math.cos(tilt), math.sin(tilt)])
    middle = (np.array(SIZE) - 1) / 2 * SPACING_MM
    origin = middle - (columns + rows) * PIXEL_MM * (N_PIXELS - 1) / 2
    return origin, columns, rows


def median_ms(repeats, work):
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return round(sorted(times)[len(times) // 2], 3)


def bench_simpleitk(repeats, voxels):
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(SPACING_MM)
    origin, columns, rows = oblique_plane()
    normal = np.cross(columns, rows)
    resample = sitk.ResampleImageFilter()
    resample.SetSize((N_PIXELS, N_PIXELS, 1))
    resample.SetOutputOrigin(tuple(origin))
    resample.SetOutputSpacing((PIXEL_MM, PIXEL_MM, 1.0))
    resample.SetOutputDirection(tuple(np.column_stack([columns, rows, normal]).ravel()))
    results = {}
    for name, interpolator in (("nearest", sitk.sitkNearestNeighbor), ("linear", sitk.sitkLinear)):
        resample.SetInterpolator(interpolator)
        results[f"oblique_{name}"] = median_ms(repeats, lambda: resample.Execute(image))
    for axis, name in enumerate("ijk"):
        size = list(SIZE)
        size[axis] = 0
        index = [0, 0, 0]
        index[axis] = 100
        results[f"orthogonal_{name}"] = median_ms(repeats, lambda: sitk.Extract(image, size, index))
    return results


def bench_vtk(repeats, voxels):
    image = vtk.vtkImageData()
    image.SetDimensions(SIZE)
    image.SetSpacing(SPACING_MM)
    scalars = numpy_support.numpy_to_vtk(voxels.ravel(), array_type=vtk.VTK_SHORT)
    image.GetPointData().SetScalars(scalars)
    origin, columns, rows = oblique_plane()
    normal = np.cross(columns, rows)

    def reslicer(axes_columns, axes_rows, axes_normal, axes_origin):
        reslice = vtk.vtkImageReslice()
        reslice.SetInputData(image)
        reslice.SetResliceAxesDirectionCosines(*axes_columns, *axes_rows, *axes_normal)
        reslice.SetResliceAxesOrigin(*axes_origin)
        reslice.SetOutputDimensionality(2)
        reslice.SetOutputSpacing(PIXEL_MM, PIXEL_MM, 1.0)
        reslice.SetOutputOrigin(0.0, 0.0, 0.0)
        reslice.SetOutputExtent(0, N_PIXELS - 1, 0, N_PIXELS - 1, 0, 0)
        return reslice

    def run(reslice):
        reslice.Modified()
        reslice.Update()

    def slab(reslice, spacing_mm):
        each_side = math.floor(SLAB_MM / 2 / spacing_mm + 1e-6)
        reslice.SetInterpolationModeToLinear()
        reslice.SetSlabModeToMax()
        reslice.SetSlabNumberOfSlices(2 * each_side + 1)
        reslice.SetOutputSpacing(PIXEL_MM, PIXEL_MM, spacing_mm)
        return reslice

    results = {}
    for mode in ("NearestNeighbor", "Linear", "Cubic"):
        reslice = reslicer(columns, rows, normal, origin)
        getattr(reslice, f"SetInterpolationModeTo{mode}")()
        name = mode.removesuffix("Neighbor").lower()
        results[f"oblique_{name}"] = median_ms(repeats, lambda: run(reslice))
    spacing_mm = 1 / np.linalg.norm(normal / SPACING_MM)
    reslice = slab(reslicer(columns, rows, normal, origin), spacing_mm)
    results["slab_20mm_max_oblique"] = median_ms(repeats, lambda: run(reslice))
    axial = slab(reslicer((1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 150.0)), SPACING_MM[2])
    results["slab_20mm_max_axial"] = median_ms(repeats, lambda: run(axial))
    return results


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 51
    voxels = synthetic_voxels()
    print(json.dumps({"simpleitk": bench_simpleitk(repeats, voxels), "vtk": bench_vtk(repeats, voxels)}))


if __name__ == "__main__":
    main()
