import { Injectable } from '@nestjs/common';
import type { Instant } from '../../domain/calendar/calendar-date.js';
import { Clock } from '../../ports/clock.port.js';
import { Database } from '../../platform/database/database.js';
import { ConnectionAccess } from '../installation/connection-access.service.js';
import type { Connection } from '../installation/connection.entity.js';
import { noteStandings } from './customers/customer-standings.js';
import {
  AUTOTASK_PRODUCTS,
  autotaskProductRow,
  BILLING_CODES,
  billingCodeRow,
  COMPANIES,
  companyRow,
  SERVICES,
  serviceRow,
} from './mirror-tables.js';
import {
  deactivateVanished,
  mirrorAges,
  noteMirrorRead,
  refuseSuddenEmptiness,
  upsertMirror,
  type MirrorRow,
  type MirrorTable,
} from './mirror-writer.js';
import type { MirrorKind } from './mirror.entities.js';

/** Whether to read everything even where the source could tell what changed. */
export interface RefreshOptions {
  full?: boolean;
}

/** A delta does not notice what was deleted, so everything is read again after this long. */
const FULL_READ_EVERY_MS = 24 * 3_600_000;
/** Autotask's clock and ours differ: a delta asks for a little more than it needs. */
const OVERLAP_MS = 15 * 60_000;

/** How one kind of record is read: everything, and what changed since an instant where the API can say so. */
interface Source {
  kind: MirrorKind;
  table: MirrorTable;
  what: string;
  all(): Promise<MirrorRow[]>;
  changedSince?(since: Instant): Promise<MirrorRow[]>;
}

/**
 * Copies of Autotask's companies, services, billing codes and products, for screens that call nobody (DESIGN §5). A push
 * re-reads what it relies on.
 *
 * Every method returns how many records were read and throws AutotaskError, or Problem MIRROR_EMPTY.
 */
@Injectable()
export class AutotaskMirror {
  constructor(
    private readonly database: Database,
    private readonly access: ConnectionAccess,
    private readonly clock: Clock,
  ) {}

  /** Companies: by `lastTrackedModifiedDateTime`, once a day everything. */
  async refreshCompanies(connection: Connection, options: RefreshOptions = {}): Promise<number> {
    const autotask = (await this.access.autotask(connection)).forRefreshing();
    const read = await this.refresh(connection, options, {
      kind: 'companies',
      table: COMPANIES,
      what: 'companies',
      all: async () => (await autotask.companies()).map(companyRow),
      changedSince: async (since) => (await autotask.companiesChangedSince(since)).map(companyRow),
    });
    // A company that went inactive breaks its customers' mappings.
    await noteStandings(this.database.unit(), connection);
    return read;
  }

  /** Services: by `lastModifiedDate`, once a day everything. */
  async refreshServices(connection: Connection, options: RefreshOptions = {}): Promise<number> {
    const autotask = (await this.access.autotask(connection)).forRefreshing();
    return await this.refresh(connection, options, {
      kind: 'services',
      table: SERVICES,
      what: 'services',
      all: async () => (await autotask.services()).map(serviceRow),
      changedSince: async (since) => (await autotask.servicesChangedSince(since)).map(serviceRow),
    });
  }

  /** Billing codes and Autotask products: few, and without a modified date, so always everything. */
  async refreshCatalogs(connection: Connection): Promise<number> {
    const autotask = (await this.access.autotask(connection)).forRefreshing();
    const codes = await this.refresh(
      connection,
      { full: true },
      {
        kind: 'billingCodes',
        table: BILLING_CODES,
        what: 'billing codes',
        all: async () => (await autotask.billingCodes()).map(billingCodeRow),
      },
    );
    const products = await this.refresh(
      connection,
      { full: true },
      {
        kind: 'autotaskProducts',
        table: AUTOTASK_PRODUCTS,
        what: 'products',
        all: async () => (await autotask.products()).map(autotaskProductRow),
      },
    );
    return codes + products;
  }

  private async refresh(connection: Connection, options: RefreshOptions, source: Source): Promise<number> {
    const readAt = this.clock.now();
    // Modified dates are stamped by Autotask, which in a rehearsal lives by the sandbox's clock.
    const startedAt = new Date(await this.clock.businessNow()).getTime();
    const age = (await mirrorAges(this.database, connection))[source.kind];
    const since = age?.changesFrom;
    const full =
      options.full === true ||
      source.changedSince === undefined ||
      since === undefined ||
      readAt.getTime() - age!.fullReadAt.getTime() >= FULL_READ_EVERY_MS;
    const rows = full ? await source.all() : await source.changedSince!(since.toISOString());
    if (full) await refuseSuddenEmptiness(this.database, connection, source.table, source.what, rows.length);
    await upsertMirror(this.database.unit(), connection, source.table, rows, readAt);
    if (full) await deactivateVanished(this.database, connection, source.table, readAt);
    await noteMirrorRead(this.database, connection, source.kind, {
      readAt,
      full,
      ...(source.changedSince ? { changesFrom: new Date(startedAt - OVERLAP_MS) } : {}),
    });
    return rows.length;
  }
}
