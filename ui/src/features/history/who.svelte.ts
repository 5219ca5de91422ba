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
    const answer = await this.#host
      .call('who_drew', { document, voxel: [...voxel.ijk] })
      .then(ready, (reason: unknown) => failed(toHostError(reason).wire));
    if (request === this.#request) this.asked = { voxel, answer };
  }

  close(): void {
    this.#request += 1;
    this.asked = null;
  }
}
