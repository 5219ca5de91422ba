/** Keeps the surfaces of a document's visible segments as new as the document. */

import { toHostError, type Host } from '../../host';
import type { Document, Segment } from '../../host/wire';
import type { Part } from '../../engine/space/renderer';
import { debounced } from '../../shared/debounce';

export interface SurfaceListeners {
  readonly onParts: (segment: string, parts: readonly Part[], isWhole: boolean) => void;
  readonly onGone: (segment: string) => void;
  /** Why a surface could not be had; null when all could. */
  readonly onFailure: (reason: string | null) => void;
  /** Whether surfaces are on their way. */
  readonly onBusy: (isBusy: boolean) => void;
}

interface Known {
  /** The document and the revision of the surface that is shown; null before there is one. */
  document: string;
  revision: number | null;
  isFetching: boolean;
}

/** What replaces a document for a moment only, as previews do while a number is dragged, is not asked for. */
const PAUSE_MS = 250;

export class Surfaces {
  readonly #host: Host;
  readonly #listeners: SurfaceListeners;
  readonly #known = new Map<string, Known>();
  readonly #follow = debounced(PAUSE_MS, () => this.#fetchAll());
  #document: Document | null = null;
  #isDisposed = false;

  constructor(host: Host, listeners: SurfaceListeners) {
    this.#host = host;
    this.#listeners = listeners;
  }

  /**
   * Takes the document as it is now, or what is shown in its place. Hidden segments are not asked for
   * until they are shown.
   */
  show(document: Document | null): void {
    const isOther = document?.id !== this.#document?.id;
    this.#document = document;
    const ids = new Set(document?.segments.map(({ id }) => id) ?? []);
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#drop(id);
    if (isOther && this.#known.size > 0) this.#follow.schedule();
    else this.#fetchAll();
  }

  /** Everything is to be given again. */
  forget(): void {
    for (const id of this.#known.keys()) this.#drop(id);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#follow.cancel();
  }

  #drop(id: string): void {
    this.#known.delete(id);
    this.#listeners.onGone(id);
  }

  #fetchAll(): void {
    for (const segment of this.#document?.segments ?? []) {
      if (segment.is_visible) void this.#fetch(segment);
    }
  }

  /** One request of a segment at a time: what changes meanwhile comes with the next. */
  async #fetch({ id: segment, drawn_at }: Segment): Promise<void> {
    const document = this.#document;
    if (document === null) return;
    const known = this.#known.get(segment) ?? {
      document: document.id,
      revision: null,
      isFetching: false,
    };
    this.#known.set(segment, known);
    if (known.isFetching || isNew(known, document, drawn_at)) return;
    known.isFetching = true;
    this.#tellBusy();
    try {
      const question = {
        kind: 'surface',
        document: document.id,
        segment,
        since: known.revision ?? 0,
        since_document: known.document === document.id ? null : known.document,
      } as const;
      const reply = await this.#host.bytes(question);
      if (!this.#isWanted(segment, known)) return;
      if (reply.kind !== 'surface') throw new Error(`a ${reply.kind}, not a surface`);
      known.document = document.id;
      known.revision = reply.revision;
      // What is as it was is not drawn again: that takes long without a graphics card.
      if (reply.isWhole || reply.pieces.length > 0)
        this.#listeners.onParts(segment, reply.pieces, reply.isWhole);
      this.#listeners.onFailure(null);
    } catch (reason) {
      const isStill = this.#document?.id === document.id && this.#isWanted(segment, known);
      if (isStill) this.#listeners.onFailure(toHostError(reason).message);
      // A preview that is gone by then needs no surface.
      if (isStill || this.#document === null) return;
    } finally {
      known.isFetching = false;
      this.#tellBusy();
    }
    const now = this.#document?.segments.find(({ id }) => id === segment);
    if (now !== undefined && this.#isWanted(segment, known)) await this.#fetch(now);
  }

  #isWanted(segment: string, known: Known): boolean {
    return !this.#isDisposed && this.#known.get(segment) === known;
  }

  #tellBusy(): void {
    if (this.#isDisposed) return;
    this.#listeners.onBusy([...this.#known.values()].some(({ isFetching }) => isFetching));
  }
}

/** Whether the surface that is shown is that of the document as it is now. */
function isNew({ document, revision }: Known, now: Document, drawnAt: number): boolean {
  return document === now.id && revision !== null && revision >= drawnAt;
}
