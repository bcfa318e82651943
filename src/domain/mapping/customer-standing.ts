import type { Customer } from '../marketplace/customer.js';

/**
 * True while the marketplace still serves a customer: such a one is offered for mapping (FEATURES MAP-4). A customer on
 * hold keeps its subscriptions and their bills; a cancelled or failed account, or a status nobody knows, is not offered.
 */
export function isServed({ status }: Pick<Customer, 'status'>): boolean {
  return status === 'active' || status === 'onHold' || status === 'pending';
}
