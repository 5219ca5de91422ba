/** What the help line says of each tool, and how its keys and buttons are told as the user has them. */

import { keymap, mouseRules, mouseText, type KeyedAction } from '../../shared/keys';
import { t, type MessageKey } from '../../shared/messages';
import { hasVertices, type DrawnKind } from '../../model/figure';
import { isAltClickToolsOwn, type Deed, type Tool, type WheelDeed } from '../../tools/binding';
import type { ViewerState } from './state';

/** A key, a drag or a turn of the wheel. */
type Way =
  | { readonly action: KeyedAction }
  | { readonly drag: Deed }
  | { readonly wheel: WheelDeed }
  /** A click that is the tool's own unless the user wants it for something else. */
  | { readonly click: 'how.alt_click' }
  /** The same for everybody. */
  | { readonly always: MessageKey & `how.${string}` };

/** What can be done while the tool is in hand. */
interface Hint {
  readonly text: MessageKey & `help.${string}`;
  readonly by: readonly Way[];
}

interface ToolHelp {
  /** What the tool does, in one sentence. */
  readonly does: MessageKey & `help.${string}`;
  readonly hints: readonly Hint[];
}

const BRUSH_HINTS: readonly Hint[] = [
  {
    by: [{ wheel: 'size' }, { action: 'viewer.brush.smaller' }, { action: 'viewer.brush.larger' }],
    text: 'help.size',
  },
  { by: [{ action: 'viewer.brush.sphere' }], text: 'help.sphere' },
  { by: [{ action: 'viewer.brush.adaptive' }], text: 'help.adaptive' },
  { by: [{ action: 'viewer.propagate.next' }], text: 'help.propagate' },
  { by: [{ always: 'how.enter' }], text: 'help.dab' },
  { by: [{ always: 'how.escape' }], text: 'help.drop' },
];

const OUTLINE_HINTS: readonly Hint[] = [
  {
    by: [
      { action: 'viewer.outline.wire' },
      { action: 'viewer.outline.spline' },
      { action: 'viewer.outline.iso' },
    ],
    text: 'help.outline_way',
  },
  { by: [{ always: 'how.enter' }, { always: 'how.double_click' }], text: 'help.done' },
  { by: [{ action: 'viewer.outline.again' }], text: 'help.outline_again' },
  { by: [{ action: 'viewer.copy.next' }], text: 'help.copy' },
  { by: [{ always: 'how.shift_enter' }], text: 'help.corner_at' },
  { by: [{ always: 'how.escape' }], text: 'help.drop_outline' },
];

/** An outline that follows edges. */
const WIRE_HELP: ToolHelp = {
  does: 'help.wire',
  hints: [
    ...OUTLINE_HINTS,
    { by: [{ always: 'how.click_wire' }], text: 'help.anchor_more' },
    { by: [{ click: 'how.alt_click' }, { always: 'how.backspace' }], text: 'help.anchor' },
    { by: [{ action: 'viewer.outline.next_corner' }], text: 'help.next_anchor' },
    { by: [{ action: 'viewer.outline.adjust' }], text: 'help.adjust' },
  ],
};

const CORNER_HINTS: readonly Hint[] = [
  { by: [{ always: 'how.click_edge' }], text: 'help.corner_more' },
  { by: [{ click: 'how.alt_click' }, { always: 'how.backspace' }], text: 'help.corner' },
  { by: [{ action: 'viewer.outline.next_corner' }], text: 'help.next_corner' },
  { by: [{ action: 'viewer.outline.adjust' }], text: 'help.adjust' },
];

/** An outline through points. */
const SPLINE_HELP: ToolHelp = {
  does: 'help.spline',
  hints: [...OUTLINE_HINTS, ...CORNER_HINTS],
};

/** The contour of one value: there is nothing to draw. */
const ISO_HELP: ToolHelp = {
  does: 'help.iso',
  hints: [
    { by: [{ always: 'how.enter' }], text: 'help.dab' },
    { by: [{ action: 'viewer.outline.adjust' }], text: 'help.adjust' },
    ...OUTLINE_HINTS.filter(({ text }) =>
      ['help.outline_way', 'help.outline_again'].includes(text),
    ),
  ],
};

