type Value = string | number | boolean;
export interface Table {
  [key: string]: Value | Table | Table[] | undefined;
}

/**
 * Reads as much of TOML as `fly.toml` uses: tables, arrays of tables, and strings, whole numbers and booleans in one line each.
 * @throws Error for anything else
 */
export function readToml(text: string): Table {
  const root: Table = {};
  let current = root;
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, list] = /^\[\[([\w.]+)\]\]$/.exec(line) ?? [];
    const [, table] = /^\[([\w.]+)\]$/.exec(line) ?? [];
    const [, key = '', value = ''] = /^(\w+) = ("[^"\\]*"|\d+|true|false)$/.exec(line) ?? [];
    if (list !== undefined) current = open(root, list, true);
    else if (table !== undefined) current = open(root, table, false);
    else if (key === '' || current[key] !== undefined) throw new Error(`Not understood, or twice: ${line}`);
    else current[key] = JSON.parse(value) as Value;
  }
  return root;
}

function open(root: Table, path: string, isList: boolean): Table {
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((table, name) => {
    const inner = table[name] ?? {};
    if (typeof inner !== 'object' || Array.isArray(inner)) throw new Error(`${name} is no table.`);
    table[name] = inner;
    return inner;
  }, root);
  const made: Table = {};
  if (!isList) {
    if (parent[last] !== undefined) throw new Error(`[${path}] is there twice.`);
    parent[last] = made;
    return made;
  }
  const entries = parent[last] ?? [];
  if (!Array.isArray(entries)) throw new Error(`${path} is no array of tables.`);
  parent[last] = [...entries, made];
  return made;
}
