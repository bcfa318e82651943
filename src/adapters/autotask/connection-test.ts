import type { AutotaskAdapter } from './autotask.adapter.js';
import {
  AutotaskError,
  AutotaskRejectedError,
  AutotaskSecretWrongError,
  AutotaskUserUnknownError,
} from './autotask.errors.js';
import type { EntityInformation } from './autotask-metadata.js';
import { RECURRING_SERVICE_CODE } from './autotask.schema.js';

/** What is checked, in the order shown (FEATURES INS-2, reference/page-design §4.2). */
type ConnectionCheckName =
  'zone' | 'user' | 'secret' | 'licence' | 'rights' | 'visible' | 'cost' | 'billingCode' | 'currency';

/** One row of the result. `warning` can go on, `failed` cannot, `skipped` could not be told after an earlier failure. */
export interface ConnectionCheck {
  check: ConnectionCheckName;
  /** The Autotask entity a `rights` row is about. */
  subject?: string;
  status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** Stable; present on warnings and failures. */
  code?: string;
  /** What is the matter and what to do; on `ok` rows what was found, if worth a word. */
  message?: string;
}

/** What a test found out about the tenant besides its verdict. */
export interface LearnedTenant {
  zoneName?: string;
  /** The tenant's web pages, for links. */
  webUrl?: string;
  /** Absent when there is no service to judge by. */
  costVisible?: boolean;
  /** `chargeType` value for charges: the tenant's default, else its "Operational", else its first active one. */
  chargeType?: number;
  currencyId?: number;
  isInternalCurrency?: boolean;
}

export interface ConnectionTestResult {
  checks: ConnectionCheck[];
  /** True when no row failed or was skipped: the connection may be saved. */
  passed: boolean;
  learned: LearnedTenant;
}

type Right = 'Query' | 'Create' | 'Update';

/** What the product does with each entity. Without an optional one it can go on. */
const NEEDED: readonly { entity: string; rights: readonly Right[]; optional?: string }[] = [
  { entity: 'Companies', rights: ['Query'] },
  { entity: 'Contracts', rights: ['Query', 'Create', 'Update'] },
  { entity: 'ContractServices', rights: ['Query', 'Create', 'Update'] },
  { entity: 'ContractServiceUnits', rights: ['Query'] },
  { entity: 'ContractServiceAdjustments', rights: ['Create'] },
  { entity: 'ContractCharges', rights: ['Query', 'Create'] },
  { entity: 'Services', rights: ['Query'] },
  { entity: 'Services', rights: ['Create'], optional: 'services cannot be added from here' },
  { entity: 'BillingCodes', rights: ['Query'] },
  { entity: 'Currencies', rights: ['Query'] },
  { entity: 'Products', rights: ['Query'], optional: 'fees can be mapped to billing codes only' },
];

const WORDS: Record<Right, string> = { Query: 'read', Create: 'add', Update: 'change' };

/**
 * Tries a connection from the outside in: zone, user, secret, licence, rights per entity, anything visible, costs,
 * billing code, currency. Never throws for what it tests: each finding is a row. After a failure that makes later rows
 * meaningless they are `skipped`.
 *
 * @param autotask a fresh adapter (`AutotaskClients.unsaved`), so that nothing is judged from a cache.
 * @param currency ISO code of the connection's currency.
 */
export async function testConnection(autotask: AutotaskAdapter, currency: string): Promise<ConnectionTestResult> {
  return new ConnectionTest(autotask.forWriting(), currency).run();
}

class ConnectionTest {
  readonly #checks: ConnectionCheck[] = [];
  readonly #learned: LearnedTenant = {};

  constructor(
    private readonly autotask: AutotaskAdapter,
    private readonly currency: string,
  ) {}

