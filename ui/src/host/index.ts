/** Host: the one door to the data. `connectHost()` finds out where the page runs. */

import type { Host } from './host';

export type {
  BytesQuestion,
  BytesReply,
  SentStroke,
  SliceQuestion,
  LabelsQuestion,
  SliceReply,
  ThumbnailReply,
  VoxelArray,
} from './bytes';
export type { CommandName, Commands, RequestOf, ResponseOf } from './commands';
export { HostError, toHostError, UnreachableError } from './error';
export type { BytesOptions, FileDrop, Host, Picked, Unsubscribe } from './host';
export { withDoors } from './with-doors';

/**
 * The host of this page: the desktop window when Tauri's bridge is there, a fake one with a synthetic
 * image for `vite dev` with `?fake` in the address, else the server the page came from.
 */
export async function connectHost(): Promise<Host> {
  if ('__TAURI_INTERNALS__' in globalThis) {
    return (await import('./tauri')).connectTauri();
  }
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    return (await import('./fake')).connectFake();
  }
  return (await import('./http')).connectHttp();
}
