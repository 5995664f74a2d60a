/** Runs around every test: one that made a server answer what the contract does not describe fails. */
import { afterEach } from 'vitest';
import { takeViolations } from './described-answers.ts';

afterEach(() => {
  const seen = takeViolations();
  if (seen.length > 0) {
    throw new Error(
      `The server answered what GET /openapi.json does not describe:\n${[...new Set(seen)].slice(0, 10).join('\n')}`,
    );
  }
});
