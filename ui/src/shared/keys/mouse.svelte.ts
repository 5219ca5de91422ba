/** What buttons and the wheel do on an image, as the user has it. */
import { Combinations } from './combinations.svelte';
import { DRAGGED, LEADS_CROSSHAIR, TOOL_BUTTON, TURNED, waysOfPreset } from './mouse-table';
import { readWay, type MouseButton, type MouseModifier, type MouseWay } from './mouse-way';

type Dragged = (typeof DRAGGED)[number];
type Turned = (typeof TURNED)[number];

interface Rule<Does> {
  readonly with: readonly MouseModifier[];
  readonly does: Does;
}

/** Of several rules that fit, the first that can be done with the tool in hand counts. */
export interface MouseRules {
  readonly drags: readonly (Rule<Dragged> & { readonly button: MouseButton })[];
  readonly wheel: readonly Rule<Turned>[];
  /** Moving with Shift and no button takes the crosshair along. */
  readonly isCrosshairLed: boolean;
}

/** What was remembered. */
export function recalledMouse(): Combinations {
  return new Combinations({ preset: 'keys.mouse', changes: 'mouse.changes' }, waysOfPreset);
}

/** That of this window's user. */
export const mouse = recalledMouse();

/** The rules of one user. */
export function rulesOf(mine: Combinations): MouseRules {
  const drags = DRAGGED.flatMap((does) =>
    waysOf(mine, does).flatMap(({ button, with: modifiers }) =>
      button === undefined ? [] : [{ button, with: modifiers, does }],
    ),
  ).filter(({ button, with: modifiers }) => button !== TOOL_BUTTON || modifiers.length > 0);
  const wheel = TURNED.flatMap((does) =>
    waysOf(mine, does).flatMap((way) =>
      way.button === undefined ? [{ with: way.with, does }] : [],
    ),
  );
  return {
    drags: [...byModifiers(drags), { button: TOOL_BUTTON, with: [], does: 'tool' }],
    wheel: byModifiers(wheel),
    isCrosshairLed: LEADS_CROSSHAIR.has(mine.preset),
  };
}

const current = $derived(rulesOf(mouse));

/** The rules in force in this window. */
export function mouseRules(): MouseRules {
  return current;
}

/** What was kept by hand or by another version and is no way is left out. */
function waysOf(mine: Combinations, id: Dragged | Turned): MouseWay[] {
  return mine.of({ id }).flatMap((written) => readWay(written) ?? []);
}

/** With more modifiers first: a rule without any fits whatever is held. */
function byModifiers<Does, R extends Rule<Does>>(rules: readonly R[]): R[] {
  return [...rules].sort((a, b) => b.with.length - a.with.length);
}
