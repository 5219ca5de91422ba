import { expect, it } from 'vitest';
import { textsOf, typedSize } from './answer';

it.each([
  ['0.14', '', [0.14, 0.14]],
  ['0,14', ' 0.2 ', [0.14, 0.2]],
  ['1e-4', '', [0.0001, 0.0001]],
  ['', '', null],
  ['0', '', null],
  ['-1', '', null],
  ['a', '', null],
  ['0.1', 'x', null],
  ['1001', '', null],
])('typed %j and %j are %j mm', (width, height, mm) => {
  expect(typedSize(width, height)).toEqual(mm === null ? null : { kind: 'measured', mm });
});

it('an answer is shown as it would be typed', () => {
  expect(textsOf({ kind: 'measured', mm: [0.14, 0.14] })).toEqual({ width: '0.14', height: '' });
  expect(textsOf({ kind: 'measured', mm: [0.1, 0.2] })).toEqual({ width: '0.1', height: '0.2' });
  expect(textsOf({ kind: 'unknown' })).toEqual({ width: '', height: '' });
  expect(textsOf(null)).toEqual({ width: '', height: '' });
});
