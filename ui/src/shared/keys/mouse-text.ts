/** Buttons, the wheel and modifiers in words, such as `Ctrl + wheel`. */
import { t } from '../messages';

/** A button, or the wheel where there is none, with modifiers. */
export interface MouseRule {
  readonly button?: 'left' | 'middle' | 'right';
  readonly with: readonly ('shift' | 'ctrl' | 'alt')[];
}

/** How a drag or turn is made. */
export function mouseText({ button, with: modifiers }: MouseRule): string {
  const what = t(button === undefined ? 'mouse.wheel' : `mouse.drag.${button}`);
  return [...modifiers.map((modifier) => t(`mouse.${modifier}`)), what].join(' + ');
}
