/** The one door between the UI and whatever holds the data: a desktop window or a server. */

import type { BytesQuestion, BytesReply } from './bytes';
import type { CommandName, RequestOf, ResponseOf } from './commands';
import type { Event } from './wire';

export type Unsubscribe = () => void;

/** What a file dialog gave. `unavailable`: this host has none; show the folder browser instead. */
export type Picked =
  | { readonly kind: 'picked'; readonly paths: readonly string[] }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'unavailable' };

/** Files dragged over or dropped on the window. */
export type FileDrop =
  | { readonly kind: 'over' }
  | { readonly kind: 'left' }
  | { readonly kind: 'dropped'; readonly paths: readonly string[] };

export interface BytesOptions {
  /** A label slice of an older revision is refused. */
  readonly atLeastRevision?: number;
}

/** What a window that is about to close has to wait for; null where there is nothing. */
export type Unfinished = () => Promise<void> | null;

/** Every failure is a `HostError`. */
export interface Host {
  readonly kind: 'tauri' | 'http' | 'fake';
  /** Whether `pick*` and `onFileDrop` work; where not, paths come from `list_folder`. */
  readonly hasFileDialogs: boolean;
  call<C extends CommandName>(command: C, request: RequestOf<C>): Promise<ResponseOf<C>>;
  /** Fetches a slice, surface or thumbnail; the reply is one for this question or it is refused. */
  bytes(question: BytesQuestion, options?: BytesOptions): Promise<BytesReply>;
  onEvent(handler: (event: Event) => void): Unsubscribe;
  /** Called when the host can no longer be heard; `onReconnect` follows when it can. */
  onDisconnect(handler: () => void): Unsubscribe;
  /** Called after events may have been missed: ask again for what is shown. */
  onReconnect(handler: () => void): Unsubscribe;
  pickFolder(): Promise<Picked>;
  pickFiles(): Promise<Picked>;
  pickSavePath(suggestedPath: string): Promise<Picked>;
  onFileDrop(handler: (drop: FileDrop) => void): Unsubscribe;
  /** Asked before the window closes, which then waits a little; a browser asks its user instead. */
  onClosing(unfinished: Unfinished): Unsubscribe;
}
