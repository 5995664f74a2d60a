import { execFileSync } from 'node:child_process';

/**
 * From now on, a process cannot make any file longer than this many bytes, as with a quota or a full disk
 * (setrlimit(2), RLIMIT_FSIZE). Only the soft limit changes, so any user can lift it again.
 */
export function limitFileSize(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:`]);
}