  async run(): Promise<ConnectionTestResult> {
    const reached = (await this.#signIn()) && (await this.#rights());
    const steps: [ConnectionCheckName, () => Promise<ConnectionCheck>][] = [
      ['visible', () => this.#visible()],
      ['cost', () => this.#cost()],
      ['billingCode', () => this.#billingCode()],
      ['currency', () => this.#currency()],
    ];
    let goOn = reached;
    for (const [check, step] of steps) {
      if (!goOn || !this.#mayRead(check)) {
        this.#checks.push({ check, status: 'skipped' });
        continue;
      }
      try {
        this.#checks.push(await step());
      } catch (error) {
        this.#checks.push(failed(check, known(error)));
        goOn = !isHard(error);
      }
    }
    const passed = this.#checks.every(({ status }) => status === 'ok' || status === 'warning');
    return { checks: this.#checks, passed, learned: this.#learned };
  }

  /** Zone, user, secret, licence. False when the rest makes no sense. */
  async #signIn(): Promise<boolean> {
    try {
      const zone = await this.autotask.zone();
      this.#learned.zoneName = zone.name;
      if (zone.webUrl !== undefined) this.#learned.webUrl = zone.webUrl;
      this.#checks.push({ check: 'zone', status: 'ok', message: `Zone ${zone.name} found.` });
      this.#checks.push({ check: 'user', status: 'ok' });
    } catch (error) {
      if (error instanceof AutotaskUserUnknownError) {
        this.#checks.push({ check: 'zone', status: 'ok' });
        this.#checks.push(failed('user', error));
        return this.#skip('secret', 'licence', 'rights');
      }
      this.#checks.push(failed('zone', known(error)));
      return this.#skip('user', 'secret', 'licence', 'rights');
    }
    try {
      // Needs no right on any entity, so a refusal is about the sign-in alone.
      await this.autotask.thresholdInformation();
      this.#checks.push({ check: 'secret', status: 'ok' }, { check: 'licence', status: 'ok' });
      return true;
    } catch (error) {
      const reason = known(error);
      const aboutLicence = reason.texts.some((text) => /licen[cs]e/i.test(text));
      const refused = reason instanceof AutotaskSecretWrongError || reason instanceof AutotaskRejectedError;
      if (refused && (aboutLicence || reason instanceof AutotaskRejectedError)) {
        this.#checks.push({ check: 'secret', status: 'ok' });
        this.#checks.push({
          check: 'licence',
          status: 'failed',
          code: 'AUTOTASK_LICENCE_MISSING',
          message: `Autotask knows this user but lets it use no API: ${reason.texts[0] ?? 'it gave no reason'} Give the user an API-only licence in Autotask, then test again.`,
        });
        return this.#skip('rights');
      }
      this.#checks.push(failed('secret', reason));
      return this.#skip('licence', 'rights');
    }
  }

  #skip(...checks: ConnectionCheckName[]): false {
    this.#checks.push(...checks.map((check): ConnectionCheck => ({ check, status: 'skipped' })));
    return false;
  }

  /** A row per entity. False after a failure that is not about rights. */
  async #rights(): Promise<boolean> {
    let hard = false;
    const rows = await Promise.all(
      NEEDED.map(async (needed): Promise<ConnectionCheck> => {
        const row = { check: 'rights' as const, subject: needed.entity };
        try {
          const missing = await this.#missingRights(needed.entity, needed.rights);
          if (missing.length === 0) return { ...row, status: 'ok' };
          const wanted = missing.map((right) => WORDS[right]).join(' and ');
          const consequence = needed.optional === undefined ? '' : ` Without it ${needed.optional}.`;
          return {
            ...row,
            status: needed.optional === undefined ? 'failed' : 'warning',
            code: 'AUTOTASK_RIGHT_MISSING',
            message: `The API user may not ${wanted} ${needed.entity}. Add the right to its security level in Autotask, then test again.${consequence}`,
          };
        } catch (error) {
          hard ||= isHard(error);
          return { ...failed('rights', known(error)), subject: needed.entity };
        }
      }),
    );
    this.#checks.push(...rows);
    return !hard;
  }

  /** By what Autotask says about the entity and, for reading, by trying: either alone has been seen to be wrong. */
  async #missingRights(entity: string, rights: readonly Right[]): Promise<Right[]> {
    const information = await this.autotask.metadata.entityInformation(entity);
    const missing = rights.filter((right) => !allows(information, right));
    if (!rights.includes('Query') || missing.includes('Query')) return missing;
    try {
      await this.autotask.anyVisible(entity);
      return missing;
    } catch (error) {
      if (error instanceof AutotaskRejectedError && error.reason === 'permission') return ['Query', ...missing];
      throw error;
    }
  }

