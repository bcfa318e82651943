import { isDay } from '../kit/calendar.js';
import type { SandboxClock } from '../kit/clock.js';
import { json, type SandboxReply, type SandboxRequest } from '../kit/sandbox-server.js';
import type { Store } from '../kit/store.js';
import type { ContractRow, LineRow } from './contract-rows.js';
import type { ApiRow } from './database.js';
import type { Workshop } from './entity-rules.js';
import { entities, entityByCollection } from './entity-table.js';
import { invoices } from './invoices.js';
import type { Posting, PostingScope } from './posting.js';
import type { RequestLimits } from './request-limits.js';
import type { RowPresenter } from './rows.js';
import { furtherUser, type ApiUser, type Users } from './users.js';

/** What the control calls work with. */
export interface ControlParts extends Workshop {
  readonly store: Store;
  readonly clock: SandboxClock;
  readonly limits: RequestLimits;
  readonly users: Users;
  readonly presenter: RowPresenter;
  readonly posting: Posting;
}

/** Collections that follow from others and so cannot be edited row by row. */
const DERIVED: Record<string, string> = {
  contractServiceUnits: 'Windows follow from their line; post an adjustment or use approve-and-post.',
  contractServiceAdjustments: 'Adjustments are a log; post one through the API.',
  contractServices: 'Lines carry their history; change them through the API.',
};

/**
 * The Autotask sandbox's own control calls (DESIGN §9), beside those of the kit:
 *
 * - `POST /approve-and-post {upTo, companyId?, contractId?}` → `{items}`: the new BillingItems, see {@link Posting}
 * - `GET /invoices?companyId&from&to` → `{items}`: posted lines per company with totals, money as decimal text
 * - `GET /state?collections=a,b`: the named collections only; without the parameter the kit's whole state
 * - `POST /rows {collection, row}` → the row: changes fields of a row, or adds one, as a person in the product's own
 *   pages would and without the API's checks; `collection: users` changes an API user, or adds one with all rights
 * - `DELETE /rows {collection, id}` → `{}`: removes a row
 * - `GET /limits`, `PUT /limits {externalRequestThreshold?, threadLimit?, latencyMs?, currentTimeframeRequestCount?}`
 *
 * @returns undefined for calls of the kit. @throws Error with a sentence for the kit to answer 400.
 */
export function answerControl(parts: ControlParts, request: SandboxRequest, path: string): SandboxReply | undefined {
  parts.engine.ensureLayout();
  switch (`${request.method} ${path}`) {
    case 'POST /approve-and-post':
      return ok({ items: approveAndPost(parts, json(request)) });
    case 'GET /invoices':
      return ok({ items: readInvoices(parts, request.query) });
    case 'GET /state': {
      const wanted = request.query.get('collections');
      return wanted === null ? undefined : ok(readState(parts, wanted.split(',')));
    }
    case 'POST /rows':
      return ok(putRow(parts, json(request)));
    case 'DELETE /rows':
      return ok(dropRow(parts, json(request)));
    case 'PUT /limits':
      parts.limits.set(json(request));
      return ok(readLimits(parts));
    case 'GET /limits':
      return ok(readLimits(parts));
    default:
      return undefined;
  }
}

/**
 * Every collection under its API name, rows in the API's own fields (adjustments with `acceptedAt`), besides the API
 * users with their secrets, the credentials of the first one, and the clock.
 *
 * @throws Error naming a collection that does not exist.
 */
export function readState(parts: ControlParts, only?: readonly string[]): Record<string, unknown> {
  parts.engine.ensureLayout();
  const unknown = only?.find((name) => !entityByCollection(name));
  if (unknown !== undefined) throw new Error(`There is no collection "${unknown}".`);
  const wanted = only ? entities.filter(({ collection }) => only.includes(collection)) : entities;
  const users = parts.users.all();
  const [first] = users;
  return {
    ...Object.fromEntries(wanted.map((entity) => [entity.collection, rowsOf(parts, entity.collection)])),
    users,
    credentials: { userName: first?.userName, secret: first?.secret, integrationCode: first?.integrationCode },
    clock: { now: parts.clock.nowIso() },
  };
}

function rowsOf(parts: ControlParts, collection: string): Record<string, unknown>[] {
  const entity = entityByCollection(collection)!;
  return parts.database.rows(collection).map((row) => ({
    ...parts.presenter.show(entity, row),
    ...(row['acceptedAt'] === undefined ? {} : { acceptedAt: row['acceptedAt'] }),
  }));
}

