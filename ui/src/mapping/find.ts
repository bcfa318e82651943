import { api, ok } from '../api/client';
import { currencyOf } from '../app/queries';
import * as format from '../format';
import { m } from '../messages';
import { companiesOf, namesOf, type CustomerRow } from './customer-edits';
import type { Choosable } from './picker';

/** A company that can be chosen, with the customers it stands for already. */
export interface FoundCompany extends Choosable {
  customerIds: string[];
}

/** A service that can be chosen, with the products it stands for already. */
export interface FoundService extends Choosable {
  productKeys: string[];
}

/** A customer of the marketplace that can be chosen, with its row of the list. */
export interface FoundCustomer extends Choosable<string> {
  row: CustomerRow;
}

type Found<T> = Promise<{ items: T[]; total: number }>;

/** What pickers of companies and of services name their lists by: one list, whichever screen has asked for it. */
export const companyLists = (conn: string): unknown[] => [conn, 'companies'];
export const serviceLists = (conn: string, periodType: number | null): unknown[] => [conn, 'services', periodType];

/** Active companies whose name or number begins with the text, at most fifty. */
export async function findCompanies(conn: string, search: string): Found<FoundCompany> {
  const { items, total } = await ok(
    api.GET('/api/v1/connections/{connectionId}/companies', {
      params: { path: { connectionId: conn }, query: { page: 1, pageSize: 50, ...(search ? { search } : {}) } },
    }),
  );
  return {
    total,
    items: items.map(({ id, name, companyNumber, city, customerIds }) => ({
      id,
      name,
      customerIds,
      hint: [
        companyNumber ?? m.common.companyNumber(id),
        city,
        customerIds.length > 0 ? m.customers.doubts.COMPANY_TAKEN : '',
      ]
        .filter((part) => part)
        .join(' · '),
    })),
  };
}

/** Customers whose name or id begins with the text, at most fifty. */
export async function findCustomers(conn: string, search: string): Found<FoundCustomer> {
  const { items, total } = await ok(
    api.GET('/api/v1/connections/{connectionId}/customers', {
      params: {
        path: { connectionId: conn },
        query: { page: 1, pageSize: 50, status: 'all', ...(search ? { search } : {}) },
      },
    }),
  );
  return {
    total,
    items: items.map((row) => ({
      id: row.customer.id,
      name: row.customer.name,
      row,
      hint: row.mappings.length > 0 ? m.customers.mappedTo(namesOf(companiesOf(row))) : row.customer.id,
    })),
  };
}

/** Services of a period whose name begins with the text, at most fifty. @param periodType null = of any */
export async function findServices(conn: string, periodType: number | null, search: string): Found<FoundService> {
  const [{ items, total }, currency] = await Promise.all([
    ok(
      api.GET('/api/v1/connections/{connectionId}/services', {
        params: {
          path: { connectionId: conn },
          query: {
            page: 1,
            pageSize: 50,
            ...(periodType === null ? {} : { periodType: periodType as 2 | 3 | 4 | 5 }),
            ...(search ? { search } : {}),
          },
        },
      }),
    ),
    currencyOf(conn),
  ]);
  return {
    total,
    items: items.map(({ id, name, unitPrice, sku, productKeys }) => ({
      id,
      name,
      productKeys,
      hint: m.products.serviceHint(`${format.price(unitPrice)} ${currency}`, sku ?? ''),
    })),
  };
}
