/** The label protocol: classes of segments, made and edited. */
export { default as ProtocolDialog } from './ProtocolDialog.svelte';
export { ProtocolState } from './state.svelte';
