"""Encodes images in every way that DICOM allows, with OpenJPEG, OpenJPH, CharLS, libjxl,
libjpeg-turbo, DCMTK and pydicom, for crates/formats/tests/formats/pixels.rs.

    formats_encoded.py FOLDER

Prints one JSON object: `cases`, each with name, path, truth (the path of raw values, i fastest,
little endian), type, and `tolerance`, the levels that another decoder may be apart.
"""

import io
import json
import pathlib
import subprocess
import sys
import warnings

import imagecodecs as ic
import numpy as np
import pydicom
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.pixels.utils import pack_bits
from pydicom.uid import (
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    HTJ2K,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    UID,
    RLELossless,
    generate_uid,
)

warnings.simplefilter("ignore")

JPEGXLLossless, JPEGXLJPEGRecompression, JPEGXL = (
    UID(f"1.2.840.10008.1.2.4.11{n}") for n in range(3)
)


def blobs(rows, columns, largest, seed=1):
    """A smooth image with some noise and flat areas, as a slice of a body is."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:rows, 0:columns]
    image = np.zeros((rows, columns))
    for _ in range(9):
        at = random.uniform((0, 0), (rows, columns))
        size = random.uniform(3, 4 + rows / 3)
        image += random.uniform(0.1, 1) * (np.hypot(y - at[0], x - at[1]) < size)
    image = image / max(image.max(), 1e-9) * largest * 0.9
    image += (image > 0) * random.normal(0, largest / 200, image.shape)
    return np.clip(np.rint(image), 0, largest)


def noise(rows, columns, kind, seed=2):
    limits = np.iinfo(kind)
    random = np.random.default_rng(seed)
    return random.integers(limits.min, limits.max, (rows, columns), kind, endpoint=True)


def colours(rows=40, columns=54):
    return np.dstack([blobs(rows, columns, 255, seed) for seed in (3, 4, 5)]).astype(np.uint8)


class Cases:
    def __init__(self, folder):
        self.folder = folder
        self.cases = []

    def dataset(self, array, syntax, bits=None, photometric=None):
        """Of an array of rows, columns and maybe samples, without pixels."""
        name = f"{len(self.cases)}.dcm"
        meta = FileMetaDataset()
        meta.TransferSyntaxUID = syntax
        meta.MediaStorageSOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        dataset = FileDataset(str(self.folder / name), {}, file_meta=meta, preamble=b"\0" * 128)
        dataset.SOPClassUID = meta.MediaStorageSOPClassUID
        dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
        dataset.SeriesInstanceUID = generate_uid()
        dataset.Modality = "OT"
        dataset.Rows, dataset.Columns = array.shape[:2]
        is_colour = array.ndim == 3
        dataset.SamplesPerPixel = 3 if is_colour else 1
        dataset.PhotometricInterpretation = photometric or ("RGB" if is_colour else "MONOCHROME2")
        if is_colour:
            dataset.PlanarConfiguration = 0
        if array.dtype.kind != "f":
            dataset.BitsAllocated = 8 * array.dtype.itemsize
            dataset.BitsStored = bits or dataset.BitsAllocated
            dataset.HighBit = dataset.BitsStored - 1
            dataset.PixelRepresentation = int(array.dtype.kind == "i")
        return dataset

    def add(self, name, dataset, truth, tolerance=0):
        path = dataset.filename
        is_big = dataset.file_meta.TransferSyntaxUID == ExplicitVRBigEndian
        # pydicom does not know JPEG XL.
        options = {"implicit_vr": False, "little_endian": not is_big, "force_encoding": True}
        pydicom.dcmwrite(path, dataset, **options)
        self.known(name, path, truth, tolerance)

    def known(self, name, path, truth, tolerance=0):
        raw = self.folder / f"{len(self.cases)}.raw"
        truth.astype(truth.dtype.newbyteorder("<")).tofile(raw)
        kind = "rgb8" if truth.ndim == 3 else truth.dtype.name
        self.cases.append(
            {
                "name": name,
                "path": str(path),
                "truth": str(raw),
                "type": kind,
                "tolerance": tolerance,
            }
        )

    def frame(self, name, syntax, frame, array, truth=None, tolerance=0, **words):
        """A compressed image; the truth is the array, or what the codec's own decoder says."""
        dataset = self.dataset(array, syntax, **words)
        dataset.PixelData = encapsulate([bytes(frame)])
        dataset["PixelData"].is_undefined_length = True
        self.add(name, dataset, array if truth is None else truth, tolerance)

    def plain(self, name, data, array, truth, syntax=ExplicitVRLittleEndian, change=None, **words):
        dataset = self.dataset(array, syntax, **words)
        dataset.PixelData = data + b"\0" * (len(data) % 2)
        dataset["PixelData"].VR = "OW" if dataset.BitsAllocated > 8 else "OB"
        if change:
            change(dataset)
        self.add(name, dataset, truth)


