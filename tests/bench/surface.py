"""Times VTK at the work of crates/volume/examples/surface_bench.rs.

    surface.py [REPEATS]

Prints one JSON object: median milliseconds, and triangles. Same phantom.
"""

import json
import sys
import time

import numpy as np
import vtk
from vtk.util import numpy_support

SIZE = (512, 512, 300)
SPACING_MM = (0.7, 0.7, 1.0)


def phantom():
    i, j, k = np.ogrid[: SIZE[0], : SIZE[1], : SIZE[2]]
    turn = [np.float32(2 * np.pi / 40) * x.astype(np.float32) for x in (k, j, i)]
    k, j, i = (x.transpose(2, 1, 0) for x in (k, j, i))
    tk, tj, ti = (x.transpose(2, 1, 0) for x in turn)
    gyroid = np.sin(ti) * np.cos(tj) + np.sin(tj) * np.cos(tk) + np.sin(tk) * np.cos(ti) > 0
    ball = (i - 256) ** 2 + (j - 256) ** 2 + (k - 150) ** 2 <= 137**2
    return (gyroid & ball).astype(np.uint8)


def bench(repeats, image, make):
    times, n_triangles = [], 0
    for _ in range(repeats + 1):
        step = make()
        step.SetInputData(image)
        start = time.perf_counter()
        step.Update()
        times.append((time.perf_counter() - start) * 1e3)
        n_triangles = step.GetOutput().GetNumberOfPolys()
    return {"ms": round(sorted(times[1:])[repeats // 2], 1), "triangles": n_triangles}


def flying_edges(kind):
    step = kind()
    step.SetValue(0, 0.5 if kind is vtk.vtkFlyingEdges3D else 1)
    return step


def surface_nets():
    step = vtk.vtkSurfaceNets3D()
    step.SetValue(0, 1)
    step.SetOutputMeshTypeToTriangles()
    return step


def main():
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    image = vtk.vtkImageData()
    image.SetDimensions(SIZE)
    image.SetSpacing(SPACING_MM)
    scalars = numpy_support.numpy_to_vtk(phantom().ravel(), deep=True)
    image.GetPointData().SetScalars(scalars)
    results = {
        "vtkFlyingEdges3D": bench(repeats, image, lambda: flying_edges(vtk.vtkFlyingEdges3D)),
        "vtkDiscreteFlyingEdges3D": bench(repeats, image, lambda: flying_edges(vtk.vtkDiscreteFlyingEdges3D)),
        "vtkSurfaceNets3D": bench(repeats, image, surface_nets),
    }
    print(json.dumps(results))


main()
