import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { findDisplay } from '../browser/find-display.ts';

/** An X display that nobody sees, with a window manager: windows get and lose the focus as on a desk. */
export interface Display extends AsyncDisposable {
  /** The environment of programs that show themselves here. */
  environment: Record<string, string | undefined>;
}

export async function openDisplay(): Promise<Display> {
  const programs = findDisplay();
  if (!programs) throw new Error('There is no Xvfb or no openbox on this machine.');

  // The server picks a free number itself and says it on descriptor 3.
  const screen = ['-screen', '0', '1600x1200x24', '-nolisten', 'tcp'];
  const server = spawn(programs.server, ['-displayfd', '3', ...screen], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await firstWords(server.stdio[3] as Readable);
  const environment = { ...process.env, DISPLAY: `:${number}` };

  const manager = spawn(programs.windowManager, ['--sm-disable', '--startup', 'echo ready'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await firstWords(manager.stdout);
  return {
    environment,
    async [Symbol.asyncDispose]() {
      await stopProcess(manager);
      await stopProcess(server);
    },
  };
}

/** Ends a process and resolves when it has ended. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}

/**
 * The stream stays open afterwards: who writes to a closed one is killed.
 * @throws Error when the stream ends without a word
 */
async function firstWords(stream: Readable): Promise<string> {
  const ended = once(stream, 'end').then(() => {
    throw new Error('The display could not be opened: Xvfb or openbox ended before it was ready.');
  });
  const [chunk] = (await Promise.race([once(stream, 'data'), ended])) as [Buffer];
  ended.catch(() => {});
  return chunk.toString().trim();
}
