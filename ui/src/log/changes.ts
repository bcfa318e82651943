import type { Schemas } from '../api/client';
import * as format from '../format';
import { m } from '../messages';

type Entry = Schemas['ActionLogRow'];

/** One field of before and after, in words. */
export interface FieldChange {
  /** Empty where before and after are no objects. */
  field: string;
  before: string;
  after: string;
}

/** A line's stretches as a write keeps them for its proof; see the operation images of the server. */
interface LineImage {
  kind: 'line';
  rows: { first: string; units: number; unitPrice?: string | null; unitCost?: string | null }[];
}
const MEASURES = ['units', 'unitPrice', 'unitCost'] as const;

/** What differs between before and after, field by field, in words. */
export function changesOf({ before, after }: Pick<Entry, 'before' | 'after'>): FieldChange[] {
  if (before === null && after === null) return [];
  const [old, fresh] = isLine(before) || isLine(after) ? stretches(before, after) : [flat(before), flat(after)];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((field) => old.get(field) !== fresh.get(field))
    .map((field) => ({ field, before: old.get(field) ?? '', after: fresh.get(field) ?? '' }));
}

function isLine(value: unknown): value is LineImage {
  return (value as LineImage | null)?.kind === 'line' && Array.isArray((value as LineImage).rows);
}

/** Units, price and cost on each day on which one of the pictures changes. */
function stretches(...images: [unknown, unknown]): [Map<string, string>, Map<string, string>] {
  const lines = images.map((image) => (isLine(image) ? image.rows : []));
  const days = [...new Set(lines.flatMap((rows) => rows.map(({ first }) => first)))].sort();
  const told = ['', ''];
  const found: [Map<string, string>, Map<string, string>] = [new Map(), new Map()];
  for (const day of days) {
    const at = lines.map((rows) => rows.findLast(({ first }) => first <= day));
    const signs = at.map((row) => MEASURES.map((measure) => row?.[measure] ?? '').join());
    // A day on which both go on as before tells nothing new.
    if (signs.join() === told.join()) continue;
    for (const [side, row] of at.entries()) {
      told[side] = signs[side]!;
      for (const measure of MEASURES) {
        const value = row?.[measure];
        if (value !== undefined && value !== null)
          found[side]!.set(m.log.fieldFrom(wordOf(measure), format.day(day)), valueOf(measure, value));
      }
    }
  }
  return found;
}

function flat(value: unknown, path: string[] = [], found = new Map<string, string>()): Map<string, string> {
  if (value === null || value === undefined) return found;
  const name = path.map(wordOf).join(' › ');
  if (typeof value !== 'object') found.set(name, valueOf(path.at(-1) ?? '', value));
  else if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    found.set(name, value.length === 0 ? '' : value.map((one) => valueOf(path.at(-1) ?? '', one)).join(', '));
  else
    for (const [key, one] of Object.entries(value)) {
      // What sort of picture it is, and between which places it was taken, is nobody's news.
      if (key === 'kind' && (value as { kind: unknown }).kind !== undefined && path.length === 0) continue;
      flat(one, [...path, Array.isArray(value) ? String(Number(key) + 1) : key], found);
    }
  return found;
}

/** A field's name as people say it; one that nobody knows is split into its words. */
function wordOf(key: string): string {
  const known: Record<string, string> = m.log.fields;
  if (known[key] !== undefined) return known[key];
  const words = key.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function valueOf(key: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? m.setup.yes : m.setup.no;
  if (typeof value !== 'string') return JSON.stringify(value);
  const words: Record<string, string> = (m.log.values as Record<string, Record<string, string>>)[key] ?? {};
  if (words[value] !== undefined) return words[value];
  if (/^(unitPrice|unitCost|amount|price|cost)$/.test(key) && /^-?\d/.test(value)) return format.price(value);
  return format.sentence(value);
}
