import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type BuildEnvironmentOptions, defineConfig, type EnvironmentOptions } from 'vite';
import { compactTemplates } from './widget/build/compact-templates.ts';
import { checkSizes } from './widget/build/size-budget.ts';
import { translations } from './widget/messages/translations.ts';

/** For the package. */
const OUT = 'dist/widget';
/** What the server hands out. */
const PUBLIC = 'server/public';
/** Builds that are only weighed. */
const WEIGHED = 'dist/weighed';
/**
 * What connect.js loads from beside it when a page first listens to trade updates. A page may hold a connect.js of before an
 * upgrade, so what this exports (`widget/streamed-events.ts`) has to stay compatible.
 */
const EVENT_PARSER = 'event-parser.js';
/** Vite leaves the `import()` of a library as it is, instead of wrapping it in a loader of style sheets. */
const AS_LIBRARY: BuildEnvironmentOptions = { lib: { entry: [], formats: ['es'] } };

type RolldownOptions = NonNullable<BuildEnvironmentOptions['rolldownOptions']>;

/**
 * A build for each way to use the widget, because they ask different things of the bundler: one file for the script tag,
 * modules without side effects for the package, and one classic script for each page of the popup, which the server inlines
 * under a CSP hash. The last three show what a page with the headless core or stream loads, and what Lit alone would weigh.
 */
export default defineConfig({
  appType: 'custom',
  publicDir: false,
  plugins: [compactTemplates],
  environments: {
    script: build(
      {
        input: { connect: 'widget/connect.ts' },
        output: { format: 'es', chunkFileNames: EVENT_PARSER, minify: true, comments: false },
      },
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
        external: ['eventsource-parser'],
        output: { format: 'es', preserveModules: true, preserveModulesRoot: 'widget' },
      },
      { ...AS_LIBRARY, minify: false },
    ),
    launchPage: build(
      { input: { 'launch-page': 'widget/launch-page.ts' }, output: { format: 'iife' } },
      { outDir: PUBLIC },
    ),
    callbackPage: build(
      { input: { 'callback-page': 'widget/callback-page.ts' }, output: { format: 'iife' } },
      { outDir: PUBLIC },
    ),
    core: build({ input: { core: 'widget/core.ts' } }, { outDir: WEIGHED }),
    stream: build(
      {
        input: { stream: 'widget/stream.ts' },
        output: { codeSplitting: false, minify: true, comments: false },
      },
      { ...AS_LIBRARY, outDir: WEIGHED },
    ),
    lit: build({ input: { lit: 'lit' } }, { outDir: WEIGHED }),
  },
  builder: {
    async buildApp({ environments, build: buildOne, config }) {
      for (const one of Object.values(environments)) if (one.name !== 'client') await buildOne(one);
      await writeTranslations();
      for (const file of ['connect.js', EVENT_PARSER]) {
        config.logger.info(`integrity of ${file}: ${await writeIntegrity(file)}`);
      }
      await checkSizes(
        [
          { what: 'Script tag, English inside', file: `${PUBLIC}/connect.js`, limit: 11_500 },
          { what: 'Its parser of trade updates', file: `${PUBLIC}/${EVENT_PARSER}`, limit: 1_700 },
          { what: 'Headless core', file: `${WEIGHED}/core.js`, limit: 3_500 },
          { what: 'Headless trade updates', file: `${WEIGHED}/stream.js`, limit: 2_500 },
          { what: 'Launch page', file: `${PUBLIC}/launch-page.js`, limit: 3_000 },
          { what: 'Callback page', file: `${PUBLIC}/callback-page.js`, limit: 3_000 },
          { what: 'For comparison, Lit alone', file: `${WEIGHED}/lit.js` },
        ],
        (line) => config.logger.info(line),
      );
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
