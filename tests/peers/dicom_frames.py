"""Makes multi-frame, enhanced and 4D DICOM files for crates/formats/tests/formats/frames.rs and says what
they hold.

    dicom_frames.py FOLDER

Prints one JSON object. `series`: files or folders that hold one series, with size (i, j, k), 4x4 LPS
transform by rows (or null), codes of the report, codes found while the pixels are read, and for
each volume its label and the SHA-256 of its values (slope and intercept applied, float64, i
fastest). `simpleitk`: files as SimpleITK reads them. `two_stacks`: a file of two orientations.
"""

import hashlib
import json
import struct
import sys
import warnings

import numpy as np
import pydicom
import SimpleITK as sitk
from dicom_made import COLUMN, COLUMNS, NORMAL, ORIGIN, ROOT, ROW, ROWS, STEP
from dicom_made import group, item, noise, position, text, write
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended, generate_frames
from pydicom.sequence import Sequence
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    RLELossless,
)

warnings.simplefilter("ignore")

FILM = ["guessed_geometry", "guessed_geometry"]
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"


def sha256(values):
    return hashlib.sha256(np.ascontiguousarray(values, "<f8").tobytes()).hexdigest()


def case(path, volumes, labels=("",), affine=None, codes=(), found=()):
    n, rows, columns = volumes[0].shape
    said = [{"label": label, "sha256": sha256(v)} for label, v in zip(labels, volumes, strict=True)]
    return {
        "path": str(path),
        "size": [columns, rows, n],
        "lps_from_index": affine,
        "volumes": said,
        "codes": list(codes),
        "found": list(found),
    }


def affine(step=STEP, origin=ORIGIN):
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1] = ROW * 0.6, COLUMN * 0.8
    matrix[:3, 2], matrix[:3, 3] = NORMAL * step, origin
    return matrix.tolist()


# Frames without positions.


def native(name, dtype, syntax):
    stored = noise(3, ROWS, COLUMNS, dtype=dtype)
    path = ROOT / name / "a"
    write(path, stored, syntax)
    return case(path, [stored.astype(float)], codes=FILM)


def rle_frames(stored):
    dataset = item(
        Rows=stored.shape[1],
        Columns=stored.shape[2],
        NumberOfFrames=len(stored),
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelRepresentation=0,
        SOPInstanceUID="1.2",
        SOPClassUID="1.2",
    )
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.compress(
        RLELossless, stored, encoding_plugin="pydicom", generate_instance_uid=False
    )
    return list(generate_frames(dataset.PixelData, number_of_frames=len(stored)))


def jpeg_frames(stored):
    """JPEG lossless by GDCM."""
    frames = []
    path = ROOT / "jpeg.dcm"
    for frame in stored:
        image = sitk.GetImageFromArray(frame[None])
        image.SetMetaData("0008|0060", "MR")
        writer = sitk.ImageFileWriter()
        writer.UseCompressionOn()
        writer.SetCompressor("JPEG")
        writer.SetFileName(str(path))
        writer.Execute(image)
        frames += generate_frames(pydicom.dcmread(path).PixelData, number_of_frames=1)
    path.unlink()
    return frames


def fragments(frames, n):
    """Without an offset table, some `n` fragments a frame."""
    data = struct.pack("<HHI", 0xFFFE, 0xE000, 0)
    for frame in frames:
        size = len(frame) // n // 2 * 2 + 2
        for start in range(0, len(frame), size):
            part = frame[start : start + size]
            part += b"\0" * (len(part) % 2)
            data += struct.pack("<HHI", 0xFFFE, 0xE000, len(part)) + part
    return data + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def encapsulated():
    cases = []

    def add(name, stored, syntax, data, found=(), **elements):
        def encode(dataset):
            dataset.PixelData = data
            dataset["PixelData"].VR = "OB"
            dataset["PixelData"].is_undefined_length = True

        path = ROOT / name / "a"
        write(path, stored, syntax, encode, **elements)
        cases.append(case(path, [stored.astype(float)], codes=FILM, found=found))

    stored = noise(3, 16, 12, dtype="u1")
    rle = rle_frames(stored)
    add("rle_table", stored, RLELossless, encapsulate(rle))
    add("rle_no_table", stored, RLELossless, encapsulate(rle, has_bot=False))
    add("rle_fragments", stored, RLELossless, encapsulate(rle, fragments_per_frame=2))
    data, offsets, lengths = encapsulate_extended(rle)
    tables = {"ExtendedOffsetTable": offsets, "ExtendedOffsetTableLengths": lengths}
    add("rle_extended", stored, RLELossless, data, **tables)
    wrong = bytearray(encapsulate(rle))
    wrong[12] ^= 2
    add("rle_wrong_table", stored, RLELossless, bytes(wrong), found=["wrong_offset_table"])
    stored = noise(4, 24, 18, dtype="u1")
    jpeg = jpeg_frames(stored)
    add("jpeg_fragments", stored, JPEGLosslessSV1, fragments(jpeg, 3))
    add("jpeg_table", stored, JPEGLosslessSV1, encapsulate(jpeg, fragments_per_frame=2))
    return cases


