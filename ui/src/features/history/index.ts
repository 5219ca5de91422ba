/** What was done to a document, and the proof that the record of it holds. */
export { default as AuditDialog } from './AuditDialog.svelte';
export { default as HistoryPanel } from './HistoryPanel.svelte';
export { HistoryState } from './state.svelte';
