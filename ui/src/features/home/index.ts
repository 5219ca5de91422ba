/** The home screen: recent studies and the ways to open one. */
export { default as HomeScreen } from './HomeScreen.svelte';
export { HomeState } from './state.svelte';