  /** False when the entity a row reads is one the user may not read: the cause is already named. */
  #mayRead(check: ConnectionCheckName): boolean {
    const entity = { visible: 'Companies', cost: 'Services', billingCode: 'BillingCodes', currency: 'Currencies' }[
      check as 'visible' | 'cost' | 'billingCode' | 'currency'
    ];
    return !this.#checks.some(
      ({ check, subject, status }) => check === 'rights' && subject === entity && status === 'failed',
    );
  }

  async #visible(): Promise<ConnectionCheck> {
    const check = 'visible';
    if (await this.autotask.anyVisible('Companies', [{ op: 'gt', field: 'id', value: 0 }]))
      return { check, status: 'ok' };
    return {
      check,
      status: 'failed',
      code: 'AUTOTASK_NOTHING_VISIBLE',
      message:
        'The API user sees no company at all. Its line of business (organisational branch) hides them: open it to the ' +
        'branches you bill, then test again.',
    };
  }

  async #cost(): Promise<ConnectionCheck> {
    const check = 'cost';
    await this.#learnChargeType();
    const visible = await this.autotask.costVisible();
    if (visible === undefined)
      return { check, status: 'ok', message: 'There is no service yet, so it shows later whether costs can be seen.' };
    this.#learned.costVisible = visible;
    if (visible) return { check, status: 'ok' };
    return {
      check,
      status: 'warning',
      code: 'AUTOTASK_COST_HIDDEN',
      message:
        'Cost fields are hidden, so costs cannot be synced. Give the API user the right to see costs, or go on without.',
    };
  }

  async #learnChargeType(): Promise<void> {
    const fields = await this.autotask.metadata.fields('ContractCharges');
    const values = fields.find(({ name }) => name === 'chargeType')?.picklist?.filter(({ isActive }) => isActive) ?? [];
    const value =
      values.find(({ isDefault }) => isDefault) ??
      values.find(({ label }) => /^operational$/i.test(label)) ??
      values[0];
    if (value) this.#learned.chargeType = Number(value.value);
  }

  async #billingCode(): Promise<ConnectionCheck> {
    const check = 'billingCode';
    const codes = await this.autotask.billingCodes(RECURRING_SERVICE_CODE);
    if (codes.some(({ isActive }) => isActive)) return { check, status: 'ok' };
    return {
      check,
      status: 'failed',
      code: 'AUTOTASK_BILLING_CODE_MISSING',
      message:
        'There is no active billing code for recurring services. Create one in Autotask (use type 5, Recurring Contract ' +
        'Service), then test again.',
    };
  }

  async #currency(): Promise<ConnectionCheck> {
    const check = 'currency';
    const currencies = await this.autotask.currencies();
    const found = currencies.find(({ name }) => name === this.currency);
    if (found?.isActive === true) {
      this.#learned.currencyId = found.id;
      this.#learned.isInternalCurrency = found.isInternal;
      return { check, status: 'ok' };
    }
    const active = currencies.filter(({ isActive }) => isActive).map(({ name }) => name);
    return {
      check,
      status: 'failed',
      code: found ? 'AUTOTASK_CURRENCY_INACTIVE' : 'AUTOTASK_CURRENCY_UNKNOWN',
      message:
        `${this.currency} is ${found ? 'switched off' : 'no currency'} in this Autotask, which has ` +
        `${active.join(', ') || 'no active currency'}. Choose one of these, or activate ${this.currency} in Autotask.`,
    };
  }
}

function allows(information: EntityInformation, right: Right): boolean {
  return information[`can${right}`] && information[`userAccessFor${right}`] !== 'None';
}

function failed(check: ConnectionCheckName, error: AutotaskError): ConnectionCheck {
  return { check, status: 'failed', code: error.code, message: error.message };
}

/** A refusal concerns its own row; anything else would fail every later row as well. */
function isHard(error: unknown): boolean {
  return !(error instanceof AutotaskRejectedError);
}

/** Only Autotask's errors are findings; a bug stays a bug. */
function known(error: unknown): AutotaskError {
  if (error instanceof AutotaskError) return error;
  throw error;
}
