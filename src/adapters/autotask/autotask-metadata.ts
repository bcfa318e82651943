import type { AutotaskClient } from './autotask.client.js';
import { AutotaskAnswerUnexpectedError } from './autotask.errors.js';
import { dropUndefined } from '../http/drop-undefined.js';
import { WireRow } from './wire-row.js';

/** How far the API user's rights on an entity go (reference/autotask-rest-api §6). */
type UserAccess = 'None' | 'All' | 'Restricted';

/** What an entity allows, as the tenant reports it. */
export interface EntityInformation {
  name: string;
  canCreate: boolean;
  canQuery: boolean;
  canUpdate: boolean;
  userAccessForCreate: UserAccess;
  userAccessForQuery: UserAccess;
  userAccessForUpdate: UserAccess;
}

/** A legal value of a picklist field. Metadata writes values as text, rows as numbers. */
interface PicklistValue {
  value: string;
  label: string;
  isDefault: boolean;
  isActive: boolean;
}

/** A field as the tenant's metadata describes it. Required *and* read-only means: required on create, then fixed. */
export interface EntityField {
  name: string;
  dataType: string;
  /** Maximum length of text; 0 for anything else. */
  length: number;
  isRequired: boolean;
  isReadOnly: boolean;
  isQueryable: boolean;
  /** Singular name of the entity it refers to. */
  referenceEntityType?: string;
  picklist?: PicklistValue[];
}

/** Metadata changes with an administrator's work, not with ours, and each call costs quota. */
const CACHE_MS = 6 * 3_600_000;

/** The tenant's metadata as this API user sees it, kept for six hours. */
export class AutotaskMetadata {
  readonly #client: AutotaskClient;
  readonly #now: () => number;
  readonly #cache = new Map<string, { until: number; value: Promise<unknown> }>();

  constructor(client: AutotaskClient, now: () => number = Date.now) {
    this.#client = client;
    this.#now = now;
  }

  /** Rights and abilities of an entity, e.g. `Contracts`. @throws AutotaskError. */
  entityInformation(entity: string): Promise<EntityInformation> {
    return this.#cached(`${entity}/entityInformation`, entity, (body) => informationOf(entity, body));
  }

  /** The entity's fields with their picklists. @throws AutotaskError. */
  fields(entity: string): Promise<EntityField[]> {
    return this.#cached(`${entity}/entityInformation/fields`, entity, (body) => fieldsOf(entity, body));
  }

  /** True when the tenant's entity has the field; older tenants lack e.g. `Services.externalID`. @throws AutotaskError. */
  async hasField(entity: string, field: string): Promise<boolean> {
    const wanted = field.toLowerCase();
    return (await this.fields(entity)).some(({ name }) => name.toLowerCase() === wanted);
  }

  #cached<T>(path: string, entity: string, parse: (body: unknown) => T): Promise<T> {
    const known = this.#cache.get(path);
    if (known && known.until > this.#now()) return known.value as Promise<T>;
    // Rare and often on the way to a write, so not held back with the polling.
    const value = this.#client.get(entity, path, 'writing').then(parse);
    this.#cache.set(path, { until: this.#now() + CACHE_MS, value });
    // A failed look-up must not be remembered as the answer.
    value.catch(() => this.#cache.delete(path));
    return value;
  }
}

function informationOf(entity: string, body: unknown): EntityInformation {
  const r = new WireRow(`${entity} information`, (body as { info?: unknown } | null)?.info);
  return {
    name: r.text('name') ?? entity,
    canCreate: r.flag('canCreate') ?? false,
    canQuery: r.flag('canQuery') ?? false,
    canUpdate: r.flag('canUpdate') ?? false,
    userAccessForCreate: access(r.text('userAccessForCreate')),
    userAccessForQuery: access(r.text('userAccessForQuery')),
    userAccessForUpdate: access(r.text('userAccessForUpdate')),
  };
}

/** Unknown words count as restricted: neither a promise nor a refusal. */
function access(text: string | undefined): UserAccess {
  return text === 'None' || text === 'All' ? text : 'Restricted';
}

function fieldsOf(entity: string, body: unknown): EntityField[] {
  const fields = (body as { fields?: unknown } | null)?.fields;
  if (!Array.isArray(fields))
    throw new AutotaskAnswerUnexpectedError(`the metadata of ${entity} has no fields`, {
      request: `GET ${entity}/entityInformation/fields`,
    });
  return fields.map((field: unknown) => {
    const r = new WireRow(`${entity} field`, field);
    const values = (field as { picklistValues?: unknown }).picklistValues;
    return dropUndefined({
      name: r.requiredText('name'),
      dataType: r.text('dataType') ?? '',
      length: r.int('length') ?? 0,
      isRequired: r.flag('isRequired') ?? false,
      isReadOnly: r.flag('isReadOnly') ?? false,
      isQueryable: r.flag('isQueryable') ?? false,
      referenceEntityType: r.text('referenceEntityType'),
      picklist: Array.isArray(values) ? values.map((value: unknown) => picklistValue(entity, value)) : undefined,
    });
  });
}

function picklistValue(entity: string, value: unknown): PicklistValue {
  const r = new WireRow(`${entity} picklist value`, value);
  return {
    value: r.requiredText('value'),
    label: r.text('label') ?? '',
    isDefault: r.flag('isDefaultValue') ?? false,
    isActive: r.flag('isActive') ?? true,
  };
}
