import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { requireChromium } from './browser/find-chromium.ts';
import { requireRedisServer } from './redis/require-redis-server.ts';

/**
 * `npm test`: builds, checks types and style, and runs every suite, or those that are named. Goes on after a failing suite, so
 * that one run tells everything, and ends with how many tests ran.
 */

interface Count {
  passed: number;
  failed: number;
  skipped: number;
  /** For each failure: where it is, and the first lines of what it says. */
  failures: string[];
}

/** What a suite writes: Vitest's report, as far as it is read here. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults?: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
}

const scratch = mkdtempSync(join(tmpdir(), 'connect-with-alpaca-test-'));
const env = { ...process.env, CHROMIUM_PATH: requireChromium(), REDIS_SERVER_PATH: requireRedisServer() };

function step(title: string, command: string, args: string[], extra: Record<string, string> = {}): boolean {
  process.stdout.write(`\n── ${title}\n`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...env, ...extra } });
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(`── ${title}: ${status === 0 ? 'done' : 'failed'} after ${seconds} s\n`);
  return status === 0;
}

/** A suite that dies before it reports counts as one failure: nothing may pass by not running. */
function countOf(suite: string, file: string, succeeded: boolean): Count {
  const died = `${suite}: ended before it reported`;
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, failures: [died] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const unhandled = unhandledIn(suite, file);
  const failures = [...failuresIn(suite, report), ...unhandled];
  const failed = Math.max(report.numFailedTests + unhandled.length, succeeded ? 0 : 1);
  if (failures.length < failed) failures.push(`${suite}: failed outside of a test`);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests, failures };
}

/** What was thrown outside of any test: by what a test left behind, as a rule. */
function unhandledIn(suite: string, file: string): string[] {
  if (!existsSync(unhandledFile(file))) return [];
  const errors = JSON.parse(readFileSync(unhandledFile(file), 'utf8')) as string[];
  return errors.map((error) => `${suite}: failed outside of a test: ${firstLines(error)}`);
}

function unhandledFile(report: string): string {
  return `${report}.unhandled`;
}

function failuresIn(suite: string, { testResults = [] }: Report): string[] {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const where = `${suite}: ${relative(process.cwd(), name)}`;
    const tests = assertionResults.filter((test) => test.status === 'failed');
    // A file that could not be loaded, or whose hooks failed.
    if (tests.length === 0 && status === 'failed') return [`${where}: ${firstLines(message)}`];
    return tests.map((test) => `${where} › ${test.fullName}: ${firstLines(test.failureMessages?.[0])}`);
  });
}

function firstLines(message = ''): string {
  const lines = stripVTControlCharacters(message).split('\n');
  // The stack names the test's own lines, and those of its libraries.
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  return lines.slice(0, stack < 0 ? 12 : Math.min(stack + 2, 12)).join('\n    ');
}

function vitest(project: string, ...options: string[]): Count {
  const file = join(scratch, `${project}.json`);
  const parameters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...options];
  const succeeded = step(
    `vitest: ${project}`,
    'npx',
    ['vitest', 'run', '--project', project, '--reporter=./test/unhandled-errors.ts', ...parameters],
    { UNHANDLED_ERRORS: unhandledFile(file) },
  );
  return countOf(project, file, succeeded);
}

function elements(): Count {
  const file = join(scratch, 'elements.json');
  const succeeded = step('element tests in Chromium', 'npx', ['wtr'], { TEST_REPORT: file });
  return countOf('elements', file, succeeded);
}

const sound = [
  step('build', 'npm', ['run', '--silent', 'build']),
  step('types and style', 'npm', ['run', '--silent', 'lint']),
];
const SUITES: Record<string, () => Count> = {
  unit: () => vitest('unit', '--maxWorkers=3'),
  runnable: () => vitest('runnable', '--maxWorkers=3'),
  mounted: () => vitest('mounted', '--maxWorkers=3'),
  elements,
  flow: () => vitest('flow', '--maxWorkers=2'),
  browsers: () => vitest('browsers', '--maxWorkers=3'),
};
const named = process.argv.slice(2);
const counts = (named.length > 0 ? named : Object.keys(SUITES)).map((name) => {
  const suite = SUITES[name];
  if (suite === undefined)
    throw new Error(`There is no suite "${name}", only ${Object.keys(SUITES).join(', ')}.`);
  return suite();
});
rmSync(scratch, { recursive: true, force: true });

const failures = counts.flatMap((count) => count.failures);
if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((line) => `  ${line}\n`).join('')}`);
const total = (of: 'passed' | 'failed' | 'skipped'): number =>
  counts.reduce((sum, count) => sum + count[of], 0);
const failed = total('failed') + sound.filter((ok) => !ok).length;
process.stdout.write(`\n${total('passed')} passed, ${failed} failed, ${total('skipped')} skipped\n`);
process.exitCode = failed === 0 ? 0 : 1;
