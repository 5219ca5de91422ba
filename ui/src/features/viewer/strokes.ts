/**
 * Strokes from pen up until every pane shows them from the host.
 *
 * They are sent one after the other, in the order they were drawn. A stroke is on screen from the
 * first moment; when the host refuses it, it is taken off and the refusal is told.
 */

import type { PendingStroke } from '../../engine/sheet';
import { toHostError, type Host } from '../../host';
import type { Document, Edit, EditResponse } from '../../host/wire';
import type { DurabilityStatus } from './types';

export interface StrokeListeners {
  /** What to draw on top of the host's labels. */
  readonly onPreview: (strokes: readonly PendingStroke[]) => void;
  readonly onStored: (response: EditResponse) => void;
  readonly onStatus: (status: DurabilityStatus) => void;
}

interface Queued {
  readonly preview: PendingStroke;
  readonly edit: Edit;
}

export class StrokeQueue {
  readonly #host: Host;
  readonly #document: string;
  readonly #listeners: StrokeListeners;
  #revision: number;
  /** Under the pen. */
  #live: PendingStroke | null = null;
  /** On their way; the first one has been sent. */
  #queue: readonly Queued[] = [];
  /** Stored, but not yet shown from the host. */
  #stored: readonly PendingStroke[] = [];
  #isSending = false;

  constructor(host: Host, document: Document, listeners: StrokeListeners) {
    this.#host = host;
    this.#document = document.id;
    this.#revision = document.revision;
    this.#listeners = listeners;
  }

  get hasLive(): boolean {
    return this.#live !== null;
  }

  /** Shows the stroke under the pen as it is now; null when there is none any more. */
  draw(live: PendingStroke | null): void {
    this.#live = live;
    this.#preview();
  }

  /** Pen up: the stroke is shown on and sent. */
  commit(preview: PendingStroke, edit: Edit): void {
    this.#live = null;
    this.#queue = [...this.#queue, { preview, edit }];
    this.#preview();
    this.#listeners.onStatus({ kind: 'saving', nPending: this.#queue.length });
    if (!this.#isSending) void this.#sendAll();
  }

  /** Forgets previews of stored strokes that are now shown from the host. */
  prune(isShown: (stroke: PendingStroke) => boolean): void {
    const kept = this.#stored.filter((stroke) => !isShown(stroke));
    if (kept.length === this.#stored.length) return;
    this.#stored = kept;
    this.#preview();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0])
      await this.#send(next);
    this.#isSending = false;
  }

  async #send(queued: Queued): Promise<void> {
    try {
      const response = await this.#host.call('edit', {
        document: this.#document,
        edit: queued.edit,
      });
      this.#revision = response.document.revision;
      this.#queue = this.#queue.slice(1);
      this.#stored = [...this.#stored, { ...queued.preview, storedAt: this.#revision }];
      this.#listeners.onStored(response);
      this.#preview();
      this.#listeners.onStatus(this.#status());
    } catch (reason) {
      this.#queue = this.#queue.slice(1);
      this.#preview();
      this.#listeners.onStatus({
        kind: 'failed',
        error: toHostError(reason).wire,
        revision: this.#revision,
      });
      if (this.#queue.length > 0) this.#listeners.onStatus(this.#status());
    }
  }

  #status(): DurabilityStatus {
    const nPending = this.#queue.length;
    return nPending > 0
      ? { kind: 'saving', nPending }
      : { kind: 'saved', revision: this.#revision };
  }

  #preview(): void {
    const queued = this.#queue.map(({ preview }) => preview);
    const live = this.#live === null ? [] : [this.#live];
    this.#listeners.onPreview([...this.#stored, ...queued, ...live]);
  }
}
