/** Pictures of series, fetched a few at a time so that a large study does not flood the host. */
import type { Host } from '../../host';

/** Requests kept in flight. */
const N_PARALLEL = 3;

/** Fetches each series' picture once. */
export class Thumbnails {
  readonly #host: Host;
  readonly #pictures = new Map<string, Promise<ImageBitmap>>();
  readonly #waiting: (() => void)[] = [];
  #nRunning = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The picture of a series; rejects when there is none. */
  picture(series: string): Promise<ImageBitmap> {
    const known = this.#pictures.get(series);
    if (known !== undefined) return known;
    const picture = this.#fetch(series);
    this.#pictures.set(series, picture);
    return picture;
  }

  async #fetch(series: string): Promise<ImageBitmap> {
    await this.#turn();
    try {
      const reply = await this.#host.bytes({ kind: 'thumbnail', series });
      if (reply.kind !== 'thumbnail') throw new Error('not a thumbnail');
      // Decoded here rather than by an <img>, so that the page's policy need not allow blob: images.
      return await createImageBitmap(new Blob([reply.png], { type: 'image/png' }));
    } finally {
      this.#nRunning -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#nRunning >= N_PARALLEL) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#nRunning += 1;
  }
}
