/** Short messages at the window's edge: failures stay until dismissed, the rest goes by itself. */
import type { WireError } from '../host/wire';

/** A message. */
export type Notice =
  | {
      readonly id: number;
      readonly kind: 'error';
      readonly title: string | null;
      readonly error: WireError;
    }
  | { readonly id: number; readonly kind: 'done'; readonly text: string; readonly stays: boolean };

const DONE_MS = 6000;
/** Older ones make room: a failing disk must not wall up the screen. */
const MOST = 4;

/** The messages on screen, oldest first. */
export class Notices {
  all: readonly Notice[] = $state.raw([]);
  #last = 0;

  /** Shows a failure. The same failure again replaces the earlier message. */
  fail(error: WireError, title: string | null = null): void {
    if (error.code === 'cancelled') return;
    const others = this.all.filter(
      (notice) => notice.kind !== 'error' || notice.error.message !== error.message,
    );
    this.#show(others, { id: (this.#last += 1), kind: 'error', title, error });
  }

  /** Says that something was done. */
  done(text: string): void {
    const id = this.#say(text, false);
    setTimeout(() => this.dismiss(id), DONE_MS);
  }

  /** Says that something was done that has to be read: it stays until it is dismissed. */
  tell(text: string): void {
    this.#say(text, true);
  }

  /** Takes away what speaks of a screen that was left; failures stay. */
  clearDone(): void {
    this.all = this.all.filter((notice) => notice.kind !== 'done');
  }

  dismiss(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }

  /** Whether one waits until somebody dismisses it. */
  get hasToBeRead(): boolean {
    return this.all.some((notice) => notice.kind === 'error' || notice.stays);
  }

  #say(text: string, stays: boolean): number {
    const id = (this.#last += 1);
    this.#show(this.all, { id, kind: 'done', text, stays });
    return id;
  }

  #show(others: readonly Notice[], notice: Notice): void {
    this.all = [...others, notice].slice(-MOST);
  }
}
