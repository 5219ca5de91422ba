"""Whether dciodvfy, highdicom and pydicom read the reports of crates/formats/tests/formats/report.rs.

    report_read.py FOLDER

FOLDER holds series of annotated_series.py and, beside them, `NAME.sr.dcm`. Prints one JSON object:
`problems`, `warnings` of dciodvfy, `n` reports.
"""

import json
import pathlib
import subprocess
import sys
import warnings

import highdicom.sr
import numpy as np
import pydicom
from highdicom.sr import GraphicTypeValues3D as Kind

warnings.simplefilter("ignore")

POLYGON = [[0.5, 0.25, 30.125], [8, 0.25, 30.125], [8, 6.5, 30.125], [0.5, 0.25, 30.125]]
ELLIPSE = [[-4, 0, 1.5], [4, 0, 1.5], [0, -2, 1.5], [0, 2, 1.5]]
GROUPS = [
    ("Läsion 1", "2.25.1", Kind.POLYGON, POLYGON),
    ("Shape 2", "2.25.2", Kind.POINT, [[1, 2, 3]]),
    ("Shape 3", "2.25.3", Kind.POLYLINE, [[1, 2, 3], [4, 6, 3]]),
    ("Shape 4", "2.25.4", Kind.ELLIPSE, ELLIPSE),
]


def dciodvfy(path):
    output = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
    lines = output.splitlines()
    return [l for l in lines if l.startswith("Error")], [l for l in lines if l.startswith("Warning")]


def problems(path, images):
    report = highdicom.sr.srread(path)
    content = report.content
    groups = content.get_planar_roi_measurement_groups()
    if len(groups) != len(GROUPS):
        yield f"{len(groups)} groups"
    for group, (identifier, uid, kind, points) in zip(groups, GROUPS):
        if (group.tracking_identifier, group.tracking_uid) != (identifier, uid):
            yield f"tracking {group.tracking_identifier} {group.tracking_uid}"
        if group.roi.graphic_type != kind or not np.array_equal(group.roi.value, points):
            yield f"region {group.roi.value}"
        if group.roi.frame_of_reference_uid != images[0].FrameOfReferenceUID:
            yield "frame of reference"
        # It reads polylines, but does not search for them.
        if kind != Kind.POLYLINE and len(content.get_planar_roi_measurement_groups(graphic_type=kind)) != 1:
            yield f"not found by its graphic type {kind}"
    lesion = groups[0]
    if lesion.finding_type.value != "52988006" or lesion.finding_sites[0].value.value != "10200004":
        yield "finding or site"
    measured = [(m.name.value, m.value, m.unit.value) for m in lesion.get_measurements()]
    expected = [("131191004", 23.5122984, "mm"), ("373098007", -12.625, "[hnsf'U]")]
    if measured != expected:
        yield f"measured {measured}"
    said = [(e.name.value, e.value.value) for e in lesion.get_qualitative_evaluations()]
    if said != [("1", "yes")]:
        yield f"said {said}"
    referenced = report.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    uids = {item.ReferencedSOPInstanceUID for item in referenced.ReferencedSOPSequence}
    if uids != {image.SOPInstanceUID for image in images}:
        yield "referenced images"
    for name in ["PatientName", "PatientID", "StudyInstanceUID"]:
        if report.get(name) != images[0].get(name):
            yield name


def main(root):
    found, told = [], []
    paths = sorted(root.glob("*.sr.dcm"))
    for path in paths:
        images = [pydicom.dcmread(p) for p in sorted((root / path.name.split(".")[0]).iterdir())]
        errors, warned = dciodvfy(path)
        told += [f"{path.name}: {line}" for line in warned]
        found += [f"{path.name}: {line}" for line in [*errors, *problems(path, images)]]
    return {"problems": found, "warnings": told, "n": len(paths)}


print(json.dumps(main(pathlib.Path(sys.argv[1]))))
