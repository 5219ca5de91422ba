/** PET in standardized uptake values by body weight (SUVbw) instead of activities. */

import type { Image, Window } from '../host/wire';
import type { ImageFacts, ShownImage } from './image';
import { scaledWindow, type GreyWindow } from './window';

/** What values and the unit they are told in are multiplied with and called. */
export interface ValueScale {
  readonly factor: number;
  readonly unit: string | null;
}

const SUV_UNIT = 'SUVbw';

/** What turns the image's values into uptake; null where nothing does. */
export function suvFactorOf({ suv }: ImageFacts): number | null {
  return suv?.kind === 'factor' ? suv.factor : null;
}

export function scaleOf(image: ImageFacts, isSuv: boolean): ValueScale {
  const factor = suvFactorOf(image);
  if (isSuv && factor !== null) return { factor, unit: SUV_UNIT };
  return { factor: 1, unit: image.unit ?? null };
}

/** The image with its values, windows and unit in another scale. */
export function scaled(image: Image, { factor, unit }: ValueScale): ShownImage {
  if (factor === 1) return image;
  const { rescale, window, window_presets, value_range } = image;
  return {
    ...image,
    unit,
    rescale: { slope: rescale.slope * factor, intercept: rescale.intercept * factor },
    window: scaledWindow(window, factor),
    window_presets: window_presets.map((preset) => ({
      ...preset,
      window: scaledWindow(preset.window, factor),
    })),
    value_range: value_range?.map((value) => value * factor) ?? null,
  };
}

/** A window in the image's own values, as the host takes it, from one in another scale. */
export function unscaledWindow(window: GreyWindow, { factor }: ValueScale): Window {
  const own = factor === 1 ? window : scaledWindow(window, 1 / factor);
  const { center, width, function: formula = 'linear_exact', steps = [] } = own;
  return { center, width, function: formula, steps: [...steps] };
}
