"""The Otsu threshold of some of an image's values by SimpleITK.

    check_threshold.py IMAGE COUNTED [LABELS]

COUNTED: whose values count, JSON as it crossed the wire; of a segment LABELS is the exported map, in which it is
the only one. Prints the threshold.
"""

import json
import sys

import numpy as np
import SimpleITK as sitk


def main(image_path, counted, labels_path=None):
    image = sitk.ReadImage(image_path, sitk.sitkFloat64)
    counted = json.loads(counted)
    if counted["kind"] == "segment":
        is_counted = sitk.GetArrayFromImage(sitk.ReadImage(labels_path)) != 0
    else:
        is_counted = np.zeros(image.GetSize()[::-1], bool)
        is_counted[(slice(None),) * (2 - counted["axis"]) + (counted["index"],)] = True
    values = sitk.GetArrayFromImage(image)[is_counted]
    found = sitk.OtsuThresholdImageFilter()
    found.SetNumberOfHistogramBins(256)
    found.Execute(sitk.GetImageFromArray(values[None, None]))
    print(json.dumps(found.GetThreshold()))


if __name__ == "__main__":
    main(*sys.argv[1:])
