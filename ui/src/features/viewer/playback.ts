/** Goes on from step to step at a steady pace, but never before the last step is on the screen. */

/** Where nothing else is said. */
export const STEP_MS = 100;
/** Faster cannot be seen, slower looks as if nothing happened. */
const [LEAST_MS, MOST_MS] = [10, 2000];

export interface Steps {
  /** Whether the last step can be seen: a slow host is waited for, so that no requests pile up. */
  readonly isShown: () => boolean;
  readonly advance: () => void;
}

export class Playback {
  readonly #steps: Steps;
  readonly #stepMs: number;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(steps: Steps, stepMs: number) {
    this.#steps = steps;
    this.#stepMs = Math.min(Math.max(stepMs, LEAST_MS), MOST_MS);
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      if (this.#steps.isShown()) this.#steps.advance();
    }, this.#stepMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
