/** What shapes measure by the host's account: asked for anew when one of them changes. */
import { toHostError, type Host } from '../../host';
import type { Document, Shape, ShapeMeasure, WireError } from '../../host/wire';
import { debounced } from '../../shared/debounce';

/** Shapes that change one after the other, as by undo, are measured together. */
const PAUSE_MS = 60;

interface Measured {
  /** What was measured, and the volume whose values were. */
  readonly geometry: string;
  readonly volume: number;
  readonly measure: ShapeMeasure;
}

const geometries = new WeakMap<Shape, string>();

function geometryOf(shape: Shape): string {
  const known = geometries.get(shape) ?? JSON.stringify(shape.geometry);
  geometries.set(shape, known);
  return known;
}

export class ShapeMeasuresState {
  error: WireError | null = $state.raw(null);
  #known: ReadonlyMap<string, Measured> = $state.raw(new Map());
  /** What a shape measures as it is now; null while that is not known. */
  readonly of: (shape: Shape, volume: number) => ShapeMeasure | null = $derived.by(() => {
    const all = this.#known;
    return (shape, volume) => {
      const known = all.get(shape.id);
      const isNow = known?.volume === volume && known.geometry === geometryOf(shape);
      return isNow ? known.measure : null;
    };
  });
  #wanted: { readonly document: Document; readonly volume: number } | null = null;
  readonly #host: Host;
  readonly #later = debounced(PAUSE_MS, () => void this.#measure());

  constructor(host: Host) {
    this.#host = host;
  }

  /** Says which document is shown, and the volume whose values count. */
  want(document: Document, volume: number): void {
    this.#wanted = { document, volume };
    if (this.#stale().length > 0) this.#later.schedule();
  }

  /** Calls off what is due. */
  dispose(): void {
    this.#later.cancel();
  }

  #stale(): Shape[] {
    const { document, volume } = this.#wanted ?? { document: null, volume: 0 };
    return (document?.shapes ?? []).filter((shape) => this.of(shape, volume) === null);
  }

  async #measure(): Promise<void> {
    const [wanted, stale] = [this.#wanted, this.#stale()];
    if (wanted === null || stale.length === 0) return;
    const { document, volume } = wanted;
    const shapes = stale.map(({ id }) => id);
    try {
      const request = { document: document.id, volume, shapes };
      const answer = await this.#host.call('shape_measures', request);
      // One that was changed meanwhile is measured again.
      if (answer.revision !== document.revision) return this.#again(document.revision);
      const measured = new Map(stale.map((shape) => [shape.id, geometryOf(shape)]));
      const found = answer.shapes.map((measure) => {
        const geometry = measured.get(measure.shape) ?? '';
        return [measure.shape, { geometry, volume, measure }] as const;
      });
      this.#known = new Map([...this.#known, ...found]);
      this.error = null;
    } catch (reason) {
      if (wanted === this.#wanted) this.error = toHostError(reason).wire;
    }
  }

  /** The document on its way here brings another question; one that is here already is asked now. */
  #again(revision: number): void {
    const isHere = this.#wanted !== null && this.#wanted.document.revision !== revision;
    if (isHere) this.#later.schedule();
  }
}
