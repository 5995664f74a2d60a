import { createApp } from 'vue';
import App from './app.vue';
import '../../../widget/define.ts';

createApp(App).mount('#app');
