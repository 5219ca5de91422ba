import { describe, expect, it } from 'vitest';
import type { SegmentStyle } from '../model/segments';
import { relabelRule, type Overwrite } from './relabel';

function segment(label: number, change: Partial<SegmentStyle> = {}): SegmentStyle {
  return {
    layer: 0,
    label,
    rgb: [0, 0, 0],
    isVisible: true,
    opacity: 1,
    isLocked: false,
    ...change,
  };
}

const TARGET = segment(1);
const SEGMENTS = [
  TARGET,
  segment(2),
  segment(3, { isVisible: false }),
  segment(4, { isLocked: true }),
];

function painted(overwrite: Overwrite): number[] {
  return [0, 1, 2, 3, 4].map(relabelRule('paint', TARGET, SEGMENTS, overwrite));
}

describe('the overwrite rule', () => {
  it('lets a brush replace any segment that is not locked', () => {
    expect(painted('all')).toEqual([1, 1, 1, 1, 4]);
  });
  it('lets a brush replace visible segments', () => {
    expect(painted('visible')).toEqual([1, 1, 1, 3, 4]);
  });
  it('lets a brush paint empty voxels only', () => {
    expect(painted('none')).toEqual([1, 1, 2, 3, 4]);
  });
});

it('an eraser takes only its own segment away', () => {
  expect([0, 1, 2].map(relabelRule('erase', TARGET, SEGMENTS, 'all'))).toEqual([0, 0, 2]);
});

it('nothing changes a locked segment', () => {
  const locked = segment(1, { isLocked: true });
  expect([0, 1, 2].map(relabelRule('paint', locked, SEGMENTS, 'all'))).toEqual([0, 1, 2]);
  expect([0, 1].map(relabelRule('erase', locked, SEGMENTS, 'all'))).toEqual([0, 1]);
});
