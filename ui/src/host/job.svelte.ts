/** Long work of the host: how far it is, and stopping it. */
import { toHostError } from './error';
import type { Host } from './host';
import type { Stage, WireError } from './wire';

/** How far it is; `total` is 0 while unknown. */
export interface Progress {
  readonly stage: Stage | null;
  readonly done: number;
  readonly total: number;
}

/** One piece of work after the other. */
export class Job {
  /** Null while nothing is going on. */
  progress: Progress | null = $state.raw(null);
  readonly #host: Host;
  readonly #newJob: () => string;
  #name: string | null = null;
  #isCancelled = false;
  readonly #unsubscribe: () => void;

  constructor(host: Host, newJob: () => string) {
    this.#host = host;
    this.#newJob = newJob;
    this.#unsubscribe = host.onEvent((event) => {
      if (event.type !== 'progress' || event.job !== this.#name) return;
      this.progress = { stage: event.stage, done: event.done, total: event.total };
    });
  }

  /** Does work under a name of its own and hands its outcome on; cancelled is none. */
  async run<Answer>(
    work: (job: string) => Promise<Answer>,
    onDone: (answer: Answer) => void,
    onFailed: (error: WireError) => void,
  ): Promise<void> {
    const name = this.#newJob();
    this.#name = name;
    this.#isCancelled = false;
    this.progress = { stage: null, done: 0, total: 0 };
    try {
      const answer = await work(name);
      if (this.#name === name) onDone(answer);
    } catch (reason) {
      const error = toHostError(reason).wire;
      if (this.#name === name && error.code !== 'cancelled') onFailed(error);
    } finally {
      if (this.#name === name) this.progress = null;
    }
  }

  /** Whether work of several steps is to go on with the next. */
  isWanted(name: string): boolean {
    return this.#name === name && !this.#isCancelled;
  }

  /** Asks the host to stop. */
  async cancel(): Promise<void> {
    if (this.#name === null || this.progress === null) return;
    this.#isCancelled = true;
    await this.#host.call('cancel', { job: this.#name }).catch(() => undefined);
  }

  /** Stops what is going on; nobody waits for it any more. */
  dispose(): void {
    void this.cancel();
    this.#name = null;
    this.#unsubscribe();
  }
}
