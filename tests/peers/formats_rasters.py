"""Makes NIfTI, Analyze, MGH, NRRD and MetaImage files for crates/formats/tests/formats/peers_raster.rs with
nibabel, SimpleITK and pynrrd, and says what they hold.

    formats_rasters.py FOLDER

Prints one JSON object, `cases`: path, size (i, j, k), 4x4 LPS transform by rows (null where the
format does not say), name of the type that voxels have in memory, and for each volume the SHA-256
of its values (float64, i fastest; of colours their bytes). `kind` says what the case is about.
"""

import gzip
import hashlib
import itertools
import json
import pathlib
import sys
import warnings

import nibabel as nib
import nrrd
import numpy as np
import SimpleITK as sitk

warnings.simplefilter("ignore")

FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])
SHAPE = (5, 4, 3)
PLAIN = ["uint8", "int8", "uint16", "int16", "uint32", "int32", "float32", "float64"]


def digest(voxels):
    """Of an array (i, j, k), or (i, j, k, 3) of colours."""
    if voxels.ndim == 4:
        data = np.ascontiguousarray(voxels.transpose(2, 1, 0, 3), "u1")
    else:
        data = np.ascontiguousarray(voxels.T, "<f8")
    return hashlib.sha256(data.tobytes()).hexdigest()


class Cases:
    def __init__(self, root):
        self.root = root
        self.random = np.random.default_rng(7)
        self.all = []

    def path(self, name):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def voxels(self, dtype, shape=SHAPE):
        dtype = np.dtype(dtype)
        if dtype.kind == "f":
            return self.random.normal(size=shape).astype(dtype)
        if dtype.kind == "c":
            parts = self.random.normal(size=(2, *shape))
            return (parts[0] + 1j * parts[1]).astype(dtype)
        info = np.iinfo(dtype)
        # 64-bit integers that fit into 53 bits, in float64, exactly.
        low, high = max(info.min, -(1 << 50)), min(info.max, 1 << 50)
        return self.random.integers(low, high, shape, dtype=dtype)

    def oblique(self, shear=0.0):
        """A LPS transform that single precision holds exactly enough."""
        matrix, _ = np.linalg.qr(self.random.normal(size=(3, 3)))
        affine = np.eye(4)
        affine[:3, :3] = matrix * [0.75, 1.5, 2.5]
        affine[:3, 2] += shear * affine[:3, 1]
        affine[:3, 3] = [11.5, -23.25, 40.0]
        return affine

    def add(self, path, affine, dtype, volumes, kind):
        self.all.append({
            "path": str(path),
            "kind": kind,
            "size": list(volumes[0].shape[:3]),
            "lps_from_index": None if affine is None else np.asarray(affine, float).tolist(),
            "type": str(dtype),
            "volumes": [digest(v) for v in volumes],
        })


def memory_type(dtype):
    dtype = np.dtype(dtype)
    kept = {"int64": "float64", "uint64": "float64", "complex64": "float32", "complex128": "float64"}
    return kept.get(dtype.name, dtype.name)


def values(array):
    if array.dtype.kind != "c":
        return array
    wide = array.astype(complex)
    # Not np.abs, whose vector code is off by a last digit.
    return np.hypot(wide.real, wide.imag).astype(memory_type(array.dtype))


# nibabel


