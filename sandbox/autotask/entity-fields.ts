/** How a value is stored and shown. `date` is a calendar date, `dt` an instant; both are `datetime` in the metadata. */
export type FieldType = 'i32' | 'i64' | 'str' | 'bool' | 'dbl' | 'dt' | 'date';

/** Who may set a field and when, in the words of reference §10. */
type FieldRule = 'REQ' | 'REQ-CO' | 'CO' | 'RW' | 'RO' | 'RO!';

/** A field the server fills by itself. */
type Stamp = 'created' | 'modified' | 'creator' | 'updater' | 'impersonator';

/** One field of an entity. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Maximum length of a string, otherwise 0. */
  readonly length: number;
  readonly rule: FieldRule;
  /** False for NQ: returned, but refused in filters. */
  readonly queryable: boolean;
  /** Singular name of the referenced entity, e.g. `Company`. */
  readonly reference?: string;
  readonly picklist: boolean;
  /** Hidden from, and ignored when written by, a user who may not see costs (reference §2.3). */
  readonly cost: boolean;
  readonly stamp?: Stamp;
  /** Kept in an index, because lists and engines look rows up by it. */
  readonly indexed: boolean;
  /** One of the younger catalogue fields that a tenant may lack (switch `newServiceFields`). */
  readonly newer: boolean;
}

const STAMPS: readonly string[] = ['created', 'modified', 'creator', 'updater', 'impersonator'] satisfies Stamp[];

/** Fields by which rows are looked up often enough to keep an index. */
const INDEXED: readonly string[] = [
  'companyID',
  'contractID',
  'contractServiceID',
  'serviceID',
  'internalPurchaseOrderNumber',
  'contractNumber',
  'externalID',
  'sku',
];

/**
 * Reads a table of fields, one per line: `name type rule [->Entity] [NQ] [picklist] [cost] [newer] [stamp]`.
 *
 * `str128` is a string of at most 128 characters. @throws Error naming a line that does not follow the form.
 */
export function fields(table: string): Field[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(line: string): Field {
  const [name, typeText, rule, ...flags] = line.split(/\s+/);
  const type = /^(i32|i64|bool|dbl|dt|date|str)(\d*)$/.exec(typeText ?? '');
  if (name === undefined || !type || !/^(REQ|REQ-CO|CO|RW|RO|RO!)$/.test(rule ?? ''))
    throw new Error(`The entity table has a line that is no field: "${line}"`);
  const reference = flags.find((flag) => flag.startsWith('->'))?.slice(2);
  const stamp = flags.find((flag) => STAMPS.includes(flag)) as Stamp | undefined;
  return {
    name,
    type: type[1] as FieldType,
    length: Number(type[2] ?? 0),
    rule: rule as FieldRule,
    queryable: !flags.includes('NQ'),
    ...(reference === undefined ? {} : { reference }),
    picklist: flags.includes('picklist'),
    cost: flags.includes('cost'),
    ...(stamp === undefined ? {} : { stamp }),
    indexed: INDEXED.includes(name) || name === 'name',
    newer: flags.includes('newer'),
  };
}

/** A user-defined field of an entity; its value is text or null. */
export interface UserDefinedField {
  readonly name: string;
  readonly label: string;
  readonly description: string;
}

/** Where an entity hangs below a parent, e.g. `Contracts/{id}/Services`. */
export interface ChildRoute {
  /** The parent entity's name. */
  readonly parent: string;
  /** The path segment below the parent. */
  readonly path: string;
  /** The field that holds the parent's id. */
  readonly key: string;
  /** L list and get, C POST, U PUT, P PATCH, D DELETE. */
  readonly verbs: string;
}

/** One entity of the imitated API; routes as in reference §9. */
export interface Entity {
  /** The route, e.g. `Companies`. */
  readonly name: string;
  /** The name in messages and references, e.g. `Company`. */
  readonly singular: string;
  /** The collection in the store and in `/_sandbox/state`, e.g. `companies`. */
  readonly collection: string;
  /** Q query and get, C POST, U PUT, P PATCH, D DELETE on the root path. */
  readonly root: string;
  readonly child?: ChildRoute;
  readonly fields: readonly Field[];
  /** The fields by lower-case name. */
  readonly byName: ReadonlyMap<string, Field>;
  readonly userDefined: readonly UserDefinedField[];
  /** Belongs to an organisation: a user outside its line of business does not see the rows. */
  readonly ofOrganisation: boolean;
  readonly webhooks: boolean;
  /** No user of this tenant may create or change rows (the rights are withheld). */
  readonly locked: boolean;
}

/** Completes a table entry. @throws Error when its field table is malformed. */
export function entity(entry: {
  name: string;
  singular: string;
  root: string;
  child?: ChildRoute;
  userDefined?: readonly UserDefinedField[];
  ofOrganisation?: boolean;
  webhooks?: boolean;
  locked?: boolean;
  table: string;
}): Entity {
  const { table, userDefined = [], ofOrganisation = false, webhooks = false, locked = false, ...rest } = entry;
  const parsed = fields(table);
  return {
    ...rest,
    userDefined,
    ofOrganisation,
    webhooks,
    locked,
    collection: entry.name.charAt(0).toLowerCase() + entry.name.slice(1),
    fields: parsed,
    byName: new Map(parsed.map((field) => [field.name.toLowerCase(), field])),
  };
}
