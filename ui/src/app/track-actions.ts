/** Actions on shapes between key slices and key times. */

import type { TrackAxis } from '../host/wire';
import type { Action } from '../model/actions';
import { t } from '../shared/messages';
import type { Session } from './session.svelte';
import type { Workspace } from './workspace.svelte';

export function trackActions(session: Session): Action[] {
  const workspaceOf = (): Workspace | null =>
    session.screen.kind === 'workspace' ? session.screen.workspace : null;
  const activeIn = (workspace: Workspace | null) =>
    workspace?.shapes.activeIn(workspace.store.document) ?? null;
  const interpolate = (along: TrackAxis): Action => ({
    id: `shapes.interpolate_${along}`,
    label: t(`action.interpolate_${along}`),
    run: () => {
      const workspace = workspaceOf();
      if (workspace !== null) void interpolateShapes(workspace, along);
    },
    isEnabled: () =>
      activeIn(workspaceOf()) !== null && (along === 'slices' || hasTimes(workspaceOf())),
  });
  return [
    interpolate('slices'),
    interpolate('times'),
    {
      id: 'shapes.delete_interpolated',
      label: t('action.delete_interpolated'),
      run: () => {
        const workspace = workspaceOf();
        const track = activeIn(workspace)?.track;
        if (workspace !== null && track) void deleteInterpolated(workspace, track.id);
      },
      isEnabled: () => Boolean(activeIn(workspaceOf())?.track),
    },
  ];
}

/** Whether there are several time points, or other volumes; the host says why they do not do. */
export function hasTimes(workspace: Workspace | null): boolean {
  return (workspace?.image.n_volumes ?? 1) > 1;
}

/** Finds the shapes between the one in hand and the other keys, once every edit has landed. */
export async function interpolateShapes(workspace: Workspace, along: TrackAxis): Promise<void> {
  const { shapes, stores, store } = workspace;
  const active = shapes.activeIn(store.document);
  if (active === null) return;
  await stores.unfinished();
  await shapes.tracks.interpolate({
    document: store.document.id,
    shape: active.id,
    keys: [...shapes.chosen],
    along,
  });
  shapes.choose([]);
}

/** Deletes what was found between the keys of a track. */
export async function deleteInterpolated(workspace: Workspace, track: string): Promise<void> {
  const { shapes, stores, store } = workspace;
  await stores.unfinished();
  await shapes.tracks.remove({ document: store.document.id, track });
}
