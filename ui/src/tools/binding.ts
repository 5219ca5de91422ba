/** What buttons, the wheel and modifier keys do on a plane, by rules as the user has them. */

export type Tool = 'navigate' | 'window' | 'brush' | 'eraser' | 'draw' | 'fill' | 'shape';

/** `eraser` is the other end of a pen. */
export type Button = 'left' | 'middle' | 'right' | 'eraser';

export type Modifier = 'shift' | 'ctrl' | 'alt';

export type GestureKind =
  'crosshair' | 'window' | 'pan' | 'zoom' | 'paint' | 'erase' | 'draw' | 'fill' | 'shape';

export type Modifiers = Readonly<Record<Modifier, boolean>>;

export interface Press extends Modifiers {
  readonly button: Button;
  /** A finger where a pen draws: the hand rests on the screen. */
  readonly isBesidePen: boolean;
}

/** `tool` is what the tool in hand does; `other` is the eraser for a brush and the brush for an eraser. */
export type Deed = 'tool' | 'other' | 'pan' | 'zoom' | 'window';

/** `size` is that of the brush, `volume` goes through volumes or frames. */
export type WheelDeed = 'scroll' | 'zoom' | 'size' | 'volume';

interface Rule<Does> {
  readonly with: readonly Modifier[];
  readonly does: Does;
}

export interface DragRule extends Rule<Deed> {
  readonly button: Exclude<Button, 'eraser'>;
}

export type WheelRule = Rule<WheelDeed>;

/** Of several rules that fit, the first that can be done with the tool in hand counts. */
export interface Mouse {
  readonly drags: readonly DragRule[];
  readonly wheel: readonly WheelRule[];
  /** Moving with Shift and no button takes the crosshair along. */
  readonly isCrosshairLed: boolean;
}

/** What a press of the pen begins; nothing where no rule fits. */
export function gestureOf(mouse: Mouse, tool: Tool, press: Press): GestureKind | null {
  if (press.isBesidePen) return 'pan';
  if (press.button === 'eraser') return otherOf(tool) === null ? toolGesture(tool) : 'erase';
  for (const rule of mouse.drags) {
    if (rule.button !== press.button || !rule.with.every((key) => press[key])) continue;
    const gesture = gestureOfDeed(rule.does, tool);
    if (gesture !== null) return gesture;
  }
  return null;
}

/** Whether a click with Alt is for the tool, which takes a corner away by it. */
export function isAltClickToolsOwn(mouse: Mouse, tool: Tool): boolean {
  const press = {
    button: 'left',
    shift: false,
    ctrl: false,
    alt: true,
    isBesidePen: false,
  } as const;
  return gestureOf(mouse, tool, press) === toolGesture(tool);
}

/** What a turn of the wheel does, if anything; the brush has a size while it is in hand. */
export function wheelDeedOf(mouse: Mouse, tool: Tool, modifiers: Modifiers): WheelDeed | null {
  const rule = mouse.wheel.find(
    (one) =>
      one.with.every((key) => modifiers[key]) && (one.does !== 'size' || otherOf(tool) !== null),
  );
  return rule?.does ?? null;
}

function gestureOfDeed(deed: Deed, tool: Tool): GestureKind | null {
  switch (deed) {
    case 'tool':
      return toolGesture(tool);
    case 'other':
      return otherOf(tool);
    case 'pan':
    case 'zoom':
    case 'window':
      return deed;
  }
}

function toolGesture(tool: Tool): GestureKind {
  switch (tool) {
    case 'navigate':
      return 'crosshair';
    case 'window':
      return 'window';
    case 'brush':
      return 'paint';
    case 'eraser':
      return 'erase';
    case 'draw':
    case 'fill':
    case 'shape':
      return tool;
  }
}

function otherOf(tool: Tool): GestureKind | null {
  switch (tool) {
    case 'brush':
      return 'erase';
    case 'eraser':
      return 'paint';
    case 'navigate':
    case 'window':
    case 'draw':
    case 'fill':
    case 'shape':
      return null;
  }
}
