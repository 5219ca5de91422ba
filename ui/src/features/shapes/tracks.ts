/** Shapes of one thing on several slices or at several times: the keys, and what was found between them. */
import type { Shape, TrackAxis } from '../../host/wire';
import { t } from '../../shared/messages';
import { shapeName } from './list';

/** Those of a track that a document holds. */
export interface TrackGroup {
  readonly id: string;
  readonly along: TrackAxis;
  readonly keys: readonly Shape[];
  readonly between: readonly Shape[];
}

/** What stands in the list: a shape by itself, or a track with all of its shapes. */
export type Listed =
  | { readonly kind: 'shape'; readonly id: string; readonly shape: Shape }
  | { readonly kind: 'track'; readonly id: string; readonly track: TrackGroup };

/** Whether it was found between keys, and nobody has changed it since. */
export function isInterpolated({ track }: Shape): boolean {
  return Boolean(track?.between);
}

/** The list: a track stands where the first of its shapes stood. */
export function listed(shapes: readonly Shape[]): Listed[] {
  const tracks = new Set<string>();
  return shapes.flatMap((shape): Listed[] => {
    const { track } = shape;
    if (!track) return [{ kind: 'shape', id: shape.id, shape }];
    const { id, along } = track;
    if (tracks.has(id)) return [];
    tracks.add(id);
    const own = shapes.filter((other) => other.track?.id === id);
    const keys = own.filter((other) => !isInterpolated(other));
    return [{ kind: 'track', id, track: { id, along, keys, between: own.filter(isInterpolated) } }];
  });
}

/** What a track is called: as its first key, else as its first shape. */
export function trackName(shapes: readonly Shape[], { keys, between }: TrackGroup): string {
  const [named = between[0]] = keys;
  return named === undefined ? '' : shapeName(shapes, named);
}

/** `2 keys, 8 between`; of a track through times only one shape is in the document. */
export function trackText({ along, keys, between }: TrackGroup): string {
  if (along === 'times') return t(keys.length > 0 ? 'shapes.key_time' : 'shapes.between_times');
  const n = { keys: keys.length, between: between.length };
  return t(n.keys === 1 ? 'shapes.one_key' : 'shapes.keys', n);
}

/** `Interpolated between Ellipse 1 and Ellipse 2`; null of other shapes. */
export function betweenText(shapes: readonly Shape[], { track }: Shape): string | null {
  if (!track?.between) return null;
  const [from, to] = track.between.map((id) => {
    const key = shapes.find((shape) => shape.id === id);
    return key === undefined ? null : shapeName(shapes, key);
  });
  // Keys of other times are in other documents, and a key may have been deleted.
  if (!from || !to) return t(`shapes.interpolated.${track.along}`);
  return t('shapes.interpolated_from', { from, to });
}
