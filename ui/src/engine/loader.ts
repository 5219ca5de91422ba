/**
 * Fetches the slices that are shown, then those that will be shown next.
 *
 * At most a few requests are under way at a time, and the next one is chosen only when one ends: so
 * while the user scrolls faster than slices arrive, slices already passed are never asked for. What
 * is under way is not asked for twice. Neighbours are fetched in the direction of scrolling, then the
 * same slices of neighbouring volumes.
 */

import type { Plane } from '../model/plane';
import type { Axis } from '../model/space';
import { ByteCache } from './byteCache';
import type {
  ImageSlice,
  LabelPlace,
  LabelSet,
  LabelSlice,
  LabelsOf,
  Slab,
  SliceSource,
} from './slices';

/** What a plane shows or is about to. */
export interface Want {
  readonly plane: Plane;
  readonly volume: number;
  readonly index: number;
  /** Which way the user scrolls: -1, 1, or 0 when unknown. */
  readonly direction: -1 | 0 | 1;
  /** Shown instead of the slice itself. */
  readonly slab: Slab | null;
}

const IMAGE_BUDGET_BYTES = 384 * 2 ** 20;
const LABEL_BUDGET_BYTES = 96 * 2 ** 20;
const MAX_UNDER_WAY = 4;
/** One place is left free for what the user asks for next. */
const MAX_PREFETCHING = 3;
const N_AHEAD = 8;
const N_BEHIND = 3;
/** A volume's first slice has the host load all of it. */
const VOLUMES_AHEAD = [1, -1, 2] as const;

/** How a request ended. */
export type Outcome = 'arrived' | 'failed';

/** A slice of a volume. */
interface Place {
  readonly volume: number;
  readonly axis: Axis;
  readonly index: number;
}

interface Job {
  readonly key: string;
  readonly run: () => Promise<void>;
}

export class SliceLoader {
  readonly #source: SliceSource;
  readonly #nVolumes: number;
  readonly #labelsOf: LabelsOf;
  readonly #images = new ByteCache<ImageSlice>(IMAGE_BUDGET_BYTES);
  readonly #labels = new ByteCache<LabelSlice>(LABEL_BUDGET_BYTES);
  readonly #underWay = new Set<string>();
  /** Failed requests are not repeated until the user asks. */
  readonly #failed = new Map<string, unknown>();
  readonly #wants = new Map<Plane['name'], Want>();
  readonly #onArrival: (outcome: Outcome) => void;
  #mayPrefetch = false;
  #isDisposed = false;

  constructor(
    source: SliceSource,
    nVolumes: number,
    labelsOf: LabelsOf,
    onArrival: (outcome: Outcome) => void,
  ) {
    this.#source = source;
    this.#nVolumes = nVolumes;
    this.#labelsOf = labelsOf;
    this.#onArrival = onArrival;
  }

  /** Prefetching waits until every slice can be fetched at once. */
  allowPrefetch(): void {
    this.#mayPrefetch = true;
    this.pump();
  }

  want(want: Want): void {
    // The plane asked for last comes first.
    this.#wants.delete(want.plane.name);
    this.#wants.set(want.plane.name, want);
    this.pump();
  }

  /** A plane shows no slice of the grid now. */
  unwant(plane: Plane): void {
    this.#wants.delete(plane.name);
  }

  image(volume: number, axis: Axis, index: number): ImageSlice | undefined {
    return this.#images.get(imageKey({ volume, axis, index }));
  }

  /** What lies on a volume; undefined while that is not known. */
  labelsOf(volume: number): LabelSet | undefined {
    return this.#labelsOf(volume);
  }

  /** The newest labels at hand; they may be stale. */
  labels(place: LabelPlace): LabelSlice | undefined {
    return this.#labels.get(labelKey(place));
  }

  isFresh({ changes }: LabelSet, slice: LabelSlice): boolean {
    return slice.revision >= changes.neededRevision(slice.axis, slice.index);
  }

  /** Whether the labels of a slice could not be fetched. */
  hasFailed(place: LabelPlace): boolean {
    return this.#failed.has(labelKey(place));
  }

