import { Decimal } from '../kit/decimal.js';
import type { ApiRow, Database } from './database.js';
import type { Currencies } from './money.js';
import { picklistOf } from './picklists.js';
import { known } from './entity-table.js';

/** One line of an invoice; money as decimal text with two places, quantity and rate as plain decimal text. */
interface InvoiceLine {
  billingItemID: number;
  billingItemType: number;
  type: string;
  itemDate: string;
  itemName: string;
  description: string;
  contractID: number;
  contractServiceID: number | null;
  contractChargeID: number | null;
  serviceID: number | null;
  quantity: string;
  rate: string;
  amount: string;
  nonBillable: boolean;
}

/** What one company is billed for, with the total of its lines. */
export interface Invoice {
  companyID: number;
  companyName: string;
  currency: string;
  total: string;
  lines: InvoiceLine[];
}

interface BillingItemRow extends ApiRow {
  companyID: number;
  billingItemType: number;
  itemDate: string;
  itemName: string;
  description: string;
  contractID: number;
  quantity: number;
  rate: number;
  totalAmount: number;
  nonBillable: number;
}

/**
 * Posted items as invoices would group them: per company, by item date, `from` and `to` inclusive days (each optional).
 * Companies without items are left out.
 */
export function invoices(
  database: Database,
  currencies: Currencies,
  wanted: { companyId?: number; from?: string; to?: string },
): Invoice[] {
  const type = known('BillingItems');
  const labels = new Map(
    picklistOf(type, type.byName.get('billingitemtype')!).map(({ value, label }) => [Number(value), label]),
  );
  const rows =
    wanted.companyId === undefined
      ? database.rows<BillingItemRow>('billingItems')
      : database.where<BillingItemRow>('billingItems', 'companyID', wanted.companyId);
  const byCompany = new Map<number, BillingItemRow[]>();
  for (const row of rows) {
    if (row.itemDate < (wanted.from ?? '') || row.itemDate > (wanted.to ?? '9999-12-31')) continue;
    byCompany.set(row.companyID, [...(byCompany.get(row.companyID) ?? []), row]);
  }
  return [...byCompany].map(([companyID, items]) => ({
    companyID,
    companyName: database.get<ApiRow & { companyName: string }>('companies', companyID)?.companyName ?? '',
    currency: currencies.ofCompany(companyID).name,
    total: items.reduce((sum, item) => sum.plus(Decimal.of(item.totalAmount)), Decimal.zero).toFixed(2),
    lines: items
      .toSorted((a, b) => a.itemDate.localeCompare(b.itemDate) || a.id - b.id)
      .map((item) => lineOf(item, labels.get(item.billingItemType) ?? '')),
  }));
}

function lineOf(item: BillingItemRow, type: string): InvoiceLine {
  return {
    billingItemID: item.id,
    billingItemType: item.billingItemType,
    type,
    itemDate: item.itemDate,
    itemName: item.itemName,
    description: item.description,
    contractID: item.contractID,
    contractServiceID: (item['contractServiceID'] ?? null) as number | null,
    contractChargeID: (item['contractChargeID'] ?? null) as number | null,
    serviceID: (item['serviceID'] ?? null) as number | null,
    quantity: Decimal.of(item.quantity).toString(),
    rate: Decimal.of(item.rate).toString(),
    amount: Decimal.of(item.totalAmount).toFixed(2),
    nonBillable: item.nonBillable === 1,
  };
}
