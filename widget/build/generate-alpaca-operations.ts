import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `node --import tsx widget/build/generate-alpaca-operations.ts FOLDER OPERATIONS` writes `widget/alpaca-operations.ts` from
 * Alpaca's public OpenAPI documents: `trading-api.json` and `market-data-api.json` in FOLDER, which docs.alpaca.markets has
 * for download, reduced to the operations of the table OPERATIONS (`test/alpaca/operations.tsv`). Asks npm for the generator.
 */
const GENERATOR = ['--yes', '--package', 'openapi-typescript@7.13.0', '--package', 'typescript@5.9'];
const KEPT_METHODS = ['get', 'post', 'put', 'patch', 'delete'];

// biome-ignore lint/suspicious/noExplicitAny: documents of somebody else, of which parts are taken out and passed on.
type Json = any;

const [folder = '', table = ''] = process.argv.slice(2);
const rows = readFileSync(table, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'));
const scratch = mkdtempSync(join(tmpdir(), 'operations-'));
const parts = [
  { api: 'trading', file: 'trading-api.json', prefix: 'Trading' },
  { api: 'data', file: 'market-data-api.json', prefix: 'Data' },
].map(({ api, file, prefix }) => {
  const document: Json = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const reduced = join(scratch, file);
  writeFileSync(reduced, JSON.stringify(reduce(document, api)));
  const text = execFileSync(
    'npx',
    [...GENERATOR, 'openapi-typescript', reduced, '--default-non-nullable=false'],
    {
      encoding: 'utf8',
    },
  );
  return { text: renamed(text, prefix), title: `${document.info.title} ${document.info.version}` };
});
rmSync(scratch, { recursive: true });

writeFileSync(
  'widget/alpaca-operations.ts',
  `// biome-ignore-all format: generated
// biome-ignore-all lint: generated
/**
 * Alpaca's operations that pages may call, with their queries, bodies and answers. Types alone. Made by
 * \`widget/build/generate-alpaca-operations.ts\` from Alpaca's public OpenAPI documents of August 2026 (${parts.map(({ title }) => title).join(' and ')}): do not edit.
 */
${parts.map(({ text }) => text).join('\n')}`,
);

/** Only the operations of the table, and of these only what a caller needs: parameters, JSON bodies and answers that succeed. */
function reduce(document: Json, api: string): Json {
  const paths: Json = {};
  for (const [path, item] of Object.entries<Json>(document.paths)) {
    for (const method of KEPT_METHODS) {
      if (!rows.some((row) => row[0] === api && row[1] === method.toUpperCase() && row[2] === path)) continue;
      const { parameters = [], requestBody, responses } = item[method];
      const answers = Object.entries<Json>(responses).filter(([status]) => status.startsWith('2'));
      paths[path] ??= {};
      paths[path][method] = {
        parameters: [...(item.parameters ?? []), ...parameters],
        ...(requestBody ? { requestBody } : {}),
        responses: Object.fromEntries(
          answers.map(([status, answer]) => [status, { ...answer, headers: {} }]),
        ),
      };
    }
  }
  const used = { openapi: document.openapi, info: document.info, paths, components: document.components };
  return withoutProse(withoutUnused(used));
}

/** Without the components that nothing leads to. */
function withoutUnused(document: Json): Json {
  const kept: Json = {};
  const visit = (part: Json): void => {
    for (const [, kind = '', name = ''] of JSON.stringify(part).matchAll(
      /"#\/components\/(\w+)\/([^"/]+)"/g,
    )) {
      if (kept[kind]?.[name] !== undefined) continue;
      const component = document.components[kind][name];
      kept[kind] = { ...kept[kind], [name]: component };
      visit(component);
    }
  };
  visit(document.paths);
  return { ...document, components: kept };
}

/** Descriptions and examples are Alpaca's to publish; the names of properties that are called so stay. */
function withoutProse(part: Json, isNames = false): Json {
  if (Array.isArray(part)) return part.map((item) => withoutProse(item));
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(
    Object.entries<Json>(part)
      .filter(([key]) => isNames || !/^(?:description|examples?|summary|title|default|x-.*)$/.test(key))
      .map(([key, value]) => [
        key,
        withoutProse(
          value,
          key === 'properties' || (isNames ? false : /^(?:schemas|parameters|responses)$/.test(key)),
        ),
      ]),
  );
}

/** Two documents in one file: each has names of its own. */
function renamed(text: string, prefix: string): string {
  return text
    .replace(/\/\*\*[\s\S]*?\*\/\n/, '')
    .replace(/^\s*\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n/gm, '')
    .replace(/^export type (?:webhooks|\$defs|operations) = .*\n/gm, '')
    .replace(/^export (?=interface components\b)/gm, '')
    .replace(/^ *(?:options|head|trace|get|put|post|delete|patch)\?: never;\n/gm, '')
    .replace(/^ *(?:header|cookie)\?: (?:never|\{[^}]*\});\n/gm, '')
    .replace(/^ *headers: \{\n *\[name: string\]: unknown;\n *\};\n/gm, '')
    .replace(/^(?:export )?interface (paths|components)\b/gm, (found, name: string) =>
      found.replace(name, prefix + name[0]?.toUpperCase() + name.slice(1)),
    )
    .replace(/\bcomponents\["/g, `${prefix}Components["`)
    .replace(/^ +/gm, (indent) => ' '.repeat(indent.length / 2));
}
