/**
 * What is gone through step by step, and played: the volumes of an image, or the frames of one that
 * are known to follow each other but not to lie beside each other.
 */

import type { ImageFacts } from '../../model/image';
import { t } from '../../shared/messages';
import type { ViewerState } from './state';
import { volumeLabel, volumeText, volumeWord } from './volumes';

export type StepKind = 'volumes' | 'frames';

export interface Steps {
  readonly n: number;
  /** 0 first. */
  readonly at: number;
  readonly word: string;
  /** What is known of the step, such as `t = 12.5 s`; empty where nothing is. */
  readonly label: string;
  /** `Time point 3 of 20, t = 12.5 s`. */
  readonly text: string;
  /** Names the slider. */
  readonly slider: string;
}

export function stepKindOf({ n_volumes, meaning, size }: ImageFacts): StepKind | null {
  if (n_volumes > 1) return 'volumes';
  return !meaning.is_placed && (size[2] ?? 1) > 1 ? 'frames' : null;
}

export function nStepsOf(image: ImageFacts): number {
  return stepKindOf(image) === 'frames' ? (image.size[2] ?? 1) : image.n_volumes;
}

/** The steps as they are shown now; none where there is but one. */
export function stepsOf(image: ImageFacts, view: ViewerState): Steps | null {
  const kind = stepKindOf(image);
  if (kind === null) return null;
  const n = nStepsOf(image);
  if (kind === 'volumes') {
    const at = view.volume;
    const label = volumeLabel(image, at);
    const word = volumeWord(image);
    const slider = t('viewer.volume.slider');
    return { n, at, word, label, text: volumeText(image, at), slider };
  }
  const at = view.crosshair.ijk[2];
  const word = t('viewer.frame.frame');
  const text = t('viewer.volume.text', { word, volume: at + 1, n });
  return { n, at, word, label: '', text, slider: t('viewer.frame.slider') };
}

/** The nearest step there is. */
export function stepWithin(step: number, n: number): number {
  return Math.min(Math.max(Math.round(step), 0), n - 1);
}

/** The step that follows while they are played: after the last one the first. */
export function stepAfter(step: number, n: number): number {
  return (step + 1) % n;
}