function approveAndPost(parts: ControlParts, sent: Record<string, unknown>): Record<string, unknown>[] {
  const { upTo, companyId, contractId } = sent;
  if (typeof upTo !== 'string' || !isDay(upTo)) throw new Error('upTo must be a day such as 2027-03-31.');
  for (const id of [companyId, contractId])
    if (id !== undefined && !Number.isInteger(id)) throw new Error('companyId and contractId must be whole numbers.');
  const scope: PostingScope = {
    upTo,
    ...(companyId === undefined ? {} : { companyId: companyId as number }),
    ...(contractId === undefined ? {} : { contractId: contractId as number }),
  };
  const entity = entityByCollection('billingItems')!;
  return parts.posting.post(scope).map((row) => parts.presenter.show(entity, row));
}

function readInvoices(parts: ControlParts, query: URLSearchParams) {
  const day = (name: string): Record<string, string> => {
    const value = query.get(name);
    if (value === null) return {};
    if (!isDay(value)) throw new Error(`${name} must be a day such as 2027-03-31.`);
    return { [name]: value };
  };
  const companyId = query.get('companyId');
  if (companyId !== null && !/^\d+$/.test(companyId)) throw new Error('companyId must be a whole number.');
  return invoices(parts.database, parts.currencies, {
    ...day('from'),
    ...day('to'),
    ...(companyId === null ? {} : { companyId: Number(companyId) }),
  });
}

function readLimits(parts: ControlParts): Record<string, number> {
  return { ...parts.limits.settings(), currentTimeframeRequestCount: parts.limits.count() };
}

function putRow(parts: ControlParts, sent: Record<string, unknown>): Record<string, unknown> {
  const { collection, row } = sent;
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new Error('row must be an object.');
  const changes = row as Record<string, unknown>;
  if (collection === 'users') return putUser(parts, changes);
  const entity = editable(collection);
  const names = new Set(entity.fields.map((field) => field.name));
  const unknown = Object.keys(changes).find((name) => !names.has(name));
  if (unknown !== undefined) throw new Error(`${entity.collection} has no field "${unknown}".`);
  const id = changes['id'] ?? parts.database.nextId(entity.collection);
  if (typeof id !== 'number' || !Number.isInteger(id)) throw new Error('id must be a whole number.');
  for (const field of entity.fields) {
    const value = changes[field.name];
    if (field.type === 'date' && typeof value === 'string') {
      if (!isDay(value.slice(0, 10))) throw new Error(`${field.name} must be a day such as 2027-03-31.`);
      changes[field.name] = value.slice(0, 10);
    }
  }
  const before = parts.database.get<ApiRow>(entity.collection, id);
  const after = parts.database.put<ApiRow>(entity.collection, { ...before, ...changes, id });
  if (entity.collection === 'contracts' && before) parts.engine.moveDates(before as ContractRow, after as ContractRow);
  return parts.presenter.show(entity, parts.database.must(entity.collection, id));
}

function putUser(parts: ControlParts, changes: Record<string, unknown>): Record<string, unknown> {
  const id = changes['id'];
  if (typeof id !== 'string' || id === '') throw new Error('id must be the name of an API user, such as api-sync.');
  const before = parts.users.all().find((user) => user.id === id) ?? furtherUser(id);
  const unknown = Object.keys(changes).find((name) => !(name in before));
  if (unknown !== undefined) throw new Error(`users has no field "${unknown}".`);
  return { ...parts.store.put<ApiUser>('users', { ...before, ...changes }) };
}

function dropRow(parts: ControlParts, sent: Record<string, unknown>): Record<string, never> {
  const entity = editable(sent['collection']);
  const id = sent['id'];
  if (typeof id !== 'number' || !parts.database.get(entity.collection, id))
    throw new Error(`${entity.collection} has no row ${String(id)}.`);
  if (entity.collection === 'contracts')
    for (const line of parts.database.where<LineRow>('contractServices', 'contractID', id)) {
      for (const window of parts.database.where('contractServiceUnits', 'contractServiceID', line.id))
        parts.database.drop('contractServiceUnits', window.id);
      parts.database.drop('contractServices', line.id);
    }
  parts.database.drop(entity.collection, id);
  return {};
}

function editable(collection: unknown) {
  const reason = DERIVED[String(collection)];
  if (reason !== undefined) throw new Error(reason);
  const entity = entityByCollection(String(collection));
  if (!entity) throw new Error(`There is no collection "${String(collection)}".`);
  return entity;
}

const ok = (body: unknown): SandboxReply => ({ status: 200, body });
