/** What tools may change, as the user chooses it, and what they were kept from. */

import type { Editable, Kept } from '../../host/wire';
import { t } from '../../shared/messages';

export interface Rules {
  readonly area: 'everywhere' | 'inside' | 'outside';
  /** Of the area. */
  readonly segments: readonly string[];
  /** In the image's unit; null for all values. */
  readonly range: readonly [number, number] | null;
}

export const NO_RULES: Rules = { area: 'everywhere', segments: [], range: null };

/** As the host takes it. */
export function editableOf({ area, segments, range }: Rules, volume: number): Editable {
  return {
    area: area === 'everywhere' ? { kind: area } : { kind: area, segments: [...segments] },
    range: range === null ? null : [...range],
    volume,
  };
}

/** Whether they keep tools from anything. */
export function isLimited({ area, range }: Rules): boolean {
  return area !== 'everywhere' || range !== null;
}

const REASONS = ['locked', 'protected', 'area', 'range'] as const;

/** Why voxels were kept as they were, a sentence for each reason. */
export function keptTexts(kept: Kept): string[] {
  const reasons = REASONS.filter((reason) => kept[reason] > 0);
  return reasons.map((reason) =>
    t(`effects.kept.${reason}`, { n: kept[reason].toLocaleString('en') }),
  );
}

/** What to say of an edit that changed nothing; null where it changed something, or nothing kept it. */
export function nothingDone({ region, kept }: { region: unknown; kept: Kept }): string | null {
  const reasons = keptTexts(kept);
  if ((region ?? null) !== null || reasons.length === 0) return null;
  return [t('effects.done_nothing'), ...reasons].join(' ');
}
