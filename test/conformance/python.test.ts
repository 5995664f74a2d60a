/** The contract is enough to write a backend in another language: one in Python's standard library holds every rule of the kit. */
import { expect, it } from 'vitest';
import { startPythonBackend, withoutPython } from './python-backend.ts';

it('finds nothing at the backend in Python', { timeout: 300_000 }, async ({ skip }) => {
  const reason = withoutPython();
  if (reason) skip(reason);
  await using backend = await startPythonBackend();
  const findings = await backend.kit.run();
  expect(findings.filter(({ broken }) => broken)).toEqual([]);
  expect(findings.length).toBeGreaterThan(40);
  expect(backend.errors()).toBe('');
});
