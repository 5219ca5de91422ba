/** The viewer: three linked planes of an image with its segments, and the tools to paint them. */

export { default as Viewer } from './Viewer.svelte';
export type {
  DurabilityStatus,
  InPlace,
  ShownShapes,
  PartLink,
  SliceMark,
  ViewerProps,
} from './types';
export { scopeText, volumeName } from './volumes';