def greys():
    yield "8", blobs(61, 47, 255).astype(np.uint8), 8
    yield "10 of 16", blobs(33, 50, 1023).astype(np.uint16), 10
    yield "12 of 16", blobs(64, 64, 4095).astype(np.uint16), 12
    yield "16", blobs(45, 70, 65535).astype(np.uint16), 16
    yield "16 noise", noise(37, 53, np.uint16), 16
    yield "8 noise", noise(30, 31, np.uint8), 8
    yield "8 flat", np.full((40, 40), 77, np.uint8), 8
    yield "16 one column", blobs(50, 1, 65535).astype(np.uint16), 16
    yield "16 one row", blobs(1, 50, 65535).astype(np.uint16), 16


def jpeg_ls(cases):
    for name, array, bits in greys():
        frame = ic.jpegls_encode(array)
        cases.frame(f"JPEG-LS {name}", JPEGLSLossless, frame, array, bits=bits)
        for near in (1, 3, 10):
            frame = ic.jpegls_encode(array, level=near)
            truth = ic.jpegls_decode(frame)
            what = f"JPEG-LS {name} near {near}"
            cases.frame(what, JPEGLSNearLossless, frame, array, truth, bits=bits)
    signed = (blobs(50, 60, 4095) - 1024).astype(np.int16)
    frame = ic.jpegls_encode(signed.view(np.uint16))
    cases.frame("JPEG-LS signed", JPEGLSLossless, frame, signed)
    rgb = colours()
    frame = ic.jpegls_encode(rgb)
    cases.frame("JPEG-LS colour", JPEGLSLossless, frame, rgb)
    frame = ic.jpegls_encode(rgb, level=4)
    truth = ic.jpegls_decode(frame)
    cases.frame("JPEG-LS colour near", JPEGLSNearLossless, frame, rgb, truth)


def dcmtk(cases):
    """DCMTK's own files: interleaved in each way, cooked to 12 bits and so on."""

    def converted(name, array, program, *options, bits=None, tolerance=0):
        dataset = cases.dataset(array, ExplicitVRLittleEndian, bits)
        dataset.PixelData = array.tobytes()
        dataset["PixelData"].VR = "OW"
        plain = cases.folder / "plain.dcm"
        dataset.save_as(plain, implicit_vr=False, little_endian=True)
        path = cases.folder / f"{len(cases.cases)}.dcm"
        subprocess.run([program, *options, plain, path], check=True, capture_output=True)
        cases.known(name, path, array, tolerance)

    rgb = colours()
    for way in ("none", "line", "sample"):
        option = f"--interleave-{way}"
        converted(f"DCMTK JPEG-LS {way}", rgb, "dcmcjpls", "--encode-lossless", option)
    for near in (1, 5):
        options = ("--encode-nearlossless", "--max-deviation", str(near), "--interleave-line")
        name = f"DCMTK JPEG-LS near {near}"
        converted(name, rgb, "dcmcjpls", *options, tolerance=near)
    grey = blobs(64, 64, 4095).astype(np.uint16)
    converted("DCMTK JPEG-LS 12", grey, "dcmcjpls", "--encode-lossless", bits=12)
    for n in range(1, 8):
        options = ("--encode-lossless", "--selection-value", str(n))
        converted(f"DCMTK JPEG lossless {n}", grey, "dcmcjpeg", *options, bits=12)
    converted("DCMTK JPEG lossless SV1", rgb, "dcmcjpeg", "--encode-lossless-sv1")
    converted("DCMTK RLE 12", grey, "dcmcrle", bits=12)
    converted("DCMTK RLE colour", rgb, "dcmcrle")


