/**
 * The documents of an image: one for all its volumes, or one for each volume that was shown. One is on
 * screen; the others keep their edits on the way, and their place in the viewer.
 */
import { toHostError, type Host } from '../host';
import type { Document, EditResponse, WireError } from '../host/wire';
import { DocumentStore, type Durability } from './documents.svelte';

/** Volumes whose documents are fetched ahead: those the user will most likely come to. */
const AHEAD = [1, -1, 2] as const;

/** What a copy came to. */
export type Copied = 'copied' | 'occupied' | 'failed';

export class DocumentStores {
  /** The one on screen. */
  shown: DocumentStore;
  /** Those of the image as its segments are divided now. */
  open: readonly DocumentStore[] = $state.raw([]);
  readonly documents: readonly Document[] = $derived(this.open.map(({ shown }) => shown));
  readonly durability: Durability = $derived.by(() => {
    const all = this.#all.map(({ durability }) => durability);
    const failed = all.find(({ kind }) => kind === 'failed');
    const saving = all.find(({ kind }) => kind === 'saving');
    return failed ?? saving ?? { kind: 'saved' };
  });
  /** Also those of another division, whose edits may be on their way. */
  #all: readonly DocumentStore[] = $state.raw([]);
  readonly #host: Host;
  readonly #image: string;
  readonly #nVolumes: number;
  readonly #onFailure: (error: WireError) => void;
  readonly #fetching = new Map<number, Promise<DocumentStore | null>>();
  #volume = 0;
  /** An answer from before the segments were divided anew is of no use. */
  #nDivisions = 0;

  constructor(
    host: Host,
    image: { readonly id: string; readonly n_volumes: number },
    document: Document,
    onFailure: (error: WireError) => void,
  ) {
    this.#host = host;
    this.#image = image.id;
    this.#nVolumes = image.n_volumes;
    this.#onFailure = onFailure;
    this.shown = $state.raw(this.#take(document));
    this.#fetchAhead();
  }

  /** Whether each volume has segments of its own. */
  get isOfEachVolume(): boolean {
    return volumeOf(this.shown.document) !== null;
  }

  byId(id: string): DocumentStore | undefined {
    return this.#all.find(({ document }) => document.id === id);
  }

  /** Another volume is shown: so is its document, once it is there. */
  async showVolume(volume: number): Promise<void> {
    this.#volume = volume;
    if (!this.isOfEachVolume) return;
    const known = this.#of(volume);
    if (known !== undefined) this.#show(known);
    // One without an edit lists the segments of its neighbours, which may have others by now.
    if (known === undefined || known.document.revision === 0) await this.#enter(volume);
    this.#fetchAhead();
  }

  /** The segments are divided in another way: shows the document that the volume has now. */
  async divideAnew(): Promise<void> {
    this.#fetching.clear();
    this.#nDivisions += 1;
    const volume = this.#volume;
    const store = await this.#fetch(volume);
    if (store === null) return;
    this.open = [store];
    this.#show(store);
    // The user may have gone on while it was fetched.
    if (this.#volume === volume) this.#fetchAhead();
    else await this.showVolume(this.#volume);
  }

  /** Copies the segments shown to the volume `step` away. */
  async copy(step: 1 | -1, mode: 'keep' | 'replace'): Promise<Copied> {
    const from = this.shown;
    const volume = (volumeOf(from.document) ?? 0) + step;
    if (!this.isOfEachVolume || volume < 0 || volume >= this.#nVolumes) return 'failed';
    await from.unfinished();
    const into = this.#of(volume) ?? (await this.#fetch(volume));
    if (into === null) return 'failed';
    await into.unfinished();
    try {
      const answer: EditResponse = await this.#host.call('copy_segments', {
        document: into.document.id,
        from: from.document.id,
        replace: mode === 'replace',
      });
      into.adopt(answer.document);
      return 'copied';
    } catch (reason) {
      const error = toHostError(reason).wire;
      if (error.code === 'conflict' && mode === 'keep') return 'occupied';
      this.#onFailure(error);
      return 'failed';
    }
  }

  /** Waits until every edit and stroke of every volume has its answer; null where all have. */
  unfinished(): Promise<void> | null {
    const waiting = this.#all.map((store) => store.unfinished()).filter((wait) => wait !== null);
    return waiting.length === 0 ? null : Promise.all(waiting).then(() => undefined);
  }

  dismissFailures(): void {
    for (const store of this.#all) store.dismissFailure();
  }

  async reload(): Promise<void> {
    for (const store of this.open) await store.reload();
  }

  #of(volume: number): DocumentStore | undefined {
    return this.open.find(({ document }) => (volumeOf(document) ?? volume) === volume);
  }

  /** A segment has the same identity in every volume: the one in hand stays in hand. */
  #show(store: DocumentStore): void {
    const { activeSegment } = this.shown;
    const hasIt = store.document.segments.some(({ id }) => id === activeSegment);
    if (hasIt && activeSegment !== null) store.activate(activeSegment);
    this.shown = store;
  }

  async #enter(volume: number): Promise<void> {
    const store = await this.#fetch(volume);
    if (store !== null && volume === this.#volume) this.#show(store);
  }

  #fetchAhead(): void {
    if (!this.isOfEachVolume) return;
    for (const step of AHEAD) {
      const volume = this.#volume + step;
      const isThere = volume >= 0 && volume < this.#nVolumes;
      if (isThere && this.#of(volume) === undefined) void this.#fetch(volume);
    }
  }

  /** Asks for a volume's document, once at a time; null where it cannot be had, which is told. */
  #fetch(volume: number): Promise<DocumentStore | null> {
    const underWay = this.#fetching.get(volume);
    if (underWay !== undefined) return underWay;
    const division = this.#nDivisions;
    const fetching = this.#host
      .call('volume_document', { image: this.#image, volume })
      .then((document) => (division === this.#nDivisions ? this.#take(document) : null))
      .catch((reason: unknown) => {
        this.#onFailure(toHostError(reason).wire);
        return null;
      })
      .finally(() => {
        if (division === this.#nDivisions) this.#fetching.delete(volume);
      });
    this.#fetching.set(volume, fetching);
    return fetching;
  }

  #take(document: Document): DocumentStore {
    const known = this.byId(document.id);
    const store = known ?? new DocumentStore(this.#host, document, this.#onFailure);
    if (known === undefined) this.#all = [...this.#all, store];
    else known.adopt(document);
    if (!this.open.includes(store)) this.open = [...this.open, store];
    return store;
  }
}

function volumeOf({ volume }: Document): number | null {
  return volume ?? null;
}
