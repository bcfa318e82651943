/** One customer mapped to one company. */
export interface CustomerCompanyPair {
  customerId: string;
  companyId: number;
}

/**
 * The pairs that make a mapping many-to-many (FEATURES MAP-3): both their customer and their company have further
 * partners. One customer with several companies and one company with several customers are fine; together they would
 * leave open whose bill a subscription belongs on.
 *
 * @param pairs the whole mapping as it would be; a pair given twice counts once.
 */
export function manyToManyPairs(pairs: Iterable<CustomerCompanyPair>): CustomerCompanyPair[] {
  const companiesOf = new Map<string, Set<number>>();
  const customersOf = new Map<number, Set<string>>();
  for (const { customerId, companyId } of pairs) {
    add(companiesOf, customerId, companyId);
    add(customersOf, companyId, customerId);
  }
  const found: CustomerCompanyPair[] = [];
  for (const [customerId, companyIds] of companiesOf) {
    if (companyIds.size < 2) continue;
    for (const companyId of companyIds)
      if ((customersOf.get(companyId)?.size ?? 0) > 1) found.push({ customerId, companyId });
  }
  return found;
}

function add<K, V>(groups: Map<K, Set<V>>, key: K, value: V): void {
  const group = groups.get(key);
  if (group) group.add(value);
  else groups.set(key, new Set([value]));
}
