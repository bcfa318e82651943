import { api, ok } from '../api/client';
import { agreed, type CustomerEdit } from './customer-edits';

const SUGGESTIONS_A_PAGE = 200;

/**
 * The edits that agree to every unambiguous same-name suggestion, also of customers whose rows are not loaded, by
 * customer. @param isOut whether a customer is left out. @throws ApiProblem
 */
export async function sameNameEdits(
  conn: string,
  isOut: (customerId: string) => boolean,
): Promise<Record<string, CustomerEdit>> {
  const edits: Record<string, CustomerEdit> = {};
  for (let page = 1; ; page += 1) {
    const { items, total } = await ok(
      api.GET('/api/v1/connections/{connectionId}/customers/suggestions', {
        params: { path: { connectionId: conn }, query: { page, pageSize: SUGGESTIONS_A_PAGE } },
      }),
    );
    for (const one of items) {
      const { customerId, customerName, version } = one;
      if (!one.exact || one.ambiguous || isOut(customerId)) continue;
      const row = {
        customer: { id: customerId, name: customerName, externalId: null, status: 'active' as const },
        state: 'unmapped' as const,
        version,
        autoSync: false,
        mappings: [],
        suggestions: [one],
        rejected: [],
        broken: null,
      };
      edits[customerId] = agreed(row, one);
    }
    if (page * SUGGESTIONS_A_PAGE >= total) return edits;
  }
}
