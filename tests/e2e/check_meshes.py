"""Mesh files of one ball, read by VTK, against the closed form.

    check_meshes.py RADIUS_MM X Y Z FILE...

Prints, by the file's ending: how far centre and bounds are off in mm, how far the volume is off as a
share, and how many edges do not lie between two triangles.
"""

import json
import sys
from pathlib import Path

import numpy as np
import vtk

READERS = {".stl": vtk.vtkSTLReader, ".obj": vtk.vtkOBJReader, ".ply": vtk.vtkPLYReader, ".glb": vtk.vtkGLTFReader}


def surface_of(path):
    reader = READERS[path.suffix]()
    reader.SetFileName(str(path))
    reader.Update()
    flat = vtk.vtkCompositeDataGeometryFilter() if path.suffix == ".glb" else vtk.vtkCleanPolyData()
    flat.SetInputConnection(reader.GetOutputPort())
    flat.Update()
    merged = vtk.vtkCleanPolyData()
    merged.SetInputData(flat.GetOutput())
    merged.SetTolerance(0.0)
    merged.Update()
    return merged.GetOutput()


def facts(path, radius, centre):
    surface = surface_of(path)
    mass = vtk.vtkMassProperties()
    mass.SetInputData(surface)
    edges = vtk.vtkFeatureEdges()
    edges.SetInputData(surface)
    edges.FeatureEdgesOff()
    edges.ManifoldEdgesOff()
    edges.Update()
    bounds = np.array(surface.GetBounds()).reshape(3, 2)
    expected = np.stack([centre - radius, centre + radius], 1)
    return {
        "bounds_off_mm": float(np.abs(bounds - expected).max()),
        "volume_off": mass.GetVolume() / (4 / 3 * np.pi * radius**3) - 1,
        "n_open_edges": edges.GetOutput().GetNumberOfCells(),
    }


radius, *centre = (float(x) for x in sys.argv[1:5])
files = [Path(name) for name in sys.argv[5:]]
print(json.dumps({path.suffix[1:]: facts(path, radius, np.array(centre)) for path in files}))
