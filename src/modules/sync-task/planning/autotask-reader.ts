import type { AutotaskAdapter } from '../../../adapters/autotask/autotask.adapter.js';
import type {
  AutotaskProduct,
  BillingCode,
  Company,
  Contract,
  ContractCharge,
  ContractService,
  ContractServiceUnit,
  Currency,
  Service,
} from '../../../domain/autotask/entities.js';
import type { Decimal } from '../../../domain/money/money.js';

/** A contract with every line and unit row, as read together. */
export interface ContractPicture {
  contract: Contract;
  lines: ContractService[];
  units: ContractServiceUnit[];
}

/** Billing codes and Autotask products by id, inactive ones too. */
export interface FeeTargets {
  billingCodes: ReadonlyMap<number, BillingCode>;
  autotaskProducts: ReadonlyMap<number, AutotaskProduct>;
}

/** A picture, or a list, may be this old, if nothing of ours was written on its contract since (DESIGN §7). */
const OLDEST_MS = 60_000;

/**
 * What one run needs to see in Autotask, read for many tasks at once: one query names up to two hundred contracts, so a
 * bulk run costs little more than its writes (DESIGN §13, B4). One reader serves one run of one process and is then
 * thrown away; a picture of a contract is forgotten when we write on it.
 *
 * Every method throws AutotaskError when a look-up fails. An id that is looked up and missing reads as undefined.
 */
export class AutotaskReader {
  private readonly companies: Shelf<Company>;
  private readonly services: Shelf<Service>;
  private readonly contracts: Shelf<ContractPicture>;
  private readonly lists = new Map<string, { askedAt: number; list: Promise<unknown> }>();
  /** Nothing was read before. */
  readonly begunAt = new Date();

  /** @param autotask the connection's adapter for writing. @param now milliseconds that only grow. */
  constructor(
    readonly autotask: AutotaskAdapter,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.companies = new Shelf(now, async (ids) => byId(await autotask.companiesByIds(ids)));
    this.services = new Shelf(now, async (ids) => byId(await autotask.servicesByIds(ids)));
    this.contracts = new Shelf(now, async (ids) => await this.readContracts(ids));
  }

  /** Reads what is not known freshly, all kinds side by side. */
  async load(wanted: {
    companyIds?: Iterable<number>;
    contractIds?: Iterable<number>;
    serviceIds?: Iterable<number>;
  }): Promise<void> {
    await Promise.all([
      this.companies.load(wanted.companyIds ?? []),
      this.contracts.load(wanted.contractIds ?? []),
      this.services.load(wanted.serviceIds ?? []),
    ]);
  }

  /** A company that `load` has read; undefined when Autotask has none of that id. */
  company(id: number): Company | undefined {
    return this.companies.get(id);
  }

  /** A service that `load` has read; undefined when Autotask has none of that id. */
  service(id: number): Service | undefined {
    return this.services.get(id);
  }

  /** A contract that `load` has read; undefined when Autotask has none of that id. */
  contract(id: number): ContractPicture | undefined {
    return this.contracts.get(id);
  }

  /** A contract, read now unless known freshly. */
  async freshContract(id: number): Promise<ContractPicture | undefined> {
    await this.contracts.load([id]);
    return this.contracts.get(id);
  }

  /** Something of ours was or may have been written on the contract: its picture is no longer good. */
  forgetContract(id: number): void {
    this.contracts.forget(id);
  }

  /** Charges on contracts that carry a key of ours. */
  async keyedCharges(contractIds: readonly number[]): Promise<ContractCharge[]> {
    return await this.autotask.keyedCharges(contractIds);
  }

  /** What fees are charged as. */
  async feeTargets(): Promise<FeeTargets> {
    return await this.list('fees', async () => {
      const [codes, products] = await Promise.all([this.autotask.billingCodes(), this.autotask.products()]);
      return { billingCodes: byId(codes), autotaskProducts: byId(products) };
    });
  }

  /** ISO code of a currency; undefined when the tenant has none of that id. */
  async currencyCode(id: number): Promise<string | undefined> {
    const currencies: Currency[] = await this.list('currencies', async () => await this.autotask.currencies());
    return currencies.find((currency) => currency.id === id)?.name;
  }

