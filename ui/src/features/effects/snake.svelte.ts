/** An active contour on a segment: where it begins, and its way on and back beside all other work. */

import type { Host } from '../../host';
import { Job } from '../../host/job.svelte';
import type {
  Classifier,
  Document,
  EditResponse,
  Editable,
  Histogram,
  SnakeBubble,
  SnakeClass,
  SnakeForm,
  SnakeState as Moved,
} from '../../host/wire';
import { gridOfImage, lpsOf } from '../../model/grid';
import { debounced } from '../../shared/debounce';
import { completed, FIRST_SNAKE, formOf, type SnakeDraft } from './snake-draft';
import type { EffectListeners, Shown } from './state.svelte';

/** A contour that the host holds. */
interface Live {
  readonly id: string;
  readonly document: string;
}

export interface SnakeListeners extends EffectListeners {
  /** The classifier that it may go by. */
  readonly classifier: () => Classifier | null;
  /** What tools may change. */
  readonly editable: () => Editable;
  /** It became voxels of the segment. */
  readonly onDone: (answer: EditResponse) => void;
}

/** The contours of the window, itself among them. */
export interface Beside {
  /** Those that the host holds. */
  readonly all: () => string[];
  /** Whether another one can begin. */
  readonly hasRoom: () => boolean;
  /** Those that are looked at. */
  readonly seen: () => string[];
  /** The name under which these are shown together. */
  readonly shownAs: () => string | null;
  /** How they are shown now; of which document. */
  readonly onTogether: (of: Document, together: Document | null) => void;
  /** It is no more: what is shown goes without it. */
  readonly onEnded: () => void;
}

/** What a contour is doing. */
export type Standing = 'running' | 'paused' | 'at_rest';

/** The start is shown so long after something was chosen. */
const PAUSE_MS = 250;

/** What is chosen without changing the contour. */
const BESIDE: readonly string[] = ['radius', 'iterationsPerStep'] satisfies (keyof SnakeDraft)[];

export class SnakeState {
  draft: SnakeDraft = $state.raw(FIRST_SNAKE);
  bubbles: readonly SnakeBubble[] = $state.raw([]);
  /** Whether it goes on by itself. */
  isRunning = $state(false);
  /** The classes of values that were found, by which it goes. */
  classes: readonly SnakeClass[] = $state.raw([]);
  /** Where it is; null before it has begun. */
  at: Pick<Moved, 'iteration' | 'n_voxels' | 'is_still'> | null = $state.raw(null);
  /** Whether it is looked at: nothing is drawn on a preview. */
  isSeen = $state(true);
  readonly segment: string;
  readonly job: Job;
  #shown: Shown | null = $state.raw(null);
  #live: Live | null = $state.raw(null);
  /** One question to the host after the other. */
  #last: Promise<unknown> = Promise.resolve();
  readonly #host: Host;
  readonly #listeners: SnakeListeners;
  readonly #beside: Beside;
  readonly #look = debounced(PAUSE_MS, () => void this.move(0));

  constructor(host: Host, segment: string, listeners: SnakeListeners, beside: Beside) {
    this.#host = host;
    this.segment = segment;
    this.#listeners = listeners;
    this.#beside = beside;
    this.job = new Job(host, listeners.newJob);
  }

