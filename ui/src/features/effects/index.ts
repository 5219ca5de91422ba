/** Effects on many voxels, and what tools may change. */
export { default as EffectsPanel } from './EffectsPanel.svelte';
export { EFFECTS } from './draft';
export { EffectsState, type Target } from './state.svelte';