  /** Prices of services in a currency, where its price list gives one. */
  async listPrices(currencyId: number): Promise<Map<number, Decimal>> {
    return await this.list(`prices ${currencyId}`, async () => await this.readPriceList(currencyId));
  }

  /** A whole list, as old as a picture may be; one that could not be read is asked for again. */
  private async list<T>(name: string, read: () => Promise<T>): Promise<T> {
    const kept = this.lists.get(name);
    if (kept && this.now() - kept.askedAt < OLDEST_MS) return (await kept.list) as T;
    const list = read();
    const asked = { askedAt: this.now(), list };
    this.lists.set(name, asked);
    list.catch(() => {
      if (this.lists.get(name) === asked) this.lists.delete(name);
    });
    return await list;
  }

  /** The tenant's usual kind of charge: the default of its picklist, else the first that is active. */
  async chargeType(): Promise<number | undefined> {
    const fields = await this.autotask.metadata.fields('ContractCharges');
    const values = fields.find(({ name }) => name.toLowerCase() === 'chargetype')?.picklist ?? [];
    const usual =
      values.find(({ isDefault, isActive }) => isDefault && isActive) ?? values.find((each) => each.isActive);
    return usual === undefined ? undefined : Number(usual.value);
  }

  private async readPriceList(currencyId: number): Promise<Map<number, Decimal>> {
    const prices = new Map<number, Decimal>();
    for (const { serviceId, unitPrice } of await this.autotask.priceListServices(currencyId))
      if (unitPrice !== undefined) prices.set(serviceId, unitPrice);
    return prices;
  }

  private async readContracts(ids: readonly number[]): Promise<Map<number, ContractPicture>> {
    const [contracts, lines, units] = await Promise.all([
      this.autotask.contractsByIds(ids),
      this.autotask.contractServices(ids),
      this.autotask.contractServiceUnits(ids),
    ]);
    const pictures = new Map<number, ContractPicture>();
    for (const contract of contracts) pictures.set(contract.id, { contract, lines: [], units: [] });
    for (const line of lines) pictures.get(line.contractId)?.lines.push(line);
    for (const row of units) pictures.get(row.contractId)?.units.push(row);
    return pictures;
  }
}

function byId<T extends { id: number }>(rows: readonly T[]): Map<number, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Records by id, each with the time it was asked for. Ids asked for at the same moment share one look-up. */
class Shelf<T> {
  private readonly kept = new Map<number, { askedAt: number; value: T | undefined }>();
  private readonly asking = new Map<number, Promise<void>>();
  /** How often a record was forgotten: a look-up that began before must not bring the old one back. */
  private readonly forgotten = new Map<number, number>();

  constructor(
    private readonly now: () => number,
    private readonly read: (ids: readonly number[]) => Promise<Map<number, T>>,
  ) {}

  async load(ids: Iterable<number>): Promise<void> {
    const wanted = [...new Set(ids)].filter((id) => !this.isFresh(id));
    const missing = wanted.filter((id) => !this.asking.has(id));
    if (missing.length > 0) {
      const reading = this.ask(missing).finally(() => {
        for (const id of missing) if (this.asking.get(id) === reading) this.asking.delete(id);
      });
      for (const id of missing) this.asking.set(id, reading);
    }
    await Promise.all(wanted.map(async (id) => await this.asking.get(id)));
  }

  /** @throws Error when it was not loaded: not knowing must never look like not finding. */
  get(id: number): T | undefined {
    const kept = this.kept.get(id);
    if (!kept) throw new Error(`Record ${id} was not read.`);
    return kept.value;
  }

  forget(id: number): void {
    this.kept.delete(id);
    this.asking.delete(id);
    this.forgotten.set(id, (this.forgotten.get(id) ?? 0) + 1);
  }

  private isFresh(id: number): boolean {
    const kept = this.kept.get(id);
    return kept !== undefined && this.now() - kept.askedAt < OLDEST_MS;
  }

  private async ask(ids: readonly number[]): Promise<void> {
    const askedAt = this.now();
    const before = ids.map((id) => this.forgotten.get(id));
    const found = await this.read(ids);
    for (const [index, id] of ids.entries())
      if (this.forgotten.get(id) === before[index]) this.kept.set(id, { askedAt, value: found.get(id) });
  }
}
