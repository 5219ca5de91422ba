/** What was done to a document, and the proof that the record of it holds. */
export { default as AuditDialog } from './AuditDialog.svelte';
export { default as HistoryPanel } from './HistoryPanel.svelte';
export { default as PastBanner } from './PastBanner.svelte';
export { PastState, type Look } from './past.svelte';
export { HistoryState } from './state.svelte';
export { default as WhoCard } from './WhoCard.svelte';
export { WhoState } from './who.svelte';
