/** A dialog that picks a folder or file on the host's disk, for hosts without a dialog of their own. */
export { default as FolderBrowser } from './FolderBrowser.svelte';
