/** Which keys and buttons do what: the one place where they are kept, looked up and heard. */
export { isFixed, keysOfEvent } from './combination';
export type { Combinations, Keyed } from './combinations.svelte';
export { isTaken, pressKey } from './dispatch';
export { HeldKeys } from './held';
export { allKeysText, keymap, keysText } from './keymap';
export { mouse, mouseRules, type MouseRules } from './mouse.svelte';
export { DRAGGED, TOOL_BUTTON, TURNED, type MouseDeed } from './mouse-table';
export { allWays, mouseText, pressedWay, readWay, turnedWay, writtenWay } from './mouse-way';
export type { MouseWay } from './mouse-way';
export { PRESETS, type KeyedAction, type Preset } from './table';
