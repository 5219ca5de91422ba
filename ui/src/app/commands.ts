/** The shell's own actions, for the action finder and the keyboard. */
import { neighbour, newSegment, segmentOf, usable } from '../features/segments';
import type { Action } from '../model/actions';
import type { Class } from '../host/wire';
import type { LabelKind } from '../model/figure';
import { t, type MessageKey } from '../shared/messages';
import { addLabel } from './shapes';
import { effectActions } from './effect-actions';
import { trackActions } from './track-actions';
import type { Layout } from './layout.svelte';
import type { Session } from './session.svelte';
import type { Workspace } from './workspace.svelte';

/** What the shell can open on top of a screen. */
export interface Openers {
  readonly openFolder: () => void;
  readonly openFile: () => void;
  readonly openSample: () => void;
  readonly openPalette: () => void;
  readonly openShortcuts: () => void;
  readonly openProtocol: () => void;
  readonly openAudit: () => void;
  readonly openExport: () => void;
  readonly openImport: () => void;
  readonly openArchive: () => void;
  readonly saveArchive: () => void;
  readonly openLibrary: () => void;
}

function action(
  id: string,
  label: MessageKey,
  run: () => void,
  rest: Pick<Action, 'isEnabled'> = {},
): Action {
  return { id, label, run, ...rest };
}

/** All actions of the shell. Those of the workspace are enabled while one is open. */
export function shellActions(session: Session, layout: Layout, openers: Openers): Action[] {
  return [
    ...appActions(session, openers),
    ...documentActions(session, openers),
    ...panelActions(session, layout),
    ...effectActions(session, layout),
    ...trackActions(session),
  ];
}

/** An action for each class that new segments may have. */
export function classActions(session: Session, classes: readonly Class[]): Action[] {
  return usable(classes).map((own) => ({
    id: `protocol.add.${own.id}`,
    label: t('protocol.add_of', { name: own.name }),
    keys: own.shortcut ? [`Alt+Shift+${own.shortcut.toUpperCase()}`] : [],
    run: () => {
      const workspace = workspaceOf(session);
      if (workspace !== null) void workspace.edit(segmentOf(own, workspace.store.document));
    },
    isEnabled: () => workspaceOf(session) !== null,
  }));
}

function workspaceOf(session: Session): Workspace | null {
  return session.screen.kind === 'workspace' ? session.screen.workspace : null;
}

/** A study is labelled on an image that says which it belongs to. */
function isLabelled(workspace: Workspace | null, kind: LabelKind): boolean {
  return workspace !== null && (kind !== 'study' || Boolean(workspace.series.study));
}

function appActions(session: Session, openers: Openers): Action[] {
  return [
    action('app.palette', 'action.palette', openers.openPalette),
    action('app.shortcuts', 'action.shortcuts', openers.openShortcuts),
    action('app.open_folder', 'action.open_folder', openers.openFolder),
    action('app.open_file', 'action.open_file', openers.openFile),
    action('app.open_sample', 'action.open_sample', openers.openSample, {
      isEnabled: () => session.home.home.kind === 'ready' && session.home.home.value.has_sample,
    }),
    action('app.home', 'action.home', () => session.goHome(), {
      isEnabled: () => session.screen.kind !== 'home',
    }),
    action(
      'app.series',
      'action.series',
      () => {
        const workspace = workspaceOf(session);
        if (workspace !== null) session.goToStudy(workspace.study);
      },
      { isEnabled: () => workspaceOf(session) !== null },
    ),
    action(
      'app.pixel_size',
      'action.pixel_size',
      () => {
        const workspace = workspaceOf(session);
        if (workspace !== null) workspace.isPixelSizeOpen = true;
      },
      { isEnabled: () => workspaceOf(session)?.image.asks_pixel_size ?? false },
    ),
    action('app.protocol', 'protocol.open', openers.openProtocol),
    action('app.audit', 'action.audit', openers.openAudit),
    action('app.open_archive', 'action.open_archive', openers.openArchive),
    action('app.save_archive', 'action.save_archive', openers.saveArchive),
    action('app.open_library', 'action.open_library', openers.openLibrary),
  ];
}

