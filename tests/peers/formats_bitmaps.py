"""Makes PNG, JPEG, BMP and TIFF files for crates/formats/tests/formats/peers_bitmap.rs with Pillow, tifffile
and SimpleITK, and says what they hold.

    formats_bitmaps.py FOLDER

Prints one JSON object, `cases`: path (a file, or a folder of which one series is made), size
(i, j, k), spacing in mm, name of the type that voxels have in memory, codes of what is to be
reported, and for each volume either the SHA-256 of its values (float64, i fastest; of colours their
bytes) or, where a lossy coding leaves a choice, `truth`: a file of its bytes as the peer decodes
them, and `tolerance`.
"""

import hashlib
import json
import pathlib
import struct
import sys
import zlib

import numpy as np
import SimpleITK as sitk
import tifffile
from PIL import Image, ImageOps, PngImagePlugin

SHAPE = (7, 5)  # rows, columns
GUESSED = "guessed_geometry"
PRINT = "spacing_from_resolution"


def digest(volume):
    """Of an array (k, j, i), or (k, j, i, 3) of colours."""
    dtype = "u1" if volume.ndim == 4 else "<f8"
    return hashlib.sha256(np.ascontiguousarray(volume, dtype).tobytes()).hexdigest()


class Cases:
    def __init__(self, root):
        self.root = root
        self.random = np.random.default_rng(11)
        self.all = []

    def path(self, name):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def pixels(self, dtype, shape=SHAPE):
        dtype = np.dtype(dtype)
        if dtype.kind == "f":
            return self.random.normal(size=shape).astype(dtype)
        info = np.iinfo(dtype)
        return self.random.integers(info.min, info.max, shape, dtype=dtype, endpoint=True)

    def case(self, path, first, n_slices, is_colour, codes, spacing):
        return {
            "path": str(path),
            "size": [first.shape[1], first.shape[0], n_slices],
            "spacing": spacing,
            "type": "rgb8" if is_colour else str(first.dtype),
            "codes": sorted([GUESSED, *codes]),
        }

    def add(self, path, volumes, codes=(), spacing=(1, 1, 1)):
        """Of volumes (k, j, i) or (k, j, i, 3)."""
        first = volumes[0]
        case = self.case(path, first[0], len(first), first.ndim == 4, codes, list(spacing))
        case["volumes"] = [digest(volume) for volume in volumes]
        self.all.append(case)

    def near(self, path, image, tolerance, codes=("lossy",), spacing=(1, 1, 1)):
        pixels = np.asarray(image)
        case = self.case(path, pixels, 1, pixels.ndim == 3, codes, list(spacing))
        truth = path.with_name(path.name + ".truth")
        truth.write_bytes(pixels.tobytes())
        self.all.append(case | {"volumes": [], "truth": str(truth), "tolerance": tolerance})

    def pillow(self, name, image, codes=(), spacing=(1, 1, 1), **options):
        """Pixels as Pillow reads them back, palettes as colours, without alpha."""
        path = self.path(name)
        image.save(path, **options)
        read = ImageOps.exif_transpose(Image.open(path))
        to = {"1": "L", "P": "RGB", "PA": "RGB", "RGBA": "RGB", "LA": "L"}.get(read.mode)
        if read.mode == "RGBA":
            read = Image.merge("RGB", read.split()[:3])
        elif to:
            read = read.convert(to)
        self.add(path, [np.asarray(read)[None]], codes, spacing)


def palette_image(cases, n_colours):
    image = Image.fromarray(cases.random.integers(0, n_colours, SHAPE, dtype="u1"), "P")
    image.putpalette(cases.random.integers(0, 256, 3 * n_colours, dtype="u1").tobytes())
    return image


