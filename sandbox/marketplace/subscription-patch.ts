import type { Store } from '../kit/store.js';
import { bool, day, decimal, findProduct, list, oneOf, strings } from './order-request.js';
import { SandboxProblem } from './problem.js';
import type { SubscriptionItem, SubscriptionRow, SubscriptionStatus } from './simple-api.types.js';

type Json = Record<string, unknown>;

const STATUSES = ['pending', 'active', 'hold', 'terminated', 'removed'] as const satisfies SubscriptionStatus[];

/**
 * The subscription with what the API's PATCH may change: `renewalStatus`, `attributes` (merged) and prices and costs
 * of its `products`. A price set this way is the customer's own and survives renewals.
 *
 * @throws SandboxProblem 400 naming what is wrong, also for a price in another currency.
 */
export function patchedByApi(row: SubscriptionRow, body: Json, store: Store, today: string): SubscriptionRow {
  const patched = list(body, 'products').reduce<SubscriptionRow>((now, wish) => withItem(now, wish, store), row);
  return {
    ...patched,
    lastModifiedDate: today,
    renewalStatus: bool(body, 'renewalStatus') ?? row.renewalStatus,
    attributes: { ...row.attributes, ...strings(body, 'attributes') },
  };
}

/**
 * As above, and what only the control endpoint may do: `status`, `renewalDate`, `expirationDate`, `creationDate`,
 * `name`, quantities; `unitPrice`, `unitCost` and `quantity` directly when there is one product.
 */
export function patchedByControl(row: SubscriptionRow, body: Json, store: Store, today: string): SubscriptionRow {
  const direct = Object.fromEntries(
    ['unitPrice', 'unitCost', 'quantity'].filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
  );
  const known = [
    'products',
    'renewalStatus',
    'attributes',
    'status',
    'renewalDate',
    'expirationDate',
    'creationDate',
    'name',
    'unitPrice',
    'unitCost',
    'quantity',
  ];
  const strange = Object.keys(body).filter((name) => !known.includes(name));
  if (strange.length > 0)
    throw new SandboxProblem(
      400,
      `A subscription has no ${strange.join(', ')} to set; it can take ${known.join(', ')}.`,
    );
  const wishes = Object.keys(direct).length > 0 ? { ...body, products: [direct, ...list(body, 'products')] } : body;
  const patched = patchedByApi(row, wishes, store, today);
  return {
    ...patched,
    name: typeof body['name'] === 'string' ? body['name'] : row.name,
    status: oneOf(body, 'status', STATUSES) ?? row.status,
    creationDate: day(body, 'creationDate') ?? row.creationDate,
    renewalDate: day(body, 'renewalDate') ?? row.renewalDate,
    expirationDate: day(body, 'expirationDate') ?? row.expirationDate,
    items: list(wishes, 'products').reduce((items, wish) => withQuantity(items, wish, patched, store), patched.items),
  };
}

function withItem(row: SubscriptionRow, wish: Json, store: Store): SubscriptionRow {
  const product = findProduct(wish, row, store);
  if (!row.items.some((item) => item.productId === product.id))
    throw new SandboxProblem(400, `Subscription ${row.id} does not hold product ${product.id}.`);
  const unitPrice = amount(wish, 'unitPrice', row.currency);
  const unitCost = amount(wish, 'unitCost', row.currency);
  const items = row.items.map((item): SubscriptionItem => {
    if (item.productId !== product.id) return item;
    const { tiers, ...flat } = item;
    return {
      ...flat,
      ...(tiers !== undefined && unitPrice === undefined ? { tiers } : {}),
      ...(unitPrice === undefined ? {} : { unitPrice, special: true }),
      ...(unitCost === undefined ? {} : { unitCost, special: true }),
    };
  });
  return { ...row, items };
}

function withQuantity(items: SubscriptionItem[], wish: Json, row: SubscriptionRow, store: Store): SubscriptionItem[] {
  if (wish['quantity'] === undefined) return items;
  const quantity = Number(wish['quantity']);
  if (!Number.isInteger(quantity) || quantity < 0)
    throw new SandboxProblem(400, 'quantity must be a whole number from 0.');
  const { id } = findProduct(wish, row, store);
  return items.map((item) => (item.productId === id ? { ...item, quantity } : item));
}

/** A price as text, number or money object; money in another currency is refused. */
function amount(wish: Json, name: string, currency: string): string | undefined {
  const value = wish[name];
  if (typeof value !== 'object' || value === null) return decimal(wish, name);
  const money = value as Json;
  if (money['currency'] !== undefined && money['currency'] !== currency)
    throw new SandboxProblem(400, `${name} must be in ${currency}.`);
  return decimal(money, 'amount');
}
