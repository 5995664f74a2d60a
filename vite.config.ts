import { readFile } from 'node:fs/promises';
import { brotliCompressSync } from 'node:zlib';
import { type BuildEnvironmentOptions, defineConfig, type EnvironmentOptions, type Logger } from 'vite';

const OUT = 'dist/widget';
const SENT_TO_BROWSERS = ['connect.js', 'launch-page.js', 'callback-page.js'];

type RolldownOptions = NonNullable<BuildEnvironmentOptions['rolldownOptions']>;

/**
 * Four builds, because they ask different things of the bundler: one file for the script tag, modules without side
 * effects for the package, and one classic script for each page of the popup, which the server inlines under a CSP hash.
 */
export default defineConfig({
  appType: 'custom',
  publicDir: false,
  environments: {
    script: build({
      input: { connect: 'widget/connect.ts' },
      output: { format: 'es', codeSplitting: false },
    }),
    modules: build(
      {
        input: { index: 'widget/index.ts', define: 'widget/define.ts' },
        external: [/^lit(\/|$)/, 'oauth4webapi'],
        output: { format: 'es', preserveModules: true, preserveModulesRoot: 'widget' },
      },
      { minify: false },
    ),
    launchPage: build({ input: { 'launch-page': 'widget/launch-page.ts' }, output: { format: 'iife' } }),
    callbackPage: build({
      input: { 'callback-page': 'widget/callback-page.ts' },
      output: { format: 'iife' },
    }),
  },
  builder: {
    async buildApp({ environments, build: buildOne, config }) {
      const { script, modules, launchPage, callbackPage } = environments;
      for (const one of [script, modules, launchPage, callbackPage]) if (one) await buildOne(one);
      await printSizes(config.logger);
    },
  },
});

function build(options: RolldownOptions, more: BuildEnvironmentOptions = {}): EnvironmentOptions {
  return {
    consumer: 'client',
    build: {
      outDir: OUT,
      // Beside these files, the compiler writes their declarations.
      emptyOutDir: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      rolldownOptions: {
        preserveEntrySignatures: 'strict',
        ...options,
        output: { entryFileNames: '[name].js', ...options.output },
      },
      ...more,
    },
  };
}

async function printSizes(logger: Logger): Promise<void> {
  for (const file of SENT_TO_BROWSERS) {
    const size = brotliCompressSync(await readFile(`${OUT}/${file}`)).byteLength;
    logger.info(`${OUT}/${file}: ${size.toLocaleString('en')} bytes with brotli`);
  }
}
