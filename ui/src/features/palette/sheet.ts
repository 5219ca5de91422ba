/** All keys and gestures as the user has them, in groups: for the dialog and for paper. */

import type { Action } from '../../model/actions';
import {
  DRAGGED,
  keymap,
  mouse,
  mouseRules,
  mouseText,
  readWay,
  TOOL_BUTTON,
  TURNED,
  type MouseDeed,
} from '../../shared/keys';
import { t, textOf, type MessageKey } from '../../shared/messages';
import { isAltClickToolsOwn } from '../../tools/binding';

export interface ActionGroup {
  readonly name: string;
  readonly actions: readonly Action[];
}

/** Something that is done with the mouse, a pen, fingers, or keys that always mean the same. */
export interface Gesture {
  readonly text: string;
  readonly ways: readonly string[];
}

/** Whether an action may have a combination. */
export type Verdict =
  | { readonly kind: 'free' }
  | { readonly kind: 'refused'; readonly why: string }
  /** It is another's, who would lose it. */
  | { readonly kind: 'taken'; readonly why: string };

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

/** What the user chooses a button or the wheel for. */
export interface MouseAction {
  readonly id: MouseDeed;
  readonly label: string;
  readonly canBeDragged: boolean;
  readonly canBeTurned: boolean;
}

const DEEDS: readonly MouseDeed[] = [
  ...new Set<MouseDeed>(['tool', 'other', ...DRAGGED, 'scroll', ...TURNED]),
];

/** What buttons and the wheel can be chosen for. With `query` those whose name or ways have it. */
export function mouseActions(query = ''): MouseAction[] {
  const wanted = query.trim().toLowerCase();
  const actions = DEEDS.map((id) => ({
    id,
    label: t(`sheet.${id}`),
    canBeDragged: DRAGGED.some((deed) => deed === id),
    canBeTurned: TURNED.some((deed) => deed === id),
  }));
  return actions.filter(({ id, label }) =>
    [label, ...waysTo(id)].some((text) => text.toLowerCase().includes(wanted)),
  );
}

/** Takes corners and points away, unless the user wants it for something else. */
const ALT_CLICK = 'alt+left';

/** Whether a way is what the tool is used with, which it always keeps. */
export function isToolsOwn({ id }: MouseAction, written: string): boolean {
  return id === 'tool' && written === TOOL_BUTTON;
}

/** Whether something may be done with a button or the wheel. */
export function mouseVerdict(action: MouseAction, written: string): Verdict {
  const way = readWay(written);
  if (way === null || isToolsOwn(action, written)) return { kind: 'free' };
  const refused = (why: string): Verdict => ({ kind: 'refused', why });
  if (written === TOOL_BUTTON) return refused(t('shortcuts.mouse_tool', { way: mouseText(way) }));
  const [isTurned, name] = [way.button === undefined, { action: action.label }];
  if (isTurned && !action.canBeTurned) return refused(t('shortcuts.mouse_dragged', name));
  if (!isTurned && !action.canBeDragged) return refused(t('shortcuts.mouse_turned', name));
  const owners = mouse.ownersOf(written, mouseActions(), action.id);
  if (owners.length > 0) return ownedBy(mouseText(way), owners);
  const isAltClick = written === ALT_CLICK && action.id !== 'tool';
  if (!isAltClick || !isAltClickToolsOwn(mouseRules(), 'shape')) return { kind: 'free' };
  return { kind: 'taken', why: t('shortcuts.mouse_alt_click', { way: mouseText(way) }) };
}

/** Of a combination that others have, by what is told of it. */
export function ownedBy(keys: string, owners: readonly { readonly label: string }[]): Verdict {
  const names = owners.map(({ label }) => t('shortcuts.named', { action: textOf(label) }));
  return { kind: 'taken', why: t('shortcuts.taken', { keys, actions: names.join(', ') }) };
}

/** What the mouse does on an image as the user has it. */
export function mouseGestures(): Gesture[] {
  const gestures = mouseActions().map(({ id, label }) => ({ text: label, ways: waysTo(id) }));
  return gestures.filter(({ ways }) => ways.length > 0);
}

function waysTo(id: MouseDeed): string[] {
  return mouse.of({ id }).flatMap((written) => {
    const way = readWay(written);
    return way === null ? [] : [mouseText(way)];
  });
}

/** What mouse, pen and fingers do besides, which is the same for everybody but for the preset. */
export function otherGestures(): Gesture[] {
  const rules = mouseRules();
  const hasAltClick = isAltClickToolsOwn(rules, 'shape');
  return [
    ...(rules.isCrosshairLed ? [always('sheet.crosshair', 'how.shift_move')] : []),
    always('sheet.move_plane', 'how.line'),
    always('sheet.turn_planes', 'how.line_end'),
    always('sheet.turn_plane', 'how.shift_line_end'),
    always('sheet.maximise', 'how.double_click'),
    always('sheet.vertex_more', 'how.click_edge'),
    ...(hasAltClick ? [always('sheet.vertex_less', 'how.alt_click')] : []),
    always('sheet.pinch', 'how.two_fingers'),
    always('sheet.pen_end', 'how.pen_end'),
  ];
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
