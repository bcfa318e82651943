import { refused, texts } from './api-error.js';
import type { ApiRow } from './database.js';
import type { Entity, Field } from './entity-fields.js';
import { tenantField, udfValue } from './rows.js';
import type { Behaviour } from './switches.js';
import { readDate, type Value } from './values.js';

/** A compiled filter: tells for each row whether it matches. */
type Predicate = (row: ApiRow) => boolean;

/** A compiled filter, with what can narrow the rows before it is asked. */
export interface CompiledFilter {
  readonly test: Predicate;
  /** Top-level `eq`/`in` conditions: every matching row has one of these values in the field. */
  readonly lookups: readonly { field: string; values: readonly (string | number)[] }[];
  /** Matching rows have an id above this. */
  readonly idAbove: number;
}

/** What a filter is compiled for. */
export interface FilterScope {
  readonly entity: Entity;
  readonly behaviour: Behaviour;
  /** False hides cost fields from the filter as from the answer. */
  readonly seesCosts: boolean;
}

type Node = { op: string; field: string; value: unknown; udf: boolean; items: unknown };

const GROUPS = ['and', 'or'];
const OR_LIMIT = 500;
const LIST_LIMIT = 500;

/**
 * Compiles the `filter` of a query (reference §4.1). Entries of the top level are AND-ed.
 *
 * @throws ApiError 500 for an empty filter, an unknown field, a field that cannot be queried, a value of the wrong
 * type, an unknown operator, more than 500 OR conditions, or a second user-defined field.
 */
export function compileFilter(scope: FilterScope, filter: unknown): CompiledFilter {
  if (!Array.isArray(filter) || filter.length === 0) throw refused(texts.noFilter);
  const count = { or: 0, udf: new Set<string>() };
  const nodes = filter.map(readNode);
  const tests = nodes.map((node) => compileNode(scope, node, count));
  if (count.or > OR_LIMIT) throw refused(texts.orLimit);
  if (count.udf.size > 1) throw refused(texts.oneUdf);
  return {
    test: tests.length === 1 ? tests[0]! : (row) => tests.every((test) => test(row)),
    lookups: nodes.flatMap((node) => lookupOf(scope, node)),
    idAbove: Math.max(-1, ...nodes.map(idBound)),
  };
}

function readNode(sent: unknown): Node {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw refused(texts.malformed);
  const keys = new Map(Object.entries(sent).map(([key, value]) => [key.toLowerCase(), value as unknown]));
  return {
    op: textOf(keys.get('op')).toLowerCase(),
    field: textOf(keys.get('field')),
    value: keys.get('value') ?? null,
    udf: keys.get('udf') === true,
    items: keys.get('items'),
  };
}

/** What a message can quote of a value that should be text. */
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

function compileNode(scope: FilterScope, node: Node, count: { or: number; udf: Set<string> }): Predicate {
  if (GROUPS.includes(node.op)) {
    if (!Array.isArray(node.items) || node.items.length === 0) throw refused(texts.noFilter);
    if (node.op === 'or') count.or += node.items.length;
    const tests = node.items.map((item) => compileNode(scope, readNode(item), count));
    return node.op === 'or' ? (row) => tests.some((test) => test(row)) : (row) => tests.every((test) => test(row));
  }
  if (node.udf) {
    const known = scope.entity.userDefined.find(({ name }) => name.toLowerCase() === node.field.toLowerCase());
    if (!known) throw refused(texts.unknownField(node.field, scope.entity.singular));
    count.udf.add(known.name);
    return condition(scope, node, UDF_FIELD, (row) => udfValue(row, known.name));
  }
  const field = tenantField(scope.entity, node.field, scope.behaviour);
  if (!field) throw refused(texts.unknownField(node.field, scope.entity.singular));
  if (!field.queryable) throw refused(texts.notQueryable(field.name, scope.entity.singular));
  if (field.cost && !scope.seesCosts) return condition(scope, node, field, () => null);
  return condition(scope, node, field, (row) => (row[field.name] ?? null) as Value);
}

/** User-defined fields compare as text. */
const UDF_FIELD: Pick<Field, 'name' | 'type'> = { name: 'userDefinedField', type: 'str' };

type Typed = Pick<Field, 'name' | 'type'>;

