import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError } from 'vitest/node';

/**
 * A reporter of Vitest: writes what was thrown outside of any test, which fails a run, too, and is in no other report. The file is
 * `UNHANDLED_ERRORS`, a list of texts.
 */
export default class UnhandledErrors implements Reporter {
  onTestRunEnd(_modules: unknown, errors: readonly SerializedError[]): void {
    const file = process.env['UNHANDLED_ERRORS'];
    if (file === undefined || errors.length === 0) return;
    writeFileSync(
      file,
      JSON.stringify(errors.map(({ name, message, stack }) => stack ?? `${name}: ${message}`)),
    );
  }
}