/** A tool that is added says here what it does. */
const HELP: Readonly<Record<Exclude<Tool, 'shape'>, ToolHelp>> = {
  navigate: {
    does: 'help.navigate',
    hints: [
      { by: [{ wheel: 'scroll' }], text: 'help.scroll' },
      { by: [{ drag: 'pan' }], text: 'help.pan' },
      { by: [{ drag: 'zoom' }], text: 'help.zoom' },
      { by: [{ always: 'how.double_click' }], text: 'help.maximise' },
      { by: [{ always: 'how.ctrl_arrows' }], text: 'help.move_crosshair' },
      {
        by: [{ action: 'viewer.turn.right' }, { action: 'viewer.turn.left' }],
        text: 'help.turn_planes',
      },
      { by: [{ action: 'viewer.turn.straighten' }], text: 'help.straighten' },
      { by: [{ action: 'viewer.slab.next' }], text: 'help.slab' },
    ],
  },
  window: {
    does: 'help.window',
    hints: [
      {
        by: [{ action: 'viewer.window.narrower' }, { action: 'viewer.window.wider' }],
        text: 'help.width',
      },
      {
        by: [{ action: 'viewer.window.down' }, { action: 'viewer.window.up' }],
        text: 'help.level',
      },
      { by: [{ action: 'viewer.invert' }], text: 'help.invert' },
      { by: [{ action: 'viewer.reset' }], text: 'help.reset' },
    ],
  },
  brush: {
    does: 'help.brush',
    hints: [{ by: [{ drag: 'other' }], text: 'help.erase' }, ...BRUSH_HINTS],
  },
  eraser: {
    does: 'help.eraser',
    hints: [{ by: [{ drag: 'other' }], text: 'help.paint' }, ...BRUSH_HINTS],
  },
  draw: {
    does: 'help.draw',
    hints: [...OUTLINE_HINTS, ...CORNER_HINTS],
  },
  fill: { does: 'help.fill', hints: [] },
};

const WAY_HELP = { wire: WIRE_HELP, spline: SPLINE_HELP, iso: ISO_HELP } as const;

const SHAPE_HINTS: readonly Hint[] = [
  { by: [{ always: 'how.arrows' }], text: 'help.move_shape' },
  { by: [{ action: 'viewer.outline.next_corner' }], text: 'help.next_handle' },
  { by: [{ action: 'shapes.interpolate_slices' }], text: 'help.interpolate_shapes' },
  { by: [{ action: 'shapes.delete' }], text: 'help.delete_shape' },
  { by: [{ always: 'how.escape' }], text: 'help.drop_shape' },
];

const VERTEX_HINTS: readonly Hint[] = [
  { by: [{ always: 'how.double_click' }, { always: 'how.enter' }], text: 'help.done' },
  { by: [{ always: 'how.click_edge' }], text: 'help.vertex_more' },
  { by: [{ click: 'how.alt_click' }, { always: 'how.backspace' }], text: 'help.vertex_less' },
];

/** A line of help: a sentence, then what keys and buttons do. */
export interface HelpLine {
  readonly does: string;
  readonly hints: readonly { readonly how: readonly string[]; readonly text: string }[];
}

const SCISSORS_HELP: ToolHelp = {
  does: 'help.scissors',
  hints: [
    { by: [{ always: 'how.enter' }], text: 'help.cut' },
    { by: [{ always: 'how.shift_arrows' }], text: 'help.move_pen' },
    { by: [{ always: 'how.shift_enter' }], text: 'help.corner_at_pen' },
    { by: [{ always: 'how.backspace' }], text: 'help.corner_back' },
    { by: [{ always: 'how.escape' }], text: 'help.drop_outline' },
    { by: [{ always: 'how.ctrl_drag' }], text: 'help.turn_space' },
    { by: [{ action: 'viewer.scissors' }], text: 'help.scissors_away' },
  ],
};

export function scissorsHelp(): HelpLine {
  return lineOf('navigate', SCISSORS_HELP);
}

/** What there is no key or button for is not told. */
export function helpOf(
  tool: Tool,
  shapeKind: DrawnKind,
  outlineWay: ViewerState['outlineWay'] = 'free',
): HelpLine {
  return lineOf(tool, toolHelp(tool, shapeKind, outlineWay));
}

function lineOf(tool: Tool, { does, hints }: ToolHelp): HelpLine {
  return {
    does: t(does),
    hints: hints
      .map(({ by, text }) => ({ how: by.flatMap((way) => wayText(tool, way)), text: t(text) }))
      .filter(({ how }) => how.length > 0),
  };
}

function toolHelp(tool: Tool, shapeKind: DrawnKind, way: ViewerState['outlineWay']): ToolHelp {
  if (tool === 'shape') return shapeHelp(shapeKind);
  if (tool !== 'draw' || way === 'free') return HELP[tool];
  return WAY_HELP[way];
}

function shapeHelp(kind: DrawnKind): ToolHelp {
  const hints = hasVertices(kind) ? [...VERTEX_HINTS, ...SHAPE_HINTS] : SHAPE_HINTS;
  return { does: `help.shape.${kind}`, hints };
}

function wayText(tool: Tool, way: Way): string[] {
  const mouse = mouseRules();
  if ('always' in way) return [t(way.always)];
  if ('click' in way) return isAltClickToolsOwn(mouse, tool) ? [t(way.click)] : [];
  if ('action' in way) return keymap.of({ id: way.action }).slice(0, 1);
  // The simplest.
  const rule =
    'drag' in way
      ? mouse.drags.findLast(({ does }) => does === way.drag)
      : mouse.wheel.findLast(({ does }) => does === way.wheel);
  return rule === undefined ? [] : [mouseText(rule)];
}
