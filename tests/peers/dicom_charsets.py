"""Makes DICOM images with text in many character sets for crates/formats/tests/formats/metadata.rs.

    dicom_charsets.py FOLDER

Prints a JSON list of files with their text elements as pydicom decodes them: tag, whether it is in an
item of a sequence, and text. The bytes of pydicom's own files are kept as they are.
"""

import json
import pathlib
import sys
import warnings

import pydicom
from dicom_made import ROOT, noise, write
from pydicom.data import get_charset_files

warnings.simplefilter("ignore")

TEXT = {"LO", "LT", "PN", "SH", "ST", "UC", "UT"}

# Values that pydicom encodes: what its files lack.
MADE = [
    ("GB18030", "王^小东=王^小东", "第一行文字。"),
    ("GBK", "Wang^XiaoDong=王^小东", "中文"),
    ("ISO_IR 192", "Wang^XiaoDong=王^小东", "Ωμέγα, שלום"),
    ("ISO_IR 148", "Çavuşoğlu^İpek", "ığüşöç"),
    ("ISO_IR 166", "สมชาย^ใจดี", "ภาพ"),
    ("ISO_IR 101", "Dvořák^Jiří", "žluťoučký kůň"),
    ("ISO_IR 110", "Bērziņš^Jānis", "āčēģīķļņš"),
    (["", "ISO 2022 IR 87", "ISO 2022 IR 159"], "Yamada=山田^太郎", "丂丄丅"),
    (["ISO 2022 IR 6", "ISO 2022 IR 126", "ISO 2022 IR 144"], "Διονυσιος^Люкceмбypг", "Люкс"),
    (["ISO 2022 IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "ﾔﾏ"),
    (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동", "길동"),
]


def texts(dataset, is_nested=False):
    for element in dataset:
        if element.VR == "SQ":
            for item in element.value:
                yield from texts(item, True)
        elif element.VR in TEXT and element.value and not element.tag.is_private:
            values = element.value if element.VM > 1 else [element.value]
            text = "\\".join(str(value) for value in values).strip(" \0")
            tag = f"({element.tag.group:04X},{element.tag.element:04X})"
            yield {"tag": tag, "is_nested": is_nested, "text": text}


def copied(number, source):
    """Text elements of a file, in the bytes that it has."""
    path = ROOT / f"copied_{number}" / "a"
    original = pydicom.dcmread(source, force=True)
    dataset = pydicom.dcmread(source, force=True)
    raw = {}
    for tag in dataset.keys():
        element = dataset.get_item(tag)
        if tag == 0x00080005 or element.VR in TEXT or element.VR == "SQ":
            raw[tag] = element
    syntax = original.file_meta.TransferSyntaxUID
    write(path, noise(4, 4), syntax, raw=raw)
    return {"path": str(path), "name": pathlib.Path(source).name, "texts": list(texts(original))}


def chinese():
    """The example of PS3.5 K.2, whose escape sequences pydicom keeps: the text is the standard's."""
    path = ROOT / "chinese" / "a"
    name = b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab= "
    write(path, noise(4, 4), SpecificCharacterSet=["", "ISO 2022 IR 58"], PatientName=name)
    text = {"tag": "(0010,0010)", "is_nested": False, "text": "Zhang^XiaoDong=张^小东="}
    return {"path": str(path), "name": "chinese", "texts": [text]}


def made(number, charset, name, text):
    path = ROOT / f"made_{number}" / "a"
    write(path, noise(4, 4), SpecificCharacterSet=charset, PatientName=name, PatientComments=text)
    found = list(texts(pydicom.dcmread(path)))
    # That pydicom has read back what it was given.
    back = [t["text"] for t in found if t["tag"] in ("(0010,0010)", "(0010,4000)")]
    assert [name, text] == back, (charset, name, text, back)
    return {"path": str(path), "name": str(charset), "texts": found}


def main():
    sources = sorted(get_charset_files("*.dcm"))
    cases = [copied(number, source) for number, source in enumerate(sources)]
    cases.append(chinese())
    cases += [made(number, *case) for number, case in enumerate(MADE)]
    json.dump(cases, sys.stdout)


main()
