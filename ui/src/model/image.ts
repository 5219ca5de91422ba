/** An opened image as the viewer takes it. */

import type { Image, WindowPreset } from '../host/wire';
import type { GreyWindow } from './window';

/** What is known of an image but for how it is shown. */
export type ImageFacts = Omit<Image, 'window' | 'window_presets'>;

export interface ShownPreset extends Omit<WindowPreset, 'window'> {
  readonly window: GreyWindow;
}

/** An image with windows in the scale in which its values are told. */
export interface ShownImage extends ImageFacts {
  readonly window: GreyWindow;
  readonly window_presets: readonly ShownPreset[];
}
