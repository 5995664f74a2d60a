import { stopOnSignal } from '../server/http-server.ts';

/** A child of the demo ends on Ctrl-C, when asked to, and when its parent is gone, however that died. */
export function stopWithParent(stop: () => Promise<void>): void {
  stopOnSignal(stop);
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
