"""Writes the benchmark series as compressed NIfTI: `python make_nifti.py CT_FOLDER OUT.nii.gz`."""

import sys

import SimpleITK as sitk

reader = sitk.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(sys.argv[1]))
sitk.WriteImage(sitk.Cast(reader.Execute(), sitk.sitkInt16), sys.argv[2])
