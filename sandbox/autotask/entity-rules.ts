import { Decimal } from '../kit/decimal.js';
import { refused, texts } from './api-error.js';
import type { Adjustments } from './adjustments.js';
import type { ContractEngine } from './contract-engine.js';
import type { ApiRow, Database } from './database.js';
import type { Entity, Field } from './entity-fields.js';
import type { Currencies } from './money.js';
import type { Behaviour } from './switches.js';
import type { ApiUser } from './users.js';

/** Who writes, and what was sent beside the entity's own fields. */
export interface WriteContext {
  readonly user: ApiUser;
  /** The resource named in ImpersonationResourceId. */
  readonly impersonated: number | null;
  /** The body by lower-case key, unknown keys included. */
  readonly sent: ReadonlyMap<string, unknown>;
}

/** A row about to be created: all fields set, no id yet. */
export type NewRow = Record<string, unknown>;

/** What an entity does beyond the generic checks. Every function may throw ApiError, and none may write before it may. */
export interface EntityRules {
  /** Values for fields that were not sent. */
  defaults?(): NewRow;
  /** Checks a complete new row and returns it with computed values. */
  create?(row: NewRow, context: WriteContext): NewRow;
  /** Replaces storing: returns the id to answer. */
  store?(row: NewRow, context: WriteContext): number | null;
  /** After the row was stored. */
  created?(row: ApiRow, context: WriteContext): void;
  /** Checks a change and returns the row with computed values. */
  update?(before: ApiRow, after: ApiRow, context: WriteContext): ApiRow;
  /** After the change was stored. */
  updated?(before: ApiRow, after: ApiRow, context: WriteContext): void;
  /** Before the row is removed. */
  remove?(row: ApiRow): void;
}

/** What rules work with. */
export interface Workshop {
  readonly database: Database;
  readonly behaviour: Behaviour;
  readonly engine: ContractEngine;
  readonly adjustments: Adjustments;
  readonly currencies: Currencies;
  /** Now, on the sandbox's clock, as ISO text. */
  readonly now: () => string;
}

/** Whether a row may be referenced by a field: active billing codes and currencies, real active people (reference §5). */
export function mayBeReferenced(field: Field, type: string, target: ApiRow): boolean {
  if (type === 'BillingCode' || type === 'Currency') return target['isActive'] !== false;
  if (type === 'Resource' && field.name === 'ownerResourceID')
    return target['isActive'] === true && target['licenseType'] !== API_LICENCE;
  return true;
}

/** `licenseType` of an API user, who may own nothing (reference §2.3). */
const API_LICENCE = 7;
/** `useType` of a billing code for recurring services. */
const RECURRING_CODE = 5;

/** The rules of the catalogue and of companies; those of contracts are in contract-rules.ts. */
export function catalogueRules(workshop: Workshop): Record<string, EntityRules> {
  const { database, behaviour, currencies } = workshop;

  const uniqueServiceName = (name: unknown, ownId: number | null): void => {
    const taken = database.where('services', 'name', String(name)).some((row) => row.id !== ownId);
    if (taken) throw refused(texts.serviceName(String(name)), texts.databaseUpdate);
  };
  const recurringCode = (id: unknown): void => {
    if (database.get('billingCodes', id as number)?.['useType'] !== RECURRING_CODE)
      throw refused(texts.reference('billingCodeID', 'BillingCode'));
  };

  return {
    Companies: {
      defaults: () => ({
        isActive: true,
        isClientPortalActive: false,
        isTaskFireActive: false,
        currencyID: behaviour.is('defaultCompanyCurrency', 'internal') ? currencies.internal().id : null,
      }),
    },
    CompanyLocations: {
      defaults: () => ({ isActive: true, isPrimary: false }),
      created: (row) => onePrimary(database, row),
      updated: (_before, row) => onePrimary(database, row),
    },
    Services: {
      defaults: () => ({ isActive: true }),
      create: (row) => {
        const wanted = behaviour.of('requiredServiceField');
        if (wanted !== 'none' && isEmpty(row[wanted])) throw refused(texts.missing(wanted));
        recurringCode(row['billingCodeID']);
        uniqueServiceName(row['name'], null);
        return { ...row, markupRate: markup(row) };
      },
      created: (row) => addPriceList(database, row.id),
      update: (before, after) => {
        if (after['billingCodeID'] !== before['billingCodeID']) recurringCode(after['billingCodeID']);
        uniqueServiceName(after['name'], before.id);
        return { ...after, markupRate: markup(after) };
      },
    },
    Products: {
      create: (row) => ({ ...row, markupRate: markup(row) }),
      update: (_before, after) => ({ ...after, markupRate: markup(after) }),
    },
    PriceListServices: {
      update: (_before, after) => {
        if (behaviour.is('multiCurrency', 'off')) throw refused(texts.noMultiCurrency);
        if (after['usesInternalCurrencyPrice'] === true) return { ...after, unitPrice: null };
        if (isEmpty(after['unitPrice'])) throw refused(texts.missing('unitPrice'));
        return after;
      },
    },
    Currencies: {
      update: (_before, after) => {
        if (Number(after['exchangeRate']) <= 0) throw refused(texts.exchangeRate);
        return after;
      },
    },
  };
}

/** Null, or text without a character. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

/** One price list row per service and active currency (reference §10.16). */
export function addPriceList(database: Database, serviceId: number): void {
  for (const currency of database.rows('currencies'))
    if (currency['isActive'] === true)
      database.put<ApiRow>('priceListServices', {
        id: database.nextId('priceListServices'),
        serviceID: serviceId,
        currencyID: currency.id,
        usesInternalCurrencyPrice: true,
        unitPrice: null,
      });
}

/** A company has one primary location: a new one takes over. */
function onePrimary(database: Database, row: ApiRow): void {
  if (row['isPrimary'] !== true) return;
  for (const other of database.where('companyLocations', 'companyID', row['companyID'] as number))
    if (other.id !== row.id && other['isPrimary'] === true)
      database.change<ApiRow>('companyLocations', other, { isPrimary: false });
}

/** Price above cost in per cent of the cost, two decimals; null without a cost. */
function markup(row: NewRow): number | null {
  const cost = Number(row['unitCost'] ?? 0);
  if (cost === 0) return null;
  const margin = ((Number(row['unitPrice'] ?? 0) - cost) / cost) * 100;
  return Decimal.of(margin.toFixed(6)).round(2).toNumber();
}

/** The rules of an entity by its route name; entities without an entry have none. */
export type RuleBook = Readonly<Record<string, EntityRules>>;

/** The rules of one entity. */
export function rulesOf(book: RuleBook, entity: Entity): EntityRules {
  return book[entity.name] ?? {};
}