  /** Why the wanted slices of a plane cannot be shown, if a request failed. */
  failureOf(want: Want): unknown {
    const place = placeOf(want);
    const set = this.#labelsOf(place.volume);
    const keys = [imageKey(place), ...labelPlaces(set, place).map(labelKey)];
    return keys.map((key) => this.#failed.get(key)).find((reason) => reason !== undefined);
  }

  /** Tries again what failed. */
  retry(): void {
    this.#failed.clear();
    this.pump();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#images.clear();
    this.#labels.clear();
  }

  /** Starts as many requests as there is room for, the most urgent first. */
  pump(): void {
    if (this.#isDisposed) return;
    const wants = [...this.#wants.values()].reverse();
    for (const want of wants) {
      for (const job of this.#jobsFor(placeOf(want))) this.#start(job, MAX_UNDER_WAY);
    }
    if (!this.#mayPrefetch) return;
    // Where a slice failed, its neighbours would most likely too.
    const sound = wants.filter((want) => this.failureOf(want) === undefined);
    const inSpace = sound.flatMap((want) =>
      neighboursOf(want).map((index) => placeOf({ ...want, index })),
    );
    const inTime = sound.flatMap((want) =>
      volumesNear(want.volume, this.#nVolumes).map((volume) => placeOf({ ...want, volume })),
    );
    for (const place of [...inSpace, ...inTime]) {
      if (this.#underWay.size >= MAX_PREFETCHING) return;
      for (const job of this.#jobsFor(place)) this.#start(job, MAX_PREFETCHING);
    }
  }

  #jobsFor(place: Place): Job[] {
    const jobs: Job[] = [];
    if (!this.#images.has(imageKey(place))) jobs.push(this.#imageJob(place));
    const set = this.#labelsOf(place.volume);
    if (set === undefined) return jobs;
    const needed = set.changes.neededRevision(place.axis, place.index);
    for (const labels of labelPlaces(set, place)) {
      const held = this.labels(labels);
      if (held === undefined || held.revision < needed) jobs.push(this.#labelJob(labels, needed));
    }
    return jobs;
  }

  #imageJob(place: Place): Job {
    const key = imageKey(place);
    return {
      key,
      run: async () => {
        const slice = await this.#source.image(place.volume, place.axis, place.index);
        this.#images.set(key, slice, slice.voxels.byteLength);
      },
    };
  }

  #labelJob(place: LabelPlace, needed: number): Job {
    const key = labelKey(place);
    return {
      key,
      run: async () => {
        const slice = await this.#source.labels(place, needed);
        this.#labels.set(key, slice, slice.labels.byteLength);
      },
    };
  }

  #start(job: Job, limit: number): void {
    if (this.#underWay.size >= limit || this.#underWay.has(job.key) || this.#failed.has(job.key))
      return;
    this.#underWay.add(job.key);
    void this.#finish(job);
  }

  async #finish(job: Job): Promise<void> {
    let outcome: Outcome = 'arrived';
    try {
      await job.run();
    } catch (reason) {
      this.#failed.set(job.key, reason);
      outcome = 'failed';
    }
    this.#underWay.delete(job.key);
    if (this.#isDisposed) return;
    this.#onArrival(outcome);
    this.pump();
  }
}

/** Slices near the wanted one, those the user will come to first in front. */
export function neighboursOf({ plane, index, direction }: Want): number[] {
  const isForward = direction >= 0;
  const [nUp, nDown] =
    direction === 0 ? [N_BEHIND, N_BEHIND] : isForward ? [N_AHEAD, N_BEHIND] : [N_BEHIND, N_AHEAD];
  const neighbours: number[] = [];
  for (let step = 1; step <= Math.max(nUp, nDown); step += 1) {
    const up = step <= nUp ? [index + step] : [];
    const down = step <= nDown ? [index - step] : [];
    neighbours.push(...(isForward ? [...up, ...down] : [...down, ...up]));
  }
  return neighbours.filter((at) => at >= 0 && at < plane.nSlices);
}

/** Volumes near one, those the user will come to first in front. */
function volumesNear(volume: number, nVolumes: number): number[] {
  return VOLUMES_AHEAD.map((step) => volume + step).filter((at) => at >= 0 && at < nVolumes);
}

function placeOf({ plane, volume, index }: Want): Place {
  return { volume, axis: plane.sliceAxis, index };
}

function imageKey({ volume, axis, index }: Place): string {
  return `image/${volume}/${axis}/${index}`;
}

function labelPlaces(set: LabelSet | undefined, { axis, index }: Place): LabelPlace[] {
  if (set === undefined) return [];
  return set.layers.map((layer) => ({ document: set.document, layer, axis, index }));
}

function labelKey({ document, layer, axis, index }: LabelPlace): string {
  return `labels/${document}/${layer}/${axis}/${index}`;
}
