import { Injectable } from '@nestjs/common';
import type { BillingItem, Contract, ContractCharge, ContractService } from '../../domain/autotask/entities.js';
import { cents, minus, sum } from '../../domain/money/money.js';
import { gridOf } from '../../domain/sync-plan/contract-target.js';
import { LineLedger, sumOfSteps, type Step } from '../../domain/sync-plan/ledger.js';
import { hashOf } from '../../domain/sync-plan/operation-keys.js';
import type { LedgerStep } from '../../domain/sync-plan/sync-facts.js';
import { OPEN_STATES } from '../../domain/sync-task/sync-task-state.js';
import { daysOfMonth, soldInMonth, type SoldAmount } from '../../domain/tie-out/sold-in-month.js';
import { tieOut, type BilledAmount } from '../../domain/tie-out/tie-out.js';
import { Database } from '../../platform/database/database.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { SubscriptionMapping } from '../mapping/mapping.entities.js';
import { contractsOfShares, stepsOfContracts } from '../sync-task/ledger-steps.js';
import { SyncTask } from '../sync-task/sync-task.entity.js';
import { tellingOf } from '../sync-task/telling-task.js';
import type { TieOutCustomerView, TieOutLineView, TieOutPage, TieOutQuery } from './tie-out.view.js';

/** What Autotask shows of some contracts, and what our ledger expects there. */
interface Books {
  contracts: Map<number, Contract>;
  lines: ContractService[];
  items: BillingItem[];
  charges: Map<number, ContractCharge>;
  ledger: LedgerStep[];
}

/** A row of the report while it is put together. */
interface Row {
  contractId: number | null;
  line: ContractService | undefined;
  name: string;
  sold: SoldAmount[];
  billed: BilledAmount[];
}

/**
 * The tie-out of a month (FEATURES WIN-5): per customer and contract line what the marketplace charges against what
 * Autotask has invoiced, read afresh, with every difference explained. Writes nothing.
 */
@Injectable()
export class TieOutReport {
  constructor(
    private readonly database: Database,
    private readonly access: ConnectionAccess,
  ) {}

  /** A page of customers by name. @throws Problem as `ConnectionAccess.autotask`, and Autotask's own. */
  async page(connection: Connection, { month, customerId, page, pageSize }: TieOutQuery): Promise<TieOutPage> {
    const customers = await this.customers(connection, customerId);
    const wanted = customers.slice((page - 1) * pageSize, page * pageSize);
    const tasks = await this.tasks(
      connection,
      wanted.map((one) => one.id),
    );
    const contractsOf = await this.contractsOf(connection, [...new Set(tasks.map((task) => task.subscriptionId))]);
    const books = await this.books(connection, month, [...new Set([...contractsOf.values()].flat())]);
    const items = wanted.map(({ id, name }): TieOutCustomerView => {
      const own = tasks.filter((task) => task.customerId === id);
      const lines = this.lines(connection, month, own, contractsOf, books);
      const soldTotal = cents(sum(lines.map((line) => line.soldTotal)));
      const billedTotal = cents(sum(lines.map((line) => line.billedTotal)));
      const difference = cents(minus(billedTotal, soldTotal));
      return { customerId: id, customerName: name, soldTotal, billedTotal, difference, lines };
    });
    const soldTotal = cents(sum(items.map((one) => one.soldTotal)));
    const billedTotal = cents(sum(items.map((one) => one.billedTotal)));
    const totals = { soldTotal, billedTotal, difference: cents(minus(billedTotal, soldTotal)) };
    return { items, totals, total: customers.length, page, pageSize };
  }

  private async customers(
    { id, installationId }: Connection,
    customerId: string | undefined,
  ): Promise<{ id: string; name: string }[]> {
    return await this.database.sql<{ id: string; name: string }>(
      `select customer_id as id, max(customer_name) as name from sync_task
       where installation_id = ? and connection_id = ? ${customerId === undefined ? '' : 'and customer_id = ?'}
       group by customer_id order by max(customer_name), customer_id`,
      [installationId, id, ...(customerId === undefined ? [] : [customerId])],
    );
  }

