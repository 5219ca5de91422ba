import { describe, expect, it } from 'vitest';
import { FIRST_ROWS, isNear, rowsBetween } from './near';

describe('rows near what is seen', () => {
  it('are those in view and some on either side', () => {
    const topOf = (row: number) => 100 + 30 * row;
    // Rows 10 to 19 begin in view, and the end of row 9 is seen.
    expect(rowsBetween([395, 695], 200, topOf)).toEqual({ first: -3, last: 32 });
    expect(rowsBetween([3100, 3400], 200, topOf)).toEqual({ first: 87, last: 122 });
    expect(rowsBetween([9000, 9300], 200, topOf).last).toBeGreaterThan(199);
  });

  it('are all of a short list, and the one with the focus', () => {
    const rows = { first: 3, last: 9, focused: 70 };
    const near = (nRows: number) =>
      [0, 3, 9, 10, 70].filter((row) => row < nRows && isNear(rows, row, nRows));
    expect(near(12)).toEqual([0, 3, 9, 10]);
    expect(near(100)).toEqual([3, 9, 70]);
    expect(isNear(FIRST_ROWS, 0, 100)).toBe(true);
  });
});
