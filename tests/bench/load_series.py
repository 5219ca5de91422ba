"""Reads a DICOM folder with SimpleITK's series reader and prints seconds and peak memory as JSON."""

import json
import resource
import sys
import time

import SimpleITK as sitk

start = time.perf_counter()
reader = sitk.ImageSeriesReader()
reader.SetFileNames(reader.GetGDCMSeriesFileNames(sys.argv[1]))
image = reader.Execute()
total_secs = time.perf_counter() - start
peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"total_secs": total_secs, "peak_bytes": peak_bytes, "size": image.GetSize()}))
