import type { RecordBackend } from '../../../server/session/records.ts';

const never = () => new Promise<never>(() => {});

/** A backend that takes every call and answers none, like a database behind a dead network. */
export function stalledBackend(): RecordBackend {
  return {
    get: never,
    create: never,
    put: never,
    replace: never,
    remove: never,
    probe: never,
    close: never,
  };
}
