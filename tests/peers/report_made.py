"""Makes reports of measurements with highdicom for crates/formats/tests/formats/report.rs and says what they hold.

    report_made.py FOLDER

FOLDER holds the series of annotated_series.py. Prints one JSON list: for each report its path, its
groups and the codes of what a reader has to tell.
"""

import json
import pathlib
import sys
import warnings

import highdicom
import numpy as np
import pydicom
from highdicom.sr.coding import CodedConcept
from highdicom import sr
from pydicom.sr.codedict import codes

warnings.simplefilter("ignore")

PIXELS = np.array([[1.5, 2.5], [4.5, 2.5], [4.5, 5.5], [1.5, 2.5]])


def in_space(image, pixels):
    """Column and row of SCOORD, 0.5 at the first pixel's centre, in the patient."""
    orientation = np.array(image.ImageOrientationPatient, float)
    rows, columns = (float(x) for x in image.PixelSpacing)
    position = np.array(image.ImagePositionPatient, float)
    along = orientation[:3] * columns, orientation[3:] * rows
    return [(position + along[0] * (x - 0.5) + along[1] * (y - 0.5)).tolist() for x, y in pixels]


def report(images, path, region, cls):
    tracking = sr.TrackingIdentifier(uid=highdicom.UID(), identifier="Lesion")
    group = sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracking,
        referenced_region=region,
        finding_type=codes.SCT.Neoplasm,
        measurements=[sr.Measurement(name=codes.SCT.Area, value=12.25, unit=codes.UCUM.SquareMillimeter)],
    )
    person = sr.ObserverContext(codes.DCM.Person, sr.PersonObserverIdentifyingAttributes(name="Doe^Jane"))
    content = sr.MeasurementReport(
        observation_context=sr.ObservationContext(observer_person_context=person),
        procedure_reported=CodedConcept("363679005", "SCT", "Imaging procedure"),
        imaging_measurements=[group],
    )
    made = cls(
        evidence=images,
        content=content[0],
        series_number=7,
        series_instance_uid=highdicom.UID(),
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="Phantom",
    )
    made.save_as(path)


def main(root):
    images = [pydicom.dcmread(p) for p in sorted((root / "odd").iterdir())]
    image = images[1]
    points = in_space(image, PIXELS)
    cases = []

    def case(name, region, cls, found, findings, evidence=images):
        path = root / f"made.{name}.dcm"
        report(evidence, path, region, cls)
        group = {"identifier": "Lesion", "finding": codes.SCT.Neoplasm.value, "values": [12.25], "points": found}
        cases.append({"path": str(path), "groups": [group], "findings": findings})

    frame = image.FrameOfReferenceUID
    polygon3d = sr.GraphicTypeValues3D.POLYGON
    case("space", sr.ImageRegion3D(polygon3d, np.array(points), frame), sr.Comprehensive3DSR, points, [])
    other = sr.ImageRegion3D(polygon3d, np.array(points), highdicom.UID())
    case("elsewhere", other, sr.Comprehensive3DSR, [], ["regions_in_other_frame"])
    source = sr.SourceImageForRegion(image.SOPClassUID, image.SOPInstanceUID)
    region = sr.ImageRegion(sr.GraphicTypeValues.POLYLINE, PIXELS, source)
    case("pixels", region, sr.ComprehensiveSR, points, [])
    others = [pydicom.dcmread(p) for p in sorted((root / "many").iterdir())]
    source = sr.SourceImageForRegion(others[0].SOPClassUID, others[0].SOPInstanceUID)
    region = sr.ImageRegion(sr.GraphicTypeValues.POLYLINE, PIXELS, source)
    case("other", region, sr.ComprehensiveSR, [], ["regions_on_other_images"], others)
    return cases


print(json.dumps(main(pathlib.Path(sys.argv[1]))))
