"""What an archive says of segments, by zipfile and json: name, state and answers by the names of the questions.

    check_attributes.py ARCHIVE
"""

import json
import sys
import zipfile

archive = zipfile.ZipFile(sys.argv[1])
documents = [json.loads(archive.read(name)) for name in archive.namelist() if name.startswith("documents/")]
asked = {
    attribute["id"]: attribute["name"]
    for document in documents
    for own in document.get("classes", [])
    for attribute in own["attributes"]
}


def plain(answer):
    [(kind, value)] = answer.items()
    return float(value) if kind == "number" else value


def told(segment):
    answers = {asked[of]: plain(answer) for of, answer in segment.get("answers", {}).items()}
    return {"name": segment["name"], "state": segment.get("state"), "answers": answers}


print(json.dumps([told(segment) for document in documents for segment in document["segments"]]))
