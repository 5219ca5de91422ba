import { describe, expect, it } from 'vitest';
import type { ShapeValues } from '../../host/wire';
import { figure } from '../../model/testing-figures';
import { extents, labelOf, measuredOf, valuesOf, type Telling } from './label';

const MM: Telling = { unit: { name: 'mm', mm: 1 }, scale: { factor: 1, unit: 'HU' } };
const VALUES: ShapeValues = { n: 12, mean: 40.25, standard_deviation: 3.5, min: -2, max: 99 };
const plain = (lines: readonly string[]) => lines.map((line) => line.replaceAll('\u00a0', ' '));
const label = (...[kind, ...points]: Parameters<typeof figure>) =>
  plain(labelOf(figure(kind, ...points), { text: '', values: null }, MM));

describe('the label of a shape', () => {
  it('says how large it is while it is drawn', () => {
    expect(label('line', [0, 0, 0], [3, 4, 0])).toEqual(['5 mm']);
    expect(label('rectangle', [0, 0, 0], [2, 0, 0], [0, 3, 0])).toEqual(['24 mm²']);
    expect(label('angle', [1, 0, 0], [0, 0, 0], [0, 1, 0])).toEqual(['90°']);
    const axes = [
      [0, 0, 0],
      [20, 0, 0],
      [5, 1, 0],
      [5, -9.5, 0],
    ] as const;
    expect(label('bidirectional', ...axes)).toEqual(['20 × 10.5 mm']);
    const box = [
      [0, 0, 0],
      [5, 0, 0],
      [0, 10, 0],
      [0, 0, 15],
    ] as const;
    expect(label('box3d', ...box)).toEqual(['6 ml']);
  });

  it('says its text first, and the values inside last', () => {
    const ellipse = figure('ellipse', [0, 0, 0], [2, 0, 0], [0, 1, 0]);
    expect(plain(labelOf(ellipse, { text: 'Cyst', values: VALUES }, MM))).toEqual([
      'Cyst',
      '6.283 mm²',
      'Mean 40.25 ± 3.5 HU',
      '-2 to 99 HU',
    ]);
  });

  it('says the value at a point, and of an arrow only its text', () => {
    const point = figure('point', [0, 0, 0]);
    expect(plain(labelOf(point, { text: '', values: VALUES }, MM))).toEqual(['40.25 HU']);
    const arrow = figure('arrow', [0, 0, 0], [3, 4, 0]);
    expect(labelOf(arrow, { text: 'Here', values: null }, MM)).toEqual(['Here']);
  });

  it('says nothing of values where there are none', () => {
    const nothing = { ...VALUES, n: 0, mean: null };
    const ellipse = figure('ellipse', [0, 0, 0], [2, 0, 0], [0, 1, 0]);
    expect(labelOf(ellipse, { text: '', values: nothing }, MM)).toHaveLength(1);
  });

  it('tells pixels where their size is not known, and micrometres of a microscope', () => {
    const line = { length: 0.25, area: 0.002 };
    const told = (unit: Telling['unit']) =>
      plain(extents(line, { ...MM, unit }).map(({ text }) => text));
    expect(told({ name: 'px', mm: 1 })).toEqual(['0.25 px', '0.002 px²']);
    expect(told({ name: 'µm', mm: 0.001 })).toEqual(['250 µm', '2000 µm²']);
  });

  it('tells values in the scale that is chosen', () => {
    const suv = { ...MM, scale: { factor: 0.5, unit: 'SUVbw' } };
    const [mean] = valuesOf('ellipse', VALUES, suv);
    expect(mean).toEqual({ name: 'Mean', text: '20.13\u00a0SUVbw' });
  });

  it('takes from the host what a kind has', () => {
    const none = { shape: 's', perimeter: null, area: null, angle_degrees: null, volume: null };
    const measure = { ...none, length: 7, long_axis: null, short_axis: null, values: null };
    expect(measuredOf(measure)).toEqual({ length: 7 });
  });
});
