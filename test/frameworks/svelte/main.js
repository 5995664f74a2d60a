import { mount } from 'svelte';
import App from './app.svelte';
import '../../../widget/define.ts';

mount(App, { target: document.getElementById('app') });
