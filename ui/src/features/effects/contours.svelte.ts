/** Active contours of a window: one on each segment, several at once, shown together. */

import type { Host } from '../../host';
import type { Document, Histogram, Segment } from '../../host/wire';
import { debounced } from '../../shared/debounce';
import { t } from '../../shared/messages';
import { FIRST_SNAKE } from './snake-draft';
import { SnakeState, type Beside, type SnakeListeners } from './snake.svelte';

/** As many as the host keeps of a user. */
export const MAX_CONTOURS = 4;
/** What is shown follows what was shown or hidden after this time. */
const PAUSE_MS = 60;

/** Contours that are looked at together. */
interface Together {
  /** The document that would change, as it was then. */
  readonly of: Document;
  readonly document: Document;
}

export class ContoursState {
  /** Those that somebody chose something of, in the order in which they were first looked at. */
  #all: readonly SnakeState[] = $state.raw([]);
  #together: Together | null = $state.raw(null);
  /** The document that they are on. */
  #document: string | null = null;
  #histogram: Histogram | null = null;
  readonly #host: Host;
  readonly #listeners: SnakeListeners;
  readonly #show = debounced(PAUSE_MS, () => this.#showAgain());

  constructor(host: Host, listeners: SnakeListeners) {
    this.#host = host;
    this.#listeners = listeners;
  }

  /** Those that have begun. */
  get begun(): readonly SnakeState[] {
    return this.#all.filter(({ id }) => id !== null);
  }

  /** The one on the segment in hand, whether it has begun or not; null without a segment. */
  get current(): SnakeState | null {
    const { segment } = this.#listeners.target();
    return segment === null ? null : (this.#on(segment.id) ?? null);
  }

  /** Whether no other one can begin until one of them has ended. */
  get isFull(): boolean {
    return this.begun.length >= MAX_CONTOURS;
  }

  /** The document as it would be with all that are looked at, as long as it is what it was. */
  get shown(): Together | null {
    const { id, revision } = this.#listeners.target().document;
    const together = this.#together;
    const isOf = together !== null && together.of.id === id && together.of.revision === revision;
    return isOf && this.#seen().length > 0 ? together : null;
  }

  /** Makes room for what is chosen on a segment: as it was chosen for the one before. */
  take(segment: Segment): void {
    if (this.#on(segment.id) !== undefined) return;
    const snake = new SnakeState(this.#host, segment.id, this.#listeners, this.#beside());
    const last = this.#all.at(-1)?.draft ?? FIRST_SNAKE;
    snake.draft = { ...last, fromSegment: false };
    if (this.#histogram !== null) snake.complete(this.#histogram);
    this.#all = [...this.#all, snake];
  }

  /** Why no other one can begin; null where one can, or where that in hand has begun. */
  get refusal(): string | null {
    const isNew = this.current !== null && this.current.id === null;
    return isNew && this.isFull ? t('contours.full', { n: String(MAX_CONTOURS) }) : null;
  }

  /** Takes what the image says where nothing was chosen. */
  complete(histogram: Histogram): void {
    this.#histogram = histogram;
    for (const snake of this.#all) snake.complete(histogram);
  }

  /** Another classifier was chosen: it has other classes. */
  classifierChosen(): void {
    for (const snake of this.#all) if (snake.draft.by === 'classifier') snake.set({ class: null });
  }

  /** Looks at one, or looks away. */
  see(snake: SnakeState, isSeen: boolean): void {
    snake.isSeen = isSeen;
    this.#show.schedule();
  }

  /**
   * The document has changed, or another one is on screen: then they end, and that is told. So does one
   * whose segment is no more.
   */
  follow(document: Document): void {
    if (this.#document !== document.id) {
      this.#endAll();
      this.#document = document.id;
    }
    const gone = this.#all.filter(
      ({ segment }) => !document.segments.some(({ id }) => id === segment),
    );
    if (gone.some(({ id }) => id !== null)) this.#listeners.onTold(t('contours.segment_gone'));
    this.#all = this.#all.filter((snake) => !gone.includes(snake));
    for (const snake of gone) snake.dispose();
    for (const snake of this.#all) snake.refresh();
  }

  dispose(): void {
    this.#endAll();
  }

  #on(segment: string): SnakeState | undefined {
    return this.#all.find((snake) => snake.segment === segment);
  }

  #seen(): SnakeState[] {
    return this.begun.filter(({ isSeen }) => isSeen);
  }

  #beside(): Beside {
    const ids = (snakes: readonly SnakeState[]) =>
      snakes.map(({ id }) => id).filter((id) => id !== null);
    return {
      all: () => ids(this.#all),
      hasRoom: () => !this.isFull,
      seen: () => ids(this.#seen()),
      shownAs: () => this.#together?.document.id ?? null,
      onTogether: (of, together) => this.#showNow(of, together),
      onEnded: () => this.#show.schedule(),
    };
  }

  /** An answer that was overtaken shows less than what is shown. */
  #showNow(of: Document, together: Document | null): void {
    const now = this.#together;
    if (together === null) return;
    const isOlder = now?.document.id === together.id && now.document.revision > together.revision;
    if (isOlder) return;
    if (now !== null && now.document.id !== together.id) this.#drop(now);
    this.#together = { of, document: together };
  }

  /** Others are looked at now than those shown: one that goes on by itself will show them. */
  #showAgain(): void {
    const [first, ...others] = this.#seen();
    if (first === undefined) {
      if (this.#together !== null) this.#drop(this.#together);
      this.#together = null;
    } else if (![first, ...others].some(({ isRunning }) => isRunning)) void first.move(0);
  }

  #endAll(): void {
    const n = this.begun.length;
    if (n > 0) this.#listeners.onTold(t('contours.ended', { n: String(n) }));
    for (const snake of this.#all) snake.dispose();
    this.#show.cancel();
    this.#all = [];
    if (this.#together !== null) this.#drop(this.#together);
    this.#together = null;
  }

  #drop({ document }: Together): void {
    void this.#host.call('drop_preview', { preview: document.id }).catch(() => null);
  }
}