function documentActions(session: Session, openers: Openers): Action[] {
  const inWorkspace = (run: (workspace: Workspace) => void) => () => {
    const workspace = workspaceOf(session);
    if (workspace !== null) run(workspace);
  };
  const isOpen = () => workspaceOf(session) !== null;
  const hasActive = () => Boolean(workspaceOf(session)?.store.active);
  const step = (by: 1 | -1) =>
    inWorkspace(({ store }) => {
      const next = neighbour(store.document.segments, store.activeSegment, by);
      if (next !== null) store.activate(next);
    });
  return [
    action(
      'edit.undo',
      'action.undo',
      inWorkspace(({ store }) => void store.undo()),
      {
        isEnabled: () => Boolean(workspaceOf(session)?.store.canUndo),
      },
    ),
    action(
      'edit.redo',
      'action.redo',
      inWorkspace(({ store }) => void store.redo()),
      {
        isEnabled: () => Boolean(workspaceOf(session)?.store.canRedo),
      },
    ),
    action(
      'segments.add',
      'action.add_segment',
      inWorkspace(({ store }) => void store.edit(newSegment(store.document))),
      { isEnabled: isOpen },
    ),
    action(
      'segments.add_overlapping',
      'action.add_overlapping',
      inWorkspace(({ store }) => void store.edit(newSegment(store.document, true))),
      { isEnabled: isOpen },
    ),
    action('segments.next', 'action.next_segment', step(1), {
      isEnabled: hasActive,
    }),
    action('segments.previous', 'action.previous_segment', step(-1), {
      isEnabled: hasActive,
    }),
    action(
      'segments.toggle_visibility',
      'action.toggle_visibility',
      inWorkspace((workspace) =>
        workspace.editActive(({ id, is_visible }) => ({
          type: 'set_visibility',
          segment: id,
          is_visible: !is_visible,
        })),
      ),
      { isEnabled: hasActive },
    ),
    action(
      'segments.toggle_lock',
      'action.toggle_lock',
      inWorkspace((workspace) =>
        workspace.editActive(({ id, is_locked }) => ({
          type: 'set_lock',
          segment: id,
          is_locked: !is_locked,
        })),
      ),
      { isEnabled: hasActive },
    ),
    action(
      'segments.delete',
      'action.delete_segment',
      inWorkspace((workspace) =>
        workspace.editActive(({ id }) => ({ type: 'delete_segment', segment: id })),
      ),
      { isEnabled: hasActive },
    ),
    action(
      'shapes.toggle',
      'action.toggle_shapes',
      inWorkspace(({ shapes }) => {
        shapes.isShown = !shapes.isShown;
      }),
      { isEnabled: isOpen },
    ),
    ...(['slice', 'image', 'study'] as const).map((kind) =>
      action(
        `shapes.label_${kind}`,
        `action.label_${kind}`,
        inWorkspace((workspace) => addLabel(workspace, kind)),
        { isEnabled: () => isLabelled(workspaceOf(session), kind) },
      ),
    ),
    action(
      'shapes.delete',
      'action.delete_shape',
      inWorkspace((workspace) => {
        const { document } = workspace.store;
        const active = workspace.shapes.activeIn(document);
        if (active === null) return;
        void workspace.editShapes(document.id, { type: 'delete_shape', shape: active.id });
      }),
      {
        isEnabled: () => {
          const workspace = workspaceOf(session);
          return Boolean(workspace?.shapes.activeIn(workspace.store.document));
        },
      },
    ),
    action(
      'past.leave',
      'past.leave',
      inWorkspace(({ past }) => past.leave()),
      { isEnabled: () => Boolean(workspaceOf(session)?.look) },
    ),
    action(
      'effects.least_certain',
      'effects.least_certain',
      inWorkspace((workspace) => {
        const { leastCertain } = workspace.effects;
        if (leastCertain !== null) workspace.goTo(leastCertain);
      }),
      { isEnabled: () => Boolean(workspaceOf(session)?.effects.leastCertain) },
    ),
    action('app.import', 'action.import', openers.openImport, {
      isEnabled: isOpen,
    }),
    action('app.export', 'action.export', openers.openExport, {
      isEnabled: isOpen,
    }),
  ];
}

function panelActions(session: Session, layout: Layout): Action[] {
  const isEnabled = () => workspaceOf(session) !== null;
  const toggle = () => {
    layout.isOpen = !layout.isOpen;
  };
  return [
    action('panels.toggle', 'action.toggle_panels', toggle, { isEnabled }),
    action('panels.shapes', 'action.show_shapes', () => layout.show('shapes'), {
      isEnabled,
    }),
    action('panels.history', 'action.show_history', () => layout.show('history'), {
      isEnabled,
    }),
    action('panels.metadata', 'action.show_metadata', () => layout.show('metadata'), {
      isEnabled,
    }),
    action('panels.report', 'action.show_report', () => layout.show('report'), {
      isEnabled,
    }),
  ];
}
