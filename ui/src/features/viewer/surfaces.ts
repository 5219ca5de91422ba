/** Keeps the surfaces of a document's visible segments as new as the document. */

import { toHostError, type Host } from '../../host';
import type { Document } from '../../host/wire';
import type { Part } from '../../engine/space/renderer';

export interface SurfaceListeners {
  readonly onParts: (segment: string, parts: readonly Part[], isWhole: boolean) => void;
  readonly onGone: (segment: string) => void;
  /** Why a surface could not be had; null when all could. */
  readonly onFailure: (reason: string | null) => void;
  /** Whether surfaces are on their way. */
  readonly onBusy: (isBusy: boolean) => void;
}

interface Known {
  /** The revision of the surface that is shown; 0 before there is one. */
  revision: number;
  isFetching: boolean;
}

export class Surfaces {
  readonly #host: Host;
  readonly #listeners: SurfaceListeners;
  readonly #known = new Map<string, Known>();
  #document: Document | null = null;
  #isDisposed = false;

  constructor(host: Host, listeners: SurfaceListeners) {
    this.#host = host;
    this.#listeners = listeners;
  }

  /** Takes the document as it is now. Hidden segments are not asked for until they are shown. */
  show(document: Document | null): void {
    if (document?.id !== this.#document?.id) this.forget();
    this.#document = document;
    const ids = new Set(document?.segments.map(({ id }) => id) ?? []);
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#drop(id);
    for (const { id, is_visible } of document?.segments ?? []) {
      if (is_visible) void this.#fetch(id);
    }
  }

  /** Everything is to be given again. */
  forget(): void {
    for (const id of this.#known.keys()) this.#drop(id);
  }

  dispose(): void {
    this.#isDisposed = true;
  }

  #drop(id: string): void {
    this.#known.delete(id);
    this.#listeners.onGone(id);
  }

  /** One request of a segment at a time: what changes meanwhile comes with the next. */
  async #fetch(segment: string): Promise<void> {
    const known = this.#known.get(segment) ?? { revision: 0, isFetching: false };
    this.#known.set(segment, known);
    const document = this.#document;
    if (known.isFetching || document === null) return;
    if (known.revision > 0 && known.revision >= document.revision) return;
    known.isFetching = true;
    this.#tellBusy();
    try {
      const since = known.revision;
      const question = { kind: 'surface', document: document.id, segment, since } as const;
      const reply = await this.#host.bytes(question);
      if (!this.#isWanted(segment, known)) return;
      if (reply.kind !== 'surface') throw new Error(`a ${reply.kind}, not a surface`);
      known.revision = reply.revision;
      this.#listeners.onParts(segment, reply.pieces, reply.isWhole);
      this.#listeners.onFailure(null);
    } catch (reason) {
      if (this.#isWanted(segment, known)) this.#listeners.onFailure(toHostError(reason).message);
      return;
    } finally {
      known.isFetching = false;
      this.#tellBusy();
    }
    if (known.revision < (this.#document?.revision ?? 0)) await this.#fetch(segment);
  }

  #isWanted(segment: string, known: Known): boolean {
    return !this.#isDisposed && this.#known.get(segment) === known;
  }

  #tellBusy(): void {
    if (this.#isDisposed) return;
    this.#listeners.onBusy([...this.#known.values()].some(({ isFetching }) => isFetching));
  }
}
