"""Makes PET series for crates/formats/tests/formats/frames.rs and says what turns their values into uptake.

    dicom_pet.py FOLDER

Prints a JSON list of paths with the factor from Bq/ml to g/ml of body weight as QIBA's
vendor-neutral pseudo-code has it, or null and which of its conditions does not hold.
"""

import json
import sys

from dicom_made import COLUMN, COLUMNS, ROOT, ROW, ROWS, item, noise, position, text, write
from pydicom.sequence import Sequence


def suv():
    dose, half_life, weight = 3.7e8, 6586.2, 70.5
    drug = {
        "RadionuclideTotalDose": dose,
        "RadionuclideHalfLife": half_life,
        "RadiopharmaceuticalStartTime": "231500.00",
    }
    base = {
        "Modality": "PT",
        "Units": "BQML",
        "CorrectedImage": ["ATTN", "DECY", "SCAT"],
        "DecayCorrection": "START",
        "PatientWeight": weight,
        "SeriesDate": "20240301",
        "SeriesTime": "001000",
        "AcquisitionDate": "20240301",
        "AcquisitionTime": "001200",
    }
    cases = []

    def add(name, seconds, changes, drug=drug, reason=None):
        """`seconds` from the injection to what the images are corrected to; None if not known."""
        for k in range(2):
            elements = base | {"ImagePositionPatient": position(k), "InstanceNumber": k} | changes
            elements["ImageOrientationPatient"] = text((*ROW, *COLUMN))
            elements["RadiopharmaceuticalInformationSequence"] = Sequence([item(**drug)])
            if k == 1:
                elements["AcquisitionTime"] = "002000"
            write(ROOT / name / str(k), noise(ROWS, COLUMNS), PixelSpacing=[1, 1], **elements)
        factor = None
        if seconds is not None:
            factor = weight * 1000 / (dose * 2 ** (-seconds / half_life))
        cases.append({"path": str(ROOT / name), "factor": factor, "reason": reason})

    add("suv_over_midnight", 55 * 60, {})
    dated = drug | {"RadiopharmaceuticalStartDateTime": "20240229230000.00"}
    add("suv_dated", 70 * 60, {}, dated)
    add("suv_later_series", 57 * 60, {"SeriesDate": "20240305"})
    add("suv_administration", 0, {"DecayCorrection": "ADMIN"})
    add("suv_no_correction", None, {"DecayCorrection": "NONE"}, reason="NoReferenceTime")
    add("suv_counts", None, {"Units": "CNTS"}, reason="NoActivity")
    add("suv_not_attenuation_corrected", None, {"CorrectedImage": ["DECY"]}, reason="NotCorrected")
    add("suv_no_dose", None, {}, {"RadionuclideHalfLife": half_life}, "NoDose")
    add("suv_no_half_life", None, {}, {"RadionuclideTotalDose": dose, "RadiopharmaceuticalStartTime": "231500"}, "NoHalfLife")
    add("suv_no_start", None, {}, {"RadionuclideTotalDose": dose, "RadionuclideHalfLife": half_life}, "NoTimes")
    add("suv_no_weight", None, {"PatientWeight": None}, reason="NoWeight")
    late = drug | {"RadiopharmaceuticalStartDateTime": "20240302000000"}
    add("suv_future", None, {}, late, "ImpossibleUptake")
    return cases


json.dump(suv(), sys.stdout)
