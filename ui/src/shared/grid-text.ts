/** Size and distances of an image's grid as a user reads them. */
import type { GridMeaning } from '../host/wire';
import { formatMatrix, formatSpacing } from './format';
import { t, tn } from './messages';

interface WireGrid {
  readonly size: readonly number[];
  readonly spacing_mm: readonly number[];
  readonly meaning: GridMeaning;
}

/** `512 × 512 × 300`; of images that lie at no known place `512 × 512, 20 frames`. */
export function matrixText({ size, meaning }: WireGrid): string {
  const nFrames = size[2] ?? 1;
  if (meaning.is_placed) return formatMatrix(size);
  const inPlane = formatMatrix(size.slice(0, 2));
  return nFrames === 1 ? inPlane : `${inPlane}, ${tn('study.frames', nFrames)}`;
}

/** Distances that are known: `0.14 × 0.14 mm at the detector`. */
export function spacingText({ spacing_mm, meaning }: WireGrid): string {
  if (meaning.in_plane === 'unknown') return t('study.spacing_unknown');
  const known = formatSpacing(meaning.has_depth ? spacing_mm : spacing_mm.slice(0, 2));
  return meaning.in_plane === 'detector' ? `${known} ${t('viewer.at_detector')}` : known;
}
