/** Several volumes on one grid, such as time points or b-values: what they are called. */

import type { SegmentScope } from '../../host/wire';
import type { ImageFacts } from '../../model/image';
import { t } from '../../shared/messages';

/** What volumes are of, by what all their labels begin with. */
const KINDS = [
  ['t = ', 'time_point'],
  ['time point ', 'time_point'],
  ['b = ', 'b_value'],
  ['phase ', 'phase'],
  ['TE = ', 'echo'],
] as const;

type Kind = (typeof KINDS)[number][1] | 'volume';

function kindOf({ volume_labels }: ImageFacts): Kind {
  const fits = (begin: string) => volume_labels.every((label) => label.startsWith(begin));
  const found = volume_labels.length > 0 ? KINDS.find(([begin]) => fits(begin)) : undefined;
  return found?.[1] ?? 'volume';
}

/** `Time point` where that is what the volumes are, `b-value`, `Phase`, else `Volume`. */
export function volumeWord(image: ImageFacts): string {
  return t(`viewer.volume.${kindOf(image)}`);
}

/** `All time points` or `Each time point`. */
export function scopeText(image: ImageFacts, scope: SegmentScope): string {
  return t(`viewer.scope.${scope}.${kindOf(image)}`);
}

/** `time point 3`, inside a sentence. */
export function volumeName(image: ImageFacts, volume: number): string {
  return t(`viewer.volume.name.${kindOf(image)}`, { n: volume + 1 });
}

/** What is known of a volume, such as `t = 12.5 s`; empty where nothing is. */
export function volumeLabel({ volume_labels }: ImageFacts, volume: number): string {
  return volume_labels[volume] ?? '';
}

/** `Time point 3 of 20, t = 12.5 s`. */
export function volumeText(image: ImageFacts, volume: number): string {
  const word = volumeWord(image);
  const text = t('viewer.volume.text', { word, volume: volume + 1, n: image.n_volumes });
  const label = volumeLabel(image, volume);
  return label === '' ? text : `${text}, ${label}`;
}
