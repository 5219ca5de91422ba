/** What the windows of an image are called. */

import type { ShownPreset } from '../../model/image';
import { t } from '../../shared/messages';

/** As the file calls its own; numbered where it has several without a name. */
export function windowName(presets: readonly ShownPreset[], n: number): string {
  const preset = presets[n];
  if (preset === undefined) return '';
  const { name, explanation } = preset;
  if (typeof explanation === 'string') return explanation;
  const isAlike = (other: ShownPreset) =>
    other.name === name && typeof other.explanation !== 'string';
  const alike = presets.filter(isAlike);
  const text = t(`viewer.window.${name}`);
  return alike.length > 1 ? `${text} ${alike.indexOf(preset) + 1}` : text;
}
