import { expect, it } from 'vitest';
import { typedNumber } from './number';

it.each([
  ['1.5', 1.5],
  [' 1,5 ', 1.5],
  ['-3e2', -300],
  ['', null],
  [' ', null],
  ['1-5', null],
  ['1,5,2', null],
  ['1e400', null],
  ['five', null],
])('%j is %j', (text, number) => {
  expect(typedNumber(text)).toBe(number);
});
