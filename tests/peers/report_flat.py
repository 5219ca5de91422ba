"""An image without a place in the patient, and what highdicom reads of a report on it.

    report_flat.py FOLDER

Makes FOLDER/flat, one image of FOLDER/odd as a radiograph, and prints its UID. Where there is
FOLDER/flat.sr.dcm, prints one JSON object instead: what dciodvfy and highdicom find in it.
"""

import json
import pathlib
import subprocess
import sys
import warnings

import highdicom.sr
import pydicom

warnings.simplefilter("ignore")


def make(root):
    image = pydicom.dcmread(sorted((root / "odd").iterdir())[0])
    for keyword in ["ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID", "SliceThickness"]:
        delattr(image, keyword)
    image.SOPClassUID = image.file_meta.MediaStorageSOPClassUID = pydicom.uid.DigitalXRayImageStorageForPresentation
    image.Modality = "DX"
    (root / "flat").mkdir()
    image.save_as(root / "flat" / "image.dcm")
    return image.SOPInstanceUID


def read(root):
    path = root / "flat.sr.dcm"
    told = subprocess.run(["dciodvfy", "-new", path], capture_output=True, text=True).stderr
    groups = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
    region = lambda group: {
        "identifier": group.tracking_identifier,
        "kind": group.roi.graphic_type.value,
        "pixels": group.roi.value.tolist(),
        "image": group.roi.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID,
    }
    errors = [line for line in told.splitlines() if line.startswith("Error")]
    return {"errors": errors, "regions": [region(group) for group in groups]}


folder = pathlib.Path(sys.argv[1])
print(json.dumps((read if (folder / "flat.sr.dcm").exists() else make)(folder)))
