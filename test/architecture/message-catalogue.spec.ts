import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { problems } from '../../ui/src/messages/problems.en.js';

/** Codes that reference/page-design §6 has words for. */
const DESIGNED = [
  'CREDENTIALS_REFUSED',
  'AUTOTASK_UNREACHABLE',
  'AUTOTASK_REJECTED',
  'CONTRACT_DATE',
  'CONTRACT_UNSUITABLE',
  'PERIOD_POSTED',
  'QUANTITY_MISMATCH',
  'MOVE_NEEDED',
  'PLAN_CHANGED',
  'OUTCOME_UNCERTAIN',
  'HELD',
  'MAPPING_MISSING',
  'MAPPING_BROKEN',
  'MAPPING_CONFLICT',
  'DUPLICATE_SERVICE',
  'NOT_SUPPORTED',
  'FORBIDDEN',
  'SESSION_ENDED',
  'INSTALLATION_DISABLED',
  'UNEXPECTED',
];

const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
  .map((name) => readFileSync(join('src', name), 'utf8'));

/** Codes that an answer, a task or a pop-up of the product can carry, as its sources spell them. */
function codesOfTheProduct(): string[] {
  const found = new Set<string>();
  for (const text of sources) {
    for (const [, code] of text.matchAll(/new Problem\(\s*'\w+',\s*'([A-Z_]+)'/g)) found.add(code!);
    for (const [, code] of text.matchAll(/notify: \{ level: [^}]*code: '([A-Z_]+)'/g)) found.add(code!);
    for (const [, code] of text.matchAll(/'((?:AUTOTASK|MARKETPLACE)_[A-Z_]+)'/g)) found.add(code!);
    for (const [, union] of text.matchAll(/type RequiredActionCode =([^;]+);/g))
      for (const [, code] of union!.matchAll(/'([A-Z_]+)'/g)) found.add(code!);
  }
  return [...found].sort();
}

describe('the message catalogue', () => {
  it('finds the codes of the product', () => {
    expect(codesOfTheProduct()).toEqual(expect.arrayContaining(['MOVE_NEEDED', 'DRIFT', 'TOKEN_EXPIRED', 'NEW_TASKS']));
    expect(codesOfTheProduct().length).toBeGreaterThan(80);
  });

  it('has words for each of them and for each designed one', () => {
    const missing = [...codesOfTheProduct(), ...DESIGNED].filter((code) => !(code in problems));
    expect(missing).toEqual([]);
  });

  it('says what happened, what is safe and what to do, calmly', () => {
    for (const [code, { happened, safe, todo }] of Object.entries(problems))
      for (const sentence of [happened, safe, todo]) {
        expect(sentence, code).toMatch(/^[A-Z].*\.$/);
        expect(sentence, code).not.toMatch(/!|successfully|oops|please/i);
      }
  });
});