  /** The contour as it is chosen; null while it lacks something. */
  get form(): SnakeForm | null {
    return formOf(this.draft, this.bubbles, this.#listeners.classifier());
  }

  /** What it would make of the document, as long as that is what it was. */
  get shown(): Shown | null {
    const shown = this.#shown;
    const { id, revision } = this.#listeners.target().document;
    return shown !== null && shown.of.id === id && shown.of.revision === revision ? shown : null;
  }

  /** The name by which the host holds it; null before it has begun. */
  get id(): string | null {
    return this.#live?.id ?? null;
  }

  /** What it is doing; null before it has begun. */
  get standing(): Standing | null {
    if (this.isRunning) return 'running';
    if (this.at === null) return null;
    return this.at.is_still ? 'at_rest' : 'paused';
  }

  /** Chooses; a contour that has begun begins anew. */
  set(change: Partial<SnakeDraft>): void {
    this.draft = { ...this.draft, ...change };
    if (Object.keys(change).some((name) => !BESIDE.includes(name))) this.#anew();
  }

  /** Takes what the image says where nothing was chosen. */
  complete(histogram: Histogram): void {
    this.draft = completed(this.draft, histogram);
  }

  /** Places a bubble where the planes cross. */
  addBubble(): void {
    const { image, crosshair } = this.#listeners.target();
    const center: SnakeBubble['center'] = [...lpsOf(gridOfImage(image), crosshair).mm];
    this.bubbles = [...this.bubbles, { center, radius: this.draft.radius }];
    this.#anew();
  }

  removeBubble(bubble: SnakeBubble): void {
    this.bubbles = this.bubbles.filter((other) => other !== bubble);
    this.#anew();
  }

  /** Goes on until it is told to stop. */
  async start(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (this.isRunning) {
      const isOn = await this.move(this.draft.iterationsPerStep);
      if (!isOn || this.at?.is_still === true) this.isRunning = false;
    }
    // The document may have changed since its last step.
    this.refresh();
  }

  /** Stays where it is. */
  pause(): void {
    this.isRunning = false;
    void this.job.cancel();
  }

  /** Goes some iterations on, or back, and shows what it makes; whether it could. */
  move(by: number): Promise<boolean> {
    this.#look.cancel();
    return this.#queued(async () => {
      const live = this.#live ?? (await this.#begin());
      if (live === null) return false;
      return this.#moveTo(live, Math.max(0, (this.at?.iteration ?? 0) + by));
    });
  }

  /** Shows it again after the document has changed. */
  refresh(): void {
    if (this.#live !== null && this.#shown !== null && this.shown === null && !this.isRunning) {
      this.#look.schedule();
    }
  }

  /** Makes it voxels of its segment. */
  async apply(): Promise<void> {
    this.pause();
    if (this.#live === null) return;
    await this.#queued(() => Promise.resolve());
    if (this.shown === null && !(await this.move(0))) return;
    const preview = this.shown?.preview.document?.id;
    if (preview === undefined) return;
    await this.job.run(
      () => this.#host.call('apply_preview', { preview }),
      (answer) => {
        this.#shown = null;
        this.discard();
        this.#listeners.onDone(answer);
      },
      (error) => this.#listeners.onFailed(error),
    );
  }

  /** Gives it up, with its bubbles. */
  discard(): void {
    this.bubbles = [];
    this.#end();
  }

  dispose(): void {
    this.#end();
    this.job.dispose();
  }

  /** What was chosen is another contour: it begins anew, and its start is shown. */
  #anew(): void {
    this.#end();
    if (this.form !== null && this.#beside.hasRoom()) this.#look.schedule();
  }

  #end(): void {
    this.#look.cancel();
    this.pause();
    this.at = null;
    this.classes = [];
    this.#show(null);
    const live = this.#live;
    this.#live = null;
    if (live === null) return;
    void this.#host.call('end_snake', { snake: live.id }).catch(() => null);
    this.#beside.onEnded();
  }

  #queued<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => null);
    return next;
  }

  async #begin(): Promise<Live | null> {
    const { document, volume } = this.#listeners.target();
    const contour = this.form;
    if (contour === null) return null;
    const { segment } = this;
    const asked = { document: document.id, segment, contour, volume, beside: this.#beside.all() };
    await this.job.run(
      (job) => this.#host.call('begin_snake', { job, ...asked }),
      ({ id, classes }) => {
        // What was chosen meanwhile is another contour.
        if (this.form === null || JSON.stringify(this.form) !== JSON.stringify(contour)) {
          void this.#host.call('end_snake', { snake: id }).catch(() => null);
          return;
        }
        this.classes = classes;
        this.#live = { id, document: document.id };
      },
      (error) => this.#listeners.onFailed(error),
    );
    return this.#live;
  }

  async #moveTo(live: Live, iteration: number): Promise<boolean> {
    const { document, overwrite } = this.#listeners.target();
    if (document.id !== live.document) return false;
    const asked = {
      snake: live.id,
      iteration,
      overwrite,
      editable: this.#listeners.editable(),
      together: this.#beside.seen(),
      shown_as: this.#beside.shownAs(),
    };
    let isDone = false;
    await this.job.run(
      (job) => this.#host.call('advance_snake', { job, ...asked }),
      ({ preview, together: shown, ...at }) => {
        if (this.#live !== live) {
          this.#drop(preview.document?.id);
          return;
        }
        isDone = true;
        this.at = at;
        this.#show({ of: document, preview });
        this.#beside.onTogether(document, shown);
      },
      (error) => {
        this.#listeners.onFailed(error);
        // The host has let go of it.
        if (error.code === 'not_found' && this.#live === live) this.#end();
      },
    );
    return isDone;
  }

  #show(shown: Shown | null): void {
    const before = this.#shown?.preview.document?.id;
    this.#shown = shown;
    this.#drop(before);
  }

  #drop(preview: string | undefined): void {
    if (preview !== undefined) void this.#host.call('drop_preview', { preview }).catch(() => null);
  }
}
