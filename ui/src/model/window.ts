/** Window width and level, in values (HU where the image is in HU), never in stored values. */

export interface GreyWindow {
  readonly center: number;
  /** Positive. */
  readonly width: number;
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

/**
 * Grey from 0 to 1 = scale * stored + offset, then clamped (DICOM PS3.3 C.11.2.1.3.2, LINEAR_EXACT).
 */
export function greyFromStored(
  window: GreyWindow,
  rescale: Rescale,
): { scale: number; offset: number } {
  return {
    scale: rescale.slope / window.width,
    offset: (rescale.intercept - window.center) / window.width + 0.5,
  };
}

/** A window of the wanted centre and width; the width is kept positive. */
export function windowOf(center: number, width: number, rangeWidth: number): GreyWindow {
  return { center, width: Math.max(width, rangeWidth * NARROWEST) };
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
  return windowOf(start.center + dy * perPx, start.width + dx * perPx, rangeWidth);
}
