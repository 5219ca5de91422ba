/** Asks who drew the voxel under the cursor, or where the planes cross. */

import type { Action } from '../../model/actions';
import type { VoxelIndex } from '../../model/space';
import { t } from '../../shared/messages';

export function whoAction(
  voxelOf: () => VoxelIndex | null,
  onWho: (voxel: VoxelIndex) => void,
): Action {
  return {
    id: 'viewer.who_drew',
    label: t('who.ask'),
    run: () => {
      const voxel = voxelOf();
      if (voxel !== null) onWho(voxel);
    },
  };
}
