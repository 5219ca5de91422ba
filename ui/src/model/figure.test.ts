import { describe, expect, it } from 'vitest';
import type { ShapeGeometry } from '../host/wire';
import { figureOf, geometryOf } from './figure';

const A = [1, 2, 3];
const B = [4, 2, 3];
const C = [4, 6, 3];
const D = [1, 6, 3];

const GEOMETRIES: readonly ShapeGeometry[] = [
  { kind: 'point', at: A },
  { kind: 'line', ends: [A, B] },
  { kind: 'polyline', points: [A, B, C] },
  { kind: 'angle', points: [A, B, C] },
  {
    kind: 'cobb_angle',
    lines: [
      [A, B],
      [C, D],
    ],
  },
  { kind: 'ellipse', centre: A, ends: [B, D] },
  { kind: 'rectangle', centre: A, ends: [B, D] },
  { kind: 'box3d', centre: A, ends: [B, D, [1, 2, 9]] },
  { kind: 'polygon', points: [A, B, C] },
  { kind: 'spline', points: [A, B, C] },
  { kind: 'freehand', points: [A, B, C], is_closed: true },
  { kind: 'arrow', ends: [A, B] },
  { kind: 'bidirectional', long: [A, C], short: [B, D] },
  { kind: 'plane', centre: A, ends: [B, D] },
];

describe('a figure', () => {
  it.each(GEOMETRIES)('$kind crosses the wire as it came', (geometry) => {
    expect(geometryOf(figureOf(geometry))).toEqual(geometry);
  });
});
