/** The keys of every action as the user has them. */
import { Combinations } from './combinations.svelte';
import { keysOfPreset, type KeyedAction } from './table';

/** Those that were remembered. */
export function recalledKeymap(): Combinations {
  return new Combinations({ preset: 'keys.preset', changes: 'keys.changes' }, keysOfPreset);
}

/** Those of this window's user. */
export const keymap = recalledKeymap();

/** The main keys of an action for its tooltip; none where it has none. */
export function keysText(id: KeyedAction): string | undefined {
  return keymap.of({ id })[0];
}

/** All keys of an action as one text. */
export function allKeysText(id: KeyedAction): string | undefined {
  const keys = keymap.of({ id });
  return keys.length === 0 ? undefined : keys.join(', ');
}
