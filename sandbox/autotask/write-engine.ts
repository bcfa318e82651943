import type { SandboxClock } from '../kit/clock.js';
import { refused, texts } from './api-error.js';
import type { ApiRow, Database } from './database.js';
import { entityBySingular } from './entity-table.js';
import type { Entity, Field } from './entity-fields.js';
import { isEmpty, mayBeReferenced, rulesOf, type NewRow, type RuleBook, type WriteContext } from './entity-rules.js';
import { picklistOf } from './picklists.js';
import type { QueryEngine } from './query-engine.js';
import { tenantField, tenantFields } from './rows.js';
import type { Behaviour } from './switches.js';
import { mayWrite, type ApiUser } from './users.js';
import { readValue, type Value } from './values.js';

/** The answer of every write; adjustments have no id to give (rule 18). */
export interface WriteResult {
  itemId: number | null;
}

/** Where a write comes from: the caller, its impersonated resource, and the parent in the path of a child route. */
export interface WriteCall {
  user: ApiUser;
  impersonated: number | null;
  parentId?: number;
  body: Record<string, unknown>;
}

/**
 * Creates, changes and removes rows of every entity (reference §5; rules 18–24). Checks run in this order: rights, types,
 * required fields, lengths, picklists, references, the entity's own rules; nothing is written before all have passed.
 */
export class WriteEngine {
  constructor(
    private readonly database: Database,
    private readonly behaviour: Behaviour,
    private readonly clock: SandboxClock,
    private readonly queries: QueryEngine,
    private readonly rules: RuleBook,
  ) {}

  /** Creates a row. @throws ApiError 500 with the texts of reference §8.2. */
  create(entity: Entity, call: WriteCall): WriteResult {
    if (!mayWrite(call.user, entity)) throw refused(texts.noRight('create'));
    const context = this.contextOf(call);
    const rules = rulesOf(this.rules, entity);
    const row: NewRow = Object.fromEntries(entity.fields.map((field) => [field.name, null]));
    const sent = this.readBody(entity, call, (field) => !field.rule.startsWith('RO'));
    Object.assign(row, sent);
    if (entity.child && call.parentId !== undefined) row[entity.child.key] = call.parentId;
    for (const [name, value] of Object.entries(rules.defaults?.() ?? {})) if (isEmpty(row[name])) row[name] = value;
    this.readUserDefined(entity, row, context);
    const fields = tenantFields(entity, this.behaviour).filter(({ rule }) => !rule.startsWith('RO'));
    for (const field of fields)
      if (field.rule.startsWith('REQ') && isEmpty(row[field.name])) throw refused(texts.missing(field.name));
    this.check(entity, call.user, fields, row);
    const complete = rules.create?.(row, context) ?? row;
    if (rules.store) return { itemId: rules.store(complete, context) };
    this.stamp(entity, complete, context, true);
    const stored = this.database.put<ApiRow>(entity.collection, {
      ...complete,
      id: this.database.nextId(entity.collection),
    });
    rules.created?.(stored, context);
    return { itemId: stored.id };
  }

  /**
   * Changes a row: PATCH only what was sent, PUT every writable field (missing ones become null, rule 21). Read-only and
   * create-only fields are passed over, or refused where they differ (switch `readOnlyPatch`).
   */
  update(entity: Entity, call: WriteCall, method: 'PATCH' | 'PUT'): WriteResult {
    if (!mayWrite(call.user, entity)) throw refused(texts.noRight('update'));
    const context = this.contextOf(call);
    const id = readValue(entity.byName.get('id')!, context.sent.get('id'), 'drop') as number | null;
    if (id === null) throw refused(texts.missing('id'));
    const before = this.find(entity, call, id);
    if (!before) throw refused(texts.noMatch('update'));
    const writable = tenantFields(entity, this.behaviour).filter(
      (field) => (field.rule === 'REQ' || field.rule === 'RW') && (call.user.seesCosts || !field.cost),
    );
    const changes: NewRow =
      method === 'PATCH' ? {} : Object.fromEntries(writable.map((field) => [field.name, null as Value]));
    Object.assign(
      changes,
      this.readBody(entity, call, (field) => writable.includes(field)),
    );
    if (entity.child && call.parentId !== undefined && entity.child.key in changes)
      changes[entity.child.key] = call.parentId;
    this.refuseReadOnly(entity, call, before, writable);
    const after: ApiRow = { ...before, ...changes };
    this.readUserDefined(entity, after, context);
    for (const field of writable)
      if (field.rule === 'REQ' && field.name in changes && isEmpty(after[field.name]))
        throw refused(texts.missing(field.name));
    const changed = writable.filter((field) => after[field.name] !== before[field.name]);
    this.check(entity, call.user, changed, after);
    const rules = rulesOf(this.rules, entity);
    const complete = rules.update?.(before, after, context) ?? after;
    this.stamp(entity, complete, context, false);
    const stored = this.database.put(entity.collection, complete);
    rules.updated?.(before, stored, context);
    return { itemId: id };
  }

