import { expect, it } from 'vitest';
import { extentOf } from './measures';

const MEANING = { is_placed: false, in_plane: 'patient', has_depth: false } as const;

it.each([
  [{ volume_ml: 1.5, area_mm2: null }, 'Volume', '1.5 ml'],
  [{ volume_ml: null, area_mm2: 12.5 }, 'Area', '12.5 mm²'],
  [{ volume_ml: null, area_mm2: 250 }, 'Area', '2.5 cm²'],
  [{ volume_ml: null, area_mm2: 0.00025 }, 'Area', '250 µm²'],
])('%j is told as %s %s', (measures, name, text) => {
  expect(extentOf(measures, MEANING)).toEqual({ name, text });
});

it('an area at the detector is called so, and pixels of no size have no extent', () => {
  const at = extentOf({ volume_ml: null, area_mm2: 1 }, { ...MEANING, in_plane: 'detector' });
  expect(at?.name).toBe('Area at detector');
  const unknown = extentOf(
    { volume_ml: null, area_mm2: null },
    { ...MEANING, in_plane: 'unknown' },
  );
  expect(unknown).toBeNull();
});
