/**
 * The documents whose segments lie on the volumes of an image: one for all of them, or one for each.
 *
 * Each has its own change log and its own queue of strokes, so that a stroke lands where it was drawn
 * whatever is shown meanwhile.
 */

import { paletteKey, paletteOf } from '../../engine/palette';
import type { PendingStroke } from '../../engine/sheet';
import type { LabelSet } from '../../engine/slices';
import type { Host } from '../../host';
import type { Document, EditResponse } from '../../host/wire';
import { ChangeLog } from '../../model/change';
import type { Tool } from '../../tools/binding';
import { layersOf, stylesOf } from './painting';
import { StrokeQueue } from './strokes';
import type { DurabilityStatus, InPlace } from './types';

export interface DocumentListeners {
  /** Strokes to draw on top of the host's labels. */
  readonly onPreview: (strokes: readonly PendingStroke[]) => void;
  readonly onStored: (response: EditResponse) => void;
  readonly onStatus: (document: string, status: DurabilityStatus) => void;
}

/** A document with what the viewer keeps about it. */
interface Known {
  readonly document: Document;
  readonly labels: LabelSet;
  readonly strokes: StrokeQueue;
  readonly palettes: readonly (readonly [string, Uint8Array])[];
}

export class VolumeDocuments {
  readonly #host: Host;
  readonly #listeners: DocumentListeners;
  /** Also those that are no longer shown: their strokes may still be on their way. */
  readonly #known = new Map<string, Known>();
  readonly #previews = new Map<string, readonly PendingStroke[]>();
  #ofAll: string | null = null;
  #ofVolume: ReadonlyMap<number, string> = new Map();
  /** Shown in the place of the document it is of. */
  #inPlace: { readonly shown: InPlace; readonly known: Known } | null = null;

  constructor(host: Host, documents: readonly Document[], listeners: DocumentListeners) {
    this.#host = host;
    this.#listeners = listeners;
    this.set(documents);
  }

  /** Takes the documents as they are now: the one for all volumes, or those known of single ones. */
  set(documents: readonly Document[]): void {
    for (const document of documents) this.#take(document);
    const ofVolume = new Map<number, string>();
    for (const { id, volume } of documents) if (isNumber(volume)) ofVolume.set(volume, id);
    this.#ofAll = documents.find(({ volume }) => !isNumber(volume))?.id ?? null;
    this.#ofVolume = ofVolume;
  }

  /** Shows something in the place of a document. */
  setInPlace(shown: InPlace | null): void {
    if (shown === null) this.#inPlace = null;
    else {
      const { document } = shown;
      // What led there is not known: slices of earlier revisions are of no use.
      const changes = new ChangeLog(document.revision - 1);
      changes.recordUnknown(document.revision);
      const known = this.#knownOf(document, changes);
      this.#inPlace = { shown, known };
    }
  }

  /** Why nothing is drawn on a document; null where it is drawn on. */
  refusalOf(id: string, tool: Tool): string | null {
    const shown = this.#inPlace?.shown;
    return shown?.document.id === id ? shown.refusal(tool) : null;
  }

  /** The document on a volume; undefined while it is not known. */
  of(volume: number): Document | undefined {
    return this.#at(volume)?.document;
  }

  byId(id: string): Document | undefined {
    const shown = this.#inPlace?.shown.document;
    return shown?.id === id ? shown : this.#known.get(id)?.document;
  }

  labelsOf(volume: number): LabelSet | undefined {
    return this.#at(volume)?.labels;
  }

  changesOf(id: string): ChangeLog | undefined {
    return this.#known.get(id)?.labels.changes;
  }

  strokesOf(id: string): StrokeQueue | undefined {
    return this.#known.get(id)?.strokes;
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  /** Of every layer of every document, by `paletteKey`. */
  palettes(): ReadonlyMap<string, Uint8Array> {
    const inPlace = this.#inPlace === null ? [] : [this.#inPlace.known];
    return new Map([...this.#known.values(), ...inPlace].flatMap(({ palettes }) => palettes));
  }

  /** Forgets previews of stored strokes that are now shown from the host, unless one is being drawn. */
  prune(isShown: (stroke: PendingStroke) => boolean): void {
    const queues = [...this.#known.values()].map(({ strokes }) => strokes);
    if (queues.some(({ hasLive }) => hasLive)) return;
    for (const queue of queues) queue.prune(isShown);
  }

  #at(volume: number): Known | undefined {
    const id = this.#ofAll ?? this.#ofVolume.get(volume);
    if (id === undefined) return undefined;
    return id === this.#inPlace?.shown.of ? this.#inPlace.known : this.#known.get(id);
  }

  #take(document: Document): void {
    const { id, revision } = document;
    const known = this.#known.get(id);
    if (known?.document === document) return;
    const changes = known?.labels.changes ?? new ChangeLog(revision);
    this.#known.set(id, this.#knownOf(document, changes, known?.strokes));
  }

  #knownOf(document: Document, changes: ChangeLog, strokes = this.#queueOf(document)): Known {
    const { id } = document;
    const layers = layersOf(document);
    const styles = stylesOf(document);
    return {
      document,
      labels: { document: id, changes, layers },
      strokes,
      palettes: layers.map((layer) => [
        paletteKey({ document: id, layer }),
        paletteOf(layer, styles),
      ]),
    };
  }

  #queueOf(document: Document): StrokeQueue {
    const { id } = document;
    return new StrokeQueue(this.#host, document, {
      onPreview: (strokes) => {
        this.#previews.set(id, strokes);
        this.#listeners.onPreview([...this.#previews.values()].flat());
      },
      onStored: this.#listeners.onStored,
      onStatus: (status) => this.#listeners.onStatus(id, status),
    });
  }
}

function isNumber(volume: number | null | undefined): volume is number {
  return typeof volume === 'number';
}
