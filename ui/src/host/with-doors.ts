/** A host whose doors another object watches; everything else is as it was. */

import type { Host } from './host';

export function withDoors(inner: Host, doors: Pick<Host, 'call' | 'bytes'>): Host {
  return {
    kind: inner.kind,
    hasFileDialogs: inner.hasFileDialogs,
    call: doors.call,
    bytes: doors.bytes,
    onEvent: (handler) => inner.onEvent(handler),
    onDisconnect: (handler) => inner.onDisconnect(handler),
    onReconnect: (handler) => inner.onReconnect(handler),
    pickFolder: () => inner.pickFolder(),
    pickFiles: () => inner.pickFiles(),
    pickSavePath: (path) => inner.pickSavePath(path),
    onFileDrop: (handler) => inner.onFileDrop(handler),
    onClosing: (unfinished) => inner.onClosing(unfinished),
  };
}
