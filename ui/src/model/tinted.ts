/** Values that are tinted while somebody chooses them. */

import type { PlaneName } from '../host/wire';

export interface TintedValues {
  /** In the image's own unit. */
  readonly range: readonly [number, number];
  /** Only on this plane; on all if null. */
  readonly plane: PlaneName | null;
}
