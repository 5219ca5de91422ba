"""Writes crates/annotation/src/codes.tsv: the codes of the DICOM context groups that segments are
described with, from pydicom's tables (MIT), which are made from PS3.16.

    target/peers/bin/python xtask/codes.py
"""

from pathlib import Path

import pydicom
from pydicom.sr._concepts_dict import concepts

CATEGORY = {7150}
# Segmentation property types and what they include; anatomic regions; lesions and findings that are
# segmented and that RadLex names.
TYPE = {4, 4031, 7151, *range(7152, 7162), *range(7165, 7172), *range(7191, 7200)}
LATERALITY = {244}
SCHEMES = ("SCT", "DCM", "RADLEX", "FMA", "NCIt", "UMLS", "BARI", "NEU")

OUT = Path(__file__).parents[1] / "crates/annotation/src/codes.tsv"


def main():
    lines = set()
    for scheme in SCHEMES:
        for codes in concepts[scheme].values():
            for value, (meaning, groups) in codes.items():
                groups = set(groups)
                letters = ("C" if groups & CATEGORY else "") + (
                    "T" if groups & TYPE or scheme == "RADLEX" else ""
                )
                letters += "L" if groups & LATERALITY else ""
                if letters and len(meaning) <= 64:
                    lines.add((meaning.lower(), letters, scheme, value, meaning))
    head = [
        f"# DICOM context groups (PS3.16) from pydicom {pydicom.__version__}, MIT licence,",
        "# https://github.com/pydicom/pydicom; written by xtask/codes.py. Groups: C category (CID 7150),",
        "# T type (CID 7151 to 7199, 4, 4031, and all of RadLex), L laterality (CID 244).",
    ]
    body = ["\t".join(line[1:]) for line in sorted(lines)]
    OUT.write_text("\n".join(head + body) + "\n", encoding="utf-8")


main()
