"""What slicerio reads from the segmentations of 3D Slicer that it brings, for
crates/formats/tests/formats/peers_raster.rs.

Prints one JSON object, `cases`: path, size (i, j, k), 4x4 LPS transform by rows, number of layers,
and segments with id, name, color, layer, value, terminology and SHA-256 of their mask.
"""

import hashlib
import json
import pathlib
import sys

import numpy as np
import slicerio
from slicerio.segmentation import terminology_entry_to_string


def case(path):
    read = slicerio.read_segmentation(str(path))
    voxels = read["voxels"]
    if voxels.ndim == 3:
        voxels = voxels[np.newaxis]
    segments = []
    for segment in read["segments"]:
        mask = voxels[segment["layer"]] == segment["labelValue"]
        terms = segment.get("terminology")
        segments.append({
            "id": segment["id"],
            "name": segment["name"],
            "color": [round(255 * part) for part in segment["color"]],
            "layer": segment["layer"],
            "value": segment["labelValue"],
            "terminology": terms and terminology_entry_to_string(terms),
            "sha256": hashlib.sha256(np.ascontiguousarray(mask.T, "u1").tobytes()).hexdigest(),
        })
    return {
        "path": str(path),
        "size": list(voxels.shape[1:]),
        "lps_from_index": read["ijkToLPS"].tolist(),
        "n_layers": len(voxels),
        "segments": segments,
    }


def main():
    folder = pathlib.Path(slicerio.__file__).parent / "data"
    cases = [case(path) for path in sorted(folder.glob("*.seg.nrrd"))]
    json.dump({"cases": cases}, sys.stdout)


main()