def nibabel_cases(cases):
    kinds = {
        "nifti1": (nib.Nifti1Image, ["nii", "nii.gz"]),
        "nifti1_pair": (nib.Nifti1Pair, ["img"]),
        "nifti2": (nib.Nifti2Image, ["nii", "nii.gz"]),
        "nifti2_pair": (nib.Nifti2Pair, ["img"]),
    }
    types = [*PLAIN, "int64", "uint64", "complex64", "complex128"]
    for kind, (maker, endings) in kinds.items():
        for dtype, ending, order in itertools.product(types, endings, "<>"):
            affine = cases.oblique(shear=0.25)
            data = cases.voxels(dtype)
            header = maker.header_class(endianness=order)
            header.set_data_dtype(np.dtype(dtype).newbyteorder(order))
            image = maker(data, FLIP @ affine, header, dtype=np.dtype(dtype))
            name = f"{kind}/{dtype}_{'be' if order == '>' else 'le'}.{ending}"
            path = cases.path(name)
            nib.save(image, path)
            # A pair is opened by its header half the time.
            opened = path.with_suffix(".hdr") if ending == "img" and order == ">" else path
            cases.add(opened, affine, memory_type(dtype), [values(data)], kind)
    for kind, (maker, endings) in kinds.items():
        for shape, name in [((*SHAPE, 4), "4d"), ((*SHAPE, 1, 3), "5d"), ((*SHAPE, 2, 3), "6")]:
            data, affine = cases.voxels("int16", shape), cases.oblique()
            path = cases.path(f"{kind}/{name}.{endings[-1]}")
            nib.save(maker(data, FLIP @ affine), path)
            volumes = np.moveaxis(data.reshape(*SHAPE, -1, order="F"), -1, 0)
            cases.add(path, affine, "int16", list(volumes), f"{kind}_volumes")
        rgb = cases.voxels("uint8", (*SHAPE, 3))
        affine = cases.oblique()
        packed = rgb.copy().view([("R", "u1"), ("G", "u1"), ("B", "u1")]).reshape(SHAPE)
        path = cases.path(f"{kind}/rgb.{endings[-1]}")
        nib.save(maker(packed, FLIP @ affine), path)
        cases.add(path, affine, "rgb8", [rgb], f"{kind}_colour")
        rgba = np.concatenate([rgb, cases.voxels("uint8", (*SHAPE, 1))], axis=3)
        fields = [("R", "u1"), ("G", "u1"), ("B", "u1"), ("A", "u1")]
        path = cases.path(f"{kind}/rgba.{endings[-1]}")
        nib.save(maker(rgba.view(fields).reshape(SHAPE), FLIP @ affine), path)
        cases.add(path, affine, "rgb8", [rgb], f"{kind}_colour")
    scaled = nib.Nifti2Image(cases.voxels("int16"), FLIP @ cases.oblique())
    scaled.header.set_slope_inter(0.1, -3.7)
    path = cases.path("nifti2/scaled.nii")
    nib.save(scaled, path)
    again = nib.load(path)
    stored = again.dataobj.get_unscaled().astype(float)
    slope, inter = again.dataobj.slope, again.dataobj.inter
    cases.add(path, FLIP @ again.affine, "int16", [stored * slope + inter], "nifti2")
    # A pair whose voxels are gzipped by hand.
    data, affine = cases.voxels("int16"), cases.oblique()
    path = cases.path("gz_pair/X.img")
    nib.save(nib.Nifti1Pair(data, FLIP @ affine), path)
    (path.parent / "X.img.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()
    cases.add(path.parent, affine, "int16", [data], "gz_pair")


def analyze_cases(cases):
    for dtype, order in itertools.product(["uint8", "int16", "int32", "float32", "float64"], "<>"):
        data = cases.voxels(dtype)
        for maker, name in [(nib.AnalyzeImage, "analyze"), (nib.Spm99AnalyzeImage, "spm")]:
            header = maker.header_class(endianness=order)
            header.set_data_dtype(np.dtype(dtype).newbyteorder(order))
            header.set_data_shape(SHAPE)
            header.set_zooms((1.5, 2.0, 2.5))
            if name == "spm":
                header["origin"][:3] = [2, 3, 1]
            image = maker(data, None, header)
            path = cases.path(f"analyze/{name}_{dtype}_{'be' if order == '>' else 'le'}.img")
            nib.save(image, path)
            path.with_suffix(".mat").unlink(missing_ok=True)
            loaded = nib.load(path)
            stored = np.asanyarray(loaded.dataobj).astype(float)
            cases.add(path, FLIP @ loaded.affine, dtype, [stored], "analyze")


def mgh_cases(cases):
    for dtype, ending in itertools.product(["uint8", "int16", "int32", "float32"], ["mgh", "mgz"]):
        data, affine = cases.voxels(dtype), cases.oblique()
        path = cases.path(f"mgh/{dtype}.{ending}")
        nib.save(nib.MGHImage(data, FLIP @ affine), path)
        cases.add(path, FLIP @ nib.load(path).affine, dtype, [data], "mgh")
    data, affine = cases.voxels("int16", (*SHAPE, 3)), cases.oblique()
    for ending in ["mgh", "mgz"]:
        path = cases.path(f"mgh/frames.{ending}")
        nib.save(nib.MGHImage(data, FLIP @ affine), path)
        cases.add(path, affine, "int16", list(np.moveaxis(data, -1, 0)), "mgh_volumes")
    # Without a place in the patient: coronal slices, left, inferior, anterior, by FreeSurfer's own
    # account of the format; nibabel 5.4 has the same numbers transposed.
    raw = bytearray(cases.path("mgh/int16.mgh").read_bytes())
    raw[28:30] = b"\0\0"
    path = cases.path("mgh/unplaced.mgh")
    path.write_bytes(raw)
    ras = np.eye(4)
    ras[:3, :3] = [[-1, 0, 0], [0, 0, 1], [0, -1, 0]]
    ras[:3, 3] = -ras[:3, :3] @ np.array(SHAPE) / 2
    cases.add(path, FLIP @ ras, "int16", [np.asanyarray(nib.load(path).dataobj)], "mgh")


# SimpleITK


def place(image, affine):
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    n = image.GetDimension()
    direction = np.eye(n)
    m = min(n, 3)
    direction[:m, :m] = (affine[:3, :3] / spacing)[:m, :m]
    image.SetDirection(direction.ravel())
    image.SetSpacing([*spacing[:m], *[1.0] * (n - m)])
    image.SetOrigin([*affine[:m, 3], *[0.0] * (n - m)])
    return image


def simpleitk_cases(cases):
    for ending, packed in itertools.product(["nrrd", "nhdr", "mha", "mhd"], [False, True]):
        for dtype in [*PLAIN, "int64", "uint64"]:
            data, affine = cases.voxels(dtype), cases.oblique()
            image = place(sitk.GetImageFromArray(data.T), affine)
            path = cases.path(f"itk_{ending}_{packed}/{dtype}.{ending}")
            sitk.WriteImage(image, str(path), packed)
            cases.add(path, affine, memory_type(dtype), [data], f"itk_{ending}")
        rgb, affine = cases.voxels("uint8", (*SHAPE, 3)), cases.oblique()
        image = sitk.GetImageFromArray(rgb.transpose(2, 1, 0, 3), isVector=True)
        path = cases.path(f"itk_{ending}_{packed}/rgb.{ending}")
        sitk.WriteImage(place(image, affine), str(path), packed)
        if ending in ("mha", "mhd"):
            cases.add(path, affine, "rgb8", [rgb], f"itk_{ending}_colour")
        else:
            # SimpleITK says `vector`, which is not colour.
            volumes = list(np.moveaxis(rgb, -1, 0))
            cases.add(path, affine, "uint8", volumes, f"itk_{ending}_volumes")
        vector, affine = cases.voxels("int16", (*SHAPE, 3)), cases.oblique()
        image = sitk.GetImageFromArray(vector.transpose(2, 1, 0, 3), isVector=True)
        path = cases.path(f"itk_{ending}_{packed}/vector.{ending}")
        sitk.WriteImage(place(image, affine), str(path), packed)
        volumes = list(np.moveaxis(vector, -1, 0))
        cases.add(path, affine, "int16", volumes, f"itk_{ending}_volumes")
        four, affine = cases.voxels("int16", (*SHAPE, 4)), cases.oblique()
        image = sitk.JoinSeries([place(sitk.GetImageFromArray(v.T), affine) for v in np.moveaxis(four, -1, 0)])
        path = cases.path(f"itk_{ending}_{packed}/time.{ending}")
        sitk.WriteImage(image, str(path), packed)
        cases.add(path, affine, "int16", list(np.moveaxis(four, -1, 0)), f"itk_{ending}_volumes")


def lists_for_itk(cases):
    """Data in several files, which SimpleITK reads."""
    data = cases.voxels("int16")
    for ending in ["nhdr", "mhd"]:
        for form in ["list", "pattern"]:
            folder = cases.path(f"many_{ending}_{form}/x").parent
            for k in range(SHAPE[2]):
                (folder / f"slice{k + 1:02}.raw").write_bytes(np.ascontiguousarray(data[..., k].T).tobytes())
            path = folder / f"head.{ending}"
            path.write_text(many_files(ending, form))
            image = sitk.ReadImage(str(path))
            read = sitk.GetArrayFromImage(image).T
            assert np.array_equal(read, data), path
            affine = np.eye(4)
            affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
            affine[:3, 3] = image.GetOrigin()
            cases.add(path, affine, "int16", [read], f"many_{ending}")


def odd_beginnings(cases):
    """Voxels after bytes or lines of something else, or as text, which SimpleITK reads."""
    data = cases.voxels("int16")
    raw = np.ascontiguousarray(data.T).tobytes()
    text = " ".join(map(str, data.T.ravel())).encode() + b"\n"
    nrrd_head = many_files("nhdr", "list").split("data file:")[0]
    meta_head = many_files("mhd", "list").split("ElementDataFile")[0]
    as_text = nrrd_head.replace("encoding: raw", "encoding: ascii")
    meta_text = meta_head.replace("BinaryData = True", "BinaryData = False")
    forms = {
        "last.nhdr": (nrrd_head + "byte skip: -1\ndata file: voxels\n", b"something" + raw),
        "bytes.nhdr": (nrrd_head + "byte skip: 9\ndata file: voxels\n", b"something" + raw),
        "lines.nhdr": (nrrd_head + "line skip: 2\ndata file: voxels\n", b"some\nthing\n" + raw),
        "text.nhdr": (as_text + "data file: voxels\n", text),
        "last.mhd": (meta_head + "HeaderSize = -1\nElementDataFile = voxels\n", b"something" + raw),
        "bytes.mhd": (meta_head + "HeaderSize = 9\nElementDataFile = voxels\n", b"something" + raw),
        "text.mhd": (meta_text + "ElementDataFile = voxels\n", text),
    }
    for name, (head, voxels) in forms.items():
        path = cases.path(f"odd_{name.replace('.', '_')}/{name}")
        path.write_text(head)
        (path.parent / "voxels").write_bytes(voxels)
        read = sitk.GetArrayFromImage(sitk.ReadImage(str(path))).T
        assert np.array_equal(read, data), path
        cases.add(path, None, "int16", [read], "odd_beginning")


def many_files(ending, form):
    names = "".join(f"slice{k + 1:02}.raw\n" for k in range(SHAPE[2]))
    sizes = " ".join(map(str, SHAPE))
    if ending == "nhdr":
        files = f"LIST\n{names}" if form == "list" else f"slice%02d.raw 1 {SHAPE[2]} 1 2\n"
        return (
            "NRRD0004\ntype: short\ndimension: 3\nspace: left-posterior-superior\n"
            f"sizes: {sizes}\nspace directions: (2,0,0) (0,0,-3) (0,4,0)\nkinds: domain domain domain\n"
            f"endian: little\nencoding: raw\nspace origin: (1,2,3)\ndata file: {files}"
        )
    files = f"LIST\n{names}" if form == "list" else f"slice%02d.raw 1 {SHAPE[2]} 1\n"
    return (
        "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
        "TransformMatrix = 0 1 0 0 0 -1 1 0 0\nOffset = 1 2 3\nElementSpacing = 2 3 4\n"
        f"DimSize = {sizes}\nElementType = MET_SHORT\nElementDataFile = {files}"
    )


# pynrrd


def nrrd_header(affine, axes=3, extra=None, kind="list", space="left-posterior-superior"):
    """`extra`: where an axis that does not span space lies."""
    to_space = {
        "left-posterior-superior": [1, 1, 1],
        "LPS": [1, 1, 1],
        "right-anterior-superior": [-1, -1, 1],
        "RAS": [-1, -1, 1],
        "left-anterior-superior": [1, -1, 1],
    }[space]
    turned = np.diag([*to_space, 1]) @ affine
    directions = [turned[:3, n] for n in range(3)]
    kinds = ["domain"] * 3
    if extra is not None:
        directions.insert(extra, [np.nan] * 3)
        kinds.insert(extra, kind)
    return {
        "space": space,
        "space directions": np.array(directions),
        "space origin": turned[:3, 3],
        "kinds": kinds,
    }


def pynrrd_cases(cases):
    encodings = ["raw", "gzip", "bzip2", "ascii"]
    for encoding, dtype, endian in itertools.product(encodings, PLAIN, ["little", "big"]):
        data, affine = cases.voxels(dtype), cases.oblique(shear=0.3)
        header = nrrd_header(affine) | {"encoding": encoding, "endian": endian}
        path = cases.path(f"nrrd/{encoding}_{dtype}_{endian}.nrrd")
        nrrd.write(str(path), data.astype(data.dtype.newbyteorder("<>"[endian == "big"])), header, index_order="F")
        read, _ = nrrd.read(str(path), index_order="F")
        cases.add(path, affine, dtype, [read], f"nrrd_{encoding}")
    for space in ["LPS", "RAS", "right-anterior-superior", "left-anterior-superior"]:
        data, affine = cases.voxels("int16"), cases.oblique()
        path = cases.path(f"nrrd/{space}.nrrd")
        nrrd.write(str(path), data, nrrd_header(affine, space=space), index_order="F")
        cases.add(path, affine, "int16", [data], "nrrd_space")
    for at, kind, encoding in itertools.product(range(4), ["list", "time", "vector"], ["raw", "gzip"]):
        four, affine = cases.voxels("int16", (*SHAPE, 2)), cases.oblique()
        path = cases.path(f"nrrd/{kind}_{at}_{encoding}.nrrd")
        header = nrrd_header(affine, extra=at, kind=kind) | {"encoding": encoding}
        nrrd.write(str(path), np.moveaxis(four, -1, at), header, index_order="F")
        cases.add(path, affine, "int16", list(np.moveaxis(four, -1, 0)), "nrrd_volumes")
    for n, kind in [(3, "RGB-color"), (4, "RGBA-color"), (3, "3-color"), (4, "4-color")]:
        pixels, affine = cases.voxels("uint8", (*SHAPE, n)), cases.oblique()
        path = cases.path(f"nrrd/{kind}.nrrd")
        nrrd.write(str(path), np.moveaxis(pixels, -1, 0), nrrd_header(affine, extra=0, kind=kind), index_order="F")
        cases.add(path, affine, "rgb8", [pixels[..., :3]], "nrrd_colour")
    for encoding in ["raw", "gzip", "bzip2"]:
        data, affine = cases.voxels("int16"), cases.oblique()
        path = cases.path(f"nrrd_apart/{encoding}.nhdr")
        header = nrrd_header(affine) | {"encoding": encoding}
        nrrd.write(str(path), data, header, detached_header=True, index_order="F")
        cases.add(path, affine, "int16", [data], "nrrd_apart")
    # Sizes of voxels alone, as SimpleITK places them.
    data = cases.voxels("int16")
    path = cases.path("nrrd/spacings.nrrd")
    nrrd.write(str(path), data, {"spacings": [2.0, 3.0, 4.0]}, index_order="F")
    image = sitk.ReadImage(str(path))
    affine = np.diag([*image.GetSpacing(), 1.0])
    affine[:3, 3] = image.GetOrigin()
    cases.add(path, affine, "int16", [data], "nrrd_unplaced")


# 48 orders and flips of the axes


def orders(cases):
    for order in itertools.permutations(range(3)):
        for flips in itertools.product([1, -1], repeat=3):
            affine = np.zeros((4, 4))
            for axis, (row, flip, size) in enumerate(zip(order, flips, [0.5, 1.25, 3.0])):
                affine[row, axis] = flip * size
            affine[:, 3] = [-7.5, 20.25, 1000.0, 1.0]
            name = "".join(f"{'-+'[flip > 0]}{row}" for row, flip in zip(order, flips))
            data = cases.voxels("int16")
            path = cases.path(f"orders/{name}.nii.gz")
            nib.save(nib.Nifti1Image(data, FLIP @ affine), path)
            cases.add(path, affine, "int16", [data], "order")
            image = place(sitk.GetImageFromArray(data.T), affine)
            for ending in ["nrrd", "mha"]:
                path = cases.path(f"orders/{name}.{ending}")
                sitk.WriteImage(image, str(path))
                cases.add(path, affine, "int16", [data], "order")
            if np.linalg.det(affine[:3, :3]) > 0:
                path = cases.path(f"orders/{name}.mgz")
                nib.save(nib.MGHImage(data, FLIP @ affine), path)
                cases.add(path, affine, "int16", [data], "order")


def bundled(cases):
    """Files that nibabel brings: those it reads and we claim to."""
    folder = pathlib.Path(nib.__file__).parent / "tests/data"
    ours = (nib.Nifti1Image, nib.Nifti2Image, nib.Nifti1Pair, nib.MGHImage)
    for path in sorted(folder.iterdir()):
        try:
            image = nib.load(path)
            if type(image) not in ours:
                continue
            data = np.asanyarray(image.dataobj)
        except Exception:
            continue
        data = data.reshape(*data.shape[:3], -1, order="F").astype(float)
        stored = memory_type(image.get_data_dtype().newbyteorder("="))
        cases.add(path, FLIP @ image.affine, stored, list(np.moveaxis(data, -1, 0)), "bundled")


def main():
    cases = Cases(pathlib.Path(sys.argv[1]))
    nibabel_cases(cases)
    analyze_cases(cases)
    mgh_cases(cases)
    simpleitk_cases(cases)
    lists_for_itk(cases)
    odd_beginnings(cases)
    pynrrd_cases(cases)
    orders(cases)
    bundled(cases)
    json.dump({"cases": cases.all}, sys.stdout)


main()