/** As in SQL, an empty field matches nothing but `notExist`. */
function condition(scope: FilterScope, node: Node, field: Typed, read: (row: ApiRow) => Value): Predicate {
  const fold = scope.behaviour.is('stringCompare', 'insensitive') && field.type === 'str';
  const folded = (value: Value): Value => (fold && typeof value === 'string' ? value.toLowerCase() : value);
  const get = fold ? (row: ApiRow) => folded(read(row)) : read;
  const operand = () => folded(comparable(field, node.value));
  const text = () => {
    if (field.type !== 'str') throw refused(texts.operatorForType(node.op, field.name));
    return String(operand());
  };
  const ordered = (holds: (value: number | string, bound: number | string) => boolean): Predicate => {
    if (field.type === 'bool') throw refused(texts.operatorForType(node.op, field.name));
    const bound = operand() as number | string | null;
    return (row) => {
      const value = get(row) as number | string | null;
      return value !== null && bound !== null && holds(value, bound);
    };
  };
  switch (node.op) {
    case 'eq': {
      const wanted = operand();
      return (row) => wanted !== null && get(row) === wanted;
    }
    case 'noteq': {
      const unwanted = operand();
      return (row) => {
        const value = get(row);
        return value !== null && unwanted !== null && value !== unwanted;
      };
    }
    case 'gt':
      return ordered((value, bound) => value > bound);
    case 'gte':
      return ordered((value, bound) => value >= bound);
    case 'lt':
      return ordered((value, bound) => value < bound);
    case 'lte':
      return ordered((value, bound) => value <= bound);
    case 'beginswith': {
      const start = text();
      return (row) => String(get(row) ?? '').startsWith(start) && get(row) !== null;
    }
    case 'endswith': {
      const end = text();
      return (row) => String(get(row) ?? '').endsWith(end) && get(row) !== null;
    }
    case 'contains': {
      const part = text();
      return (row) => String(get(row) ?? '').includes(part) && get(row) !== null;
    }
    case 'exist':
      return (row) => get(row) !== null;
    case 'notexist':
      return (row) => get(row) === null;
    case 'in':
    case 'notin': {
      const values = new Set(listOf(node).map((value) => folded(comparable(field, value))));
      const wanted = node.op === 'in';
      return (row) => {
        const value = get(row);
        return value !== null && values.has(value) === wanted;
      };
    }
    default:
      if (scope.behaviour.is('unknownOperator', 'allRows')) return () => true;
      throw refused(texts.unknownOperator(node.op));
  }
}

function listOf(node: Node): unknown[] {
  if (!Array.isArray(node.value)) throw refused(texts.operatorForType(node.op, node.field));
  if (node.value.length > LIST_LIMIT) throw refused(texts.listLimit);
  return node.value;
}

/** The filter value in the form the field is stored in, so that `<` and `===` compare them directly. */
function comparable(field: Typed, value: unknown): Value {
  switch (field.type) {
    case 'i32':
    case 'i64':
    case 'dbl': {
      if (value === null) return null;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number === 'number' && Number.isFinite(number)) return number;
      throw refused(texts.conversion(value, field.type === 'dbl' ? 'decimal' : 'int'));
    }
    case 'bool': {
      if (typeof value === 'boolean') return value;
      const word = typeof value === 'string' ? value.toLowerCase() : '';
      if (word === 'true' || word === 'false') return word === 'true';
      throw refused(texts.conversion(value, 'bit'));
    }
    case 'str':
      return value === null ? null : textOf(value);
    case 'date':
    case 'dt': {
      if (value === null) return null;
      const date = typeof value === 'string' ? readDate(value) : undefined;
      if (!date) throw refused(texts.conversion(value, 'datetime'));
      // A stored day is a prefix of every instant in it, so day and instant compare correctly as text.
      if (field.type === 'dt') return date.instant;
      return date.instant.endsWith('T00:00:00.000Z') ? date.instant.slice(0, 10) : date.instant;
    }
  }
}

function lookupOf(scope: FilterScope, node: Node): { field: string; values: (string | number)[] }[] {
  if (node.udf || (node.op !== 'eq' && node.op !== 'in')) return [];
  const field = tenantField(scope.entity, node.field, scope.behaviour);
  if (!field || !(field.indexed || field.name === 'id')) return [];
  const sent = node.op === 'eq' ? [node.value] : listOf(node);
  const values = sent.map((value) => comparable(field, value)).filter((value) => value !== null);
  return [{ field: field.name, values: values as (string | number)[] }];
}

function idBound(node: Node): number {
  if (node.field.toLowerCase() !== 'id' || node.udf || typeof node.value !== 'number') return -1;
  return node.op === 'gt' ? Math.floor(node.value) : node.op === 'gte' ? Math.ceil(node.value) - 1 : -1;
}
