"""What pydicom reads, with pylibjpeg and libjpeg-turbo as its decoders, from the pixels of the files that
pydicom and pydicom-data bring, for crates/formats/tests/formats/pixels.rs.

    formats_pixels.py FOLDER

Writes truths, and copies with one frame where a file has several or cannot be taken as it is, into
the folder. Prints one JSON object: `cases`, each with name, path, truth (the path of raw values, i
fastest, little endian), type, whether the compression is lossy, and what the header says of the
pixels; `unread`, files with pixels that pydicom does not decode.
"""

import copy
import json
import pathlib
import sys
import warnings

import data_store
import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import apply_color_lut, apply_modality_lut, pixel_array
from pydicom.uid import ImplicitVRLittleEndian, RLELossless

warnings.simplefilter("ignore")

JPEG = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51"}
# Of which the standard leaves the rounding open; libjpeg-turbo and we round JPEG alike.
LOSSY = {"1.2.840.10008.1.2.4.91"}
FRAMES = (
    "NumberOfFrames",
    "PerFrameFunctionalGroupsSequence",
    "SharedFunctionalGroupsSequence",
    "ExtendedOffsetTable",
    "ExtendedOffsetTableLengths",
    "FrameIncrementPointer",
)


def encoded_frames(dataset, n_frames):
    if dataset.file_meta.TransferSyntaxUID.is_encapsulated:
        return list(generate_frames(dataset.PixelData, number_of_frames=n_frames))
    n_bits = dataset.Rows * dataset.Columns * dataset.SamplesPerPixel * dataset.BitsAllocated
    n = n_bits // 8
    return [dataset.PixelData[k * n : (k + 1) * n] for k in range(n_frames)]


def first_and_last(dataset, n_frames):
    """Copies with one frame each."""
    is_encapsulated = dataset.file_meta.TransferSyntaxUID.is_encapsulated
    frames = encoded_frames(dataset, n_frames)
    for k in sorted({0, n_frames - 1}):
        one = copy.deepcopy(dataset)
        for name in FRAMES:
            if name in one:
                delattr(one, name)
        # A segmentation would be no image.
        one.SOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
        one.PixelData = encapsulate([frames[k]]) if is_encapsulated else frames[k]
        one["PixelData"].is_undefined_length = is_encapsulated
        yield k, one


def stored(dataset):
    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax in JPEG:
        frame = encoded_frames(dataset, 1)[0]
        # One file says that its coefficients end where they begin.
        frame = frame.replace(b"\xff\xda\0\x08\1\1\0\0\0\0", b"\xff\xda\0\x08\1\1\0\0\x3f\0")
        if dataset.SamplesPerPixel == 1:
            return imagecodecs.jpeg8_decode(frame)
        is_rgb = dataset.PhotometricInterpretation == "RGB"
        colours = "RGB" if is_rgb else "YCBCR"
        return imagecodecs.jpeg8_decode(frame, colorspace=colours, outcolorspace="RGB")
    if not syntax.is_encapsulated or syntax == RLELossless:
        return pixel_array(dataset, raw=False)
    return pixel_array(dataset, raw=False, decoding_plugin="pylibjpeg")


def decoded(dataset):
    """Stored values, or colours in 8 bits."""
    array = stored(dataset)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        tables = copy.deepcopy(dataset)
        if dataset.original_encoding[1] is False:
            # pydicom does not swap the words of the tables' entries.
            for colour in ("Red", "Green", "Blue"):
                name = f"{colour}PaletteColorLookupTableData"
                if name in tables and tables[name].VR == "OW":
                    words = np.frombuffer(tables[name].value, ">u2")
                    tables[name].value = words.astype("<u2").tobytes()
        array = apply_color_lut(array, tables)
        return (array >> (8 * array.dtype.itemsize - 8)).astype(np.uint8), "rgb8"
    if dataset.SamplesPerPixel == 3:
        return (array >> (dataset.BitsStored - 8)).astype(np.uint8), "rgb8"
    if array.dtype.kind in "iu" and dataset.BitsAllocated > 1:
        # pydicom keeps whatever is above the stored bits.
        unused = 8 * array.dtype.itemsize - dataset.BitsStored
        array = (array << unused) >> unused
    if "ModalityLUTSequence" in dataset:
        array = apply_modality_lut(array, dataset).astype(np.uint16)
    return array, array.dtype.name


def opened(path):
    """A data set with pixels, or None."""
    try:
        dataset = pydicom.dcmread(path, force=True)
        if "PixelData" not in dataset or "Rows" not in dataset:
            return None
        if "TransferSyntaxUID" not in dataset.file_meta:
            dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
        return dataset
    except Exception:
        return None


def main():
    folder = pathlib.Path(sys.argv[1])
    roots = [pathlib.Path(pydicom.__file__).parent, pathlib.Path(data_store.__file__).parent]
    result = {"cases": [], "unread": []}
    known = set()

    def case(name, path, dataset):
        syntax = dataset.file_meta.TransferSyntaxUID
        try:
            array, kind = decoded(dataset)
        except Exception as problem:
            unread = {"name": name, "path": str(path), "problem": str(problem).split("\n")[0]}
            result["unread"].append(unread)
            return
        truth = folder / f"{len(result['cases'])}.raw"
        array.astype(array.dtype.newbyteorder("<")).tofile(truth)
        result["cases"].append(
            {
                "name": name,
                "path": str(path),
                "truth": str(truth),
                "type": kind,
                "is_lossy": str(syntax) in LOSSY,
                "syntax": str(syntax).replace("1.2.840.10008.1.2", "*"),
                "photometric": dataset.PhotometricInterpretation,
                "bits": f"{dataset.BitsStored}/{dataset.BitsAllocated}",
            }
        )

    for path in (p for root in roots for p in sorted(root.rglob("*")) if p.is_file()):
        dataset = opened(path)
        if dataset is None or (path.name, len(dataset.PixelData)) in known:
            continue
        known.add((path.name, len(dataset.PixelData)))
        try:
            n_frames = int(dataset.get("NumberOfFrames") or 1)
        except (TypeError, ValueError):
            # No number: the first frame is all that can be told.
            del dataset.NumberOfFrames
            dataset.PixelData = encoded_frames(dataset, 1)[0]
            n_frames = 1
        syntax = dataset.file_meta.TransferSyntaxUID
        if n_frames == 1 and "SharedFunctionalGroupsSequence" not in dataset:
            case(path.name, path, dataset)
        else:
            for k, one in first_and_last(dataset, n_frames):
                copied = folder / f"{len(known)}-{k}.dcm"
                one.save_as(copied)
                case(f"{path.name} frame {k + 1}", copied, one)
        if path.name == "SC_rgb_jpeg.dcm":
            # Its elements name no value representation, though the file says so: a sound twin.
            copied = folder / f"{len(known)}.dcm"
            list(dataset.iterall())  # parses what was read raw
            pydicom.dcmwrite(copied, dataset, implicit_vr=False, little_endian=True)
            case(f"{path.name} made explicit", copied, pydicom.dcmread(copied))
    json.dump(result, sys.stdout)


main()
