/** The header of one slice's file, what is searched in it, and which sequences are open. */
import { SvelteSet } from 'svelte/reactivity';
import { toHostError, type Host } from '../../host';
import type { Metadata, WireError } from '../../host/wire';
import { debounced } from '../../shared/debounce';
import { matchingRows, type Rows } from './rows';

const PAUSE_MS = 120;

/** Metadata of an image. While another slice loads, the last one stays on screen. */
export class MetadataState {
  metadata: Metadata | null = $state.raw(null);
  error: WireError | null = $state.raw(null);
  /** Slice along k that is asked for, 0 first. */
  slice = $state(0);
  query = $state('');
  #isShown = false;
  readonly #open = new SvelteSet<string>();
  readonly shown: Rows = $derived(
    matchingRows(this.metadata?.elements ?? [], this.#open, this.query),
  );
  readonly #host: Host;
  readonly #image: string;
  readonly #later = debounced(PAUSE_MS, () => void this.load());

  constructor(host: Host, image: string, slice: number) {
    this.#host = host;
    this.#image = image;
    this.slice = slice;
  }

  /** Goes to another slice, which is asked for soon, or when the panel is shown. */
  goTo(slice: number): void {
    this.slice = slice;
    if (this.#isShown) this.#later.schedule();
  }

  /** The panel is on screen until the answer is called. */
  show(): () => void {
    this.#isShown = true;
    void this.load();
    return () => (this.#isShown = false);
  }

  /** Asks for the wanted slice now. */
  async load(): Promise<void> {
    const slice = this.slice;
    try {
      const metadata = await this.#host.call('metadata', { image: this.#image, slice });
      if (slice !== this.slice) return;
      this.metadata = metadata;
      this.error = null;
    } catch (reason) {
      if (slice === this.slice) this.error = toHostError(reason).wire;
    }
  }

  /** Opens or closes a sequence. */
  toggle(path: string): void {
    if (!this.#open.delete(path)) this.#open.add(path);
  }

  /** Calls off what is due. */
  dispose(): void {
    this.#later.cancel();
  }
}
