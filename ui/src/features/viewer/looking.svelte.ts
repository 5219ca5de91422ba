/** What reaches beyond what is seen can be looked at before it is done. */

import type { Effect } from '../../host/wire';
import { recallChoice, remember } from '../../shared/remembered';

export interface LookingListeners {
  /** Shows what an effect would do; the name of the document that is shown then, null where nothing is. */
  readonly onLook: (effect: Effect) => Promise<string | null>;
  /** What is shown is to be done, or to go. */
  readonly onLooked: (name: string, isWanted: boolean) => void;
  /** The document that is shown. */
  readonly shown: () => string | null;
}

const LOOKS_FIRST = 'viewer.looks_first';

export class Looking {
  #isWished = $state(recallChoice(LOOKS_FIRST, ['no', 'yes'], 'no') === 'yes');
  /** What was shown last. */
  #look: string | null = $state.raw(null);
  #onWanted: () => void = () => undefined;
  readonly #listeners: LookingListeners;

  constructor(listeners: LookingListeners) {
    this.#listeners = listeners;
  }

  /** Whether the user wants to look first. */
  get isWished(): boolean {
    return this.#isWished;
  }
  set isWished(isWished: boolean) {
    this.#isWished = isWished;
    remember(LOOKS_FIRST, isWished ? 'yes' : 'no');
  }

  /** Whether something is shown, and waits for a decision. */
  get isOn(): boolean {
    return this.#look !== null && this.#listeners.shown() === this.#look;
  }

  /** Shows what an effect would do; whether there is anything to see. */
  async show(effect: Effect, onWanted: () => void = () => undefined): Promise<boolean> {
    this.#look = await this.#listeners.onLook(effect);
    this.#onWanted = onWanted;
    return this.#look !== null;
  }

  /** Does what is shown, or lets it be. */
  decide(isWanted: boolean): void {
    const look = this.isOn ? this.#look : null;
    this.#look = null;
    if (look === null) return;
    this.#listeners.onLooked(look, isWanted);
    if (isWanted) this.#onWanted();
  }

  /** A key for what is shown: it is done, or dropped. Whether there was one for it. */
  useKey(key: string): boolean {
    if (!this.isOn || (key !== 'Enter' && key !== 'Escape')) return false;
    this.decide(key === 'Enter');
    return true;
  }
}
