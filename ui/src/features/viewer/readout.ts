/** What is under the cursor: position, value with its unit, segments. */

import type { Frame } from '../../engine/frame';
import type { ImageSlice } from '../../engine/slices';
import type { Segment } from '../../host/wire';
import { storedAxes } from '../../model/brush';
import type { ImageFacts } from '../../model/image';
import { isInside, lpsOf, stepOf, type Grid } from '../../model/grid';
import {
  nearestVoxel,
  type ContinuousIndex,
  type PointLps,
  type VoxelIndex,
} from '../../model/space';
import { pixelOf } from '../../model/turn';
import { valueOf } from '../../model/window';
import { t } from '../../shared/messages';

export interface Readout {
  readonly position: PointLps;
  readonly voxel: VoxelIndex;
  /** Rescaled: one number, or red, green and blue; none where the slice is not loaded. */
  readonly values: readonly number[];
  readonly segments: readonly string[];
}

/** The readout for a place in the slice that is shown; null outside the image. */
export function readoutAt(
  grid: Grid,
  image: ImageFacts,
  segments: readonly Segment[],
  frame: Frame,
  at: ContinuousIndex,
): Readout | null {
  const voxel = nearestVoxel(at);
  if (!isInside(grid, voxel)) return null;
  const slice = frame.image;
  const offset = offsetIn(grid, slice, at, voxel);
  if (offset === null) return null;
  const first = offset * slice.nChannels;
  const stored = Array.from(slice.voxels.subarray(first, first + slice.nChannels));
  const values = stored.map((value) => valueOf(image.rescale, value));
  return {
    position: lpsOf(grid, at),
    voxel,
    values: slice.pixels === null ? values : values.map(rounded),
    segments: segmentsAt(frame, segments, offset),
  };
}

/** Between voxels there is no more to know than this. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** Of a turned plane the nearest pixel, whose value lies between voxels. */
function offsetIn(
  grid: Grid,
  slice: ImageSlice,
  at: ContinuousIndex,
  { ijk }: VoxelIndex,
): number | null {
  if (slice.pixels === null) {
    const [columnAxis, rowAxis] = storedAxes(slice.axis);
    return ijk[rowAxis] * slice.nColumns + ijk[columnAxis];
  }
  const place = pixelOf(slice.pixels, lpsOf(grid, at));
  const [column, row] = [Math.round(place.column), Math.round(place.row)];
  const isInside = column >= 0 && column < slice.nColumns && row >= 0 && row < slice.nRows;
  return isInside ? row * slice.nColumns + column : null;
}

function segmentsAt(frame: Frame, segments: readonly Segment[], offset: number): string[] {
  return frame.sheets.flatMap(({ base, labels }) => {
    const label = labels[offset] ?? 0;
    const segment = segments.find(
      (candidate) => candidate.layer === base.layer && candidate.label === label,
    );
    return segment === undefined ? [] : [segment.name];
  });
}

const DECIMALS = new Intl.NumberFormat('en', { maximumSignificantDigits: 6, useGrouping: false });

/** A value with its unit, if known; whole numbers in full. Of a colour its channels. */
export function formatValue(values: readonly number[], unit: string | null): string {
  const [red, green, blue] = values.map(formatNumber);
  if (green !== undefined && blue !== undefined) return `R ${red} G ${green} B ${blue}`;
  return unit === null ? `${red}` : `${red} ${unit}`;
}

function formatNumber(value: number): string {
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return DECIMALS.format(value);
}

const NO_BREAK = '\u00a0';

/** Patient directions instead of signs: `L 12.3 P 4.0 S 101.5` (LPS, mm). */
export function formatPosition({ mm: [x, y, z] }: PointLps): string {
  return [signed(x, 'L', 'R'), signed(y, 'P', 'A'), signed(z, 'S', 'I')].join(' ');
}

function signed(mm: number, positive: string, negative: string): string {
  const text = Math.abs(mm).toFixed(1);
  return `${mm < 0 && Number(text) !== 0 ? negative : positive}${NO_BREAK}${text}`;
}

/** Where a readout is: in the patient, or in the image where it is not known how that lies. */
export function formatPlace(image: ImageFacts, { position, voxel }: Readout): string {
  if (image.meaning.is_placed) return formatPosition(position);
  const [column, row, frame] = [voxel.ijk[0] + 1, voxel.ijk[1] + 1, voxel.ijk[2] + 1];
  return (image.size[2] ?? 1) > 1
    ? t('viewer.place.frame', { column, row, frame })
    : t('viewer.place', { column, row });
}

/** Position along a slice's normal: the strongest patient axis of `axis`, such as `S 101.5 mm`. */
export function formatSlicePosition(grid: Grid, axis: 0 | 1 | 2, voxel: VoxelIndex): string {
  const step = stepOf(grid, axis);
  const { mm } = lpsOf(grid, voxel);
  const axes = [0, 1, 2] as const;
  const strongest = axes.reduce((best, next) =>
    Math.abs(step[next]) > Math.abs(step[best]) ? next : best,
  );
  const [positive, negative] = DIRECTIONS[strongest];
  return `${signed(mm[strongest], positive, negative)} mm`;
}

/** Letters of growing and falling x, y and z of the patient (LPS). */
const DIRECTIONS = [
  ['L', 'R'],
  ['P', 'A'],
  ['S', 'I'],
] as const;
