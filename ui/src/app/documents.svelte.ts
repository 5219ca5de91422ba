/**
 * The annotation document on screen: its newest revision, the active segment, and whether every edit is
 * durable. Strokes are sent by the viewer, everything else from here, one after the other.
 */
import { withLook, type Look } from '../features/segments';
import type { DurabilityStatus } from '../features/viewer';
import { toHostError, type Host } from '../host';
import type { Document, Edit, EditResponse, Imported, Segment, WireError } from '../host/wire';
import { sharing } from '../model/sharing';

/** What the status line says. */
export type Durability =
  | { readonly kind: 'saved' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'failed'; readonly error: WireError };

/** One document and the edits on their way to the host. */
export class DocumentStore {
  document: Document = $state.raw(EMPTY);
  activeSegment: string | null = $state(null);
  /** A colour or opacity that is being tried out, until the edit that sets it is answered. */
  look: Look | null = $state.raw(null);
  /** The last edit that was refused, until it is dismissed. */
  failure: WireError | null = $state.raw(null);
  #nPending = $state(0);
  #isViewerSaving = $state(false);
  readonly shown: Document = $derived(withLook(this.document, this.look));
  readonly active: Segment | null = $derived(
    this.document.segments.find((segment) => segment.id === this.activeSegment) ?? null,
  );
  readonly canUndo: boolean = $derived(Boolean(this.document.undo));
  readonly canRedo: boolean = $derived(Boolean(this.document.redo));
  readonly durability: Durability = $derived.by(() => {
    if (this.failure !== null) return { kind: 'failed', error: this.failure };
    return { kind: this.#nPending > 0 || this.#isViewerSaving ? 'saving' : 'saved' };
  });
  readonly #host: Host;
  readonly #onFailure: (error: WireError) => void;
  /** The newest revision the host has told of. */
  #announced: number;
  /** Edits and strokes refused so far. */
  #nRefused = 0;
  #tail: Promise<unknown> = Promise.resolve();
  #viewerIdle: (() => void)[] = [];

  constructor(host: Host, document: Document, onFailure: (error: WireError) => void) {
    this.#host = host;
    this.#onFailure = onFailure;
    this.#announced = document.revision;
    this.document = document;
    this.activeSegment = document.segments[0]?.id ?? null;
  }

  /** Sends an edit after those before it; a new segment becomes the active one, as after undo and redo. */
  async edit(
    edit: Edit,
    onAnswer: (answer: EditResponse, before: Document) => void = () => undefined,
  ): Promise<boolean> {
    const isDone = await this.#send(async () => {
      const before = this.document;
      const answer = await this.#host.call('edit', { document: before.id, edit });
      this.#adoptWithNew(before, answer.document);
      onAnswer(answer, before);
    });
    if (edit.type === 'set_opacity' || edit.type === 'recolor_segment') this.look = null;
    return isDone;
  }

  /** Adds the segments of a file; answers what came in, or null where it was refused. */
  async importSegments(path: string): Promise<Imported | null> {
    let imported: Imported | null = null;
    await this.#send(async () => {
      const before = this.document;
      const request = { document: before.id, path, add_classes: true };
      imported = await this.#host.call('import_segments', request);
      this.#adoptWithNew(before, imported.document);
    });
    return imported;
  }

  /**
   * Takes the last operation back, once what is on its way has arrived. Where that is refused, nothing
   * is taken back: the user meant it, not the operation before it.
   */
  undo(): Promise<boolean> {
    return this.#step('undo');
  }

  /** Brings back what was taken back. */
  redo(): Promise<boolean> {
    return this.#step('redo');
  }

  /** Takes a document if it is newer, or has no record that could say so; keeps a sensible active segment. */
  adopt(document: Document): void {
    const isUnwritten = document.revision === 0 && this.document.revision === 0;
    const isNewer = document.revision > this.document.revision || isUnwritten;
    if (document.id !== this.document.id || !isNewer) return;
    this.activeSegment = survivingSegment(this.document, document, this.activeSegment);
    const { segments, shapes } = this.document;
    this.document = {
      ...document,
      segments: sharing(segments, document.segments),
      shapes: sharing(shapes, document.shapes),
    };
  }

  activate(segment: string): void {
    this.activeSegment = segment;
  }

  /** What the viewer says about its strokes. */
  onViewerStatus(status: DurabilityStatus): void {
    this.#isViewerSaving = status.kind === 'saving';
    if (status.kind === 'failed') this.#refuse(status.error);
    if (this.#isViewerSaving) return;
    for (const resume of this.#viewerIdle.splice(0)) resume();
    void this.#catchUp();
  }

  /** The host has a newer revision: ours, on its way here, or somebody else's. */
  onAnnounced(revision: number): void {
    this.#announced = Math.max(this.#announced, revision);
    void this.#catchUp();
  }

  /** Events may have been missed: asks for the document as it is now. */
  reload(): Promise<boolean> {
    return this.#send(() => this.#read());
  }

  /** Waits until every edit and stroke has its answer; null where all have. */
  unfinished(): Promise<void> | null {
    return this.#isIdle() ? null : this.#settled();
  }

  async #settled(): Promise<void> {
    while (!this.#isIdle()) await Promise.all([this.#viewerSaved(), this.#tail]);
  }

  #isIdle(): boolean {
    return this.#nPending === 0 && !this.#isViewerSaving;
  }

  async #viewerSaved(): Promise<void> {
    if (this.#isViewerSaving) {
      await new Promise<void>((resume) => this.#viewerIdle.push(resume));
    }
  }

  dismissFailure(): void {
    this.failure = null;
  }

  /** Takes a document; a segment that it has and `before` had not is what the user works on next. */
  #adoptWithNew(before: Document, after: Document): void {
    this.adopt(after);
    const had = new Set(before.segments.map((segment) => segment.id));
    const added = this.document.segments.find((segment) => !had.has(segment.id));
    if (added !== undefined) this.activeSegment = added.id;
  }

  async #step(command: 'undo' | 'redo'): Promise<boolean> {
    const nRefused = this.#nRefused;
    let isDropped = false;
    const isDone = await this.#send(async () => {
      await this.#viewerSaved();
      isDropped = this.#nRefused !== nRefused;
      if (isDropped) return;
      const before = this.document;
      const answer: EditResponse = await this.#host.call(command, { document: before.id });
      this.#adoptWithNew(before, answer.document);
    });
    return isDone && !isDropped;
  }

  /** Runs a task after those before it. False when it failed; the failure has been told. */
  #send(task: () => Promise<void>): Promise<boolean> {
    this.#nPending += 1;
    const run = async (): Promise<boolean> => {
      try {
        await task();
        return true;
      } catch (reason) {
        this.#refuse(toHostError(reason).wire);
        return false;
      } finally {
        this.#nPending -= 1;
        void this.#catchUp();
      }
    };
    const result = this.#tail.then(run);
    this.#tail = result;
    return result;
  }

  async #catchUp(): Promise<void> {
    if (!this.#isIdle() || this.document.revision >= this.#announced) return;
    // One attempt for each announcement: a host that cannot answer is not asked for ever.
    this.#announced = this.document.revision;
    await this.#send(() => this.#read());
  }

  /** That the document could not be read says nothing of whether edits are saved. */
  async #read(): Promise<void> {
    try {
      this.adopt(await this.#host.call('document', { document: this.document.id }));
    } catch (reason) {
      this.#onFailure(toHostError(reason).wire);
    }
  }

  #refuse(error: WireError): void {
    this.#nRefused += 1;
    if (error.code !== 'cancelled') this.failure = error;
    this.#onFailure(error);
  }
}

const EMPTY: Document = {
  id: '',
  volume: null,
  revision: 0,
  segments: [],
  shapes: [],
  n_layers: 0,
  pixel_size: null,
  undo: null,
  redo: null,
  suggested_export_path: '',
};

/** The active segment if it is still there, else the one that took its place, else the last. */
function survivingSegment(before: Document, after: Document, active: string | null): string | null {
  if (after.segments.some((segment) => segment.id === active)) return active;
  const at = before.segments.findIndex((segment) => segment.id === active);
  return (after.segments[Math.max(at, 0)] ?? after.segments.at(-1))?.id ?? null;
}
