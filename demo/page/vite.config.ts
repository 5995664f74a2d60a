import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The demo page as static files. Everything is a file of its own: the page's policy allows nothing inline. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    outDir: fileURLToPath(new URL('../../dist/demo/page', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
