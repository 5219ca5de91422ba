/** Writes the label map to a file and says so only once it was read back and compared. */
export { default as ExportDialog } from './ExportDialog.svelte';
