/** The list of segments: what they look like, how large they are, and which one is painted. */
export { default as Answers } from './Answers.svelte';
export { refusing, segmentOf, usable } from './classes';
export { neighbour, newSegment } from './list';
export { withLook, type Look } from './look';
export { default as SegmentsPanel } from './SegmentsPanel.svelte';
export { StatisticsState } from './statistics.svelte';