# Enhanced images.

MEASURES = group("PixelMeasuresSequence", PixelSpacing=[0.8, 0.6], SliceThickness=STEP)
ORIENTATION = group("PlaneOrientationSequence", ImageOrientationPatient=text((*ROW, *COLUMN)))


def place(k):
    return group("PlanePositionSequence", ImagePositionPatient=position(k))


def rescale(slope, intercept):
    return group(
        "PixelValueTransformationSequence",
        RescaleSlope=slope,
        RescaleIntercept=intercept,
        RescaleType="HU",
    )


def enhanced(path, frames, shared, stored, **elements):
    """`frames`: the functional groups of each frame."""
    elements = {
        "SOPClassUID": ENHANCED_CT,
        "Modality": "CT",
        "SharedFunctionalGroupsSequence": Sequence([item(**shared)]),
        "PerFrameFunctionalGroupsSequence": Sequence([item(**frame) for frame in frames]),
    } | elements
    write(path, stored, **elements)


def enhanced_ct(syntax=ExplicitVRLittleEndian):
    """Frames out of order; some rescaled by their own numbers, the others by the shared ones."""
    order = [3, 0, 4, 1, 2]
    stored = noise(5, ROWS, COLUMNS)
    own = {0: (2.0, -10.0), 3: (0.5, 7.0)}
    frames = [place(k) | (rescale(*own[k]) if k in own else {}) for k in order]
    shared = MEASURES | ORIENTATION | rescale(1, -1024)
    path = ROOT / f"enhanced_ct_{syntax}" / "a"
    enhanced(path, frames, shared, stored, syntax=syntax)
    values = np.empty(stored.shape)
    for frame, k in enumerate(order):
        slope, intercept = own.get(k, (1.0, -1024.0))
        values[k] = np.float32(stored[frame] * slope + intercept)
    return case(path, [values], affine=affine(), codes=["rescale_per_slice"])


def two_stacks():
    """Of different orientation, in one file."""
    turned = group("PlaneOrientationSequence", ImageOrientationPatient=text((*ROW, *-COLUMN)))
    frames = [place(k) | (ORIENTATION if k < 3 else turned) for k in range(5)]
    path = ROOT / "two_stacks" / "a"
    enhanced(path, frames, MEASURES, noise(5, ROWS, COLUMNS))
    return str(path)


def volumes_of(name, n_positions, kinds, labels, codes=(), missing=(), **elements):
    """An enhanced MR image: every position with every one of `kinds`, which are groups."""
    path = ROOT / name / "a"
    frames, stored = [], []
    values = np.zeros((len(kinds), n_positions, ROWS, COLUMNS))
    for k in reversed(range(n_positions)):
        for v, kind in enumerate(kinds):
            if (v, k) not in missing:
                stored.append(noise(ROWS, COLUMNS))
                values[v, k] = stored[-1]
                frames.append(place(k) | kind)
    elements = {"SOPClassUID": ENHANCED_MR, "Modality": "MR"} | elements
    enhanced(path, frames, MEASURES | ORIENTATION, np.stack(stored), **elements)
    return case(path, list(values), labels, affine(), ["several_volumes", *codes])


def diffusion(b, direction=None):
    found = {"DiffusionBValue": float(b), "DiffusionDirectionality": "NONE"}
    if direction:
        found["DiffusionDirectionality"] = "DIRECTIONAL"
        direction = item(DiffusionGradientOrientation=list(direction))
        found["DiffusionGradientDirectionSequence"] = Sequence([direction])
    return group("MRDiffusionSequence", **found)


