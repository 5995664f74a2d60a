import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, normalize } from 'node:path';

/**
 * The last step of the build. The compiler writes a declaration beside each file; whoever installs the package can use only
 * those that an entry of package.json leads to. Deletes the others.
 */
const BUILT = ['dist', 'server/dist'];
const IMPORTED = /(?:\bfrom|\bimport\(|^import) ?['"](\.[^'"]+)['"]/gm;

const manifest: { exports: Record<string, string | { types: string }> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);
const needed = new Set(
  Object.values(manifest.exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [normalize(entry.types)],
  ),
);
// A set gives what is added while it is walked, too.
for (const path of needed) {
  for (const [, target = ''] of readFileSync(path, 'utf8').matchAll(IMPORTED)) {
    needed.add(join(path, '..', target.replace(/\.[jt]s$/, '.d.ts')));
  }
}

for (const folder of BUILT) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (path.endsWith('.d.ts') && !needed.has(path)) rmSync(path);
  }
}
