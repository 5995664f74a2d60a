import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** A JSON Schema, as far as the tests look into one. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}

interface Documents {
  responses: Record<string, { contentType: string; schema: Schema }>;
  components: { schemas: Record<string, Schema> };
}

const documents = JSON.parse(readFileSync(new URL('responses.json', import.meta.url), 'utf8')) as Documents;

/** The answers that the documents describe in words as lists, and in the schema as one element of the list. */
const LISTS_DESCRIBED_AS_ONE = ['GET /v2/wallets/transfers', 'GET /v2/wallets/whitelists'];

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('decimal', /^-?\d+(?:\.\d+)?$/);
ajv.addFormat('ulid', /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
ajv.addFormat('uint32', { type: 'number', validate: (value) => value >= 0 && value < 2 ** 32 });
ajv.addFormat('uint64', { type: 'number', validate: (value) => value >= 0 });
ajv.addVocabulary(['components']);
ajv.addSchema({ $id: 'alpaca', components: documents.components });

/** The content type and the schema of an operation's 200 answer; `operation` is as in `GET /v2/account`. */
export function describedAnswer(operation: string): { contentType: string; schema: Schema } {
  const described = documents.responses[operation];
  if (described === undefined) throw new Error(`responses.json describes no answer of ${operation}.`);
  if (!LISTS_DESCRIBED_AS_ONE.includes(operation)) return described;
  return { ...described, schema: { type: 'array', items: described.schema } };
}

/** The schema that a schema names, or itself. */
export function resolveSchema(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const named = documents.components.schemas[schema.$ref.replace('#/components/schemas/', '')];
  if (named === undefined) throw new Error(`responses.json has no ${schema.$ref}.`);
  return resolveSchema(named);
}

/** Every violation of the schema, in words; none for a valid value. */
export function violations(schema: Schema, value: unknown): string[] {
  const validate: ValidateFunction = ajv.compile(withAbsoluteRefs(schema));
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

function withAbsoluteRefs(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"alpaca#/')) as Schema;
}
