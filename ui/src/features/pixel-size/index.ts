/** Asks how large pixels are, where the image does not say. */
export { default as PixelSizeBar } from './PixelSizeBar.svelte';
