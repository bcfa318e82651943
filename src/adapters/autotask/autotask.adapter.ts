import type {
  AutotaskProduct,
  BillingCode,
  BillingItem,
  Company,
  CompanyContact,
  Contract,
  ContractCharge,
  ContractService,
  ContractServiceUnit,
  Country,
  Currency,
  Service,
} from '../../domain/autotask/entities.js';
import type { CalendarDate, Instant } from '../../domain/calendar/calendar-date.js';
import type { AutotaskClient, Filter, Query } from './autotask.client.js';
import { thresholdOf } from './autotask.client.js';
import { AutotaskAnswerUnexpectedError } from './autotask.errors.js';
import { AutotaskMetadata } from './autotask-metadata.js';
import * as schema from './autotask.schema.js';
import type { PriceListService, Resource } from './autotask.schema.js';
import { AutotaskWrites } from './autotask-writes.js';
import type { RequestPurpose, Threshold } from './request-budget.js';
import { WireRow } from './wire-row.js';
import type { Zone } from './zone-directory.js';

/** Longest `in` list in one query; more ids are asked for in several (reference/autotask-rest-api §4.1). */
const IDS_PER_QUERY = 200;

const EVERY_ROW: Filter = { op: 'gte', field: 'id', value: 0 };

/**
 * One connection's Autotask in the domain's words. All ids are Autotask's; money is decimal text, days are
 * `YYYY-MM-DD`. Lists hold every row, inactive ones too, in Autotask's order; ids that do not exist or that the API
 * user may not see are simply missing from a list.
 *
 * Every method throws AutotaskError subclasses (see autotask.errors): a failed look-up is never reported as "not found".
 * Reads repeat themselves a few times; writes never do.
 */
export class AutotaskAdapter {
  readonly #client: AutotaskClient;
  readonly #purpose: RequestPurpose;
  /** The tenant's metadata and the API user's rights. */
  readonly metadata: AutotaskMetadata;
  /** The only door to changes in Autotask. */
  readonly writes: AutotaskWrites;

  constructor(client: AutotaskClient, purpose: RequestPurpose = 'read', metadata = new AutotaskMetadata(client)) {
    this.#client = client;
    this.#purpose = purpose;
    this.metadata = metadata;
    this.writes = new AutotaskWrites(client, metadata);
  }

