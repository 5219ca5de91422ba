/** Goes on from step to step at a steady pace, but never before the last step is on the screen. */

const STEP_MS = 100;

export interface Steps {
  /** Whether the last step can be seen: a slow host is waited for, so that no requests pile up. */
  readonly isShown: () => boolean;
  readonly advance: () => void;
}

export class Playback {
  readonly #steps: Steps;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      if (this.#steps.isShown()) this.#steps.advance();
    }, STEP_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }
}
