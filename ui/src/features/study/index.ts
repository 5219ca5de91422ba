/** The series of a study, with pictures and everything odd about them. */
export { default as StudyScreen } from './StudyScreen.svelte';
