"""Reads mesh files with VTK, and glTF's description with json.

    meshes_read.py FOLDER

Prints, of each of meshes.stl, .obj, .ply and .glb in the folder: area and volume (vtkMassProperties),
bounds, numbers of distinct points and triangles, and what is said of names and colours.
"""

import json
import struct
import sys
from pathlib import Path

import vtk
from vtk.util.numpy_support import vtk_to_numpy

FOLDER = Path(sys.argv[1])


def gltf_description(path):
    data = path.read_bytes()
    magic, version, length = struct.unpack_from("<4sII", data)
    assert (magic, version, length) == (b"glTF", 2, len(data))
    n, kind = struct.unpack_from("<I4s", data, 12)
    assert kind == b"JSON"
    return json.loads(data[20 : 20 + n])


def surface_of(path):
    readers = {".stl": vtk.vtkSTLReader, ".obj": vtk.vtkOBJReader, ".ply": vtk.vtkPLYReader, ".glb": vtk.vtkGLTFReader}
    reader = readers[path.suffix]()
    reader.SetFileName(str(path))
    reader.Update()
    if path.suffix != ".glb":
        return reader.GetOutput()
    flat = vtk.vtkCompositeDataGeometryFilter()
    flat.SetInputConnection(reader.GetOutputPort())
    flat.Update()
    return flat.GetOutput()


def facts(path):
    surface = surface_of(path)
    merged = vtk.vtkCleanPolyData()
    merged.SetInputData(surface)
    merged.SetTolerance(0.0)
    merged.Update()
    mass = vtk.vtkMassProperties()
    mass.SetInputData(merged.GetOutput())
    edges = vtk.vtkFeatureEdges()
    edges.SetInputData(merged.GetOutput())
    edges.FeatureEdgesOff()
    edges.ManifoldEdgesOff()
    edges.Update()
    answer = {
        "area_mm2": mass.GetSurfaceArea(),
        "volume_mm3": mass.GetVolume(),
        "bounds": surface.GetBounds(),
        "n_points": merged.GetOutput().GetNumberOfPoints(),
        "n_triangles": surface.GetNumberOfPolys(),
        "n_open_edges": edges.GetOutput().GetNumberOfCells(),
    }
    colors = surface.GetPointData().GetScalars()
    if path.suffix == ".ply":
        answer["colors"] = sorted({tuple(int(x) for x in color) for color in vtk_to_numpy(colors)})
    if path.suffix == ".obj":
        lines = path.read_text(encoding="utf-8").splitlines()
        answer["names"] = [line[2:] for line in lines if line.startswith("o ")]
        answer["colors"] = sorted({tuple(round(float(x) * 255) for x in line.split()[4:]) for line in lines if line.startswith("v ")})
    if path.suffix == ".glb":
        description = gltf_description(path)
        answer["names"] = [node["name"] for node in description["nodes"]]
        factors = [m["pbrMetallicRoughness"]["baseColorFactor"] for m in description["materials"]]
        answer["colors"] = sorted(tuple(round(encoded(x) * 255) for x in factor[:3]) for factor in factors)
    return answer


def encoded(x):
    return x * 12.92 if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055


print(json.dumps({path.suffix[1:]: facts(path) for path in sorted(FOLDER.glob("meshes.*"))}))
