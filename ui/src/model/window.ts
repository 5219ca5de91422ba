/** Window width and level, in values (HU where the image is in HU), never in stored values. */

import type { GreyStep, WindowFunction } from '../host/wire';

export interface GreyWindow {
  readonly center: number;
  /** Positive. */
  readonly width: number;
  /** `linear_exact` where nothing is said. */
  readonly function?: WindowFunction;
  /** Instead of a formula: greys from 0 to 255, each from a value on. */
  readonly steps?: readonly GreyStep[];
  /** Values from one entry of that table to the next; 1 where nothing is said. */
  readonly stepWidth?: number;
}

/** How a stored value becomes a grey: `scale * stored + offset` goes on by `curve`. */
export interface GreyMap {
  readonly scale: number;
  readonly offset: number;
  /** From 0 to 1 clamped, into a sigmoid, or the place in a table. */
  readonly curve: 'clamped' | 'sigmoid' | Uint8Array;
}

/** Value = slope * stored + intercept. */
export interface Rescale {
  readonly slope: number;
  readonly intercept: number;
}

/** Narrowest window relative to the values' range, so that a drag can always be undone. */
const NARROWEST = 1e-4;

export function valueOf({ slope, intercept }: Rescale, stored: number): number {
  return slope * stored + intercept;
}

/** By the formulas of DICOM PS3.3 C.11.2.1.2 and C.11.2.1.3. */
export function greyFromStored(window: GreyWindow, { slope, intercept }: Rescale): GreyMap {
  const { center, width, steps = [], stepWidth = 1 } = window;
  const [first] = steps;
  if (first !== undefined) {
    const offset = (intercept - first.from) / stepWidth;
    return { scale: slope / stepWidth, offset, curve: tableOf(steps, stepWidth) };
  }
  if (window.function === 'linear') {
    const span = width - 1;
    return {
      scale: slope / span,
      offset: (intercept - center + 0.5) / span + 0.5,
      curve: 'clamped',
    };
  }
  return {
    scale: slope / width,
    offset: (intercept - center) / width + 0.5,
    curve: window.function === 'sigmoid' ? 'sigmoid' : 'clamped',
  };
}

const tables = new WeakMap<readonly GreyStep[], Uint8Array>();

/** A grey for every value from that of the first step on. */
function tableOf(steps: readonly GreyStep[], stepWidth: number): Uint8Array {
  const known = tables.get(steps);
  if (known !== undefined) return known;
  const place = ({ from }: GreyStep) => Math.round((from - (steps[0]?.from ?? from)) / stepWidth);
  const last = steps.at(-1);
  const table = new Uint8Array(last === undefined ? 0 : place(last) + 1);
  for (const step of steps) table.fill(step.grey, place(step));
  tables.set(steps, table);
  return table;
}

/** What of a window goes on when it is changed by hand: a table does not. */
export function withoutTable({ center, width, function: formula }: GreyWindow): GreyWindow {
  return formula === undefined ? { center, width } : { center, width, function: formula };
}

export function isSameWindow(a: GreyWindow, b: GreyWindow): boolean {
  return (
    a.center === b.center &&
    a.width === b.width &&
    (a.function ?? 'linear_exact') === (b.function ?? 'linear_exact') &&
    (a.steps?.length ?? 0) === (b.steps?.length ?? 0)
  );
}

/** The same greys where values are told in another scale. */
export function scaledWindow(window: GreyWindow, factor: number): GreyWindow {
  const { steps = [], stepWidth = 1 } = window;
  const turned = { center: window.center * factor, width: window.width * factor };
  if (steps.length > 0) {
    const from = steps.map((step) => ({ ...step, from: step.from * factor }));
    return { ...window, ...turned, steps: from, stepWidth: stepWidth * factor };
  }
  // Of whole values only the linear formula of the standard speaks: in other scales the exact one.
  return window.function === 'linear'
    ? {
        center: (window.center - 0.5) * factor,
        width: (window.width - 1) * factor,
        function: 'linear_exact',
      }
    : { ...window, ...turned };
}

/** The window, its width kept positive, and such that its formula has a slope. */
export function windowOf(window: GreyWindow, rangeWidth: number): GreyWindow {
  const width = Math.max(window.width, rangeWidth * NARROWEST);
  const isTooNarrow = window.function === 'linear' && width <= 1;
  return isTooNarrow ? { ...window, width, function: 'linear_exact' } : { ...window, width };
}

/**
 * The window after a drag from `start`: right widens, up brightens (lowers the level).
 *
 * `rangeWidth`: how far the image's values span. One px changes by a part of the present width, with
 * a floor so that a narrow window can be left, and never by more than a thousandth of the range.
 */
export function dragWindow(
  start: GreyWindow,
  dx: number,
  dy: number,
  rangeWidth: number,
): GreyWindow {
  const perPx = Math.min(Math.max(start.width / 300, rangeWidth / 20000), rangeWidth / 1000);
  const moved = { center: start.center + dy * perPx, width: start.width + dx * perPx };
  return windowOf({ ...withoutTable(start), ...moved }, rangeWidth);
}