  /** Removes a row. @throws ApiError 500 when there is none. */
  remove(entity: Entity, call: Omit<WriteCall, 'body'>, id: number): WriteResult {
    if (!mayWrite(call.user, entity)) throw refused(texts.noRight('delete'));
    const row = this.find(entity, call, id);
    if (!row) throw refused(texts.noMatch('delete'));
    rulesOf(this.rules, entity).remove?.(row);
    this.database.drop(entity.collection, id);
    return { itemId: id };
  }

  private contextOf(call: WriteCall): WriteContext {
    const sent = new Map(Object.entries(call.body).map(([key, value]) => [key.toLowerCase(), value]));
    return { user: call.user, impersonated: call.impersonated, sent };
  }

  private find(entity: Entity, call: Omit<WriteCall, 'body'>, id: number): ApiRow | undefined {
    const row = this.queries.visible(entity, call.user, this.database.get(entity.collection, id));
    const foreign = entity.child && call.parentId !== undefined && row?.[entity.child.key] !== call.parentId;
    return foreign ? undefined : row;
  }

  /** The body's fields that `takes` accepts, by their own names, in the field's type. Unknown keys are passed over. */
  private readBody(entity: Entity, call: WriteCall, takes: (field: Field) => boolean): NewRow {
    const read: NewRow = {};
    for (const [key, value] of Object.entries(call.body)) {
      const field = tenantField(entity, key, this.behaviour);
      if (!field || field.name === 'id' || !takes(field) || (field.cost && !call.user.seesCosts)) continue;
      read[field.name] = readValue(field, value, this.behaviour.of('effectiveTime'));
    }
    return read;
  }

  private refuseReadOnly(entity: Entity, call: WriteCall, before: ApiRow, writable: readonly Field[]): void {
    if (this.behaviour.is('readOnlyPatch', 'ignore')) return;
    const fixed = this.readBody(entity, call, (field) => !writable.includes(field));
    for (const [name, value] of Object.entries(fixed))
      if (value !== (before[name] ?? null)) throw refused(texts.readOnly(name));
  }

  private check(entity: Entity, user: ApiUser, fields: readonly Field[], row: NewRow): void {
    for (const field of fields) {
      const value = row[field.name] as Value;
      if (value === null) continue;
      if (field.type === 'str' && field.length > 0 && String(value).length > field.length)
        throw refused(texts.tooLong(field.name, field.length));
      if (field.picklist && !picklistOf(entity, field).some((legal) => legal.value === String(value)))
        throw refused(texts.picklist(field.name, value));
      if (field.reference !== undefined) this.checkReference(field, field.reference, user, value as number);
    }
  }

  private checkReference(field: Field, type: string, user: ApiUser, id: number): void {
    const target = entityBySingular(type);
    const row = target && this.queries.visible(target, user, this.database.get(target.collection, id));
    if (!row || !mayBeReferenced(field, type, row)) throw refused(texts.reference(field.name, type));
  }

  /** `userDefinedFields` as `[{name, value}]`: only the named ones change. */
  private readUserDefined(entity: Entity, row: NewRow, context: WriteContext): void {
    const sent = context.sent.get('userdefinedfields');
    if (!Array.isArray(sent) || sent.length === 0) return;
    const values = { ...(row['ownUserDefined'] as Record<string, string | null> | undefined) };
    for (const item of sent as { name?: unknown; value?: unknown }[]) {
      const known = entity.userDefined.find(({ name }) => name.toLowerCase() === String(item.name).toLowerCase());
      if (!known) throw refused(texts.unknownField(String(item.name), entity.singular));
      values[known.name.toLowerCase()] = typeof item.value === 'string' ? item.value : null;
    }
    row['ownUserDefined'] = values;
  }

  private stamp(entity: Entity, row: NewRow, context: WriteContext, isNew: boolean): void {
    const now = this.clock.nowIso();
    for (const { name, stamp } of entity.fields) {
      if (stamp === 'modified' || (stamp === 'created' && isNew)) row[name] = now;
      if (stamp === 'updater' || (stamp === 'creator' && isNew)) row[name] = context.user.resourceId;
      if (stamp === 'impersonator' && isNew) row[name] = context.impersonated;
    }
  }
}
