/**
 * Labels of one shown slice with the strokes on top that the host has not yet stored.
 *
 * A sheet starts from a label slice as the host sent it and follows the list of pending strokes: a
 * stroke that grew is continued, a stroke that went away (stored or refused) is taken off by
 * starting anew from the host's slice.
 */

import { visitCovered, type BrushStroke } from '../model/brush';
import type { Grid } from '../model/grid';
import { visitRuns, type VoxelRun } from '../model/voxel-runs';
import type { LabelSlice } from './slices';

/** A stroke on its way to the host, or still being drawn. */
export interface PendingStroke {
  readonly id: number;
  /** What it covers, by form and path or as the host tells it. */
  readonly stroke: BrushStroke | { readonly runs: readonly VoxelRun[] };
  readonly document: string;
  readonly layer: number;
  readonly relabel: (label: number) => number;
  /** Revision that holds it, once stored. */
  readonly storedAt: number | null;
}

interface Applied {
  readonly id: number;
  /** Points of its path, or runs. */
  readonly n: number;
}

export class LabelSheet {
  readonly #grid: Grid;
  #base: LabelSlice;
  #applied: readonly Applied[] = [];
  #labels: Uint16Array;
  #isBlank: boolean;
  #version = 0;

  constructor(grid: Grid, base: LabelSlice) {
    this.#grid = grid;
    this.#base = base;
    this.#labels = Uint16Array.from(base.labels);
    this.#isBlank = isBlank(base.labels);
  }

  get base(): LabelSlice {
    return this.#base;
  }

  /** Labels with pending strokes, columns fastest. Read only for others. */
  get labels(): Uint16Array {
    return this.#labels;
  }

  /** Whether there is nothing to draw, as on most slices. */
  get isBlank(): boolean {
    return this.#isBlank;
  }

  /** Changes whenever `labels` do. */
  get version(): number {
    return this.#version;
  }

  /** Takes newer labels of the same slice from the host. */
  rebase(base: LabelSlice): void {
    if (base === this.#base) return;
    this.#base = base;
    this.#reset();
  }

  /** Follows the pending strokes. */
  update(strokes: readonly PendingStroke[]): void {
    const base = this.#base;
    const own = strokes.filter(
      ({ document, layer, storedAt }) =>
        document === base.document &&
        layer === base.layer &&
        (storedAt === null || storedAt > base.revision),
    );
    if (!this.#applied.every(({ id }, n) => own[n]?.id === id)) this.#reset();
    own.forEach((pending, n) => this.#apply(pending, this.#applied[n]?.n ?? 0));
    this.#applied = own.map(({ id, stroke }) => ({ id, n: lengthOf(stroke) }));
  }

  #reset(): void {
    this.#labels = Uint16Array.from(this.#base.labels);
    this.#isBlank = isBlank(this.#base.labels);
    this.#applied = [];
    this.#version += 1;
  }

  #apply({ stroke, relabel }: PendingStroke, nBefore: number): void {
    if (lengthOf(stroke) === nBefore) return;
    const labels = this.#labels;
    const { nColumns } = this.#base;
    const visit = (column: number, row: number) => {
      const at = row * nColumns + column;
      labels[at] = relabel(labels[at] ?? 0);
    };
    if ('runs' in stroke) visitRuns(this.#grid, stroke.runs.slice(nBefore), this.#base, visit);
    else visitCovered(this.#grid, stroke, this.#base, nBefore, visit);
    this.#isBlank = false;
    this.#version += 1;
  }
}

function lengthOf(stroke: PendingStroke['stroke']): number {
  return 'runs' in stroke ? stroke.runs.length : stroke.path.length;
}

function isBlank(labels: Uint8Array | Uint16Array): boolean {
  // A plain loop: this runs for every slice scrolled to, and `every` calls a function a voxel.
  for (let n = 0; n < labels.length; n += 1) if (labels[n] !== 0) return false;
  return true;
}
