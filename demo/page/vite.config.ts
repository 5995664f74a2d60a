import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { litPolicy } from '../../widget/build/lit-policy.ts';

const inDemo = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * The demo page and the gallery as static files. Everything is a file of its own: their policy allows nothing inline.
 */
export default defineConfig({
  root: inDemo('.'),
  plugins: [litPolicy],
  build: {
    outDir: inDemo('../dist/demo-pages'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The notices that the licence of the charts asks to keep.
    license: { fileName: 'licenses.md' },
    rolldownOptions: { input: [inDemo('page/index.html'), inDemo('gallery/index.html')] },
  },
});
