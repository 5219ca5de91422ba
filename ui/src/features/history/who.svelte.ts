/** Who drew the voxel that was asked about last. */
import { toHostError, type Host } from '../../host';
import type { WhoDrew } from '../../host/wire';
import type { VoxelIndex } from '../../model/space';
import { failed, LOADING, ready, type Loadable } from '../../shared/loadable';

export interface Asked {
  readonly voxel: VoxelIndex;
  readonly answer: Loadable<WhoDrew>;
}

export class WhoState {
  asked: Asked | null = $state.raw(null);
  readonly #host: Host;
  #request = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  async ask(document: string, voxel: VoxelIndex): Promise<void> {
    this.#request += 1;
    const request = this.#request;
    this.asked = { voxel, answer: LOADING };
    const answer = await this.#answerOf(document, voxel);
    if (request === this.#request) this.asked = { voxel, answer };
  }

  async #answerOf(document: string, { ijk }: VoxelIndex): Promise<Loadable<WhoDrew>> {
    try {
      return ready(await this.#host.call('who_drew', { document, voxel: [...ijk] }));
    } catch (reason) {
      return failed(toHostError(reason).wire);
    }
  }

  close(): void {
    this.#request += 1;
    this.asked = null;
  }
}
