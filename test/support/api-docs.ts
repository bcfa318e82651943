/** The parts of an OpenAPI document that examples are held against. */
interface Schema {
  $ref?: string;
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  allOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  additionalProperties?: unknown;
}
interface Content {
  content?: { 'application/json'?: { schema?: Schema } };
}
interface Operation {
  requestBody?: Content;
  responses: Record<string, Content>;
}
/** An OpenAPI document, as far as it matters here. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Routes that answer no JSON or are described in words, outside `/api/v1`. */
const IN_WORDS = new Set(['GET /icon.svg', 'POST /lifecycle/{}']);

/**
 * What docs/api.md says otherwise than the app: routes without a heading, headings without a route, and examples whose
 * keys or named values are not those of the document. Empty when both agree.
 */
export function differencesOfDocs(markdown: string, api: OpenApi): string[] {
  const routes = new Map<string, Operation>();
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods))
      routes.set(`${method.toUpperCase()} ${plain(path.replace('/api/v1', ''))}`, operation);
  const found: string[] = [];
  const described = new Set(IN_WORDS);
  for (const section of markdown.split(/^### /m).slice(1)) {
    const [, method, path] = /^`([A-Z]+) ([^`?]+)/.exec(section) ?? [];
    const route = `${method} ${plain((path ?? '').replace(/^c(?=\/|$)/, '/connections/{}'))}`;
    const operation = routes.get(route);
    described.add(route);
    if (!operation) found.push(`${route}: no such route`);
    else found.push(...differencesOfExamples(section, operation, api).map((one) => `${route}: ${one}`));
  }
  for (const route of routes.keys()) if (!described.has(route)) found.push(`${route}: not described`);
  return found;
}

function plain(path: string): string {
  return path.replace(/\{[^}]*\}/g, '{}');
}

function differencesOfExamples(section: string, operation: Operation, api: OpenApi): string[] {
  const [before = '', ...answers] = section.split(/^(?=→ \d{3})/m);
  const sent = examplesIn(before).at(-1);
  const found = sent === undefined ? [] : differencesOf(sent, schemaOf(operation.requestBody), api, 'sent');
  for (const answer of answers) {
    const status = answer.slice(2, 5);
    // Problems have one shape everywhere, described at the top.
    if (status >= '400') continue;
    const response = operation.responses[status];
    const [got] = examplesIn(answer);
    if (!response) found.push(`it never answers ${status}`);
    else if (got !== undefined) found.push(...differencesOf(got, schemaOf(response), api, status));
  }
  return [...new Set(found)];
}

function examplesIn(text: string): unknown[] {
  return [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => JSON.parse(json!) as unknown);
}

function schemaOf(content: Content | undefined): Schema | undefined {
  return content?.content?.['application/json']?.schema;
}

function differencesOf(value: unknown, given: Schema | undefined, api: OpenApi, at: string): string[] {
  const schema = resolved(given, api);
  if (!schema || value === null || value === undefined) return [];
  if (schema.oneOf) {
    const each = schema.oneOf.map((one) => differencesOf(value, one, api, at));
    return each.reduce((best, one) => (one.length < best.length ? one : best));
  }
  if (Array.isArray(value)) return value.flatMap((one) => differencesOf(one, schema.items, api, `${at}[]`));
  if (typeof value !== 'object')
    return schema.enum && !schema.enum.includes(value) ? [`${at} is ${JSON.stringify(value)}`] : [];
  const { properties } = schema;
  if (!properties) return [];
  const missing = (schema.required ?? []).filter((key) => !(key in value)).map((key) => `${at} lacks ${key}`);
  const inside = Object.entries(value).flatMap(([key, one]) =>
    key in properties
      ? differencesOf(one, properties[key], api, `${at}.${key}`)
      : schema.additionalProperties === undefined
        ? [`${at} has ${key}`]
        : [],
  );
  return [...missing, ...inside];
}

function resolved(schema: Schema | undefined, api: OpenApi): Schema | undefined {
  if (schema?.$ref) return resolved(api.components.schemas[schema.$ref.split('/').at(-1)!], api);
  return schema?.allOf?.length === 1 ? resolved(schema.allOf[0], api) : schema;
}
