import { company as readCompany } from './adapters/autotask/autotask.schema.js';
import { customer as readCustomer } from './adapters/marketplace/simple-api.schema.js';
import { isServed } from './domain/mapping/customer-standing.js';
import { suggestCompanies } from './domain/mapping/customer-suggestions.js';

/** A file of JSON lines and what it is called in a complaint about it. */
export interface JsonLines {
  file: string;
  content: string;
}

const context = { timeZone: 'UTC', correlationId: undefined, unknown: () => {} };

/**
 * What the mapping screen would suggest for two lists (WIN-7): one JSON line per suggestion, `{customerId, companyId,
 * score, reasons, ambiguous}`. Records are as the marketplace's and Autotask's own APIs give them; empty lines are passed
 * over, and only active records are offered.
 *
 * @throws Error naming file and line of the first record that cannot be read.
 */
export function matchLists(customerLines: JsonLines, companyLines: JsonLines): string[] {
  const customers = records(customerLines, 'name', (row) =>
    readCustomer({ status: 'active', ...row, id: text(row.id) }, context),
  );
  const companies = records(companyLines, 'companyName', (row) =>
    readCompany({ isActive: true, companyType: 1, ...row, id: Number(row.id) }),
  );
  const suggestions = suggestCompanies(
    customers.filter(isServed),
    companies.filter(({ isActive }) => isActive),
  );
  return suggestions.map(({ customerId, companyId, score, reasons, ambiguousBecause }) =>
    JSON.stringify({ customerId, companyId, score, reasons, ambiguous: ambiguousBecause.length > 0 }),
  );
}

/**
 * Reads JSON lines. @param name the field that holds the name; it and `id` are needed.
 *
 * @throws Error naming file and line of the first one that cannot be read.
 */
function records<T>({ file, content }: JsonLines, name: string, read: (row: Record<string, unknown>) => T): T[] {
  const ids = new Set<string>();
  return content
    .replace(/^\uFEFF/, '')
    .split('\n')
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      const refuse = (what: string, cause?: unknown) => new Error(`${file}, line ${index + 1}: ${what}`, { cause });
      const row = objectOf(line, refuse);
      for (const field of ['id', name])
        if (text(row[field]).trim() === '') throw refuse(`${field} is missing. Each record needs id and ${name}.`);
      const id = text(row.id);
      if (ids.has(id)) throw refuse(`id ${id} is there already. Each record may be given once.`);
      ids.add(id);
      try {
        return [read(row)];
      } catch (error) {
        // The adapter's sentence is about an answer of the API; what is wrong stands in its middle.
        const what = /could not be read: (.*?)\. (?:Check|Report)/.exec((error as Error).message)?.[1];
        throw refuse(`${what ?? (error as Error).message}.`, error);
      }
    });
}

function objectOf(line: string, refuse: (what: string, cause?: unknown) => Error): Record<string, unknown> {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw refuse(`this is not JSON (${(error as Error).message}). Each line holds one JSON record.`, error);
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw refuse('this is no JSON object. Each line holds one record.');
  return row as Record<string, unknown>;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
