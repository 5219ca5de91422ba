/** In which unit lengths on an image are told. */

import type { GridMeaning } from '../host/wire';

export interface LengthUnit {
  readonly name: 'mm' | 'µm' | 'px';
  readonly mm: number;
}

/** Pixels below this size are those of a microscope. */
const MICROSCOPIC_MM = 0.01;

/** Pixels where their size is not known: the grid then has a millimetre for each. */
export function lengthUnitOf(image: {
  readonly meaning: GridMeaning;
  readonly spacing_mm: readonly number[];
}): LengthUnit {
  if (image.meaning.in_plane === 'unknown') return { name: 'px', mm: 1 };
  const isMicroscopic = Math.min(...image.spacing_mm.slice(0, 2)) < MICROSCOPIC_MM;
  return isMicroscopic ? { name: 'µm', mm: 0.001 } : { name: 'mm', mm: 1 };
}