  private async tasks({ id, installationId }: Connection, customerIds: string[]): Promise<SyncTask[]> {
    if (customerIds.length === 0) return [];
    return await this.database
      .unit()
      .find(
        SyncTask,
        { installationId, connectionId: id, customerId: { $in: customerIds } },
        { orderBy: { effectiveDate: 'asc', orderCreatedAt: 'asc', orderNumber: 'asc', id: 'asc' } },
      );
  }

  /** Every contract a subscription is mapped to or was ever counted on. */
  private async contractsOf(connection: Connection, subscriptionIds: string[]): Promise<Map<string, number[]>> {
    const em = this.database.unit();
    const contracts = await contractsOfShares(em, connection, subscriptionIds);
    const mapped = await em.find(SubscriptionMapping, {
      installationId: connection.installationId,
      connectionId: connection.id,
      subscriptionId: { $in: subscriptionIds },
    });
    for (const { subscriptionId, contractId } of mapped) {
      const known = contracts.get(subscriptionId) ?? [];
      contracts.set(subscriptionId, known.includes(contractId) ? known : [...known, contractId]);
    }
    return contracts;
  }

  private async books(connection: Connection, month: string, contractIds: number[]): Promise<Books> {
    if (contractIds.length === 0) return { contracts: new Map(), lines: [], items: [], charges: new Map(), ledger: [] };
    const { first, last } = daysOfMonth(month);
    const autotask = await this.access.autotask(connection);
    const [contracts, lines, items, charges] = await Promise.all([
      autotask.contractsByIds(contractIds),
      autotask.contractServices(contractIds),
      autotask.billingItems(contractIds, first, last),
      autotask.keyedCharges(contractIds),
    ]);
    const steps = await stepsOfContracts(this.database.unit(), connection, contractIds);
    return {
      contracts: new Map(contracts.map((contract) => [contract.id, contract])),
      lines,
      items,
      charges: new Map(charges.map((charge) => [charge.id, charge])),
      ledger: [...steps.values()].flatMap(({ ledger }) => ledger),
    };
  }

  private lines(
    connection: Connection,
    month: string,
    tasks: readonly SyncTask[],
    contractsOf: ReadonlyMap<string, readonly number[]>,
    books: Books,
  ): TieOutLineView[] {
    const rows = new Map<string, Row>();
    const subscriptionIds = [...new Set(tasks.map((task) => task.subscriptionId))];
    const own = new Set(subscriptionIds.flatMap((id) => contractsOf.get(id) ?? []));
    const sold = subscriptionIds.flatMap((id) =>
      soldInMonth(
        tasks.filter((task) => task.subscriptionId === id).map((task) => tellingOf(task)),
        month,
        connection.timeZone,
      ),
    );
    for (const amount of sold) rowOf(rows, books, contractsOf, amount).sold.push(amount);
    for (const item of books.items) {
      if (!own.has(item.contractId)) continue;
      const owner = item.kind === 'charge' ? ownerOfCharge(tasks, books, item) : undefined;
      if (owner) rowOf(rows, books, contractsOf, owner).billed.push({ ...item, feeKind: owner.feeKind });
      else lineRow(rows, books, item).billed.push(item);
    }
    const { last } = daysOfMonth(month);
    const due = tasks.filter((task) => task.effectiveDate <= last);
    return [...rows.values()].map((row) => {
      const told = new Set([...row.sold, ...sharesOn(books, row)].map((one) => one.subscriptionId));
      const mine = due.filter((task) => told.has(task.subscriptionId));
      const contract = row.contractId === null ? undefined : books.contracts.get(row.contractId);
      const result = tieOut(
        {
          sold: row.sold,
          billed: row.billed,
          ...untrackedOf(books, row),
          grid: contract?.periodType === undefined ? undefined : gridOf(contract),
          hasOpenTask: mine.some((task) => OPEN_STATES.some((state) => state === task.state)),
          hasIgnoredTask: mine.some((task) => task.state === 'ignored'),
        },
        connection.settings,
      );
      return viewOf(row, result);
    });
  }
}

/** What a product of a subscription is called on both sides. */
interface Owner {
  subscriptionId: string;
  productKey: string;
  productName: string;
}

