/** Starts the application. */
import { mount } from 'svelte';
import '../shared/tokens.css';
import '../shared/base.css';
import Root from './Root.svelte';

const target = document.getElementById('app');
if (target !== null) mount(Root, { target });
