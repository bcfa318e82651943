import { readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';
import { format } from 'prettier';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { differencesOfDocs, type OpenApi } from '../support/api-docs.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

const FILE = 'ui/src/api/schema.d.ts';

let t: TestApp;
beforeAll(async () => {
  t = await startTestApp();
});
afterAll(async () => await t.close());

/** `npm run ui:types` is this test with UPDATE_UI_TYPES set: it then writes the file instead of comparing it. */
it('the page’s types are those of the document that the app serves', async () => {
  const document = await (await fetch(`${t.url}/api/openapi.json`)).text();
  const source = astToString(await openapiTS(document));
  const text = await format(`/* Made by \`npm run ui:types\`; do not edit. */\n${source}`, {
    parser: 'typescript',
    ...(JSON.parse(readFileSync('.prettierrc.json', 'utf8')) as object),
  });
  if (process.env.UPDATE_UI_TYPES) writeFileSync(FILE, text);
  expect(readFileSync(FILE, 'utf8') === text, 'the API changed: run `npm run ui:types` and commit the result').toBe(
    true,
  );
});

it('docs/api.md has every route, and its examples have the shapes the app serves', async () => {
  const document = (await (await fetch(`${t.url}/api/openapi.json`)).json()) as OpenApi;
  expect(differencesOfDocs(readFileSync('docs/api.md', 'utf8'), document)).toEqual([]);
});
