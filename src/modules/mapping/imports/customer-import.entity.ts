import { defineEntity, p } from '@mikro-orm/core';
import type { ProfileInput } from '../../../domain/mapping/customer-profile.js';
import { connectionColumns } from '../../../platform/database/tenant-columns.js';

/**
 * `queued` waits for its turn, `sending` was written down before it was sent and has no outcome yet, `imported` is
 * proven and mapped, `failed` has a reason and may be asked for again.
 */
export type ImportState = 'queued' | 'sending' | 'imported' | 'failed';

const CustomerImportSchema = defineEntity({
  name: 'CustomerImport',
  tableName: 'customer_import',
  uniques: [{ name: 'customer_import_company', properties: ['installationId', 'connectionId', 'companyId'] }],
  indexes: [{ name: 'customer_import_job', properties: ['installationId', 'connectionId', 'jobId', 'state'] }],
  properties: {
    ...connectionColumns,
    companyId: p.integer(),
    companyName: p.string().length(300),
    jobId: p.uuid(),
    state: p.string().$type<ImportState>().length(10),
    attempt: p.integer().default(0),
    /** When the request went out (database time). */
    sentAt: p.datetime().nullable(),
    settledAt: p.datetime().nullable(),
    customerId: p.string().length(100).nullable(),
    /** Why it failed: our code, and a sentence with the marketplace's own words. */
    code: p.string().length(60).nullable(),
    message: p.text().nullable(),
    /** What a person filled in; never a password. */
    profile: p.json().$type<ProfileInput>().nullable(),
    /** Login and password, sealed; erased with the outcome. */
    sealedAccess: p.text().nullable(),
    requestedBy: p.string().length(200),
  },
});

/**
 * The journal of `createCustomer` (DESIGN §7): one row a company, so that a company becomes a customer at most once
 * however often and by whomever it is imported.
 */
export class CustomerImport extends CustomerImportSchema.class {}
CustomerImportSchema.setClass(CustomerImport);
