import { writeFileSync } from 'node:fs';

/** A reporter of web-test-runner that writes the counts of a run and what failed to a file, in the names that Vitest uses. */
export function countReporter(file) {
  return {
    onTestRunFinished({ sessions }) {
      const tests = sessions.flatMap(({ testResults }) => testsIn(testResults));
      const broken = sessions.filter(
        ({ passed, testResults }) => !passed && failed(testsIn(testResults)) === 0,
      );
      const counts = {
        numPassedTests: tests.filter(({ passed, skipped }) => passed && !skipped).length,
        numFailedTests: failed(tests) + broken.length,
        numPendingTests: tests.filter(({ skipped }) => skipped).length,
        testResults: sessions.map(({ testFile, passed, errors, testResults }) => ({
          name: testFile,
          status: passed ? 'passed' : 'failed',
          message: errors[0]?.message,
          assertionResults: testsIn(testResults)
            .filter(isFailed)
            .map(({ name, error }) => ({
              fullName: name,
              status: 'failed',
              failureMessages: [error?.message ?? ''],
            })),
        })),
      };
      writeFileSync(file, JSON.stringify(counts));
    },
  };
}

function testsIn(suite) {
  if (!suite) return [];
  return [...suite.tests, ...suite.suites.flatMap(testsIn)];
}

function failed(tests) {
  return tests.filter(isFailed).length;
}

function isFailed({ passed, skipped }) {
  return !passed && !skipped;
}
