import { describe, expect, it } from 'vitest';
import { pointLps, voxelIndex } from '../../model/space';
import { straightGrid } from '../../model/testing';
import { formatPosition, formatSlicePosition, formatValue } from './readout';

describe('a readout', () => {
  it('names directions in the patient instead of signs', () => {
    expect(formatPosition(pointLps([-12.34, 5, -0.01]))).toBe('R\u00a012.3 P\u00a05.0 S\u00a00.0');
  });

  it('gives a slice’s position along the body', () => {
    // The third slice: 30 + 2 * 5 mm.
    expect(formatSlicePosition(straightGrid(), 2, voxelIndex([0, 0, 2]))).toBe('S\u00a040.0 mm');
  });

  it('writes whole values in full and others shortly, with the unit if there is one', () => {
    expect(formatValue([-1024], 'HU')).toBe('-1024 HU');
    expect(formatValue([0.123456789], null)).toBe('0.123457');
    expect(formatValue([Number.NaN], null)).toBe('NaN');
    expect(formatValue([255, 7, 0], null)).toBe('R 255 G 7 B 0');
  });
});