/** The row of the line that holds the product's share; without one a row for the product itself. */
function rowOf(
  rows: Map<string, Row>,
  books: Books,
  contractsOf: ReadonlyMap<string, readonly number[]>,
  { subscriptionId, productKey, productName }: Owner,
): Row {
  const share = books.ledger.findLast(
    (step) => step.kind === 'share' && step.subscriptionId === subscriptionId && step.productKey === productKey,
  );
  const line = share && books.lines.find(({ id }) => id === share.contractServiceId);
  const contractId = line?.contractId ?? contractsOf.get(subscriptionId)?.at(-1) ?? null;
  const key = line ? `line ${line.id}` : `product ${contractId} ${productKey}`;
  return made(rows, key, { contractId, line, name: line?.invoiceDescription ?? productName, sold: [], billed: [] });
}

/** The row of whatever line an item bills. */
function lineRow(rows: Map<string, Row>, books: Books, item: BillingItem): Row {
  const line = books.lines.find(({ id }) => id === item.contractServiceId);
  const key = line ? `line ${line.id}` : `item ${item.contractId} ${item.name}`;
  const name = line?.invoiceDescription ?? item.name;
  return made(rows, key, { contractId: item.contractId, line, name, sold: [], billed: [] });
}

function made(rows: Map<string, Row>, key: string, fresh: Row): Row {
  const row = rows.get(key) ?? fresh;
  rows.set(key, row);
  return row;
}

/** Whose charge an item bills, by our key `{order}:{fee kind}:{10 of hash(subscription + product)}:{coverage start}`. */
function ownerOfCharge(
  tasks: readonly SyncTask[],
  { charges }: Books,
  { contractChargeId }: BillingItem,
): (Owner & { feeKind: string }) | undefined {
  const key = charges.get(contractChargeId ?? 0)?.internalPurchaseOrderNumber?.split(':') ?? [];
  const [, feeKind, hash] = key;
  if (feeKind === undefined || hash === undefined) return undefined;
  for (const { subscriptionId, order, subscription } of tasks)
    for (const { productKey, name } of [...(order?.items ?? []), ...subscription.items])
      if (hashOf(`${subscriptionId}\n${productKey}`, 10) === hash)
        return { subscriptionId, productKey, productName: name, feeKind };
  return undefined;
}

function sharesOn({ ledger }: Books, { line }: Row): { subscriptionId: string }[] {
  return ledger.flatMap(({ kind, contractServiceId, subscriptionId }) =>
    kind === 'share' && contractServiceId === line?.id && subscriptionId !== undefined ? [{ subscriptionId }] : [],
  );
}

/** Units nobody tracks and standing deductions on a row's line. */
function untrackedOf({ ledger }: Books, { line }: Row): { base: Step[]; deduction: Step[] } {
  const steps = ledger.filter((step) => step.contractServiceId === line?.id);
  const book = new LineLedger(steps, '');
  const shares = new Map(
    steps.flatMap(({ subscriptionId, productKey }) =>
      subscriptionId !== undefined && productKey !== undefined
        ? [[`${subscriptionId}\n${productKey}`, { subscriptionId, productKey }] as const]
        : [],
    ),
  );
  const deduction = sumOfSteps(
    [...shares.values()].map((one) => ({ steps: book.deduction(one.subscriptionId, one.productKey), sign: 1 })),
  );
  return { base: book.base(), deduction };
}

function viewOf({ contractId, line, name, sold, billed }: Row, result: ReturnType<typeof tieOut>): TieOutLineView {
  return {
    contractId,
    contractServiceId: line?.id ?? null,
    name,
    ...result,
    sold: sold.map(({ subscriptionId, productName, kind, date, quantity, unitPrice, amount, orderNumber }) => ({
      subscriptionId,
      productName,
      kind,
      date,
      quantity,
      unitPrice: unitPrice ?? null,
      amount,
      orderNumber: orderNumber ?? null,
    })),
    billed: billed.map((item) => ({
      billingItemId: item.id,
      kind: item.kind,
      feeKind: item.feeKind ?? null,
      date: item.itemDate,
      name: item.name,
      quantity: item.quantity,
      rate: item.rate,
      amount: cents(item.amount),
    })),
  };
}
