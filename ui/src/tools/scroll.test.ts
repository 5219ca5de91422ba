import { describe, expect, it } from 'vitest';
import { scrollBy, STILL } from './scroll';

describe('scrolling', () => {
  it('moves one slice for each notch of a wheel', () => {
    expect(scrollBy(STILL, 120, 'pixel').nSlices).toBe(1);
    expect(scrollBy(STILL, -100, 'pixel').nSlices).toBe(-1);
    expect(scrollBy(STILL, 3, 'line').nSlices).toBe(1);
  });

  it('adds up the small movements of a trackpad', () => {
    let scroll = STILL;
    let n = 0;
    for (let event = 0; event < 25; event += 1) {
      const turned = scrollBy(scroll, 4, 'pixel');
      scroll = turned.scroll;
      n += turned.nSlices;
    }
    expect(n).toBe(2);
  });

  it('forgets what was saved up when the direction turns', () => {
    const { scroll } = scrollBy(STILL, 49, 'pixel');
    expect(scrollBy(scroll, -2, 'pixel')).toEqual({ scroll: { remainderPx: -2 }, nSlices: 0 });
  });
});
