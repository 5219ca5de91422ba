/** What the help line says of each tool, and how its keys and buttons are told as the user has them. */

import { keymap, mouseText, type KeyedAction } from '../../shared/keys';
import { t, type MessageKey } from '../../shared/messages';
import { MICE, type Deed, type Tool, type WheelDeed } from '../../tools/binding';

/** What a key, a drag or a turn of the wheel does while the tool is in hand. */
export type Hint = { readonly text: MessageKey & `help.${string}` } & (
  | { readonly actions: readonly KeyedAction[] }
  | { readonly drag: Deed }
  | { readonly wheel: WheelDeed }
  /** The same for everybody. */
  | { readonly how: MessageKey & `how.${string}` }
);

interface ToolHelp {
  /** What the tool does, in one sentence. */
  readonly does: MessageKey & `help.${string}`;
  readonly hints: readonly Hint[];
}

const BRUSH_HINTS: readonly Hint[] = [
  { wheel: 'size', text: 'help.size' },
  { actions: ['viewer.brush.smaller', 'viewer.brush.larger'], text: 'help.size' },
  { actions: ['viewer.brush.sphere'], text: 'help.sphere' },
  { how: 'how.enter', text: 'help.dab' },
  { how: 'how.escape', text: 'help.drop' },
];

/** A tool that is added says here what it does. */
const HELP: Readonly<Record<Tool, ToolHelp>> = {
  navigate: {
    does: 'help.navigate',
    hints: [
      { wheel: 'scroll', text: 'help.scroll' },
      { drag: 'pan', text: 'help.pan' },
      { drag: 'zoom', text: 'help.zoom' },
      { how: 'how.double_click', text: 'help.maximise' },
      { how: 'how.ctrl_arrows', text: 'help.move_crosshair' },
    ],
  },
  window: {
    does: 'help.window',
    hints: [
      { actions: ['viewer.window.narrower', 'viewer.window.wider'], text: 'help.width' },
      { actions: ['viewer.window.down', 'viewer.window.up'], text: 'help.level' },
      { actions: ['viewer.invert'], text: 'help.invert' },
      { actions: ['viewer.reset'], text: 'help.reset' },
    ],
  },
  brush: {
    does: 'help.brush',
    hints: [{ drag: 'other', text: 'help.erase' }, ...BRUSH_HINTS],
  },
  eraser: {
    does: 'help.eraser',
    hints: [{ drag: 'other', text: 'help.paint' }, ...BRUSH_HINTS],
  },
};

/** A line of help: a sentence, then what keys and buttons do. */
export interface HelpLine {
  readonly does: string;
  readonly hints: readonly { readonly how: readonly string[]; readonly text: string }[];
}

/** What there is no key or button for is not told. */
export function helpOf(tool: Tool): HelpLine {
  const { does, hints } = HELP[tool];
  return {
    does: t(does),
    hints: hints
      .map((hint) => ({ how: waysOf(hint), text: t(hint.text) }))
      .filter(({ how }) => how.length > 0),
  };
}

function waysOf(hint: Hint): string[] {
  const mouse = MICE[keymap.mouse];
  if ('how' in hint) return [t(hint.how)];
  if ('actions' in hint) return hint.actions.flatMap((id) => keymap.of({ id }).slice(0, 1));
  const rule =
    'drag' in hint
      ? mouse.drags.find(({ does }) => does === hint.drag)
      : mouse.wheel.find(({ does }) => does === hint.wheel);
  return rule === undefined ? [] : [mouseText(rule)];
}
