/** How the mouse is used: a button that is dragged, or the wheel, with modifiers; as data and as text. */
import { t } from '../messages';

/** Modifiers in the order in which they are written. */
const MODIFIERS = ['ctrl', 'alt', 'shift'] as const;
const BUTTONS = ['left', 'middle', 'right'] as const;

export type MouseModifier = (typeof MODIFIERS)[number];
export type MouseButton = (typeof BUTTONS)[number];

/** A button, or the wheel where there is none, with modifiers. */
export interface MouseWay {
  readonly button?: MouseButton;
  readonly with: readonly MouseModifier[];
}

/** As it is kept, such as `ctrl+left` or `shift+wheel`. */
export function writtenWay({ button, with: modifiers }: MouseWay): string {
  const inOrder = MODIFIERS.filter((modifier) => modifiers.includes(modifier));
  return [...inOrder, button ?? 'wheel'].join('+');
}

const WAYS: ReadonlyMap<string, MouseWay> = new Map(allWays().map((way) => [writtenWay(way), way]));

/** What was written; null of what is none. */
export function readWay(written: string): MouseWay | null {
  return WAYS.get(written) ?? null;
}

/** As it is told, such as `Ctrl + left drag`. */
export function mouseText({ button, with: modifiers }: MouseWay): string {
  const what = t(button === undefined ? 'mouse.wheel' : `mouse.drag.${button}`);
  return [...modifiers.map((modifier) => t(`mouse.${modifier}`)), what].join(' + ');
}

/** All there are, simple ones first. */
export function allWays(): MouseWay[] {
  const subsets = MODIFIERS.reduce<MouseModifier[][]>(
    (sets, modifier) => [...sets, ...sets.map((set) => [...set, modifier])],
    [[]],
  ).sort((a, b) => a.length - b.length);
  return subsets.flatMap((modifiers) => [
    ...BUTTONS.map((button) => ({ button, with: modifiers })),
    { with: modifiers },
  ]);
}

/** What of a press or a turn of the wheel matters here. */
export interface MouseInput {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The way of a press, by the event's number of the button; null of a button that does nothing on images. */
export function pressedWay(event: MouseInput & { readonly button: number }): MouseWay | null {
  const button = BUTTONS[event.button];
  return button === undefined ? null : { button, with: modifiersOf(event) };
}

/** The way of a turn of the wheel. */
export function turnedWay(event: MouseInput): MouseWay {
  return { with: modifiersOf(event) };
}

/** `Ctrl` is also the Mac's command key. */
function modifiersOf({ ctrlKey, metaKey, altKey, shiftKey }: MouseInput): MouseModifier[] {
  const isDown = { ctrl: ctrlKey || metaKey, alt: altKey, shift: shiftKey };
  return MODIFIERS.filter((modifier) => isDown[modifier]);
}
