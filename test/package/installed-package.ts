import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../../package.json' with { type: 'json' };

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let archive: string | undefined;

/** What `npm publish` would send, packed once for all tests of a process. */
export function packedPackage(): string {
  if (archive !== undefined) return archive;
  const folder = mkdtempSync(join(tmpdir(), 'packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder];
  archive = join(folder, execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8' }).trim());
  return archive;
}

export interface ProjectOptions {
  /** What is installed beside the package: a name, or under another name the package of this repository that stands for it. */
  packages?: (string | [name: string, source: string])[];
  /** Of `package.json`. */
  type?: 'module' | 'commonjs';
}

/**
 * A project of somebody who installed the packed package. What it depends on is linked from this repository, because tests
 * have no network: the package itself is a copy, and finds nothing that npm would not have put there.
 */
export class Project implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'project-'));

  constructor({ packages = [], type = 'module' }: ProjectOptions = {}) {
    const own = join(this.folder, 'node_modules/connect-with-alpaca');
    mkdirSync(own, { recursive: true });
    execFileSync('tar', ['-xzf', packedPackage(), '-C', own, '--strip-components=1']);
    for (const name of Object.keys(manifest.dependencies)) link(own, name);
    for (const entry of packages) {
      const [name, source] = typeof entry === 'string' ? [entry, entry] : entry;
      link(this.folder, name, source);
    }
    this.write('package.json', JSON.stringify({ type }));
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** What the compiler says about these files, or nothing; it writes what it makes of them to `out/`. */
  compile(files: string[], compilerOptions: Record<string, unknown>): string {
    const options = { strict: true, skipLibCheck: false, target: 'es2023', outDir: 'out', rootDir: '.' };
    this.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { ...options, ...compilerOptions }, files }),
    );
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
    return spawnSync(process.execPath, [compiler], { cwd: this.folder, encoding: 'utf8' }).stdout;
  }

  /** Runs a file in Node until it ends. @throws Error with what it wrote when it fails */
  run(
    file: string,
    { options = [], env = {} }: { options?: string[]; env?: Record<string, string> } = {},
  ): { output: string; errors: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
      timeout: 60_000,
    });
    if (status !== 0) throw new Error(`${file} ended with ${status}:\n${stdout}${stderr}`);
    return { output: stdout, errors: stderr };
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function link(folder: string, name: string, source = name): void {
  const path = join(folder, 'node_modules', name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules', source), path);
}
