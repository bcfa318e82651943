import { addTo, billKey, type Bill } from '../oracle/sold.js';
import { exact, toCents } from '../oracle/money.js';
import type { Autotask, Reseller } from './reseller.js';

/** What Autotask has invoiced, per contract line and month, in the oracle's terms. */
export async function billedOf(reseller: Reseller, autotask: Autotask): Promise<Bill> {
  const bill: Bill = new Map();
  const products = await reseller.productOfService();
  const companies = new Set(reseller.customers.map(({ companyId }) => companyId));
  const numbers = new Map(autotask.contracts.map(({ id, contractNumber }) => [id, contractNumber]));
  for (const item of autotask.billingItems) {
    if (!companies.has(item.companyID)) continue;
    const product = item.serviceID === null ? productOfCharge(reseller, autotask, item) : products.get(item.serviceID);
    if (product === undefined) throw new Error(`Nobody sold what item ${item.id} (${item.itemName}) bills.`);
    addTo(
      bill,
      billKey(numbers.get(item.contractID)!, product, item.itemDate.slice(0, 7)),
      toCents(exact(item.extendedPrice)),
    );
  }
  return bill;
}

/** Which product a charge is for: the one its name ends with, among those its order's subscription ever held. */
function productOfCharge(
  reseller: Reseller,
  autotask: Autotask,
  { contractChargeID, companyID }: Autotask['billingItems'][number],
): string | undefined {
  const charge = autotask.contractCharges.find(({ id }) => id === contractChargeID);
  const customer = reseller.customers.find(({ companyId }) => companyId === companyID)!;
  const name = charge?.name.replace(/^[^:]+: /, '');
  const goods = customer.history.actions
    .flatMap((action) =>
      action.does === 'sale' || action.does === 'change'
        ? action.items.flatMap((item) => [item.goods, ...('to' in item && item.to ? [item.to] : [])])
        : [],
    )
    .find((one) => one.name === name);
  return goods && reseller.productId(goods);
}
