/**
 * A synthetic CT: an elliptic body with a spine, lungs and a heart, anisotropic voxels, so that a
 * wrong proportion, flip or value shows at once.
 */

import type { Image, Window } from '../wire';

export const SIZE = [160, 128, 48] as const;
export const SPACING_MM = [2, 2, 5] as const;
/** Centre of voxel (0, 0, 0); x grows to the patient's left, y to the back, z to the head. */
const ORIGIN_MM = [-159, -127, -117.5] as const;

const AIR = -1000;
const FAT = -80;
const LUNG = -780;
const HEART = 45;
const BONE = 700;

/** Stored values, i fastest; the rescale below turns them into HU. */
export function phantomVoxels(): Int16Array {
  const voxels = new Int16Array(SIZE[0] * SIZE[1] * SIZE[2]);
  let n = 0;
  for (let k = 0; k < SIZE[2]; k += 1) {
    for (let j = 0; j < SIZE[1]; j += 1) {
      for (let i = 0; i < SIZE[0]; i += 1) {
        const noise = ((i * 73 + j * 151 + k * 283) % 31) - 15;
        voxels[n] = hounsfieldAt(lpsAt(i, j, k)) + noise + 1024;
        n += 1;
      }
    }
  }
  return voxels;
}

export function lpsAt(i: number, j: number, k: number): readonly [number, number, number] {
  return [
    ORIGIN_MM[0] + i * SPACING_MM[0],
    ORIGIN_MM[1] + j * SPACING_MM[1],
    ORIGIN_MM[2] + k * SPACING_MM[2],
  ];
}

type Ellipsoid = readonly [x: number, y: number, z: number, rx: number, ry: number, rz: number];

function isIn(at: readonly [number, number, number], e: Ellipsoid): boolean {
  const [u, v, w] = [(at[0] - e[0]) / e[3], (at[1] - e[1]) / e[4], (at[2] - e[2]) / e[5]];
  return u * u + v * v + w * w <= 1;
}

function hounsfieldAt(at: readonly [number, number, number]): number {
  if (!isIn(at, [0, 0, 0, 145, 100, 1000])) return AIR;
  if (!isIn(at, [0, 0, 0, 138, 93, 1000])) return FAT;
  if (isIn(at, [0, 68, 0, 18, 18, 1000])) return BONE;
  // The heart lies to the patient's left and to the front.
  if (isIn(at, [28, -30, -20, 48, 40, 50])) return HEART + 60;
  if (isIn(at, [-72, 0, 15, 52, 72, 105]) || isIn(at, [74, 10, 15, 48, 68, 100])) return LUNG;
  return HEART;
}

export function phantomImage(id: string, document: string, isReady: boolean): Image {
  return {
    id,
    document,
    scope: 'all_volumes',
    modality: 'CT',
    description: 'Phantom',
    size: [...SIZE],
    n_volumes: 1,
    volume_labels: [''],
    spacing_mm: [...SPACING_MM],
    slice_origins_lps: [],
    lps_from_index: [
      [SPACING_MM[0], 0, 0, ORIGIN_MM[0]],
      [0, SPACING_MM[1], 0, ORIGIN_MM[1]],
      [0, 0, SPACING_MM[2], ORIGIN_MM[2]],
      [0, 0, 0, 1],
    ],
    scalar_type: 'int16',
    rescale: { slope: 1, intercept: -1024 },
    padding: null,
    unit: 'HU',
    meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
    suv: null,
    asks_pixel_size: false,
    frame_ms: null,
    planes: [
      {
        name: 'axial',
        slice_axis: 2,
        column_axis: 0,
        is_column_flipped: false,
        row_axis: 1,
        is_row_flipped: false,
        letters: { left: 'R', right: 'L', top: 'A', bottom: 'P' },
      },
      {
        name: 'sagittal',
        slice_axis: 0,
        column_axis: 1,
        is_column_flipped: false,
        row_axis: 2,
        is_row_flipped: true,
        letters: { left: 'A', right: 'P', top: 'S', bottom: 'I' },
      },
      {
        name: 'coronal',
        slice_axis: 1,
        column_axis: 0,
        is_column_flipped: false,
        row_axis: 2,
        is_row_flipped: true,
        letters: { left: 'R', right: 'L', top: 'S', bottom: 'I' },
      },
    ],
    first_slice: 24,
    is_inverted: false,
    is_ready: isReady,
    value_range: isReady ? [-1015, 715] : null,
    window: windowOf(40, 400),
    window_presets: [
      { name: 'abdomen', explanation: null, window: windowOf(40, 400) },
      { name: 'lung', explanation: null, window: windowOf(-500, 1400) },
      { name: 'bone', explanation: null, window: windowOf(400, 1000) },
      { name: 'full_range', explanation: null, window: windowOf(-150, 1730) },
    ],
    report: [],
  };
}

function windowOf(center: number, width: number): Window {
  return { center, width, function: 'linear_exact', steps: [] };
}