def temporal(n, offset):
    index = group("FrameContentSequence", TemporalPositionIndex=n)
    return index | group("TemporalPositionSequence", TemporalPositionTimeOffset=offset)


def enhanced_4d():
    x, y = (1.0, 0.0, 0.0), (0.0, 0.6, -0.8)
    weightings = [diffusion(0), diffusion(1000, x), diffusion(1000, y), diffusion(2000, x)]
    weighted = [
        "b = 0",
        "b = 1000, direction (1.00, 0.00, 0.00)",
        "b = 1000, direction (0.00, 0.60, -0.80)",
        "b = 2000",
    ]
    times = [temporal(n + 1, 2.25 * n) for n in range(4)]
    timed = [f"t = {2.25 * n:g} s" for n in range(4)]
    percents = (0, 25, 50, 75)
    cardiac = "CardiacSynchronizationSequence"
    phases = [group(cardiac, NominalPercentageOfCardiacPhase=float(p)) for p in percents]
    echoes = [group("MREchoSequence", EffectiveEchoTime=te) for te in (4.5, 9.25)]
    pointers = [item(DimensionIndexPointer=tag) for tag in (0x00209057, 0x00089209)]
    contrasts = [group("FrameContentSequence", DimensionIndexValues=[1, n]) for n in (1, 2)]
    contrasted = ["acquisition contrast 1", "acquisition contrast 2"]
    return [
        volumes_of("diffusion", 4, weightings, weighted),
        volumes_of("times", 3, times, timed),
        volumes_of("one_position", 1, times, timed, ["single_slice"]),
        volumes_of("lacking", 5, times, timed, ["incomplete_volumes"], {(1, 0), (3, 4)}),
        volumes_of("phases", 3, phases, [f"phase {p} %" for p in percents]),
        volumes_of("echoes", 3, echoes, ["TE = 4.5 ms", "TE = 9.25 ms"]),
        volumes_of("contrasts", 3, contrasts, contrasted, DimensionIndexSequence=Sequence(pointers)),
    ]


# Single frames, several volumes.


def singles(name, volumes, labels, n_positions=3, codes=(), order=None, missing=()):
    """`volumes`: for each volume a function of k that gives elements."""
    values = np.zeros((len(volumes), n_positions, ROWS, COLUMNS))
    pairs = [(v, k) for v in range(len(volumes)) for k in range(n_positions)]
    pairs = [pair for pair in sorted(pairs, key=order) if pair not in missing]
    for number, (v, k) in enumerate(pairs):
        stored = noise(ROWS, COLUMNS)
        values[v, k] = stored
        elements = {
            "Modality": "MR",
            "SOPClassUID": "1.2.840.10008.5.1.4.1.1.4",
            "InstanceNumber": number,
            "ImagePositionPatient": position(k),
            "ImageOrientationPatient": text((*ROW, *COLUMN)),
            "PixelSpacing": [0.8, 0.6],
        }
        write(ROOT / name / f"{number:03}", stored, **elements | volumes[v](k))
    codes = ["several_volumes", *codes]
    return case(ROOT / name, list(values), labels, affine(), codes)


def by_position(pair):
    return pair[::-1]


def clock(seconds):
    return f"12{int(seconds // 60):02}{seconds % 60:09.6f}"


