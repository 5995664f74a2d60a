import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type BuildEnvironmentOptions, defineConfig, type EnvironmentOptions } from 'vite';
import { litPolicy } from './widget/build/lit-policy.ts';
import { litWithoutPolyfills } from './widget/build/lit-without-polyfills.ts';
import { checkSizes } from './widget/build/size-budget.ts';
import { styleSheet } from './widget/build/style-sheet.ts';
import { terser } from './widget/build/terser.ts';
import { translations } from './widget/messages/translations.ts';

/** For the package. */
const OUT = 'dist/widget';
/** What the server hands out. */
const PUBLIC = 'server/public';
/** What a page loads for the same purpose elsewhere, measured on what they publish. */
const OTHERS = 'Mono Connect 14,820, oidc-client-ts 15,444, Auth0 SPA 53,661 bytes';
/** Builds that are only weighed. */
const WEIGHED = 'dist/weighed';
/**
 * The client for trade updates, which connect.js loads from beside it when a page first listens. A page may hold a connect.js of
 * before an upgrade, so the name stays, and what this exports (`widget/trade-updates.ts`) has to stay compatible.
 */
const STREAM_CLIENT = 'event-parser.js';
/** Vite leaves the `import()` of a library as it is, instead of wrapping it in a loader of style sheets. */
const AS_LIBRARY: BuildEnvironmentOptions = { lib: { entry: [], formats: ['es'] } };

const MINIFIED = { format: 'es', minify: true, comments: false } as const;

type RolldownOptions = NonNullable<BuildEnvironmentOptions['rolldownOptions']>;

/** The two share code and each holds its own: a chunk would import connect.js again, under an address without its query. */
const streamClientApart = {
  name: 'stream-client-apart',
  enforce: 'pre' as const,
  applyToEnvironment: ({ name }: { name: string }) => name === 'script',
  resolveId: (id: string) =>
    id === './trade-updates.ts' ? { id: `./${STREAM_CLIENT}`, external: true } : undefined,
};

/**
 * A build for each way to use the widget, because they ask different things of the bundler: two files for the script tag,
 * modules without side effects for the package, and one classic script for each page of the popup, which the server inlines
 * under a CSP hash. The last two show what a page with the headless core loads, and what Lit alone would weigh.
 */
export default defineConfig({
  appType: 'custom',
  publicDir: false,
  plugins: [litPolicy, litWithoutPolyfills, styleSheet, streamClientApart, terser],
  environments: {
    script: build(
      { input: { connect: 'widget/connect.ts' }, output: MINIFIED },
      { ...AS_LIBRARY, outDir: PUBLIC, license: { fileName: 'connect.license.md' } },
    ),
    streamClient: build(
      { input: { 'event-parser': 'widget/trade-updates.ts' }, output: MINIFIED },
      { ...AS_LIBRARY, outDir: PUBLIC, license: { fileName: 'event-parser.license.md' } },
    ),
    modules: build(
      {
        input: {
          index: 'widget/index.ts',
          define: 'widget/define.ts',
          core: 'widget/core.ts',
          stream: 'widget/stream.ts',
        },
        external: ['eventsource-parser', 'lit', /^lit\//, 'oauth4webapi'],
        output: { format: 'es', preserveModules: true, preserveModulesRoot: 'widget' },
      },
      { ...AS_LIBRARY, minify: false },
    ),
    launchPage: build(
      { input: { 'launch-page': 'widget/popup/launch-page.ts' }, output: { format: 'iife' } },
      { outDir: PUBLIC },
    ),
    callbackPage: build(
      { input: { 'callback-page': 'widget/popup/callback-page.ts' }, output: { format: 'iife' } },
      { outDir: PUBLIC },
    ),
    core: build({ input: { core: 'widget/core.ts' } }, { outDir: WEIGHED }),
    lit: build({ input: { lit: 'lit' } }, { outDir: WEIGHED }),
  },
  builder: {
    async buildApp({ environments, build: buildOne, config }) {
      for (const one of Object.values(environments)) if (one.name !== 'client') await buildOne(one);
      await writeTranslations();
      for (const file of ['connect.js', STREAM_CLIENT]) {
        config.logger.info(`integrity of ${file}: ${await writeIntegrity(file)}`);
      }
      await checkSizes(
        [
          { what: 'Script tag, with Lit and English inside', file: `${PUBLIC}/connect.js`, limit: 18_760 },
          { what: 'Loaded by the first stream()', file: `${PUBLIC}/${STREAM_CLIENT}`, limit: 4_200 },
          { what: 'Headless core', file: `${WEIGHED}/core.js`, limit: 4_500 },
          { what: 'Launch page', file: `${PUBLIC}/launch-page.js`, limit: 3_000 },
          { what: 'Callback page', file: `${PUBLIC}/callback-page.js`, limit: 3_000 },
          { what: 'For comparison, Lit alone', file: `${WEIGHED}/lit.js` },
        ],
        (line) => config.logger.info(line),
      );
      config.logger.info(`Other buttons and clients, with brotli: ${OTHERS}.`);
      await rm(WEIGHED, { recursive: true });
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
        // oauth4webapi asks at import which browser it is in, for what nobody here calls.
        treeshake: { propertyReadSideEffects: false },
        ...options,
        output: { entryFileNames: '[name].js', ...options.output },
      },
      ...more,
    },
  };
}

/** One file for each language, beside connect.js. */
async function writeTranslations(): Promise<void> {
  await mkdir(`${PUBLIC}/messages`, { recursive: true });
  for (const [language, messages] of Object.entries(translations)) {
    await writeFile(`${PUBLIC}/messages/${language}.json`, JSON.stringify(messages));
  }
}

/** For the `integrity` of a script tag or an import map (Subresource Integrity). */
async function writeIntegrity(file: string): Promise<string> {
  const digest = createHash('sha384').update(await readFile(`${PUBLIC}/${file}`));
  const integrity = `sha384-${digest.digest('base64')}`;
  await writeFile(`${PUBLIC}/${file}.sri`, integrity);
  return integrity;
}
