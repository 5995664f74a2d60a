import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** The attacks and faults that are played on a stage. They meet both the runnable server and a router mounted in an Express app. */
const staged = ['test/attacks', 'test/faults']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((file) => file.endsWith('.test.ts') && /\bopen(?:Attack)?Stage\(/.test(readFileSync(file, 'utf8')));

function onStage(name: 'runnable' | 'mounted') {
  return {
    test: {
      name,
      include: staged,
      env: { STAGE: name },
      // Server and simulator are loaded once and not for each file: half of the time went there.
      isolate: false,
      testTimeout: 30_000,
      hookTimeout: 30_000,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/widget/element/**', 'test/flow/**', 'test/browsers/**', ...staged],
          // Generous: some start whole servers, on machines with two cores.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      onStage('runnable'),
      onStage('mounted'),
      {
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          globalSetup: ['test/browsers/install-engines.ts'],
          // Three headed browsers at once, on two cores: one that was starved gets a second chance, and the report says so.
          retry: 1,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
