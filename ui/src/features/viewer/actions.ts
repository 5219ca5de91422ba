/** The viewer's actions with their keys, for the keyboard, the buttons and the action finder. */

import type { SegmentScope } from '../../host/wire';
import type { Action } from '../../model/actions';
import { t, type MessageKey } from '../../shared/messages';
import type { Tool } from '../../tools/binding';
import type { ViewerSession } from './session';
import { steppedBrush, toggledOutline } from './state';
import { stepKindOf } from './steps';
import { scopeText } from './volumes';
import { windowName } from './windows';

/** Keys of an action as they are shown; a single letter or sign, without modifiers. */
export const KEYS = {
  navigate: ['1'],
  window: ['2'],
  brush: ['3', 'B'],
  eraser: ['4', 'E'],
  draw: ['5', 'D'],
  fill: ['6', 'G'],
  brushLarger: [']', '+'],
  brushSmaller: ['[', '-'],
  sphere: ['P'],
  crosshair: ['X'],
  fit: ['F'],
  reset: ['R'],
  invert: ['I'],
  interpolate: ['N'],
  toggleSegments: ['S'],
  outline: ['O'],
  previousVolume: [','],
  nextVolume: ['.'],
  playVolumes: ['/'],
  copyToPrevious: ['<'],
  copyToNext: ['>'],
} as const;

/** What the shell does for the volumes. */
export interface VolumeCommands {
  readonly scope: (scope: SegmentScope) => void;
  readonly copy: (step: 1 | -1) => void;
}

export function viewerActions(session: ViewerSession, commands: VolumeCommands): Action[] {
  const tool = (id: Tool, label: MessageKey & `viewer.tool.${Tool}`): Action => ({
    id: `viewer.tool.${id}`,
    label: t(label),
    keys: KEYS[id],
    run: () => session.update({ tool: id }),
  });
  return [
    tool('navigate', 'viewer.tool.navigate'),
    tool('window', 'viewer.tool.window'),
    tool('brush', 'viewer.tool.brush'),
    tool('eraser', 'viewer.tool.eraser'),
    tool('draw', 'viewer.tool.draw'),
    tool('fill', 'viewer.tool.fill'),
    ...brushActions(session),
    ...displayActions(session),
    ...windowActions(session),
    ...(stepKindOf(session.image) !== null ? stepActions(session) : []),
    ...(session.image.n_volumes > 1 ? segmentActions(session, commands) : []),
  ];
}

function segmentActions(session: ViewerSession, { scope, copy }: VolumeCommands): Action[] {
  const isOfEach = () => session.image.scope === 'each_volume';
  const choose = (wanted: SegmentScope): Action => ({
    id: `viewer.segments.${wanted}`,
    label: t('viewer.scope.choose', { scope: scopeText(session.image, wanted) }),
    keys: [],
    run: () => scope(wanted),
    isEnabled: () => session.image.scope !== wanted,
  });
  return [
    choose('all_volumes'),
    choose('each_volume'),
    {
      id: 'viewer.segments.copy_to_next',
      label: t('viewer.scope.copy_to_next'),
      keys: KEYS.copyToNext,
      run: () => copy(1),
      isEnabled: isOfEach,
    },
    {
      id: 'viewer.segments.copy_to_previous',
      label: t('viewer.scope.copy_to_previous'),
      keys: KEYS.copyToPrevious,
      run: () => copy(-1),
      isEnabled: isOfEach,
    },
  ];
}

function stepActions(session: ViewerSession): Action[] {
  return [
    {
      id: 'viewer.volume.previous',
      label: t('viewer.volume.previous'),
      keys: KEYS.previousVolume,
      run: () => session.stepBy(-1),
    },
    {
      id: 'viewer.volume.next',
      label: t('viewer.volume.next'),
      keys: KEYS.nextVolume,
      run: () => session.stepBy(1),
    },
    {
      id: 'viewer.volume.play',
      label: t('viewer.volume.play'),
      keys: KEYS.playVolumes,
      run: () => session.togglePlaying(),
    },
  ];
}

function brushActions(session: ViewerSession): Action[] {
  const step = (direction: 1 | -1) => () =>
    session.update({ brushDiameter: steppedBrush(session.state.brushDiameter, direction) });
  return [
    {
      id: 'viewer.brush.larger',
      label: t('viewer.action.brush_larger'),
      keys: KEYS.brushLarger,
      run: step(1),
    },
    {
      id: 'viewer.brush.smaller',
      label: t('viewer.action.brush_smaller'),
      keys: KEYS.brushSmaller,
      run: step(-1),
    },
    {
      id: 'viewer.brush.sphere',
      label: t('viewer.action.sphere'),
      keys: KEYS.sphere,
      run: () =>
        session.update({ brushForm: session.state.brushForm === 'round' ? 'sphere' : 'round' }),
    },
  ];
}

function displayActions(session: ViewerSession): Action[] {
  return [
    {
      id: 'viewer.crosshair',
      label: t('viewer.action.crosshair'),
      keys: KEYS.crosshair,
      run: () => session.update({ hasCrosshair: !session.state.hasCrosshair }),
    },
    { id: 'viewer.fit', label: t('viewer.action.fit'), keys: KEYS.fit, run: () => session.fit() },
    {
      id: 'viewer.reset',
      label: t('viewer.action.reset'),
      keys: KEYS.reset,
      run: () => session.reset(),
    },
    {
      id: 'viewer.invert',
      label: t('viewer.action.invert'),
      keys: KEYS.invert,
      run: () => session.update({ isInverted: !session.state.isInverted }),
    },
    {
      id: 'viewer.interpolate',
      label: t('viewer.action.interpolate'),
      keys: KEYS.interpolate,
      run: () =>
        session.update({
          interpolation: session.state.interpolation === 'linear' ? 'none' : 'linear',
        }),
    },
    {
      id: 'viewer.toggle_segments',
      label: t('viewer.action.toggle_segments'),
      keys: KEYS.toggleSegments,
      run: () => session.toggleSegments(),
    },
    {
      id: 'viewer.outline',
      label: t('viewer.action.outline'),
      keys: KEYS.outline,
      run: () => session.update({ labels: toggledOutline(session.state.labels) }),
    },
    ...(session.planes.length > 1 ? session.planes : []).map(({ name }) => ({
      id: `viewer.maximise.${name}`,
      label: t('viewer.maximise', { plane: t(`viewer.plane.${name}`) }),
      keys: [],
      run: () => session.update({ maximised: session.state.maximised === name ? null : name }),
    })),
  ];
}

function windowActions(session: ViewerSession): Action[] {
  const { window_presets } = session.image;
  return window_presets.map(({ name, window }, n) => ({
    // The file may have several.
    id: `viewer.window.${name}.${n}`,
    label: t('viewer.window.use', { name: windowName(window_presets, n) }),
    keys: [],
    run: () => session.setWindow(window),
  }));
}
