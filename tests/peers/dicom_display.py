"""Makes DICOM images that say how they are to be shown, for crates/app/tests/app/display.rs and
tests/e2e/display.test.mjs.

    dicom_display.py FOLDER

Prints one JSON object. `shown`: paths of single images of 160 x 160 pixels (the size of a preview),
each with a file of greys, a byte a pixel, as pydicom's modality and VOI LUT functions have them, and
the explanations of its windows. `padded`: a series with padding, and what NumPy says of the values
without it. `flat`: a radiograph and a film without position. `studies`: a folder of two studies of
two patients. `pet`: a series of one activity, with the uptake that it stands for.
"""

import json
import sys
import warnings

import numpy as np
from dicom_made import ROOT, item, write
from pydicom import DataElement, dcmread
from pydicom.datadict import tag_for_keyword
from pydicom.pixels import apply_modality_lut, apply_voi_lut
from pydicom.sequence import Sequence

warnings.simplefilter("ignore")

SIDE = 160
RAMP = (np.arange(SIDE * SIDE).reshape(SIDE, SIDE) % 4001 - 2000).astype("<i2")
FRAMED = {
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
    "ImagePositionPatient": ["0", "0", "0"],
    "PixelSpacing": [1, 1],
}


def lut(first, entries, bits, name):
    data = np.asarray(entries, "<u2").tobytes()
    lut_item = item(LUTDescriptor=[len(entries), first, bits], LUTExplanation=name, LUTData=data)
    lut_item["LUTDescriptor"].VR = "SS"
    lut_item["LUTData"].VR = "OW"
    return lut_item


def greys(path):
    """As pydicom has them, in the 8 bits of a screen."""
    dataset = dcmread(path)
    values = apply_modality_lut(dataset.pixel_array, dataset)
    if "VOILUTSequence" in dataset:
        _, _, bits = dataset.VOILUTSequence[0].LUTDescriptor
        low, high = 0, 2**bits - 1
    else:
        # The range that pydicom gives windowed values.
        slope, intercept = float(dataset.RescaleSlope), float(dataset.RescaleIntercept)
        low = -32768 * slope + intercept
        high = 32767 * slope + intercept
    shown = (apply_voi_lut(values, dataset).astype("f8") - low) / (high - low) * 255
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        shown = 255 - shown
    if "PixelPaddingValue" in dataset:
        shown[dataset.pixel_array == dataset.PixelPaddingValue] = 0
    return shown


def shown():
    cases = []
    base = FRAMED | {"Modality": "MR", "RescaleSlope": "0.5", "RescaleIntercept": "-30"}

    def add(name, explanations, **elements):
        path = ROOT / name / "0"
        write(path, RAMP, **(base | elements))
        truth = ROOT / f"{name}.greys"
        truth.write_bytes(greys(path).astype("<f4").tobytes())
        cases.append({"path": str(path), "truth": str(truth), "explanations": explanations})

    two = {"WindowCenter": [40, 300], "WindowWidth": [401, 1500]}
    add("linear", [None, None], **two)
    names = ["SOFT", "BONE"]
    add("exact", names, VOILUTFunction="LINEAR_EXACT", WindowCenterWidthExplanation=names, **two)
    add("sigmoid", [None, None], VOILUTFunction="SIGMOID", **two)
    add("inverted", [None, None], PhotometricInterpretation="MONOCHROME1", **two)
    add("padded", [None, None], PixelPaddingValue=-2000, **two)
    curve = np.round(4095 * (np.arange(900) / 899) ** 2)
    tables = [lut(-500, curve, 12, "SOFT"), lut(0, [0, 65535], 16, "HARD")]
    whole = {"RescaleSlope": "1", "RescaleIntercept": "100"}
    add("table", ["SOFT", "HARD"], VOILUTSequence=Sequence(tables), **whole)
    return cases


def padded():
    values = np.random.default_rng(5).normal(100, 20, (SIDE, SIDE)).round().astype("<i2")
    values[:40] = -2000
    values[40:50] = -1990
    path = ROOT / "padding" / "0"
    # Unsigned, as in many files of signed pixels.
    tags = {"PixelPaddingValue": 65536 - 2000, "PixelPaddingRangeLimit": 65536 - 1990}
    raw = {tag_for_keyword(name): DataElement(tag_for_keyword(name), "US", n) for name, n in tags.items()}
    write(path, values, raw=raw, **FRAMED)
    kept = values[50:].astype("f8")
    return {
        "path": str(path),
        "range": [kept.min(), kept.max()],
        "percentiles": list(np.percentile(kept, [1, 99])),
        "mean": kept.mean(),
        "deviation": kept.std(),
    }


def flat():
    path = ROOT / "radiograph" / "0"
    spacing = {"ImagerPixelSpacing": [0.2, 0.1], "PixelSpacing": [0.2, 0.1]}
    write(path, RAMP, Modality="CR", PatientOrientation=["L", "FP"], **spacing)
    film = ROOT / "film" / "0"
    write(film, np.stack([RAMP, RAMP + 1, RAMP + 2]), Modality="US", FrameTime="40")
    return {"radiograph": str(path), "film": str(film)}


def studies():
    labels = [("20240229", "Head", "A", "MR"), ("20240229", "Head", "A", "CT"), ("20200102", "Chest", "B", "CR")]
    for n, (date, name, patient, modality) in enumerate(labels):
        study = {"StudyInstanceUID": f"1.2.{date}", "StudyDate": date, "StudyDescription": name, "PatientID": patient}
        write(ROOT / "studies" / str(n) / "0", RAMP, Modality=modality, SeriesDescription=f"Series {n}", **study, **FRAMED)
    return str(ROOT / "studies")


def pet():
    """3000 Bq/ml; 70 kg; 400 MBq that decay to a half, so 3000 * 70000 / 200e6 = 1.05."""
    drug = {"RadionuclideTotalDose": 4e8, "RadionuclideHalfLife": 3600, "RadiopharmaceuticalStartTime": "100000"}
    stored = np.full((SIDE, SIDE), 1500, "<i2")
    for k in range(3):
        elements = FRAMED | {"ImagePositionPatient": ["0", "0", str(2 * k)], "InstanceNumber": k}
        write(
            ROOT / "pet" / str(k),
            stored,
            Modality="PT",
            Units="BQML",
            CorrectedImage=["ATTN", "DECY"],
            DecayCorrection="START",
            PatientWeight=70,
            SeriesDate="20240301",
            SeriesTime="110000",
            RescaleSlope="2",
            RescaleIntercept="0",
            RadiopharmaceuticalInformationSequence=Sequence([item(**drug)]),
            **elements,
        )
    return {"path": str(ROOT / "pet"), "activity": 3000, "uptake": 1.05}


made = {"shown": shown(), "padded": padded(), "flat": flat(), "studies": studies(), "pet": pet()}
json.dump(made, sys.stdout)
