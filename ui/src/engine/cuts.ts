/**
 * Fetches what a pane shows where that is no slice of the grid: a turned plane, or a slab.
 *
 * Each pane has one request under way; when it ends, the newest wish is asked for. So while a plane is
 * turned, every picture that arrives is shown, and none that was passed meanwhile is asked for.
 */

import type { Plane } from '../model/plane';
import { isSamePlane } from '../model/turn';
import type { Want } from './loader';
import {
  isSameSlab,
  type ImageSlice,
  type LabelSlice,
  type LabelSet,
  type LabelsOf,
  type CutSource,
} from './slices';

/** All of a picture that belongs together. */
export interface Cut {
  readonly want: Want;
  readonly image: ImageSlice;
  readonly document: string;
  readonly labels: readonly LabelSlice[];
}

interface Pane {
  want: Want;
  cut: Cut | null;
  isUnderWay: boolean;
  failure: unknown;
}

export class CutLoader {
  readonly #source: CutSource;
  readonly #labelsOf: LabelsOf;
  readonly #onArrival: (outcome: 'arrived' | 'failed') => void;
  readonly #panes = new Map<Plane['name'], Pane>();
  #isDisposed = false;

  constructor(
    source: CutSource,
    labelsOf: LabelsOf,
    onArrival: (outcome: 'arrived' | 'failed') => void,
  ) {
    this.#source = source;
    this.#labelsOf = labelsOf;
    this.#onArrival = onArrival;
  }

  /** What a pane is to show; a slice of the grid needs nothing from here. */
  want(want: Want): void {
    const { name } = want.plane;
    if (!isCut(want)) {
      this.#panes.delete(name);
      return;
    }
    const pane = this.#panes.get(name);
    if (pane === undefined) {
      this.#panes.set(name, { want, cut: null, isUnderWay: false, failure: undefined });
    } else {
      pane.want = want;
      pane.failure = undefined;
    }
    this.pump();
  }

  /** The newest picture of a pane. */
  cut(name: Plane['name']): Cut | null {
    return this.#panes.get(name)?.cut ?? null;
  }

  failureOf({ plane }: Want): unknown {
    return this.#panes.get(plane.name)?.failure;
  }

  retry(): void {
    for (const pane of this.#panes.values()) pane.failure = undefined;
    this.pump();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#panes.clear();
  }

  pump(): void {
    for (const [name, pane] of this.#panes) {
      const isIdle = !pane.isUnderWay && pane.failure === undefined && !this.#isDisposed;
      if (isIdle && !this.#isFresh(pane)) void this.#fetch(name, pane);
    }
  }

  async #fetch(name: Plane['name'], pane: Pane): Promise<void> {
    const { want, cut } = pane;
    const set = this.#labelsOf(want.volume);
    if (set === undefined) return;
    pane.isUnderWay = true;
    let outcome: 'arrived' | 'failed' = 'arrived';
    try {
      const isHeld = cut !== null && isSameWant(cut.want, want);
      const needed = set.changes.latest;
      const [image, ...labels] = await Promise.all([
        isHeld ? cut.image : this.#source.cut(want),
        ...set.layers.map((layer) =>
          this.#source.cutLabels(want, { document: set.document, layer }, needed),
        ),
      ]);
      if (this.#panes.get(name) === pane)
        pane.cut = { want, image, document: set.document, labels };
    } catch (reason) {
      if (pane.want === want) pane.failure = reason;
      outcome = 'failed';
    }
    pane.isUnderWay = false;
    if (this.#isDisposed) return;
    this.#onArrival(outcome);
    this.pump();
  }

  #isFresh({ want, cut }: Pane): boolean {
    const set = this.#labelsOf(want.volume);
    if (set === undefined) return true;
    return cut !== null && isSameWant(cut.want, want) && hasLabels(cut, set);
  }
}

/** Whether what is wanted is no slice of the grid. */
export function isCut({ plane, slab }: Want): boolean {
  return plane.turned !== null || slab !== null;
}

export function isSameWant(a: Want, b: Want): boolean {
  return (
    a.volume === b.volume &&
    isSamePlane(a.plane, b.plane) &&
    isSameSlab(a.slab, b.slab) &&
    (a.plane.turned !== null || a.index === b.index)
  );
}

function hasLabels(
  { document, labels }: Cut,
  { document: wanted, layers, changes }: LabelSet,
): boolean {
  return (
    document === wanted &&
    layers.length === labels.length &&
    labels.every(({ layer, revision }, n) => layer === layers[n] && revision >= changes.latest)
  );
}