def jpeg_2000(cases):
    for name, array, bits in greys():
        frame = ic.jpeg2k_encode(array, level=0, reversible=True, bitspersample=bits, codecformat="j2k")
        cases.frame(f"JPEG 2000 {name}", JPEG2000Lossless, frame, array, bits=bits)
    grey = blobs(130, 100, 4095).astype(np.uint16)
    signed = (blobs(50, 60, 4095) - 1024).astype(np.int16)
    rgb = colours()

    def encoded(array, **options):
        return ic.jpeg2k_encode(array, codecformat="j2k", **options)

    frame = encoded(signed, level=0, reversible=True)
    cases.frame("JPEG 2000 signed", JPEG2000Lossless, frame, signed)
    for progression in ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL"):
        written = io.BytesIO()
        options = {"tile_size": (48, 64), "num_resolutions": 3, "progression": progression}
        Image.fromarray(rgb).save(written, "JPEG2000", no_jp2=True, mct=1, **options)
        what = f"JPEG 2000 tiles {progression}"
        frame = written.getvalue()
        cases.frame(what, JPEG2000Lossless, frame, rgb, photometric="YBR_RCT")
    frame = ic.jpeg2k_encode(grey, level=0, reversible=True, codecformat="jp2")
    cases.frame("JPEG 2000 in a JP2 file", JPEG2000Lossless, frame, grey)
    frame = encoded(rgb, level=0, reversible=True, mct=True)
    cases.frame("JPEG 2000 colour", JPEG2000Lossless, frame, rgb, photometric="YBR_RCT")
    frame = encoded(rgb, level=0, reversible=True, mct=False)
    cases.frame("JPEG 2000 colour as it is", JPEG2000Lossless, frame, rgb)
    for level in (40, 70):
        frame = encoded(grey, level=level, reversible=False)
        truth = ic.jpeg2k_decode(frame)
        cases.frame(f"JPEG 2000 {level} dB", JPEG2000, frame, grey, truth, 1)
    frame = encoded(rgb, level=40, reversible=False, mct=True)
    truth = ic.jpeg2k_decode(frame)
    name = "JPEG 2000 lossy colour"
    cases.frame(name, JPEG2000, frame, rgb, truth, 1, photometric="YBR_ICT")


def high_throughput(cases):
    for name, array, bits in greys():
        frame = ic.htj2k_encode(array, reversible=True)
        cases.frame(f"HTJ2K {name}", HTJ2KLossless, frame, array, bits=bits)
    grey = blobs(130, 100, 4095).astype(np.uint16)
    signed = (blobs(50, 60, 4095) - 1024).astype(np.int16)
    rgb = colours()
    frame = ic.htj2k_encode(signed, reversible=True)
    cases.frame("HTJ2K signed", HTJ2KLossless, frame, signed)
    frame = ic.htj2k_encode(grey, reversible=True, tlm=True, resolutions=4)
    cases.frame("HTJ2K RPCL", HTJ2KLosslessRPCL, frame, grey)
    frame = ic.htj2k_encode(grey, reversible=True, tile=(64, 64))
    cases.frame("HTJ2K tiles", HTJ2KLossless, frame, grey)
    frame = ic.htj2k_encode(rgb, reversible=True)
    cases.frame("HTJ2K colour", HTJ2KLossless, frame, rgb, photometric="YBR_RCT")
    for level in (0.001, 0.01):
        frame = ic.htj2k_encode(grey, level=level, reversible=False)
        truth = ic.htj2k_decode(frame)
        cases.frame(f"HTJ2K lossy {level}", HTJ2K, frame, grey, truth, 1)
    frame = ic.htj2k_encode(rgb, level=0.01, reversible=False)
    truth = ic.htj2k_decode(frame)
    cases.frame("HTJ2K lossy colour", HTJ2K, frame, rgb, truth, 1, photometric="YBR_ICT")


def jpeg_xl(cases):
    for name, array, bits in greys():
        frame = ic.jpegxl_encode(array, lossless=True, bitspersample=bits)
        cases.frame(f"JPEG XL {name}", JPEGXLLossless, frame, array, bits=bits)
    grey = blobs(130, 100, 255).astype(np.uint8)
    rgb = colours()
    frame = ic.jpegxl_encode(rgb, lossless=True)
    cases.frame("JPEG XL colour", JPEGXLLossless, frame, rgb)
    frame = ic.jpegxl_encode(grey, lossless=True, usecontainer=True)
    cases.frame("JPEG XL in a container", JPEGXLLossless, frame, grey)
    frame = ic.jpegxl_encode(grey, distance=1.0)
    truth = ic.jpegxl_decode(frame)
    cases.frame("JPEG XL lossy", JPEGXL, frame, grey, truth, 1)
    frame = ic.jpegxl_encode(rgb, distance=1.0)
    truth = ic.jpegxl_decode(frame)
    cases.frame("JPEG XL lossy colour", JPEGXL, frame, rgb, truth, 2, photometric="XYB")
    jpeg = ic.jpeg8_encode(rgb, level=90)
    frame = ic.jpegxl_encode_jpeg(jpeg, usecontainer=True)
    truth = ic.jpegxl_decode(frame)
    cases.frame("JPEG XL of a JPEG", JPEGXLJPEGRecompression, frame, rgb, truth, 2, photometric="YBR_FULL_422")