  /**
   * The same connection for planning, sending and proving writes: its reads go on where polling stops because the
   * tenant's hourly count is high (DESIGN §7, budget).
   */
  forWriting(): AutotaskAdapter {
    return new AutotaskAdapter(this.#client, 'writing', this.metadata);
  }

  /** The same connection for refreshing mirrors, which go after everything else (DESIGN §7, gate). */
  forRefreshing(): AutotaskAdapter {
    return new AutotaskAdapter(this.#client, 'refresh', this.metadata);
  }

  /** Where the tenant lives; its `webUrl` serves for links. */
  zone(): Promise<Zone> {
    return this.#client.zone();
  }

  /** Every company, also inactive ones, vendors and the tenant's own (id 0). */
  companies(): Promise<Company[]> {
    return this.#companies([EVERY_ROW]);
  }

  /** Companies changed after an instant. */
  companiesChangedSince(since: Instant): Promise<Company[]> {
    return this.#companies([{ op: 'gt', field: 'lastTrackedModifiedDateTime', value: since }]);
  }

  /** Companies by id. */
  companiesByIds(ids: readonly number[]): Promise<Company[]> {
    const filters = (chunk: readonly number[]): Filter[] => [{ op: 'in', field: 'id', value: chunk }];
    return this.#chunked(ids, (chunk) => this.#companies(filters(chunk)));
  }

  /** People at companies, also inactive ones. */
  contactsByCompanies(companyIds: readonly number[]): Promise<CompanyContact[]> {
    return this.#listIn('Contacts', 'companyID', companyIds, [], schema.companyContact);
  }

  /** The tenant's countries. */
  countries(): Promise<Country[]> {
    return this.#list('Countries', [EVERY_ROW], schema.country);
  }

  /** The tenant's own company. @throws AutotaskAnswerUnexpectedError when there is none. */
  async ownCompany(): Promise<Company> {
    const item = itemOf(await this.#client.get('Companies', 'Companies/0', this.#purpose));
    if (item === null)
      throw new AutotaskAnswerUnexpectedError('the tenant has no company 0', { request: 'GET Companies/0' });
    return schema.company(item);
  }

  /** All contracts of companies, of every type and status. */
  contractsByCompanies(companyIds: readonly number[]): Promise<Contract[]> {
    return this.#listIn('Contracts', 'companyID', companyIds, [], schema.contract);
  }

  /** Contracts by id. */
  contractsByIds(ids: readonly number[]): Promise<Contract[]> {
    return this.#listIn('Contracts', 'id', ids, [], schema.contract);
  }

  /** One contract; undefined when Autotask has none of that id or the API user may not see it. */
  async contract(id: number): Promise<Contract | undefined> {
    const item = itemOf(await this.#client.get('Contracts', `Contracts/${id}`, this.#purpose));
    return item === null ? undefined : schema.contract(item);
  }

  /** All lines of contracts. */
  contractServices(contractIds: readonly number[]): Promise<ContractService[]> {
    return this.#listIn('ContractServices', 'contractID', contractIds, [], schema.contractService);
  }

  /**
   * Unit rows of contracts, past and future.
   *
   * @param endingFrom only rows whose last day is this one or later; all when absent.
   */
  contractServiceUnits(contractIds: readonly number[], endingFrom?: CalendarDate): Promise<ContractServiceUnit[]> {
    const further: Filter[] = endingFrom === undefined ? [] : [{ op: 'gte', field: 'endDate', value: endingFrom }];
    return this.#listIn('ContractServiceUnits', 'contractID', contractIds, further, schema.contractServiceUnit);
  }

  /** The whole catalogue of recurring services. */
  services(): Promise<Service[]> {
    return this.#list('Services', [EVERY_ROW], schema.service);
  }

  /** Services changed after an instant. */
  servicesChangedSince(since: Instant): Promise<Service[]> {
    return this.#list('Services', [{ op: 'gt', field: 'lastModifiedDate', value: since }], schema.service);
  }

  /** Services by id. */
  servicesByIds(ids: readonly number[]): Promise<Service[]> {
    return this.#listIn('Services', 'id', ids, [], schema.service);
  }

  /**
   * Services that carry any of the given marks. A mark whose field the tenant lacks finds nothing; without any usable
   * mark the list is empty.
   */
  async findServices(by: { externalId?: string; sku?: string; name?: string }): Promise<Service[]> {
    const marks: [string, string | undefined][] = [
      ['externalID', by.externalId],
      ['sku', by.sku],
      ['name', by.name],
    ];
    const items: Filter[] = [];
    for (const [field, value] of marks)
      if (value !== undefined && (field === 'name' || (await this.metadata.hasField('Services', field))))
        items.push({ op: 'eq', field, value });
    return items.length === 0 ? [] : this.#list('Services', [{ op: 'or', items }], schema.service);
  }

  /** Billing codes, of one use type (5 recurring service, 4 material) or all. */
  billingCodes(useType?: number): Promise<BillingCode[]> {
    const filter: Filter = useType === undefined ? EVERY_ROW : { op: 'eq', field: 'useType', value: useType };
    return this.#list('BillingCodes', [filter], schema.billingCode);
  }

  /** Autotask products, the targets of fee mappings. */
  products(): Promise<AutotaskProduct[]> {
    return this.#list('Products', [EVERY_ROW], schema.autotaskProduct);
  }

  /** Currencies of the tenant; a tenant without multi-currency has its own only. */
  currencies(): Promise<Currency[]> {
    return this.#list('Currencies', [EVERY_ROW], schema.currency);
  }

  /** The price list of services in one currency. */
  priceListServices(currencyId: number): Promise<PriceListService[]> {
    const filter: Filter = { op: 'eq', field: 'currencyID', value: currencyId };
    return this.#list('PriceListServices', [filter], schema.priceListService);
  }

  /** One service's price in one currency; undefined where Autotask keeps no such row. */
  async priceListService(serviceId: number, currencyId: number): Promise<PriceListService | undefined> {
    const filter: Filter[] = [
      { op: 'eq', field: 'serviceID', value: serviceId },
      { op: 'eq', field: 'currencyID', value: currencyId },
    ];
    return (await this.#list('PriceListServices', filter, schema.priceListService))[0];
  }

  /** Charges of contracts that carry an `internalPurchaseOrderNumber`, which is where our key stands. */
  keyedCharges(contractIds: readonly number[]): Promise<ContractCharge[]> {
    const further: Filter[] = [{ op: 'exist', field: 'internalPurchaseOrderNumber' }];
    return this.#listIn('ContractCharges', 'contractID', contractIds, further, schema.contractCharge);
  }

  /** Posted items of contracts dated between two days, both included. */
  billingItems(contractIds: readonly number[], from: CalendarDate, to: CalendarDate): Promise<BillingItem[]> {
    const further: Filter[] = [
      { op: 'gte', field: 'itemDate', value: from },
      { op: 'lte', field: 'itemDate', value: to },
    ];
    return this.#listIn('BillingItems', 'contractID', contractIds, further, schema.billingItem);
  }

  /** Charges of a contract with exactly this key; more than one means that something was written twice. */
  chargesByKey(contractId: number, internalPurchaseOrderNumber: string): Promise<ContractCharge[]> {
    const filter: Filter[] = [
      { op: 'eq', field: 'contractID', value: contractId },
      { op: 'eq', field: 'internalPurchaseOrderNumber', value: internalPurchaseOrderNumber },
    ];
    return this.#list('ContractCharges', filter, schema.contractCharge);
  }

  /** People and API users of the tenant. */
  resources(): Promise<Resource[]> {
    return this.#list('Resources', [EVERY_ROW], schema.resource);
  }

  /** The tenant's hourly request counter; the call counts itself. */
  async thresholdInformation(): Promise<Threshold> {
    return thresholdOf(await this.#client.get('ThresholdInformation', 'ThresholdInformation', this.#purpose));
  }

  /** Autotask's product version, as text. */
  async version(): Promise<string> {
    const body = await this.#client.get('Version', 'Version', this.#purpose);
    if (typeof body === 'string') return body;
    const texts = Object.values(body as Record<string, unknown>).filter((value) => typeof value === 'string');
    return texts.join(' ');
  }

  /** True when the user sees at least one row of the entity; one row is read. */
  async anyVisible(entity: string, filter: readonly Filter[] = [EVERY_ROW]): Promise<boolean> {
    return (await this.#client.query(entity, { filter, atMost: 1 }, this.#purpose)).length > 0;
  }

  /**
   * Whether costs can be seen (reference §2.3): hidden ones read as null everywhere. Undefined when there is no service
   * to judge by.
   */
  async costVisible(): Promise<boolean | undefined> {
    const rows = await this.#client.query('Services', { filter: [EVERY_ROW], atMost: 100 }, this.#purpose);
    if (rows.length === 0) return undefined;
    return rows.some((row) => new WireRow('Service', row).decimal('unitCost') !== undefined);
  }

  #companies(filter: readonly Filter[]): Promise<Company[]> {
    return this.#list('Companies', filter, schema.company, schema.COMPANY_FIELDS);
  }

  async #list<T>(
    entity: string,
    filter: readonly Filter[],
    parse: (row: unknown) => T,
    includeFields?: readonly string[],
  ): Promise<T[]> {
    const query: Query = includeFields ? { filter, includeFields } : { filter };
    return (await this.#client.query(entity, query, this.#purpose)).map(parse);
  }

  #listIn<T>(
    entity: string,
    field: string,
    ids: readonly number[],
    further: readonly Filter[],
    parse: (row: unknown) => T,
  ): Promise<T[]> {
    return this.#chunked(ids, (chunk) => this.#list(entity, [{ op: 'in', field, value: chunk }, ...further], parse));
  }

  /** Chunks run side by side; the gate keeps them to three in flight. */
  async #chunked<T>(ids: readonly number[], read: (chunk: readonly number[]) => Promise<T[]>): Promise<T[]> {
    const unique = [...new Set(ids)];
    const chunks: Promise<T[]>[] = [];
    for (let at = 0; at < unique.length; at += IDS_PER_QUERY) chunks.push(read(unique.slice(at, at + IDS_PER_QUERY)));
    return (await Promise.all(chunks)).flat();
  }
}

/** `item` of a get-by-id; null when there is no such row. @throws AutotaskAnswerUnexpectedError without the key. */
function itemOf(body: unknown): unknown {
  const { item } = (body ?? {}) as { item?: unknown };
  if (item === undefined)
    throw new AutotaskAnswerUnexpectedError('an answer has no item', { request: 'reading an answer' });
  return item;
}
