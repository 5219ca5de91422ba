/** The viewer's actions, for the keyboard, the buttons and the action finder. */

import type { SegmentScope } from '../../host/wire';
import type { Action } from '../../model/actions';
import { BRUSH_FORMS } from '../../model/brush';
import { t, type MessageKey } from '../../shared/messages';
import type { Tool } from '../../tools/binding';
import type { ViewerSession } from './session';
import { chooseWay, outlineActions } from './outline-actions';
import { shapeActions } from './shape-kinds';
import { copyActions } from './copying';
import { propagateActions } from './propagate';
import { steppedBrush, toggledOutline } from './state';
import { turnActions } from './turn-actions';
import { layoutActions, viewActions } from './view-actions';
import { stepKindOf } from './steps';
import { scopeText } from './volumes';
import { windowName } from './windows';

/** What the shell does for the volumes. */
export interface VolumeCommands {
  readonly scope: (scope: SegmentScope) => void;
  readonly copy: (step: 1 | -1) => void;
}

export function viewerActions(session: ViewerSession, commands: VolumeCommands): Action[] {
  const tool = (id: Tool, label: MessageKey & `viewer.tool.${Tool}`): Action => ({
    id: `viewer.tool.${id}`,
    label: t(label),
    run: () => session.update({ tool: id }),
    hold: () => {
      const { tool: before } = session.state;
      session.update({ tool: id });
      return () => {
        if (session.state.tool === id) session.update({ tool: before });
      };
    },
  });
  return [
    tool('navigate', 'viewer.tool.navigate'),
    tool('window', 'viewer.tool.window'),
    tool('brush', 'viewer.tool.brush'),
    tool('eraser', 'viewer.tool.eraser'),
    tool('draw', 'viewer.tool.draw'),
    tool('fill', 'viewer.tool.fill'),
    tool('shape', 'viewer.tool.shape'),
    {
      id: 'viewer.tool.last',
      label: t('viewer.tool.last'),
      run: () => session.update({ tool: session.hand.toolBefore }),
    },
    ...shapeActions(session),
    ...brushActions(session),
    ...viewActions(session),
    ...propagateActions(session),
    ...copyActions(session),
    ...(session.planes.length > 1
      ? [...layoutActions(session), ...turnActions(session), scissorsAction(session)]
      : []),
    ...displayActions(session),
    ...windowActions(session),
    ...(stepKindOf(session.image) !== null ? stepActions(session) : []),
    ...(session.image.n_volumes > 1 ? segmentActions(session, commands) : []),
  ];
}

function scissorsAction(session: ViewerSession): Action {
  return {
    id: 'viewer.scissors',
    label: t('space.scissors'),
    run: () => session.update({ hasScissors: !session.state.hasScissors }),
  };
}

function segmentActions(session: ViewerSession, { scope, copy }: VolumeCommands): Action[] {
  const isOfEach = () => session.image.scope === 'each_volume';
  const choose = (wanted: SegmentScope): Action => ({
    id: `viewer.segments.${wanted}`,
    label: t('viewer.scope.choose', { scope: scopeText(session.image, wanted) }),
    run: () => scope(wanted),
    isEnabled: () => session.image.scope !== wanted,
  });
  return [
    choose('all_volumes'),
    choose('each_volume'),
    {
      id: 'viewer.segments.copy_to_next',
      label: t('viewer.scope.copy_to_next'),
      run: () => copy(1),
      isEnabled: isOfEach,
    },
    {
      id: 'viewer.segments.copy_to_previous',
      label: t('viewer.scope.copy_to_previous'),
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
      run: () => session.stepBy(-1),
    },
    {
      id: 'viewer.volume.next',
      label: t('viewer.volume.next'),
      run: () => session.stepBy(1),
    },
    {
      id: 'viewer.volume.play',
      label: t('viewer.volume.play'),
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
      run: step(1),
    },
    {
      id: 'viewer.brush.smaller',
      label: t('viewer.action.brush_smaller'),
      run: step(-1),
    },
    {
      id: 'viewer.brush.sphere',
      label: t('viewer.action.sphere'),
      run: () => {
        const at = BRUSH_FORMS.indexOf(session.state.brushForm);
        session.update({ brushForm: BRUSH_FORMS[(at + 1) % BRUSH_FORMS.length] ?? 'round' });
      },
    },
    {
      id: 'viewer.brush.adaptive',
      label: t('viewer.action.adaptive'),
      run: () => session.update({ isBrushAdaptive: !session.state.isBrushAdaptive }),
    },
    {
      id: 'viewer.outline.wire',
      label: t('viewer.action.wire'),
      run: () => chooseWay(session, 'wire'),
    },
    ...outlineActions(session),
  ];
}

function displayActions(session: ViewerSession): Action[] {
  return [
    {
      id: 'viewer.crosshair',
      label: t('viewer.action.crosshair'),
      run: () => session.update({ hasCrosshair: !session.state.hasCrosshair }),
    },
    { id: 'viewer.fit', label: t('viewer.action.fit'), run: () => session.fit() },
    {
      id: 'viewer.reset',
      label: t('viewer.action.reset'),
      run: () => session.reset(),
    },
    {
      id: 'viewer.invert',
      label: t('viewer.action.invert'),
      run: () => session.update({ isInverted: !session.state.isInverted }),
    },
    {
      id: 'viewer.interpolate',
      label: t('viewer.action.interpolate'),
      run: () =>
        session.update({
          interpolation: session.state.interpolation === 'linear' ? 'none' : 'linear',
        }),
    },
    {
      id: 'viewer.toggle_segments',
      label: t('viewer.action.toggle_segments'),
      run: () => session.toggleSegments(),
    },
    {
      id: 'viewer.outline',
      label: t('viewer.action.outline'),
      run: () => session.update({ labels: toggledOutline(session.state.labels) }),
    },
  ];
}

function windowActions(session: ViewerSession): Action[] {
  const { window_presets } = session.image;
  return window_presets.map(({ window }, n) => ({
    // By its place: the file may have several of a name.
    id: `viewer.window.${n + 1}`,
    label: t('viewer.window.use', { name: windowName(window_presets, n) }),
    run: () => session.setWindow(window),
  }));
}
