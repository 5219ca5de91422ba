/** Several volumes on one grid, such as time points or b-values: their names, and steps through them. */

import type { Image } from '../../host/wire';
import { t } from '../../shared/messages';

/** What labels of points in time begin with. */
const TIME = 't = ';

/** `Time point` where that is what the volumes are, else `Volume`. */
export function volumeWord({ volume_labels }: Image): string {
  const areTimes = volume_labels.length > 0 && volume_labels.every((l) => l.startsWith(TIME));
  return t(areTimes ? 'viewer.volume.time_point' : 'viewer.volume.volume');
}

/** What is known of a volume, such as `t = 12.5 s`; empty where nothing is. */
export function volumeLabel({ volume_labels }: Image, volume: number): string {
  return volume_labels[volume] ?? '';
}

/** `Time point 3 of 20, t = 12.5 s`. */
export function volumeText(image: Image, volume: number): string {
  const word = volumeWord(image);
  const text = t('viewer.volume.text', { word, volume: volume + 1, n: image.n_volumes });
  const label = volumeLabel(image, volume);
  return label === '' ? text : `${text}, ${label}`;
}

/** The nearest volume there is. */
export function volumeWithin(volume: number, nVolumes: number): number {
  return Math.min(Math.max(Math.round(volume), 0), nVolumes - 1);
}

/** The volume that follows while they are played: after the last one the first. */
export function volumeAfter(volume: number, nVolumes: number): number {
  return (volume + 1) % nVolumes;
}
