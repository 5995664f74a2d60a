import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/**
 * `npm run test:node -- 26`: the suites on that version of Node, from a copy of the files that git knows, as they are now.
 * `npm run test:node -- 26 unit flow` runs these suites only. Node's binary and headers come from npm, so the copy's native
 * module is built against them where no binary of it can be had.
 */
const [version, ...suites] = process.argv.slice(2);
if (version === undefined) throw new Error('Say which version: npm run test:node -- 26');

const npm = process.env['npm_execpath'];
if (npm === undefined) throw new Error('Run this by npm: npm run test:node -- 26');

const scratch = mkdtempSync(join(tmpdir(), 'connect-with-alpaca-node-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
// What runs gets the signal too, and its end is waited for.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const node = installNode(version);
const copy = copyOfTracked();
const env = {
  ...process.env,
  PATH: `${dirname(node.binary)}${delimiter}${process.env['PATH']}`,
  npm_config_nodedir: node.root,
};
process.stdout.write(`Node ${execFileSync(node.binary, ['--version'], { encoding: 'utf8' })}`);
run('npm ci', [npm, 'ci', '--no-audit', '--no-fund']);
run('the suites', [
  '--import',
  'tsx',
  'test/run.ts',
  ...(suites.length > 0 ? suites : ['unit', 'elements', 'flow']),
]);

function installNode(major: string): { root: string; binary: string } {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(scratch, 'node');
  mkdirSync(folder);
  const args = [
    npm ?? '',
    'install',
    '--prefix',
    folder,
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    `${name}@${major}`,
  ];
  execFileSync(process.execPath, args, { stdio: 'inherit' });
  const root = join(folder, 'node_modules', name);
  return { root, binary: join(root, 'bin', 'node') };
}

/** Without what was installed or built beside them: nothing of the other version may come along. */
function copyOfTracked(): string {
  const to = join(scratch, 'copy');
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  for (const path of listed.split('\0').filter(existsSync)) {
    cpSync(path, join(to, path), { force: true });
  }
  return to;
}

function run(what: string, args: string[]): void {
  const { status } = spawnSync(node.binary, args, { cwd: copy, env, stdio: 'inherit' });
  if (status === 0) return;
  process.stdout.write(`On Node ${version}, ${what} failed.\n`);
  process.exit(1);
}
