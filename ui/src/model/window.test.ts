import { describe, expect, it } from 'vitest';
import { dragWindow, greyFromStored, windowOf } from './window';

describe('a window', () => {
  it('maps its ends to black and white through the rescale', () => {
    // HU = stored - 1024; 40 +- 200 HU.
    const { scale, offset } = greyFromStored(
      { center: 40, width: 400 },
      { slope: 1, intercept: -1024 },
    );
    expect(864 * scale + offset).toBeCloseTo(0, 12);
    expect(1064 * scale + offset).toBeCloseTo(0.5, 12);
    expect(1264 * scale + offset).toBeCloseTo(1, 12);
  });

  it('widens to the right and brightens upwards', () => {
    const start = { center: 0, width: 300 };
    expect(dragWindow(start, 10, 0, 4000)).toEqual({ center: 0, width: 310 });
    expect(dragWindow(start, 0, -10, 4000)).toEqual({ center: -10, width: 300 });
  });

  it('never gets a width of zero or less', () => {
    expect(windowOf(5, -3, 1000).width).toBeCloseTo(0.1);
    expect(dragWindow({ center: 0, width: 300 }, -5000, 0, 4000).width).toBeGreaterThan(0);
  });
});
