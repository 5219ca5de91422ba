/** Shapes and measurements: the list of them, what they measure, and what their classes ask. */
export { default as ShapesPanel } from './ShapesPanel.svelte';
export { labelOf, type Telling } from './label';
export { colorOf, labelText, shapeName } from './list';
export { ShapesState } from './state.svelte';
