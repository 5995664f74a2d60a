import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** The folder of this package. It finds itself by its own name: the same from the sources and from the build. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('connect-with-alpaca/package.json'));
}
