/**
 * Whether the server behind the page still answers. When it cannot be heard or reached, it is asked
 * again and again, which also tells a server that is away from one that was started anew.
 */
import { HostError, toHostError, UnreachableError, withDoors, type Host } from '../host';
import { t } from '../shared/messages';

const RETRY_MS = 2000;

/** `refused`: a server answers, but it is not the one this page was opened with. */
export type ConnectionState = 'open' | 'lost' | 'refused';

/** Watches the host. Where the host is the same process, it is never lost. */
export class Connection {
  state: ConnectionState = $state('open');
  /** The host to use: it tells this object of its failures. */
  readonly host: Host;
  readonly #inner: Host;
  /** Events are missed, whatever else works. */
  #isDeaf = false;
  #isAsking = false;

  constructor(inner: Host) {
    this.#inner = inner;
    this.host = withDoors(inner, {
      call: (command, request) => this.#watch(inner.call(command, request)),
      bytes: (question, options) => this.#watch(inner.bytes(question, options)),
    });
    inner.onDisconnect(() => {
      this.#isDeaf = true;
      this.#lose();
    });
    inner.onReconnect(() => {
      this.#isDeaf = false;
      this.state = 'open';
    });
  }

  async #watch<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      return await answer;
    } catch (reason) {
      if (!(reason instanceof UnreachableError)) throw reason;
      this.#lose();
      // The browser's own words ("Failed to fetch") help nobody.
      const hint = t('error.unreachable.hint');
      throw new HostError({ code: 'io', message: t('error.unreachable'), hint });
    }
  }

  #lose(): void {
    if (this.state === 'open') this.state = 'lost';
    if (!this.#isAsking) void this.#askUntilBack();
  }

  async #askUntilBack(): Promise<void> {
    this.#isAsking = true;
    for (;;) {
      const found = await this.#ask();
      // Back without events is not back: the socket's own retry ends that.
      const isBack = found === 'open' && !this.#isDeaf;
      if (isBack || this.state === 'open') break;
      this.state = found === 'refused' ? 'refused' : 'lost';
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
    this.state = 'open';
    this.#isAsking = false;
  }

  /** Cancelling a job that does not exist changes nothing and touches no disk. */
  async #ask(): Promise<ConnectionState> {
    try {
      await this.#inner.call('cancel', { job: 'connection-check' });
      return 'open';
    } catch (reason) {
      if (reason instanceof UnreachableError) return 'lost';
      return toHostError(reason).code === 'not_permitted' ? 'refused' : 'open';
    }
  }
}