def single_4d():
    four = range(4)
    slices = [lambda k, v=v: {"AcquisitionTime": clock(6 * v + 2 * k)} for v in four]
    volumes = [lambda k, v=v: {"AcquisitionTime": clock(7.5 * v + 55)} for v in four]
    identified = [
        lambda k, v=v: {"TemporalPositionIdentifier": v + 1, "AcquisitionTime": clock(3 * v + k)}
        for v in four
    ]
    triggers = [lambda k, v=v: {"TriggerTime": 40 * v} for v in four]
    echoes = [lambda k, e=e: {"EchoNumbers": e, "EchoTime": 5 * e} for e in (1, 2)]
    kinds = [lambda k, kind=kind: {"ImageType": ["ORIGINAL", "PRIMARY", kind]} for kind in "MP"]
    pet = [lambda k, ms=ms: {"FrameReferenceTime": ms} for ms in (15000, 45000, 75000)]
    both = [
        lambda k, t=t, te=te: {"TemporalPositionIdentifier": t, "EchoTime": te}
        for t in (1, 2)
        for te in (4, 8)
    ]
    times = [f"t = {7.5 * v:g} s" for v in four]
    cut = {(3, 3), (3, 4)}
    return [
        singles("of_slices", slices, [f"t = {6 * v} s" for v in four], order=by_position),
        singles("of_volumes", volumes, times),
        singles("identified", identified, [f"t = {3 * v} s" for v in four], order=by_position),
        singles("triggers", triggers, [f"trigger {40 * v} ms" for v in four]),
        singles("echo_numbers", echoes, [f"echo {e} (TE = {5 * e} ms)" for e in (1, 2)]),
        singles("numbers", [lambda k: {}] * 3, [f"image {n} of 3" for n in (1, 2, 3)]),
        singles("kinds", kinds, ["M", "P"]),
        singles("pet", pet, ["t = 15 s", "t = 45 s", "t = 75 s"]),
        singles("both", both, [f"time point {t}, TE = {te} ms" for t in (1, 2) for te in (4, 8)]),
        singles("aborted", volumes, times, 5, ["incomplete_volumes"], missing=cut),
    ]


# Positions that follow from one.


def offsets():
    stored = noise(4, ROWS, COLUMNS, dtype="<u2")
    first = {
        "ImagePositionPatient": position(0),
        "ImageOrientationPatient": text((*ROW, *COLUMN)),
    }
    dose = ROOT / "dose" / "a"
    elements = {
        "Modality": "RTDOSE",
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.481.2",
        "PixelSpacing": [0.8, 0.6],
        "GridFrameOffsetVector": [0, 4, 8, 12],
        "DoseGridScaling": 0.25,
    }
    write(dose, stored, **elements | first)
    tomogram = ROOT / "tomogram" / "a"
    elements = {
        "Modality": "NM",
        "SOPClassUID": "1.2.840.10008.5.1.4.1.1.20",
        "PixelSpacing": [0.8, 0.6],
        # Negative: in front of the first slice (PS3.3 C.8.4.15).
        "SpacingBetweenSlices": -4,
        "SliceVector": [1, 2, 3, 4],
        "DetectorInformationSequence": Sequence([item(**first)]),
    }
    write(tomogram, stored, **elements)
    values = stored.astype(float)
    return [
        case(dose, [values * 0.25], affine=affine(4.0)),
        case(tomogram, [values[::-1]], affine=affine(4.0, ORIGIN - 12 * NORMAL)),
    ]


def simpleitk(path, scale=1.0):
    """SimpleITK leaves the scaling of a dose to its caller."""
    image = sitk.ReadImage(str(path))
    matrix = np.eye(4)
    directions = np.array(image.GetDirection()).reshape(3, 3)
    matrix[:3, :3] = directions * np.array(image.GetSpacing())
    matrix[:3, 3] = image.GetOrigin()
    values = sitk.GetArrayFromImage(image).astype(float) * scale
    return case(path, [values], affine=matrix.tolist())


def main():
    regular = ROOT / "regular" / "a"
    frames = [place(k) for k in range(5)]
    enhanced(regular, frames, MEASURES | ORIENTATION | rescale(2, -7), noise(5, ROWS, COLUMNS))
    result = {
        "series": [
            native("bytes", "u1", ExplicitVRLittleEndian),
            native("words", "<u2", ImplicitVRLittleEndian),
            native("big_endian", "<i2", ExplicitVRBigEndian),
            native("big_endian_bytes", "u1", ExplicitVRBigEndian),
            native("deflated", "<i2", DeflatedExplicitVRLittleEndian),
            *encapsulated(),
            enhanced_ct(),
            enhanced_ct(ImplicitVRLittleEndian),
            enhanced_ct(ExplicitVRBigEndian),
            enhanced_ct(DeflatedExplicitVRLittleEndian),
            *enhanced_4d(),
            *single_4d(),
            *offsets(),
        ],
        "simpleitk": [simpleitk(regular), simpleitk(ROOT / "dose" / "a", 0.25)],
        "two_stacks": two_stacks(),
    }
    json.dump(result, sys.stdout)


main()
