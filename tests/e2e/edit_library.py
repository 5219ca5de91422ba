"""Does to a library file what only damage, tampering or a newer version does.

    edit_library.py LIBRARY_FOLDER newer|look|tamper
"""

import json
import sqlite3
import sys
from pathlib import Path

file = Path(sys.argv[1]) / "library.sqlite"
database = sqlite3.connect(file)
answer = {}
if sys.argv[2] == "newer":
    database.execute("PRAGMA user_version = 9999")
if sys.argv[2] == "tamper":
    for name, in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    (sequence,) = database.execute("SELECT max(sequence) FROM record WHERE kind = 'paint'").fetchone()
    (content,) = database.execute("SELECT bytes FROM record WHERE sequence = ?", (sequence,)).fetchone()
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    database.execute("UPDATE record SET bytes = ? WHERE sequence = ?", (bytes(changed), sequence))
    answer["changed"] = sequence
database.commit()
answer["version"] = database.execute("PRAGMA user_version").fetchone()[0]
answer["n_records"] = database.execute("SELECT count(*) FROM record").fetchone()[0]
print(json.dumps(answer))
