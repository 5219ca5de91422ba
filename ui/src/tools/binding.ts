/** What a press of the pen begins, by tool, button and modifier keys. */

export type Tool = 'navigate' | 'window' | 'brush' | 'eraser' | 'draw' | 'fill';

export type Button = 'left' | 'middle' | 'right';

export type GestureKind =
  'crosshair' | 'window' | 'pan' | 'zoom' | 'paint' | 'erase' | 'draw' | 'fill';

export interface Press {
  readonly button: Button;
  readonly shift: boolean;
  readonly ctrl: boolean;
}

/** Middle or Shift pans and right zooms whatever the tool; Ctrl turns a brush into an eraser and back. */
export function gestureOf(tool: Tool, { button, shift, ctrl }: Press): GestureKind {
  if (button === 'middle' || shift) return 'pan';
  if (button === 'right') return 'zoom';
  switch (tool) {
    case 'navigate':
      return 'crosshair';
    case 'window':
      return 'window';
    case 'brush':
      return ctrl ? 'erase' : 'paint';
    case 'eraser':
      return ctrl ? 'paint' : 'erase';
    case 'draw':
    case 'fill':
      return tool;
  }
}
