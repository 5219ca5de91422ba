/** Asks the host for shapes between keys, and tells what came of it. */
import { toHostError, type Host } from '../../host';
import type {
  DeleteInterpolatedRequest,
  Document,
  InterpolateShapesRequest,
  WireError,
} from '../../host/wire';
import { t } from '../../shared/messages';

/** What the shell does with the answers. */
export interface TrackDoors {
  readonly onDocument: (document: Document) => void;
  readonly onFailed: (error: WireError) => void;
  readonly onDone: (text: string) => void;
}

export class TrackHost {
  readonly #host: Host;
  readonly #doors: TrackDoors;

  constructor(host: Host, doors: TrackDoors) {
    this.#host = host;
    this.#doors = doors;
  }

  /** Finds what lies between keys. */
  async interpolate(request: InterpolateShapesRequest): Promise<void> {
    await this.#tell(async () => {
      const made = await this.#host.call('interpolate_shapes', request);
      this.#doors.onDocument(made.document);
      const n = { keys: made.n_keys, between: made.n_between };
      return t(n.between === 1 ? 'shapes.interpolated_one' : 'shapes.interpolated_n', n);
    });
  }

  /** Deletes what was found. */
  async remove(request: DeleteInterpolatedRequest): Promise<void> {
    await this.#tell(async () => {
      const { document, n_deleted: n } = await this.#host.call('delete_interpolated', request);
      this.#doors.onDocument(document);
      return t(n === 1 ? 'shapes.deleted_between_one' : 'shapes.deleted_between', { n });
    });
  }

  async #tell(task: () => Promise<string>): Promise<void> {
    try {
      this.#doors.onDone(await task());
    } catch (reason) {
      const { wire } = toHostError(reason);
      if (wire.code !== 'cancelled') this.#doors.onFailed(wire);
    }
  }
}
