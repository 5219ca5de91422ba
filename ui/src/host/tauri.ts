/** Host inside the desktop window: Tauri commands `rpc` and `bytes`, event `annotomy`, native dialogs. */

import { invoke } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import { getCurrentWindow } from '@tauri-apps/api/window';
import { open, save } from '@tauri-apps/plugin-dialog';
import { parseReply, type BytesQuestion, type BytesReply } from './bytes';
import type { CommandName, RequestOf, ResponseOf } from './commands';
import { toHostError } from './error';
import type { BytesOptions, FileDrop, Host, Picked, Unfinished } from './host';
import { Listeners } from './listeners';
import type { BytesRequest, Event } from './wire';

const EVENT_NAME = 'annotomy';

/** A window that does not get its answers closes all the same. */
const CLOSE_WITHIN_MS = 5000;

/** Resolves once events are subscribed to, so that none of the first command's is missed. */
export async function connectTauri(): Promise<Host> {
  const events = new Listeners<Event>();
  const drops = new Listeners<FileDrop>();
  await listen<Event>(EVENT_NAME, (message) => events.emit(message.payload));
  await getCurrentWebview().onDragDropEvent((message) => {
    switch (message.payload.type) {
      case 'enter':
        return drops.emit({ kind: 'over' });
      case 'over':
        return;
      case 'leave':
        return drops.emit({ kind: 'left' });
      case 'drop':
        return drops.emit({ kind: 'dropped', paths: message.payload.paths });
    }
  });
  const closings = new Set<Unfinished>();
  await getCurrentWindow().onCloseRequested(async () => {
    const unfinished = [...closings].map((ask) => ask());
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS));
    await Promise.race([Promise.allSettled(unfinished), late]);
  });
  let nRequests = 0;
  return {
    kind: 'tauri',
    hasFileDialogs: true,
    call: callTauri,
    bytes: (question, options) =>
      bytesTauri(question, options, (nRequests = (nRequests + 1) >>> 0)),
    onEvent: (handler) => events.add(handler),
    // The window and its host live and die together.
    onDisconnect: () => () => undefined,
    onReconnect: () => () => undefined,
    pickFolder: () => pick(open({ directory: true, multiple: false })),
    pickFiles: () => pick(open({ directory: false, multiple: true })),
    pickSavePath: (suggestedPath) => pick(save({ defaultPath: suggestedPath })),
    onFileDrop: (handler) => drops.add(handler),
    onClosing: (unfinished) => {
      closings.add(unfinished);
      return () => closings.delete(unfinished);
    },
  };
}

async function callTauri<C extends CommandName>(
  command: C,
  request: RequestOf<C>,
): Promise<ResponseOf<C>> {
  try {
    return await invoke<ResponseOf<C>>('rpc', { command, request });
  } catch (reason) {
    throw toHostError(reason);
  }
}

// Values are passed as arguments, not captured: a webview's compiler was seen to mix up captured ones.
async function bytesTauri(
  question: BytesQuestion,
  options: BytesOptions | undefined,
  n: number,
): Promise<BytesReply> {
  const request: BytesRequest = { ...question, request: n };
  try {
    const buffer = await invoke<ArrayBuffer>('bytes', { request });
    return parseReply(buffer, request, options?.atLeastRevision ?? 0);
  } catch (reason) {
    throw toHostError(reason);
  }
}

async function pick(dialog: Promise<string | string[] | null>): Promise<Picked> {
  try {
    const chosen = await dialog;
    if (chosen === null) return { kind: 'cancelled' };
    return { kind: 'picked', paths: typeof chosen === 'string' ? [chosen] : chosen };
  } catch (reason) {
    throw toHostError(reason);
  }
}
