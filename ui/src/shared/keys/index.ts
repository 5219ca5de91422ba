/** Which keys do what: the one place where keys of actions are kept, looked up and heard. */
export { isFixed, keysOfEvent } from './combination';
export { isTaken, pressKey } from './dispatch';
export { HeldKeys } from './held';
export { allKeysText, keymap, keysText, type Keyed } from './keymap.svelte';
export { mouseText } from './mouse-text';
export { PRESETS, type KeyedAction, type Preset } from './table';
