/** Effects on many voxels, and what tools may change. */
export { default as EffectsPanel } from './EffectsPanel.svelte';
export { EFFECTS, isOfAll } from './draft';
export { endText, goingsOf } from './matches';
export { gapsOf } from './matches.svelte';
export { EffectsState, type Target } from './state.svelte';
