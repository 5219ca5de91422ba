/** Every action of the application: where it is registered, found, and listed with its keys. */
export { default as CommandPalette } from './CommandPalette.svelte';
export { Actions } from './actions.svelte';
export { default as ShortcutsDialog } from './ShortcutsDialog.svelte';
