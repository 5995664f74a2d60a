// The command of server/README.md that tries a backend, for somebody who installed the packed package: it starts its simulated Alpaca,
// says with which settings the backend has to use it, waits for the backend, and finds nothing at this server.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { fill, snippet } from '../documents.ts';
import { Project } from '../package/installed-package.ts';
import { freePort, startServerProcess } from '../server-process.ts';

const [[COMMAND, FILE] = ['', '']] = Object.entries(manifest.bin);

it('the conformance command of server/README.md finds nothing at this server', {
  timeout: 300_000,
}, async () => {
  using project = new Project();
  // What npm does when it installs the package.
  const bin = join(project.folder, 'node_modules/.bin');
  mkdirSync(bin);
  chmodSync(join(bin, '../connect-with-alpaca', FILE), 0o755);
  symlinkSync(join('../connect-with-alpaca', FILE), join(bin, COMMAND));

  const port = await freePort();
  const command = fill(snippet('server/README.md', `npx ${COMMAND}`), {
    'localhost:8000': `localhost:${port}`,
  });
  // Its own port, 4010, may be taken here.
  const kit = spawn('sh', ['-c', `${command.trim()} --port 0`], {
    cwd: project.folder,
    env: { PATH: process.env['PATH'], HOME: project.folder, npm_config_offline: 'true' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [kit.stdout, kit.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk;
    });
  }
  const ended = once(kit, 'exit');
  try {
    while (kit.exitCode === null && !output.includes('Waiting for ')) await pause(50);
    expect(output).toContain('Waiting for ');
    const [, settings = ''] = /needs these settings:\n\n([\s\S]*?)\n\n/.exec(output) ?? [];
    await using server = startServerProcess({
      ...Object.fromEntries(settings.split('\n').map((line) => line.split(/=(.*)/, 2))),
      SESSION_KEYS: randomBytes(32).toString('base64'),
      SESSION_FILE: join(project.folder, 'sessions.sqlite'),
      PORT: String(port),
    });
    const died = server.ended.then(() => Promise.reject(new Error(server.output())));
    const [code] = await Promise.race([ended, died]);
    died.catch(() => {});
    expect(output.match(/^.*BROKEN.*$/gm)).toBeNull();
    expect(output).toMatch(/^\d\d+ rules hold, 0 are broken\.$/m);
    expect(code).toBe(0);
  } finally {
    if (kit.exitCode === null && kit.pid !== undefined) process.kill(-kit.pid, 'SIGKILL');
  }
});
