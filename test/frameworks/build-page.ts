import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import vue from '@vitejs/plugin-vue';
import { build, type PluginOption } from 'vite';

const isCustomElement = (tag: string) => tag === 'alpaca-connect';

/** What each framework's own documentation asks for, and for Vue which tags are custom elements. */
const frameworks: Record<string, { entry: string; plugins: PluginOption[] }> = {
  react: { entry: 'react/main.tsx', plugins: [] },
  vue: { entry: 'vue/main.js', plugins: [vue({ template: { compilerOptions: { isCustomElement } } })] },
  svelte: { entry: 'svelte/main.js', plugins: [svelte({ configFile: false })] },
};

/** Builds the page of a framework and answers its only script. */
export async function buildPage(framework: string): Promise<string> {
  const { entry, plugins } = frameworks[framework] ?? { entry: '', plugins: [] };
  const result = await build({
    configFile: false,
    logLevel: 'error',
    plugins,
    build: {
      write: false,
      modulePreload: false,
      rolldownOptions: { input: fileURLToPath(new URL(entry, import.meta.url)) },
    },
  });
  const outputs = Array.isArray(result) ? result : 'output' in result ? [result] : [];
  const chunk = outputs[0]?.output.find(({ type }) => type === 'chunk');
  if (chunk?.type !== 'chunk') throw new Error(`Vite made no script of ${entry}.`);
  return chunk.code;
}
