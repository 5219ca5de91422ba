"""Classifiers of ours, read and applied by NumPy: answers for
crates/segmentation/tests/segmentation/classifier.rs and crates/app/tests/app/classifiers.rs.

    classifier.py file FILE
    classifier.py forest FOREST FEATURES

FILE is a `.classifier`; FOREST the part of it that follows the header; FEATURES are 21 float32 of each
voxel, little endian. Prints JSON.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np
from blake3 import blake3

MAGIC = b"annotomy classifier\n"
NODE = np.dtype([("threshold", "<f4"), ("feature", "<u4"), ("next", "<u4"), ("shares", "<u4")])


def forest_in(data):
    """Number of features, finest scale in mm, labels, and the nodes and shares of each tree."""
    n_features, finest, n_labels = struct.unpack_from("<IdI", data)
    at = 16
    labels = np.frombuffer(data, "<u2", n_labels, at)
    at += 2 * n_labels
    (n_trees,) = struct.unpack_from("<I", data, at)
    at += 4
    trees = []
    for _ in range(n_trees):
        n_nodes, n_shares = struct.unpack_from("<II", data, at)
        at += 8
        nodes = np.frombuffer(data, NODE, n_nodes, at)
        at += nodes.nbytes
        shares = np.frombuffer(data, "<f4", n_shares, at)
        at += shares.nbytes
        trees.append((nodes, shares))
    assert at == len(data), "it goes on"
    return n_features, finest, labels, trees


def file(path):
    data = Path(path).read_bytes()
    held, checksum = data[:-32], data[-32:]
    assert held.startswith(MAGIC) and blake3(held).digest() == checksum
    version, length = struct.unpack_from("<II", held, len(MAGIC))
    start = len(MAGIC) + 8
    header = json.loads(held[start : start + length])
    n_features, finest, labels, trees = forest_in(held[start + length :])
    return {
        "version": version,
        "hash": checksum.hex(),
        "classes": header["classes"],
        "n_features": n_features,
        "finest": finest,
        "labels": labels.tolist(),
        "n_trees": len(trees),
    }


def forest(path, features):
    """The mean share of each label at the leaves, voxel by voxel."""
    n_features, _, labels, trees = forest_in(Path(path).read_bytes())
    voxels = np.fromfile(features, "<f4").reshape(-1, n_features)
    sums = np.zeros((len(voxels), len(labels)))
    for nodes, shares in trees:
        at = np.zeros(len(voxels), int)
        while True:
            values = voxels[np.arange(len(voxels)), nodes["feature"][at]]
            after = nodes["next"][at] + (values > nodes["threshold"][at])
            if (after == at).all():
                break
            at = after
        first = nodes["shares"][at].astype(int)
        sums += shares[first[:, None] + np.arange(len(labels))]
    means = (sums / len(trees)).astype("<f4")
    return {"labels": labels.tolist(), "means": means.tobytes().hex()}


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    print(json.dumps({"file": file, "forest": forest}[name](*arguments)))
