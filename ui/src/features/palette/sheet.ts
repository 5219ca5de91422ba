/** All keys and gestures as the user has them, in groups: for the dialog and for paper. */

import type { Action } from '../../model/actions';
import { keymap, mouseText, type Preset } from '../../shared/keys';
import { t, textOf, type MessageKey } from '../../shared/messages';
import { MICE, type Deed, type WheelDeed } from '../../tools/binding';

export interface ActionGroup {
  readonly name: string;
  readonly actions: readonly Action[];
}

/** Something that is done with the mouse, a pen, fingers, or keys that always mean the same. */
export interface Gesture {
  readonly text: string;
  readonly ways: readonly string[];
}

/** Actions by where they belong. With `query` those whose name or keys have it. */
export function groupsOf(actions: readonly Action[], query = ''): ActionGroup[] {
  const wanted = query.trim().toLowerCase();
  const groups = new Map<string, Action[]>();
  for (const action of actions) {
    const texts = [textOf(action.label), ...keymap.of(action)];
    if (!texts.some((text) => text.toLowerCase().includes(wanted))) continue;
    const name = groupName(action.id);
    groups.set(name, [...(groups.get(name) ?? []), action]);
  }
  return [...groups].map(([name, own]) => ({ name, actions: own }));
}

/** The group of an action, by its id. */
export function groupName(id: string): string {
  return textOf(`group.${id.split('.')[0] ?? ''}`);
}

const DRAGS: readonly Deed[] = ['tool', 'other', 'pan', 'zoom', 'window'];
const WHEEL: readonly WheelDeed[] = ['scroll', 'zoom', 'size', 'volume'];

/** What mouse, pen and fingers do on an image. */
export function gesturesOf(preset: Preset): Gesture[] {
  const mouse = MICE[preset];
  const ways = (deed: Deed | WheelDeed) => [
    ...mouse.drags.filter(({ does }) => does === deed).map(mouseText),
    ...mouse.wheel.filter(({ does }) => does === deed).map(mouseText),
  ];
  return [
    ...[...new Set([...DRAGS, ...WHEEL])].map((deed) => ({
      text: t(`sheet.${deed}`),
      ways: ways(deed),
    })),
    ...(mouse.isCrosshairLed ? [always('sheet.crosshair', 'how.shift_move')] : []),
    always('sheet.move_plane', 'how.line'),
    always('sheet.turn_planes', 'how.line_end'),
    always('sheet.turn_plane', 'how.shift_line_end'),
    always('sheet.maximise', 'how.double_click'),
    always('sheet.vertex_more', 'how.click_edge'),
    always('sheet.vertex_less', 'how.alt_click'),
    always('sheet.pinch', 'how.two_fingers'),
    always('sheet.pen_end', 'how.pen_end'),
  ].filter((gesture) => gesture.ways.length > 0);
}

/** What the keyboard does on a plane, whatever the preset. */
export function planeKeys(): Gesture[] {
  return [
    always('sheet.scroll', 'how.arrows'),
    always('sheet.scroll_by_ten', 'how.page'),
    always('sheet.scroll_to_end', 'how.ends'),
    always('sheet.move_crosshair', 'how.ctrl_arrows'),
    always('sheet.use_tool', 'how.enter'),
    always('sheet.move_shape', 'how.arrows'),
    always('sheet.vertex_less', 'how.backspace'),
    always('sheet.take_back', 'how.escape'),
    always('sheet.lend', 'how.hold'),
  ];
}

function always(text: MessageKey & `sheet.${string}`, how: MessageKey & `how.${string}`): Gesture {
  return { text: t(text), ways: [t(how)] };
}
