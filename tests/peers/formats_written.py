"""Whether nibabel and SimpleITK read the files that crates/formats/tests/formats/peers.rs wrote.

    formats_written.py FOLDER

FOLDER/claims.json is a list of name, size, 4x4 LPS transform by rows, SHA-256 of the values
(float64, i fastest) and intent. Prints one JSON object: `problems`, and how many files SimpleITK
read; it refuses transforms that are not orthonormal.
"""

import hashlib
import json
import pathlib
import sys

import nibabel as nib
import numpy as np
import SimpleITK as sitk

FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])
# Millimetres: single precision of some hundreds.
TOLERANCE = 1e-4


def sha256(values):
    return hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()


def is_orthonormal(affine):
    directions = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return np.allclose(directions.T @ directions, np.eye(3), atol=1e-5)


def nibabel_problems(path, claim):
    image = nib.load(path)
    expected = np.array(claim["lps_from_index"])
    if list(image.shape) != claim["size"]:
        yield f"size {image.shape}"
    if not np.allclose(FLIP @ image.affine, expected, atol=TOLERANCE):
        yield f"affine {image.affine.tolist()}"
    if is_orthonormal(expected):
        if not np.allclose(FLIP @ image.get_qform(), expected, atol=TOLERANCE):
            yield f"qform {image.get_qform().tolist()}"
    elif image.header["qform_code"] != 0:
        yield "a qform that cannot hold the shear"
    if sha256(np.asanyarray(image.dataobj).astype(float).T) != claim["sha256"]:
        yield "values"
    if image.header.get_intent()[0] != claim["intent"]:
        yield f"intent {image.header.get_intent()}"
    if image.header.get_xyzt_units()[0] != "mm":
        yield "unit of length"


def simpleitk_problems(path, claim):
    image = sitk.ReadImage(str(path))
    affine = np.eye(4)
    directions = np.array(image.GetDirection()).reshape(3, 3)
    affine[:3, :3] = directions * np.array(image.GetSpacing())
    affine[:3, 3] = image.GetOrigin()
    if not np.allclose(affine, claim["lps_from_index"], atol=TOLERANCE):
        yield f"SimpleITK's transform {affine.tolist()}"
    if sha256(sitk.GetArrayFromImage(image).astype(float)) != claim["sha256"]:
        yield "SimpleITK's values"


def main():
    folder = pathlib.Path(sys.argv[1])
    problems, n_read_by_simpleitk = [], 0
    for claim in json.loads((folder / "claims.json").read_text()):
        path = folder / claim["name"]
        found = list(nibabel_problems(path, claim))
        if is_orthonormal(np.array(claim["lps_from_index"])):
            n_read_by_simpleitk += 1
            found += simpleitk_problems(path, claim)
        problems += [f"{claim['name']}: {problem}" for problem in found]
    json.dump({"problems": problems, "n_read_by_simpleitk": n_read_by_simpleitk}, sys.stdout)


main()
