import { readdirSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/**
 * The attacks and faults of a server that can be run in both ways: as the runnable server, and as a router mounted in an Express
 * app. The others are about a store, or about processes of their own.
 */
const inBothWays = ['test/attacks', 'test/faults', 'test/server/proxy']
  .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((file) => /^test\/(?:attacks|faults)\/.*\.test\.ts$|-attacks\.test\.ts$/.test(file))
  .filter((file) => /\bopen(?:Attack)?Stage\(|\bHarness\.start\(/.test(readFileSync(file, 'utf8')));

/** Whatever a test makes a server answer, the contract describes it. */
const CHECK_ANSWERS = ['test/check-answers.ts'];

function way(name: 'runnable' | 'mounted') {
  return {
    test: {
      name,
      include: inBothWays,
      env: { STAGE: name },
      setupFiles: CHECK_ANSWERS,
      isolate: false,
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  };
}

/**
 * Suites without isolation load server and simulator once in each process and not for each file, where half of the time went. Files
 * that share a process undo what they change of it.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/widget/element/**', 'test/flow/**', 'test/browsers/**', ...inBothWays],
          setupFiles: CHECK_ANSWERS,
          isolate: false,
          // Generous: some start whole servers, on machines with two cores.
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      way('runnable'),
      way('mounted'),
      {
        test: {
          name: 'flow',
          include: ['test/flow/**/*.test.ts'],
          // Without a window there is no focus, and the popup is judged by timing alone. On a machine that is starved for a moment, a
          // test gets a second chance, and the report says so.
          retry: 1,
          setupFiles: CHECK_ANSWERS,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browsers',
          include: ['test/browsers/**/*.test.ts'],
          setupFiles: CHECK_ANSWERS,
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
