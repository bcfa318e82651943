import type { Entity, Field, FieldType } from './entity-fields.js';
import { picklistOf } from './picklists.js';
import { tenantFields } from './rows.js';
import type { Behaviour } from './switches.js';
import { mayQuery, mayWrite, type ApiUser } from './users.js';

const DATA_TYPES: Record<FieldType, string> = {
  i32: 'integer',
  i64: 'long',
  str: 'string',
  bool: 'boolean',
  dbl: 'decimal',
  dt: 'datetime',
  date: 'datetime',
};

/** The metadata answers of reference §6. */
export class Metadata {
  constructor(private readonly behaviour: Behaviour) {}

  /** What can be done with an entity, and what this user may do. */
  info(entity: Entity, user: ApiUser): Record<string, unknown> {
    const verbs = `${entity.root}${entity.child?.verbs ?? ''}`;
    const can = (verb: string) => verbs.includes(verb);
    const access = (possible: boolean, allowed: boolean) => (possible && allowed ? 'All' : 'None');
    return {
      name: entity.singular,
      canCreate: can('C'),
      canDelete: can('D'),
      canQuery: can('Q'),
      canUpdate: can('P'),
      userAccessForCreate: access(can('C'), mayWrite(user, entity)),
      userAccessForDelete: access(can('D'), mayWrite(user, entity)),
      userAccessForQuery: access(can('Q'), mayQuery(user, entity)),
      userAccessForUpdate: access(can('P'), mayWrite(user, entity)),
      hasUserDefinedFields: entity.userDefined.length > 0,
      supportsWebhookCallouts: entity.webhooks,
    };
  }

  /** The fields; `isReadOnly` also marks create-only ones, together with `isRequired` where they must be given. */
  fields(entity: Entity): Record<string, unknown>[] {
    return tenantFields(entity, this.behaviour).map((field) => ({
      name: field.name,
      dataType: DATA_TYPES[field.type],
      length: field.length,
      isRequired: field.rule.startsWith('REQ') || field.rule === 'RO!' || this.requiredHere(entity, field),
      isReadOnly: field.rule.startsWith('RO') || field.rule.endsWith('CO'),
      isQueryable: field.queryable,
      isReference: field.reference !== undefined,
      referenceEntityType: field.reference ?? '',
      isPickList: field.picklist,
      picklistValues: field.picklist ? picklistValues(entity, field) : null,
      picklistParentValueField: '',
      isSupportedWebhookField: entity.webhooks && field.name !== 'id',
    }));
  }

  /** The user-defined fields; all of them are text. */
  userDefinedFields(entity: Entity): Record<string, unknown>[] {
    return entity.userDefined.map(({ name, label, description }) => ({
      name,
      label,
      description,
      type: 'string',
      dataType: 'string',
      length: 8000,
      defaultValue: null,
      isRequired: false,
      isReadOnly: false,
      isQueryable: true,
      isReference: false,
      referenceEntityType: '',
      isPickList: false,
      picklistValues: null,
      picklistParentValueField: '',
      isSupportedWebhookField: false,
    }));
  }

  private requiredHere(entity: Entity, field: Field): boolean {
    return entity.name === 'Services' && this.behaviour.of('requiredServiceField') === field.name;
  }
}

function picklistValues(entity: Entity, field: Field): Record<string, unknown>[] {
  return picklistOf(entity, field).map(({ value, label, isActive }, at) => ({
    value,
    label,
    isDefaultValue: false,
    sortOrder: at + 1,
    parentValue: '',
    isActive,
    isSystem: true,
  }));
}
