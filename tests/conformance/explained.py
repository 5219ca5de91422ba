"""Rows in which we and the peer differ, and why."""

TEST_FILES = "pydicom/pydicom/data/test_files/"
STORE = "pydicom-data/data_store/data/"

EXPLAINED = {
    TEST_FILES + "JPEG-lossy.dcm": "libjpeg refuses the spectral selection in this 12-bit scan (ITU-T T.81 "
    "B.2.3); dcmtk gives the values that we give",
    TEST_FILES + "badVR.dcm": "an integer string that is none (PS3.5 6.2, `1A`): an error in pydicom, no matter for the image here",
    TEST_FILES + "dicomdirtests/DICOMDIR*": "a DICOMDIR (PS3.3 F): we open the images that it lists",
    STORE + "OBXXXX1A_expb*.dcm": "big endian: pydicom does not swap the bytes of the palette; ours equals the little-endian twin above",
    STORE + "OT-PAL-8-face.dcm": "a file of before PS3.10, without a transfer syntax: pydicom does not guess one, we take implicit little endian",
}