def deep_png(path, pixels):
    """Sixteen bits for each of red, green and blue, which Pillow does not write."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows, columns, channels = pixels.shape
    header = struct.pack(">IIBBBBB", columns, rows, 16, {3: 2, 4: 6}[channels], 0, 0, 0)
    data = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + body)


def images(cases):
    grey = Image.fromarray(cases.pixels("u1"))
    return {
        "grey": (grey, ()),
        "bilevel": (Image.fromarray(cases.pixels("u1") > 127), ()),
        "rgb": (Image.fromarray(cases.pixels("u1", (*SHAPE, 3))), ()),
        "rgba": (Image.fromarray(cases.pixels("u1", (*SHAPE, 4))), ("alpha_dropped",)),
        "palette": (palette_image(cases, 200), ()),
        "palette_small": (palette_image(cases, 3), ()),
    }


def png_cases(cases):
    for name, (image, codes) in images(cases).items():
        cases.pillow(f"png/{name}.png", image, codes)
    grey, palette = Image.fromarray(cases.pixels("u1")), palette_image(cases, 16)
    cases.pillow("png/deep.png", Image.fromarray(cases.pixels("u2")))
    alpha = Image.merge("LA", (grey, grey.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))
    cases.pillow("png/grey_alpha.png", alpha, ["alpha_dropped"])
    cases.pillow("png/transparent.png", palette, ["alpha_dropped"], transparency=2)
    for bits in (1, 2, 4):
        cases.pillow(f"png/bits{bits}.png", palette_image(cases, 1 << bits), bits=bits)
    cases.pillow("png/dpi.png", grey, [PRINT], (0.25, 0.125, 1), dpi=(101.6, 203.2))
    for dpi in (72, 96):
        cases.pillow(f"png/dpi{dpi}.png", grey, dpi=(dpi, dpi))
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "eine Röntgenaufnahme")
    text.add_itxt("Title", "Ελληνικά")
    cases.pillow("png/text.png", grey, pnginfo=text)
    for channels, codes in ((3, []), (4, ["alpha_dropped"])):
        pixels = cases.pixels("u2", (*SHAPE, channels))
        path = cases.path(f"png/deep{channels}.png")
        deep_png(path, pixels)
        upper = (pixels[..., :3] >> 8).astype("u1")
        cases.add(path, [upper[None]], ["colour_depth_cut", *codes])


def exif_of(orientation):
    exif = Image.Exif()
    exif[274] = orientation
    exif[271] = "Maker"
    return exif


def jpeg_cases(cases):
    # Smooth, as lossy coding is meant for: then decoders agree to rounding.
    y, x = np.mgrid[0:48, 0:40]
    grey = Image.fromarray((x * 3 + y * 2).astype("u1"))
    rgb = Image.fromarray(np.stack([x * 6, y * 5, (x + y) * 2], axis=-1).astype("u1"))
    options = {
        "grey": (grey, {}),
        "rgb": (rgb, {"subsampling": 0}),
        "half": (rgb, {"subsampling": 2}),
        "progressive": (rgb, {"subsampling": 0, "progressive": True}),
        "adobe": (rgb, {"subsampling": 0, "keep_rgb": True}),
    }
    for name, (image, extra) in options.items():
        path = cases.path(f"jpeg/{name}.jpg")
        image.save(path, quality=95, **extra)
        cases.near(path, Image.open(path), 4 if name == "half" else 2)
    path = cases.path("jpeg/dpi.jpg")
    grey.save(path, quality=95, dpi=(254, 127))
    cases.near(path, Image.open(path), 2, ["lossy", PRINT], (0.1, 0.2, 1))
    for orientation in range(1, 9):
        path = cases.path(f"jpeg/turned{orientation}.jpg")
        turned = (254, 127) if orientation < 5 else (127, 254)
        rgb.save(path, quality=95, subsampling=0, exif=exif_of(orientation), dpi=turned)
        codes = ["lossy", PRINT] + (["turned_upright"] if orientation > 1 else [])
        upright = ImageOps.exif_transpose(Image.open(path))
        cases.near(path, upright, 2, codes, (0.1, 0.2, 1))
        lossless = Image.fromarray(cases.pixels("u1", (*SHAPE, 3)))
        codes = codes[2:]
        for ending in ("png", "tif"):
            name = f"{ending}/turned{orientation}.{ending}"
            cases.pillow(name, lossless, codes, exif=exif_of(orientation))


def bmp_cases(cases):
    for name, (image, _) in images(cases).items():
        if name != "rgba":
            cases.pillow(f"bmp/{name}.bmp", image, dpi=(96, 96))
    grey = Image.fromarray(cases.pixels("u1"))
    cases.pillow("bmp/dpi.bmp", grey, [PRINT], (0.25, 0.25, 1), dpi=(101.6, 101.6))


def tiff(cases, name, pixels, volumes=None, codes=(), spacing=(1, 1, 1), **options):
    path = cases.path(f"tif/{name}.tif")
    tifffile.imwrite(path, pixels, metadata=options.pop("metadata", None), **options)
    if volumes is None:
        read = tifffile.imread(path)
        n_slices = 1 if read.ndim == 2 else len(read)
        volumes = [read.reshape(n_slices, *read.shape[-2:])]
    cases.add(path, volumes, codes, spacing)


def tiff_cases(cases):
    grey = {"photometric": "minisblack"}
    for dtype in ["u1", "i1", "u2", "i2", "u4", "i4", "f4", "f8"]:
        for order in "<>":
            pixels = cases.pixels(dtype)
            for extra in ({}, {"bigtiff": True}, {"compression": "zlib"}, {"compression": "lzw"}):
                form = "_".join(str(value) for value in extra.values())
                name = f"{dtype}_{'be' if order == '>' else 'le'}_{form}"
                tiff(cases, name, pixels, byteorder=order, **extra, **grey)
        big = cases.pixels(dtype, (33, 40))
        tiff(cases, f"{dtype}_tiled", big, tile=(16, 16), **grey)
        tiff(cases, f"{dtype}_strips", big, rowsperstrip=5, compression="packbits", **grey)
        predictor = {"u1": 2, "u2": 2, "i2": 2, "f4": 3}.get(dtype)
        if predictor:
            options = {"compression": "zlib", "predictor": predictor}
            tiff(cases, f"{dtype}_predicted", big, **options, **grey)
        tiff(cases, f"{dtype}_pages", cases.pixels(dtype, (6, *SHAPE)), **grey)
    pixels = cases.pixels("u1")
    tiff(cases, "inverted", pixels, [pixels[None]], ["white_is_zero"], photometric="miniswhite")
    colours = cases.pixels("u1", (*SHAPE, 4))
    plain = np.ascontiguousarray(colours[..., :3])
    rgb = {"photometric": "rgb"}
    tiff(cases, "rgb", plain, [plain[None]], **rgb)
    tiff(cases, "planar", np.moveaxis(plain, -1, 0), [plain[None]], planarconfig="separate", **rgb)
    tiff(cases, "rgba", colours, [plain[None]], ["alpha_dropped"], extrasamples=["unassalpha"], **rgb)
    deep = cases.pixels("u2", (*SHAPE, 3))
    upper = (deep >> 8).astype("u1")
    for order in "<>":
        name = "deep_" + ("be" if order == ">" else "le")
        tiff(cases, name, deep, [upper[None]], ["colour_depth_cut"], byteorder=order, **rgb)
    for name, (image, codes) in images(cases).items():
        cases.pillow(f"tif/pillow_{name}.tif", image, codes, compression="tiff_lzw")
    image = Image.fromarray(cases.pixels("u1") > 127)
    for compression in ("raw", "packbits"):
        cases.pillow(f"tif/bilevel_{compression}.tif", image, compression=compression)


def tiff_spacing(cases):
    pixels = cases.pixels("u2")
    centimetre = {"resolution": (40, 20), "resolutionunit": "CENTIMETER"}
    grey = {"photometric": "minisblack"}
    tiff(cases, "centimetre", pixels, codes=[PRINT], spacing=(0.25, 0.5, 1), **centimetre, **grey)
    tiff(cases, "screen", pixels, resolution=(72, 72), resolutionunit="INCH", **grey)
    tiff(cases, "no_unit", pixels, resolution=(300, 300), resolutionunit="NONE", **grey)
    stack = cases.pixels("u2", (4, *SHAPE))
    metadata = {"axes": "ZYX", "spacing": 2.5, "unit": "um"}
    options = {"imagej": True, "resolution": (4, 2)}
    tiff(cases, "imagej", stack, [stack], spacing=(2.5e-4, 5e-4, 2.5e-3), metadata=metadata, **options)
    # Time points, slices, channels.
    hyper = cases.pixels("u2", (2, 4, 3, *SHAPE))
    volumes = [hyper[frame, :, channel] for frame in range(2) for channel in range(3)]
    metadata = {"axes": "TZCYX", "spacing": 3, "unit": "mm"}
    tiff(cases, "hyperstack", hyper, volumes, spacing=(0.25, 0.5, 3), metadata=metadata, **options)


def simpleitk_cases(cases):
    for dtype in ("uint8", "uint16", "float32"):
        stack = cases.pixels(dtype, (3, *SHAPE))
        image = sitk.GetImageFromArray(stack)
        image.SetSpacing((0.5, 0.25, 1.0))
        path = cases.path(f"sitk/{dtype}.tif")
        sitk.WriteImage(image, str(path))
        cases.add(path, [sitk.GetArrayFromImage(sitk.ReadImage(str(path)))], [PRINT], (0.5, 0.25, 1))
    # ITK writes the spacing into a PNG as metres (sCAL) though it is in millimetres: not read.
    for ending, codes, spacing in (("png", [], (1, 1, 1)), ("bmp", [PRINT], (0.5, 0.25, 1))):
        image = sitk.GetImageFromArray(cases.pixels("uint8"))
        image.SetSpacing((0.5, 0.25))
        path = cases.path(f"sitk/grey.{ending}")
        sitk.WriteImage(image, str(path))
        pixels = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
        # ITK makes colours of the greys in the palette of a BMP.
        pixels = pixels[..., 0] if pixels.ndim == 3 else pixels
        cases.add(path, [pixels[None]], codes, spacing)


def folders(cases):
    """Numbers without leading zeros, so that the order of names is not theirs."""
    for dtype, ending in (("u1", "png"), ("u2", "png"), ("u1", "bmp"), ("f4", "tif")):
        stack = cases.pixels(dtype, (12, *SHAPE))
        folder = cases.path(f"stack_{dtype}_{ending}/slice_1")
        for number, pixels in enumerate(stack, start=1):
            Image.fromarray(pixels).save(f"{folder.parent}/slice_{number}.{ending}")
        cases.add(folder.parent, [stack], ["stacked_by_name"])
    folder = cases.path("missing/a_01").parent
    stack = cases.pixels("u1", (7, *SHAPE))
    stack[3] = 0
    for number, pixels in enumerate(stack):
        if number != 3:
            Image.fromarray(pixels).save(f"{folder}/a_{10 * number:03}.png")
    cases.add(folder, [stack], ["stacked_by_name", "missing_slices"])


def main():
    cases = Cases(pathlib.Path(sys.argv[1]))
    png_cases(cases)
    jpeg_cases(cases)
    bmp_cases(cases)
    tiff_cases(cases)
    tiff_spacing(cases)
    simpleitk_cases(cases)
    folders(cases)
    cmyk = Image.fromarray(cases.pixels("u1", (*SHAPE, 4)), "CMYK")
    for name in ("ink.jpg", "ink.tif"):
        cmyk.save(cases.path(f"refused/{name}"))
    refused = [str(cases.root / "refused" / name) for name in ("ink.jpg", "ink.tif")]
    json.dump({"cases": cases.all, "refused": refused}, sys.stdout)


main()
