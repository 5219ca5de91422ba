"""Checks an archive of Annotomy with other software: zipfile, hashlib, blake3 and cbor2.

    archive_read.py ARCHIVE

Computes anew every hash that the archive states: of the file, of each entry, of each brick, of each
record and its link to the one before, of the commitments to images, and of each document's state.
What is computed is described in crates/store/src/archive/mod.rs, record.rs and, for states, in
crates/annotation/src/document.rs. Prints one JSON object: `problems`, `n_records`, `n_withheld`,
`n_bricks`, `head`, `n_documents`, `classifiers`: their names, and `images`: name and SHA-256 of each file.
"""

import hashlib
import json
import struct
import sys
import uuid
import zipfile

import cbor2
from blake3 import blake3

NONE = bytes(32)
SEAL = b"BLAKE3 "
BRICK_BYTES = 32**3 * 2

problems = []


def expect(condition, problem):
    if not condition:
        problems.append(problem)


def check_seal(path):
    content = open(path, "rb").read()
    at = len(content) - len(SEAL) - 64
    expect(content[at:] == SEAL + blake3(content[:at]).hexdigest().encode(), "seal")


def records(stream):
    """Bytes and hash of each record; no bytes for one that was left out."""
    at = 0
    while at < len(stream):
        (length,) = struct.unpack_from("<I", stream, at)
        at += 4
        if length == 0:
            yield None, stream[at : at + 32]
            at += 32
        else:
            content = stream[at : at + length]
            yield content, hashlib.sha256(b"\0" + content).digest()
            at += length


def device_of(origins, sequence):
    return next(o["device"] for o in origins if sequence <= o["until"])


def check_chain(manifest, stream):
    """Beginning and last record of each document, and the counts."""
    facts = manifest["library"]
    previous, sequence, n_withheld, documents = NONE, 0, 0, {}
    for content, hash in records(stream):
        sequence += 1
        if content is None:
            n_withheld += 1
        else:
            record = cbor2.loads(content)
            expect(record["sequence"] == sequence, f"sequence of {sequence}")
            expect(bytes(record["previous"]) == previous, f"link of {sequence}")
            device = str(uuid.UUID(bytes=record["device"]))
            expect(device == device_of(facts["origins"], sequence), f"device of {sequence}")
            document = documents.setdefault(str(uuid.UUID(bytes=record["document"])), {"n": 0})
            document["n"] += 1
            document["after"] = bytes(record["after"])
            if record["begins"] is not None:
                document["begins"] = record["begins"]
        previous = hash
    expect(previous.hex() == facts["head"], "head")
    expect((sequence, n_withheld) == (facts["n_records"], facts["n_withheld"]), "counts")
    return documents


def as_bytes(identity):
    return uuid.UUID(identity).bytes


def segments_as_stored(segments):
    def stored(segment):
        segment = {**segment, "id": as_bytes(segment["id"])}
        if "class" in segment:
            segment["class"] = as_bytes(segment["class"])
        if "answers" in segment:
            answers = segment["answers"].items()
            segment["answers"] = {as_bytes(asked): answer for asked, answer in answers}
        return segment

    return cbor2.dumps([stored(segment) for segment in segments])


def classes_as_stored(classes):
    def attribute(own):
        under = own["under"]
        under = under and {**under, "attribute": as_bytes(under["attribute"])}
        return {**own, "id": as_bytes(own["id"]), "under": under}

    def stored(own):
        attributes = [attribute(asked) for asked in own["attributes"]]
        return {**own, "id": as_bytes(own["id"]), "attributes": attributes}

    return cbor2.dumps([stored(own) for own in classes])


def shapes_as_stored(shapes):
    def stored(shape):
        answers = {as_bytes(asked): answer for asked, answer in shape["answers"].items()}
        own = shape["class"]
        return {
            **shape,
            "id": as_bytes(shape["id"]),
            "class": own and as_bytes(own),
            "answers": answers,
        }

    return [cbor2.dumps(stored(shape)) for shape in shapes]


def root(contents):
    """Hash of a document's state."""
    state = blake3(blake3(segments_as_stored(contents["segments"])).digest())
    for layer in range(contents["n_layers"]):
        of_layer = blake3(struct.pack("<3Q", *contents["size"]))
        for brick in contents["bricks"]:
            if brick["layer"] == layer:
                of_layer.update(struct.pack("<3H", *brick["index"]) + bytes.fromhex(brick["hash"]))
        state.update(of_layer.digest())
    if "classes" in contents:
        state.update(b"label protocol" + blake3(classes_as_stored(contents["classes"])).digest())
    if "shapes" in contents:
        hashes = [blake3(stored).digest() for stored in shapes_as_stored(contents["shapes"])]
        state.update(b"shapes" + blake3(b"".join(hashes)).digest())
    return state.digest()


def check_document(contents, log, salt):
    name = contents["id"]
    expect(contents["n_records"] == log["n"], f"number of records of {name}")
    expect(bytes.fromhex(contents["root"]) == log["after"], f"last record of {name}")
    expect(root(contents) == log["after"], f"state of {name}")
    commitment = blake3(contents["image_key"].encode(), key=salt).digest()
    expect(bytes(log["begins"]["image_commitment"]) == commitment, f"image of {name}")
    expect(log["begins"]["size"] == contents["size"], f"grid of {name}")


check_seal(sys.argv[1])
archive = zipfile.ZipFile(sys.argv[1])
expect(archive.testzip() is None, "checksums")
manifest = json.loads(archive.read("manifest.json"))
listed = {file["name"]: file for file in manifest["files"]}
bricks = set()
for name in archive.namelist():
    if name == "manifest.json":
        continue
    content = archive.read(name)
    if name.startswith("bricks/"):
        bricks.add(name.removeprefix("bricks/"))
        expect(len(content) == BRICK_BYTES, name)
        expect(blake3(content).hexdigest() == name.removeprefix("bricks/"), name)
    else:
        file = listed.pop(name)
        expect((len(content), blake3(content).hexdigest()) == (file["length"], file["blake3"]), name)
for classifier in manifest.get("classifiers", []):
    content = archive.read("classifiers/" + classifier["hash"])
    ends = [blake3(content[:-32]).hexdigest(), content[-32:].hex()]
    expect(ends == [classifier["hash"]] * 2, f"classifier {classifier['hash']}")
expect(not listed, f"missing {listed}")
log = check_chain(manifest, archive.read("records"))
salt = bytes.fromhex(manifest["library"]["salt"])
expect(sorted(log) == sorted(manifest["documents"]), "documents")
placed = set()
for document in manifest["documents"]:
    contents = json.loads(archive.read(f"documents/{document}.json"))
    check_document(contents, log[document], salt)
    placed |= {brick["hash"] for brick in contents["bricks"]}
expect(placed == bricks, "bricks of documents")
print(
    json.dumps(
        {
            "problems": problems,
            "n_records": manifest["library"]["n_records"],
            "n_withheld": manifest["library"]["n_withheld"],
            "n_bricks": len(bricks),
            "head": manifest["library"]["head"],
            "n_documents": len(manifest["documents"]),
            "classifiers": [own["name"] for own in manifest.get("classifiers", [])],
            "images": {
                name: hashlib.sha256(archive.read(name)).hexdigest()
                for image in manifest["images"]
                for name in image["files"]
            },
        }
    )
)
