/** A library as one file: saving it, and opening one. */
export { isArchive } from './files';
export { default as OpenArchiveDialog } from './OpenArchiveDialog.svelte';
export { default as SaveArchiveDialog } from './SaveArchiveDialog.svelte';
