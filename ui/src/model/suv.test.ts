import { describe, expect, it } from 'vitest';
import type { Image } from '../host/wire';
import { scaled, scaleOf, suvFactorOf, unscaledWindow } from './suv';
import { valueOf } from './window';

// 70 kg, 350 MBq that decayed to a half: 70 000 g / 175 MBq.
const FACTOR = 70_000 / 175e6;
const PET: Image = {
  id: 'image',
  document: 'document',
  scope: 'all_volumes',
  modality: 'PT',
  description: '',
  size: [1, 1, 1],
  n_volumes: 1,
  volume_labels: [''],
  spacing_mm: [1, 1, 1],
  lps_from_index: [],
  slice_origins_lps: [],
  scalar_type: 'int16',
  padding: null,
  meaning: { is_placed: true, in_plane: 'patient', has_depth: true },
  asks_pixel_size: false,
  frame_ms: null,
  planes: [],
  first_slice: 0,
  is_inverted: false,
  is_ready: true,
  window_presets: [],
  report: [],
  unit: 'Bq/ml',
  rescale: { slope: 2, intercept: 10 },
  window: { center: 5000, width: 10_000, function: 'linear_exact', steps: [] },
  value_range: [0, 20_000],
  suv: { kind: 'factor', factor: FACTOR } as const,
};

describe('a PET in uptake values', () => {
  const shown = scaled(PET, scaleOf(PET, true));

  it('has values, windows and range of that scale', () => {
    // 2 * 1245 + 10 = 2500 Bq/ml, the dose per gram: uptake 1.
    expect(valueOf(shown.rescale, 1245)).toBeCloseTo(1, 12);
    expect(shown.window.center).toBeCloseTo(2, 12);
    expect(shown.window.width).toBeCloseTo(4, 12);
    expect(shown.value_range?.[1]).toBeCloseTo(8, 12);
    expect(shown.unit).toBe('SUVbw');
  });

  it('gives its windows back in activities, as the host takes them', () => {
    const own = unscaledWindow({ center: 2, width: 4 }, scaleOf(PET, true));
    expect(own.center).toBeCloseTo(5000, 8);
    expect(own.width).toBeCloseTo(10_000, 8);
    expect([own.function, own.steps]).toEqual(['linear_exact', []]);
    const linear = { center: 100, width: 51, function: 'linear' } as const;
    expect(unscaledWindow(linear, scaleOf(PET, false))).toEqual({ ...linear, steps: [] });
  });

  it('is as it was where activities are wanted, or uptake cannot be had', () => {
    expect(scaled(PET, scaleOf(PET, false))).toBe(PET);
    const unknown = { ...PET, suv: { kind: 'unknown', reason: 'no weight' } as const };
    expect(suvFactorOf(unknown)).toBeNull();
    expect(scaled(unknown, scaleOf(unknown, true))).toBe(unknown);
  });
});
