/**
 * Which label slices a document's operations have made stale.
 *
 * A label slice that shows revision r is good for every later revision until an operation changed a
 * box of voxels that the slice cuts. An operation whose box is not known counts as the whole grid.
 */

import { parseTriple, type Axis, type Triple } from './space';

/** Both corners inside. */
export interface Region {
  readonly min: Triple;
  readonly max: Triple;
}

/** Between a first and a last voxel. */
export function regionBetween(min: readonly number[], max: readonly number[]): Region {
  return { min: parseTriple(min), max: parseTriple(max) };
}

type Change = Region | 'nothing' | 'everything';

/** So many changes are told apart; what is older counts as everything. */
const MOST_CHANGES = 256;

export class ChangeLog {
  readonly #changes = new Map<number, Change>();
  #latest: number;
  #forgottenUpTo = 0;

  constructor(revision: number) {
    this.#latest = revision;
  }

  get latest(): number {
    return this.#latest;
  }

  /** Notes what led to `revision`; revisions skipped over count as everything until they are known. */
  record(revision: number, region: Region | null): void {
    for (let missed = this.#latest + 1; missed < revision; missed += 1) {
      this.#changes.set(missed, 'everything');
    }
    if (revision > this.#latest || this.#changes.get(revision) === 'everything') {
      this.#changes.set(revision, region ?? 'nothing');
    }
    this.#latest = Math.max(this.#latest, revision);
    this.#forget();
  }

  /** The document is known to be at `revision`, but not what led there. */
  recordUnknown(revision: number): void {
    for (let missed = this.#latest + 1; missed <= revision; missed += 1) {
      this.#changes.set(missed, 'everything');
    }
    this.#latest = Math.max(this.#latest, revision);
  }

  /** The oldest revision whose slice across `axis` at `index` still holds. */
  neededRevision(axis: Axis, index: number): number {
    let needed = this.#forgottenUpTo;
    for (const [revision, change] of this.#changes) {
      if (revision > needed && touches(change, axis, index)) needed = revision;
    }
    return needed;
  }

  /** Keeps the list short: every slice that may be shown is compared with all of it. */
  #forget(): void {
    if (this.#changes.size <= MOST_CHANGES) return;
    this.#forgottenUpTo = this.#latest - MOST_CHANGES / 2;
    for (const revision of this.#changes.keys()) {
      if (revision <= this.#forgottenUpTo) this.#changes.delete(revision);
    }
  }
}

function touches(change: Change, axis: Axis, index: number): boolean {
  if (change === 'everything') return true;
  if (change === 'nothing') return false;
  return change.min[axis] <= index && index <= change.max[axis];
}
