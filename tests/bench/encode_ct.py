"""Encodes the benchmark series as scanners and archives do: `python encode_ct.py CT_FOLDER KIND OUT_FOLDER`.

KIND is `jpeg2000` (lossless, by OpenJPEG), `jpegls` (lossless, by CharLS), `jpeglossless` (selection
value 1, by libjpeg) or `rle`; the last three through dcmtk.
"""

import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pydicom
from pydicom.uid import JPEG2000Lossless


def with_dcmtk(*command):
    return lambda source, target: subprocess.run([*command, source, target], check=True)


def jpeg2000(source, target):
    data = pydicom.dcmread(source)
    data.compress(JPEG2000Lossless, encoding_plugin="pylibjpeg", generate_instance_uid=False)
    data.save_as(target, enforce_file_format=True)


KINDS = {
    "jpeg2000": jpeg2000,
    "jpegls": with_dcmtk("dcmcjpls", "--uid-never"),
    "jpeglossless": with_dcmtk("dcmcjpeg", "--encode-lossless-sv1", "--true-lossless", "--uid-never"),
    "rle": with_dcmtk("dcmcrle", "--uid-never"),
}


def encode(kind, source, target):
    KINDS[kind](source, target)


def main():
    source, kind, out = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    files = sorted(source.iterdir())
    # Processes: pylibjpeg's OpenJPEG crashes when threads share it.
    with ProcessPoolExecutor() as pool:
        list(pool.map(encode, [kind] * len(files), files, [out / file.name for file in files]))


if __name__ == "__main__":
    main()