def jpeg(cases):
    for name, array, bits in greys():
        for predictor in range(1, 8):
            frame = ic.jpeg8_encode(array, lossless=True, predictor=predictor, bitspersample=bits)
            syntax = JPEGLosslessSV1 if predictor == 1 else JPEGLossless
            cases.frame(f"JPEG lossless {name} {predictor}", syntax, frame, array, bits=bits)
    signed = (blobs(50, 60, 4095) - 1024).astype(np.int16)
    frame = ic.jpeg8_encode(signed.view(np.uint16), lossless=True, predictor=1)
    cases.frame("JPEG lossless signed", JPEGLosslessSV1, frame, signed)
    for name, array, bits in greys():
        if bits > 12:
            continue
        for level in (60, 95):
            bits = 8 if bits == 8 else 12
            frame = ic.jpeg8_encode(array, level=level, bitspersample=bits)
            truth = ic.jpeg8_decode(frame)
            syntax = JPEGBaseline8Bit if bits == 8 else JPEGExtended12Bit
            cases.frame(f"JPEG {name} {level}", syntax, frame, array, truth, bits=bits)
    rgb = colours()
    for subsampling in ("444", "422", "420", "440", "411"):
        frame = ic.jpeg8_encode(rgb, level=90, subsampling=subsampling)
        truth = ic.jpeg8_decode(frame)
        what = f"JPEG {subsampling}"
        cases.frame(what, JPEGBaseline8Bit, frame, rgb, truth, photometric="YBR_FULL_422")
    for what, options in (
        ("progressive", {"progressive": True}),
        ("progressive 420", {"progressive": True, "subsampling": "4:2:0"}),
        ("restarts", {"restart_marker_blocks": 3}),
        ("progressive restarts", {"progressive": True, "restart_marker_blocks": 5}),
    ):
        for array in (rgb, blobs(61, 47, 255).astype(np.uint8)):
            written = io.BytesIO()
            Image.fromarray(array).save(written, "JPEG", quality=92, **options)
            frame = written.getvalue()
            truth = ic.jpeg8_decode(frame)
            words = {"photometric": "YBR_FULL_422"} if array.ndim == 3 else {}
            cases.frame(f"JPEG {what}", JPEGBaseline8Bit, frame, array, truth, **words)
    frame = ic.jpeg8_encode(rgb, level=90, colorspace="RGB", outcolorspace="RGB")
    truth = ic.jpeg8_decode(frame)
    cases.frame("JPEG with an Adobe mark, RGB", JPEGBaseline8Bit, frame, rgb, truth)


def plain(cases):
    rgb = colours(6, 10)
    planes = np.moveaxis(rgb, 2, 0).tobytes()

    def planar(dataset):
        dataset.PlanarConfiguration = 1

    cases.plain("planes", planes, rgb, rgb, change=planar)
    cases.plain("pixels", rgb.tobytes(), rgb, rgb)
    big = ((rgb.astype(">u2") << 8) + 5).astype(">u2")
    cases.plain("16-bit colours", big.astype("<u2").tobytes(), big.astype("<u2"), rgb)
    big_planes = np.moveaxis(big, 2, 0).tobytes()
    of_16 = big.astype("<u2")
    cases.plain("big endian planes", big_planes, of_16, rgb, ExplicitVRBigEndian, planar)

    bits = np.random.default_rng(6).integers(0, 2, (5, 7), np.uint8)

    def one_bit(dataset):
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 1, 1, 0

    cases.plain("1 bit", pack_bits(bits), bits, bits, change=one_bit)

    stored = noise(9, 8, np.int16) >> 6

    def left(dataset):
        dataset.BitsStored, dataset.HighBit = 10, 12

    # Three bits below and three above, of which the upper ones hold an overlay.
    rest = noise(9, 8, np.uint16, 7)
    written = (rest & 0xE007) | ((stored.view(np.uint16) & 0x3FF) << 3)
    cases.plain("high bit 12", written.tobytes(), stored, stored, change=left)
    wide = noise(9, 8, np.uint32)
    cases.plain("32 bits", wide.tobytes(), wide, wide)
    cases.plain("32 bits signed", wide.tobytes(), wide.view(np.int32), wide.view(np.int32))
    small = noise(9, 7, np.int8)
    cases.plain("8 bits signed", small.tobytes(), small, small)
    cases.plain("8 bits big endian", small.tobytes(), small, small, ExplicitVRBigEndian)
    for kind, element in ((np.float32, "FloatPixelData"), (np.float64, "DoubleFloatPixelData")):
        values = np.random.default_rng(8).normal(0, 1e6, (6, 5)).astype(kind)
        dataset = cases.dataset(values, ExplicitVRLittleEndian)
        dataset.BitsAllocated = 8 * values.itemsize
        setattr(dataset, element, values.tobytes())
        cases.add(element, dataset, values)


