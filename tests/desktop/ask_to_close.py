"""Asks the windows of a display to close, as a window manager does when its user clicks the cross
(ICCCM 4.2.8.1)."""

import sys

from Xlib import X, display
from Xlib.protocol import event

connection = display.Display(sys.argv[1])
protocols = connection.intern_atom("WM_PROTOCOLS")
delete = connection.intern_atom("WM_DELETE_WINDOW")


def windows(window):
    yield window
    for child in window.query_tree().children:
        yield from windows(child)


asked = False
for window in windows(connection.screen().root):
    takes = window.get_full_property(protocols, X.AnyPropertyType)
    if takes is None or delete not in takes.value:
        continue
    message = event.ClientMessage(window=window, client_type=protocols, data=(32, [delete, X.CurrentTime, 0, 0, 0]))
    window.send_event(message)
    asked = True
connection.flush()
connection.sync()
sys.exit(0 if asked else "no window is there")
