/** Everything a file says about itself, searchable. */
export { default as MetadataPanel } from './MetadataPanel.svelte';
export { MetadataState } from './state.svelte';
