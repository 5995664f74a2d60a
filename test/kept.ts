const objects: object[] = [];

/** Keeps an object of better-sqlite3 for good: see `kept` in server/session/sqlite.ts. */
export function kept<T extends object>(object: T): T {
  objects.push(object);
  return object;
}