def run_lengths(cases):
    for array in (noise(9, 8, np.int16), noise(9, 8, np.uint8), blobs(40, 50, 900).astype("<u2")):
        dataset = cases.dataset(array, ExplicitVRLittleEndian)
        dataset.PixelData = array.tobytes()
        dataset.compress(RLELossless, array, encoding_plugin="pydicom")
        cases.add(f"RLE {array.dtype.name}", dataset, array)


def palettes(cases):
    """PS3.3 C.7.6.3.1.5 and C.7.9.2, by the words of the standard."""
    stored = np.arange(60, dtype=np.uint16).reshape(6, 10) + 90
    red = np.arange(100, 132)
    values = [red, red[::-1] * 1, red + 100]
    index = np.clip(stored.astype(int) - 100, 0, 31)
    truth = np.dstack([v[index] for v in values]).astype(np.uint8)

    def table(bits, segments=None):
        def change(dataset):
            for colour, entries in zip(("Red", "Green", "Blue"), values):
                name = f"{colour}PaletteColorLookupTable"
                setattr(dataset, f"{name}Descriptor", [32, 100, bits])
                if segments:
                    words = np.array(segments(entries), "<u2")
                    setattr(dataset, f"Segmented{name}Data", words.tobytes())
                elif bits == 8:
                    setattr(dataset, f"{name}Data", entries.astype("u1").tobytes())
                else:
                    words = (entries.astype("<u2") << 8) + 17
                    setattr(dataset, f"{name}Data", words.tobytes())
                where = f"Segmented{name}Data" if segments else f"{name}Data"
                dataset[where].VR = "OW"

        return change

    def segments(entries):
        """Discrete, linear, and a copy of nothing new: the line goes on."""
        high = [int(entry) << 8 for entry in entries]
        return [0, 2, *high[:2], 1, 29, high[30], 0, 1, high[31]]

    data = stored.tobytes()
    words = {"photometric": "PALETTE COLOR"}
    cases.plain("palette of 8 bits", data, stored, truth, change=table(8), **words)
    cases.plain("palette of 16 bits", data, stored, truth, change=table(16), **words)
    cases.plain("palette of segments", data, stored, truth, change=table(16, segments), **words)


def partial(cases):
    """YBR_PARTIAL_422 by ITU-R BT.601: studio levels of colours that pairs share."""
    random = np.random.default_rng(9)
    pairs = random.integers((16, 16, 16), (236, 241, 241), (4, 3, 3))
    luma = np.repeat(pairs[..., :1], 2, 2) + [0, 1]
    data = np.dstack([luma, pairs[..., 1:]]).astype(np.uint8)
    y, cb, cr = (np.repeat(pairs, 2, 1)[..., n].astype(float) for n in range(3))
    y = luma.reshape(4, 6)
    scaled = 255 / 219 * (y - 16)
    red = scaled + 255 / 224 * 1.402 * (cr - 128)
    green = scaled - 255 / 224 * (0.344136 * (cb - 128) + 0.714136 * (cr - 128))
    blue = scaled + 255 / 224 * 1.772 * (cb - 128)
    rgb = np.clip(np.rint(np.dstack([red, green, blue])), 0, 255).astype(np.uint8)
    cases.plain("YBR_PARTIAL_422", data.tobytes(), rgb, rgb, photometric="YBR_PARTIAL_422")


def main():
    cases = Cases(pathlib.Path(sys.argv[1]))
    for kind in (
        jpeg_ls,
        dcmtk,
        jpeg_2000,
        high_throughput,
        jpeg_xl,
        jpeg,
        plain,
        run_lengths,
        palettes,
        partial,
    ):
        kind(cases)
    json.dump({"cases": cases.cases}, sys.stdout)


main()
