/**
 * Whether the server behind the page still answers. A call that fails for an unknown reason is followed
 * by a question that any server answers; while that fails too, it is asked again and again.
 */
import { toHostError, type Host } from '../host';

const RETRY_MS = 2000;

/** Watches the host. Where the host is the same process, it is never lost. */
export class Connection {
  isLost = $state(false);
  /** The host to use: it tells this object of its failures. */
  readonly host: Host;
  readonly #inner: Host;
  #isAsking = false;

  constructor(inner: Host) {
    this.#inner = inner;
    this.host = {
      kind: inner.kind,
      hasFileDialogs: inner.hasFileDialogs,
      call: (command, request) => this.#watch(inner.call(command, request)),
      bytes: (question, options) => this.#watch(inner.bytes(question, options)),
      onEvent: (handler) => inner.onEvent(handler),
      onReconnect: (handler) => inner.onReconnect(handler),
      pickFolder: () => inner.pickFolder(),
      pickFiles: () => inner.pickFiles(),
      pickSavePath: (path) => inner.pickSavePath(path),
      onFileDrop: (handler) => inner.onFileDrop(handler),
    };
    inner.onReconnect(() => {
      this.isLost = false;
    });
  }

  async #watch<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (reason) {
      const isUnknown = toHostError(reason).code === 'internal';
      if (this.#inner.kind === 'http' && isUnknown) void this.#ask();
      throw reason;
    }
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (!(await this.#answers())) {
      this.isLost = true;
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
    this.isLost = false;
    this.#isAsking = false;
  }

  /** Cancelling a job that does not exist changes nothing and touches no disk. */
  async #answers(): Promise<boolean> {
    try {
      await this.#inner.call('cancel', { job: 'connection-check' });
      return true;
    } catch (reason) {
      return toHostError(reason).code !== 'internal';
    }
  }
}
