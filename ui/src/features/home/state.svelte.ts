/** What the home screen knows. */
import { toHostError, type Host } from '../../host';
import type { Home } from '../../host/wire';
import { failed, LOADING, ready, type Loadable } from '../../shared/loadable';

/** The library's home page, asked for again whenever the screen is shown. */
export class HomeState {
  home: Loadable<Home> = $state.raw(LOADING);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Asks again; what is on screen stays until the answer is there. */
  async load(): Promise<void> {
    if (this.home.kind === 'failed') this.home = LOADING;
    try {
      this.home = ready(await this.#host.call('home', {}));
    } catch (reason) {
      this.home = failed(toHostError(reason).wire);
    }
  }
}
