"""One row for each image file of real data sets: what we read against what its peer reads.

    table.py ANNOTOMY DATA_FOLDER

Runs `annotomy info --json` and `annotomy convert` on every file and compares size, affine (LPS, mm),
smallest and largest value and the SHA-256 of all values (float64, i fastest) with pydicom, nibabel,
pynrrd or SimpleITK. Ends with counts and exit status 1 if a row disagrees that `explained.py` does not
explain, or if an explanation explains nothing.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

import nibabel
import numpy as np

from explained import EXPLAINED
from peers import NoImage, peer_of

TOLERANCE_MM = 1e-3


class Row:
    def __init__(self, name, size="", said="", agrees=False):
        self.name, self.size, self.said, self.agrees = name, size, said, agrees


def run(annotomy, *words):
    answer = subprocess.run([annotomy, *words, "--json"], capture_output=True, text=True, timeout=300)
    text = answer.stdout if answer.returncode == 0 else answer.stderr or answer.stdout
    try:
        return answer.returncode, json.loads(text)
    except ValueError:
        return answer.returncode, {"message": f"no JSON but: {text[:200]}"}


def values_of(annotomy, file):
    """All values by `annotomy convert`, as nibabel reads them: the first volume, index order (i, j, k)."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.nii"
        status, answer = run(annotomy, "convert", str(file), str(out))
        if status:
            return None, answer.get("message", "")
        image = nibabel.load(out)
        if image.dataobj.dtype.names:
            data = np.asarray(image.dataobj)
            return np.stack([data[c] for c in "RGB"], axis=-1).astype(float), ""
        return np.asanyarray(image.dataobj).astype(float), ""


def digest(values):
    return hashlib.sha256(np.asfortranarray(values, "<f8").tobytes(order="F")).hexdigest()


def compare(annotomy, file, name):
    status, info = run(annotomy, "info", str(file))
    try:
        theirs = peer_of(file)
    except NoImage as reason:
        said = "refused by both" if status else f"only we read it: {reason}"
        return Row(name, said=said, agrees=bool(status))
    if status:
        return Row(name, said=f"only {theirs.name} reads it: {info.get('message')}")
    series = info["series"]
    if len(series) != 1:
        return Row(name, said=f"{len(series)} series")
    ours, refusal = values_of(annotomy, file)
    if ours is None:
        return Row(name, said=f"not converted: {refusal}")
    wrong = differences(series[0], ours, theirs)
    said = f"{theirs.name}: " + ("; ".join(wrong) if wrong else f"equal {digest(ours)[:12]}")
    size = "x".join(map(str, series[0]["size"]))
    size += f" {series[0]['scalar_type']} {series[0]['min']}..{series[0]['max']}"
    return Row(name, size, said, not wrong)


def differences(series, ours, theirs):
    wrong = []
    if tuple(series["size"][:3]) != theirs.values.shape[:3]:
        return [f"size {series['size']} and {theirs.values.shape}"]
    if theirs.affine is not None:
        off = np.abs(np.array(series["lps_from_index"]) - theirs.affine)[:3]
        columns = theirs.known_columns
        if off[:, columns].max() > TOLERANCE_MM:
            wrong.append(f"affine off by {off[:, columns].max():.4g} mm")
    if ours.shape != theirs.values.shape:
        return [*wrong, f"values {ours.shape} and {theirs.values.shape}"]
    if digest(ours) != digest(theirs.values):
        off = np.abs(ours - theirs.values)
        scale = np.nanmax(np.abs(theirs.values), initial=1)
        if not np.array_equal(np.isnan(ours), np.isnan(theirs.values)):
            wrong.append("not a number elsewhere")
        elif np.nanmax(off, initial=0) > theirs.tolerance * scale:
            wrong.append(f"values off by {np.nanmax(off):.4g} of {scale:.4g}")
    finite = theirs.finite()
    if finite.size and theirs.values.ndim == 3 and series["min"] is not None:
        wide = max(abs(finite.min()), abs(finite.max()), 1) * max(theirs.tolerance, 1e-6)
        if abs(series["min"] - finite.min()) > wide or abs(series["max"] - finite.max()) > wide:
            wrong.append(f"range {series['min']}..{series['max']} and {finite.min()}..{finite.max()}")
    return wrong


def is_wanted(file):
    name = file.name.lower()
    endings = (".nii", ".nii.gz", ".hdr", ".nrrd", ".nhdr", ".mha", ".mhd", ".mgh", ".mgz", ".dcm")
    if name.endswith(endings):
        return True
    with open(file, "rb") as stream:
        return stream.read(132)[128:] == b"DICM"


def main():
    annotomy, data = sys.argv[1], Path(sys.argv[2])
    files = sorted(f for f in data.rglob("*") if f.is_file() and ".part" not in str(f) and is_wanted(f))
    names = [str(file.relative_to(data)) for file in files]
    with ThreadPoolExecutor() as pool:
        rows = list(pool.map(lambda file, name: compare(annotomy, file, name), files, names))
    explained = dict.fromkeys(EXPLAINED, 0)
    agreeing = failed = 0
    for row in rows:
        why = next((pattern for pattern in EXPLAINED if fnmatch(row.name, pattern)), None)
        if row.agrees:
            agreeing += 1
            mark = "equal"
        elif why:
            explained[why] += 1
            mark = f"explained: {EXPLAINED[why]}"
        else:
            failed += 1
            mark = "DISAGREES"
        print(f"| {row.name} | {row.size} | {row.said} | {mark} |")
    idle = [pattern for pattern, n in explained.items() if n == 0]
    for pattern in idle:
        print(f"the explanation of {pattern} explains nothing")
    print(f"{len(rows)} files: {agreeing} agree, {sum(explained.values())} explained")
    print(f"Tests {agreeing} passed {failed + len(idle)} failed")
    return 1 if failed or idle else 0


sys.exit(main())
