import { describe, expect, it } from 'vitest';
import { dragWindow, greyFromStored, scaledWindow, windowOf, type GreyWindow } from './window';

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
    expect(windowOf({ center: 5, width: -3 }, 1000).width).toBeCloseTo(0.1);
    expect(dragWindow({ center: 0, width: 300 }, -5000, 0, 4000).width).toBeGreaterThan(0);
  });
});

const IDENTITY = { slope: 1, intercept: 0 };

/** As the shader has it. */
function greyOf(window: GreyWindow, stored: number, rescale = IDENTITY): number {
  const { scale, offset, curve } = greyFromStored(window, rescale);
  const at = scale * stored + offset;
  if (curve === 'clamped') return Math.min(Math.max(at, 0), 1);
  if (curve === 'sigmoid') return 1 / (1 + Math.exp(-4 * (at - 0.5)));
  return (curve[Math.min(Math.max(Math.floor(at), 0), curve.length - 1)] ?? 0) / 255;
}

describe('the formulas of the standard', () => {
  it('are those of PS3.3 C.11.2', () => {
    const window = { center: 100, width: 51 };
    // From c - 0.5 - (w - 1) / 2 = 74.5 to 124.5.
    const linear = { ...window, function: 'linear' } as const;
    for (const [value, grey] of [
      [74, 0],
      [74.5, 0],
      [84.5, 0.2],
      [124.5, 1],
    ] as const) {
      expect(greyOf(linear, value)).toBeCloseTo(grey, 12);
    }
    expect(greyOf(window, 74.5)).toBe(0);
    expect(greyOf(window, 125.5)).toBe(1);
    const sigmoid = { ...window, function: 'sigmoid' } as const;
    expect(greyOf(sigmoid, 100)).toBeCloseTo(0.5, 12);
    expect(greyOf(sigmoid, 125.5)).toBeCloseTo(1 / (1 + Math.exp(-2)), 12);
  });

  it('look values up in a table, held at its ends', () => {
    const steps = [
      { from: 9.5, grey: 0 },
      { from: 11.5, grey: 255 },
      { from: 12.5, grey: 51 },
    ];
    const table = { center: 11.5, width: 4, steps };
    expect([-9, 10, 11, 12, 13, 99].map((v) => greyOf(table, v))).toEqual([0, 0, 0, 1, 0.2, 0.2]);
    // HU = 2 * stored - 10.
    expect(greyOf(table, 11, { slope: 2, intercept: -10 })).toBe(1);
  });

  it('give the same greys where values are told in another scale', () => {
    const factor = 0.25;
    const windows: GreyWindow[] = [
      { center: 100, width: 51, function: 'linear' },
      { center: 100, width: 51, function: 'sigmoid' },
      { center: 2, width: 4, steps: [0, 1, 3].map((n) => ({ from: n - 0.5, grey: 80 * n })) },
    ];
    for (const window of windows) {
      const turned = scaledWindow(window, factor);
      for (const stored of [0, 1, 2, 3, 80, 120]) {
        const grey = greyOf(turned, stored, { slope: factor, intercept: 0 });
        expect(grey).toBeCloseTo(greyOf(window, stored), 9);
      }
    }
  });

  it('a table does not go on when the window is dragged, a formula does', () => {
    const steps = [{ from: 0, grey: 1 }];
    const start = { center: 0, width: 300, function: 'sigmoid', steps } as const;
    expect(dragWindow(start, 10, 0, 4000)).toEqual({ center: 0, width: 310, function: 'sigmoid' });
  });
});
