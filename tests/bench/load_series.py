"""Reads a DICOM folder with SimpleITK's series reader and prints seconds and peak memory."""

import resource
import sys
import time

import SimpleITK as sitk

start = time.perf_counter()
reader = sitk.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(sys.argv[1]))
image = reader.Execute()
seconds = time.perf_counter() - start
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(f"seconds={seconds:.4f} peak_rss_mb={peak_mb:.1f} size={image.GetSize()} type={image.GetPixelIDTypeAsString()}")
