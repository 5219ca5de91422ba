"""Whether nibabel, SimpleITK, pynrrd and slicerio read what crates/formats/tests/formats/peers_raster.rs
wrote.

    formats_rasters_written.py FOLDER

FOLDER/claims.json holds `volumes` (name, size, 4x4 LPS transform by rows, SHA-256 of the values as
formats_rasters.py has it, whether labels) and `segmentations` (name, size, transform, segments with
id, name, color, layer, value, terminology and SHA-256 of their mask). Prints one JSON object:
`problems`, and how many readings were compared.
"""

import hashlib
import json
import pathlib
import sys
import warnings

import nibabel as nib
import nrrd
import numpy as np
import SimpleITK as sitk
import slicerio
from slicerio.segmentation import terminology_entry_from_string

warnings.simplefilter("ignore")

FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])


def sha256(data):
    return hashlib.sha256(data.tobytes()).hexdigest()


def digest(voxels):
    if voxels.ndim == 4:
        return sha256(np.ascontiguousarray(voxels.transpose(2, 1, 0, 3), "u1"))
    return sha256(np.ascontiguousarray(voxels.T, "<f8"))


def is_orthonormal(affine):
    directions = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return np.allclose(directions.T @ directions, np.eye(3), atol=1e-5)


def by_nibabel(path):
    image = nib.load(path)
    voxels = np.asanyarray(image.dataobj)
    if voxels.dtype.fields:
        voxels = np.stack([voxels[name] for name in "RGB"], axis=-1)
    return FLIP @ image.affine, voxels


def by_simpleitk(path):
    image = sitk.ReadImage(str(path))
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    voxels = sitk.GetArrayFromImage(image)
    return affine, voxels.transpose(2, 1, 0, *range(3, voxels.ndim))


def by_pynrrd(path):
    voxels, header = nrrd.read(str(path), index_order="F")
    affine = np.eye(4)
    if voxels.ndim == 4:
        voxels = np.moveaxis(voxels, 0, -1)
        affine[:3, :3] = header["space directions"][1:].T
    else:
        affine[:3, :3] = header["space directions"].T
    affine[:3, 3] = header["space origin"]
    assert header["space"] == "left-posterior-superior"
    return affine, voxels


def readers(path, affine):
    name = path.name
    if name.endswith((".nii", ".nii.gz")):
        yield by_nibabel, 1e-13 if "nifti2" in name else 1e-6
        # SimpleITK refuses NIfTI-2, and NIfTI whose axes are not at right angles.
        if "nifti2" not in name and is_orthonormal(affine):
            yield by_simpleitk, 1e-6
    elif name.endswith(".nrrd"):
        yield by_pynrrd, 1e-13
        if is_orthonormal(affine):
            yield by_simpleitk, 1e-12
    else:
        yield by_simpleitk, 1e-12


def volume_problems(path, claim, counts):
    expected = np.array(claim["lps_from_index"])
    scale = np.abs(expected).max()
    for reader, tolerance in readers(path, expected):
        counts[reader.__name__] = counts.get(reader.__name__, 0) + 1
        affine, voxels = reader(path)
        if list(voxels.shape[:3]) != claim["size"]:
            yield f"{reader.__name__}: size {voxels.shape}"
        if not np.allclose(affine, expected, rtol=0, atol=tolerance * scale):
            yield f"{reader.__name__}: transform {affine.tolist()} instead of {expected.tolist()}"
        if digest(voxels) != claim["sha256"]:
            yield f"{reader.__name__}: values"
    if path.name.endswith((".nii", ".nii.gz")):
        is_gzip = path.read_bytes()[:2] == b"\x1f\x8b"
        header = nib.load(path).header
        if is_gzip != path.name.endswith(".gz"):
            yield "gzip does not follow the name"
        if (header.get_intent()[0] == "label") != claim["is_labels"]:
            yield f"intent {header.get_intent()}"
        if header.get_xyzt_units()[0] != "mm":
            yield "unit of length"
        if ("nifti2" in path.name) != isinstance(header, nib.Nifti2Header):
            yield f"version {type(header)}"


def terminology(text):
    return None if text is None else terminology_entry_from_string(text)


def segmentation_problems(path, claim):
    read = slicerio.read_segmentation(str(path))
    if not np.allclose(read["ijkToLPS"], claim["lps_from_index"], rtol=0, atol=1e-12):
        yield f"transform {read['ijkToLPS']}"
    voxels = read["voxels"]
    if voxels.ndim == 3:
        voxels = voxels[np.newaxis]
    if list(voxels.shape[1:]) != claim["size"]:
        yield f"size {voxels.shape}"
    if len(read["segments"]) != len(claim["segments"]):
        yield f"{len(read['segments'])} segments"
    image = sitk.ReadImage(str(path))
    for number, (segment, expected) in enumerate(zip(read["segments"], claim["segments"])):
        # As 3D Slicer's own library (teem) reads it; pynrrd knows neither escapes nor letters
        # beyond ASCII.
        name = image.GetMetaData(f"Segment{number}_Name")
        if name != expected["name"]:
            yield f"name {name!r}"
        plain = expected["name"].replace("\\", "\\\\").encode("ascii", "ignore").decode()
        if segment["name"] != plain:
            yield f"slicerio's name {segment['name']!r}"
        for key, name in [("id", "id"), ("layer", "layer"), ("labelValue", "value")]:
            if segment[key] != expected[name]:
                yield f"{key} {segment[key]!r} instead of {expected[name]!r}"
        if [round(255 * part) for part in segment["color"]] != expected["color"]:
            yield f"color {segment['color']}"
        if segment.get("terminology") != terminology(expected["terminology"]):
            yield f"terminology {segment.get('terminology')}"
        mask = voxels[segment["layer"]] == segment["labelValue"]
        if sha256(np.ascontiguousarray(mask.T, "u1")) != expected["sha256"]:
            yield f"mask of {segment['id']}"
        # Slicer crops to the extent: first and last index along each axis.
        at = np.argwhere(mask)
        extent = np.stack([at.min(0), at.max(0)], 1).ravel().tolist() if len(at) else [0] * 6
        if list(segment["extent"]) != extent:
            yield f"extent {segment['extent']} instead of {extent}"
    if read["masterRepresentation"] != "Binary labelmap":
        yield "representation"
    if list(image.GetSize()) != claim["size"]:
        yield f"SimpleITK's size {image.GetSize()}"


def main():
    folder = pathlib.Path(sys.argv[1])
    claims = json.loads((folder / "claims.json").read_text())
    problems, counts = [], {}
    for claim in claims["volumes"]:
        found = volume_problems(folder / claim["name"], claim, counts)
        problems += [f"{claim['name']}: {problem}" for problem in found]
    for claim in claims["segmentations"]:
        found = segmentation_problems(folder / claim["name"], claim)
        problems += [f"{claim['name']}: {problem}" for problem in found]
    json.dump({"problems": problems, "counts": counts}, sys.stdout)


main()
