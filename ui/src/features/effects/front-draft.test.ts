import { describe, expect, it } from 'vitest';
import { voxelIndex } from '../../model/space';
import { amountAt, FIRST_FRONT, frontEffectOf, positionOf, type FrontDraft } from './front-draft';

const PLACE = {
  crosshair: voxelIndex([4, 5, 6]),
  detail: 1.5,
  margin: 20,
  kept: { within: null, plane: null },
};

function made(name: 'fast_march' | 'geodesic_fill', draft: Partial<FrontDraft> = {}) {
  return frontEffectOf(name, { ...FIRST_FRONT, ...draft }, PLACE);
}

describe('a front', () => {
  it('begins in the segment or at the crosshair and stops by time or volume', () => {
    expect(made('fast_march')).toEqual({
      type: 'fast_march',
      front: { seed: null, speed: { by: 'edges', sigma: 1.5, contrast: null }, margin: 20 },
      stop: { at: 'time', time: 10 },
    });
    const other = made('fast_march', {
      start: 'crosshair',
      frontBy: 'values',
      stopAt: 'volume',
      stopMl: 7,
    });
    expect(other).toMatchObject({
      front: { seed: [4, 5, 6], speed: { by: 'values', multiplier: 2 } },
      stop: { at: 'volume', ml: 7 },
    });
  });

  it('has a slider with more room for small amounts, there and back', () => {
    expect(positionOf(25, 100)).toBe(0.5);
    expect(amountAt(0.5, 100)).toBe(25);
    expect(positionOf(400, 100)).toBe(1);
    expect(positionOf(1, 0)).toBe(0);
  });
});

describe('a fill', () => {
  it('is in the slice shown, or around what is painted', () => {
    expect(made('geodesic_fill')).toMatchObject({ within: null, fill: { weight: 5, margin: 20 } });
    const kept = { within: { axis: 2, index: 27 }, plane: null };
    const place = { ...PLACE, kept };
    expect(frontEffectOf('geodesic_fill', FIRST_FRONT, place)).toMatchObject(kept);
  });
});
