import { resolveSchema, type Schema } from './response-schemas.ts';

/**
 * The fields of an answer that its schema does not describe, as paths. A schema lets them pass, and so would let a
 * misspelt optional field pass.
 */
export function undescribedFields(schema: Schema, value: unknown, path = ''): string[] {
  const parts = partsOf(schema);
  if (Array.isArray(value)) {
    const items = parts.find((part) => part.items)?.items;
    return items ? value.flatMap((item, index) => undescribedFields(items, item, `${path}/${index}`)) : [];
  }
  if (typeof value !== 'object' || value === null || !parts.some(describesFields)) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const described = parts.map((part) => fieldOf(part, name)).filter((found) => found !== undefined);
    if (described.length === 0) return [`${path}/${name}`];
    return undescribedFields({ allOf: described }, field, `${path}/${name}`);
  });
}

/** The schema and all that it is composed of. Of alternatives, every one: which of them holds is not asked here. */
function partsOf(schema: Schema): Schema[] {
  const { allOf = [], oneOf = [], anyOf = [], ...own } = resolveSchema(schema);
  return [own, ...[...allOf, ...oneOf, ...anyOf].flatMap(partsOf)];
}

function describesFields({ properties, additionalProperties }: Schema): boolean {
  return properties !== undefined || typeof additionalProperties === 'object';
}

function fieldOf({ properties, additionalProperties }: Schema, name: string): Schema | undefined {
  const rest = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  return properties?.[name] ?? rest;
}
