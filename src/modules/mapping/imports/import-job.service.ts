import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../../../../config/app-config.js';
import { SecretBox } from '../../../adapters/security/secret-box.js';
import { secretContext } from '../../../adapters/security/secret-contexts.js';
import { AutotaskError } from '../../../adapters/autotask/autotask.errors.js';
import { newCustomerOf, type ProfileInput } from '../../../domain/mapping/customer-profile.js';
import type { Customer, NewCustomer } from '../../../domain/marketplace/customer.js';
import { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import type { ClaimedJob } from '../../../platform/jobs/due-jobs.service.js';
import type { Job } from '../../../platform/jobs/job.entities.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import { DONE, HANDED_BACK, WorkerLoop, type RunContext, type RunOutcome } from '../../../platform/jobs/worker-loop.js';
import { Clock } from '../../../ports/clock.port.js';
import { MarketplaceError, MarketplacePort, type MarketplaceAccess } from '../../../ports/marketplace.port.js';
import { ConnectionAccess } from '../../installation/connection-access.service.js';
import { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { CustomerMappings } from '../customers/customer-mappings.service.js';
import { tenant } from '../list-query.js';
import { CUSTOMERS, customerRow } from '../mirror-tables.js';
import { upsertMirror } from '../mirror-writer.js';
import { lockMappings } from '../save/change-lock.js';
import { CompanyProfiles, type FreshProfile } from './company-profiles.service.js';

/** Companies whose profiles are read together. */
const PROFILES_AT_A_TIME = 100;
/** A creation that did not land is sent again so often in one run; then the row says why and waits to be asked again. */
const MAX_ATTEMPTS = 3;

interface ImportRow {
  id: string;
  companyId: number;
  companyName: string;
  state: 'queued' | 'sending';
  attempt: number;
  sentMsAgo: number | null;
  profile: ProfileInput | null;
  sealedAccess: string | null;
}

/** Why a company was not imported. */
interface Reason {
  code: string;
  message: string;
}

/**
 * The work behind the job `import` (FEATURES MAP-5). Each creation is written down before it is sent; one whose answer
 * is lost is proven by looking for a customer whose external id is the company's id (DESIGN §7), and only sent again when
 * there is none after the settle time. Creating and mapping are told apart, so a crash between the two maps what exists.
 */
@Injectable()
export class ImportJob implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly worker: WorkerLoop,
    private readonly jobs: JobRuns,
    private readonly profiles: CompanyProfiles,
    private readonly marketplace: MarketplacePort,
    private readonly access: ConnectionAccess,
    private readonly mappings: CustomerMappings,
    private readonly box: SecretBox,
    private readonly log: ActionLog,
    private readonly clock: Clock,
    private readonly config: AppConfig,
  ) {}

  onModuleInit(): void {
    this.worker.handle('import', async (job, context) => await this.work(job, context));
  }

  /** Works on the oldest open import of the connection. Safe to run again after a crash at any point. */
  async work(claimed: ClaimedJob, context: RunContext): Promise<RunOutcome> {
    const connection = await this.database
      .unit()
      .findOne(Connection, { id: claimed.connectionId, installationId: claimed.installationId });
    if (!connection) return DONE;
    for (;;) {
      const job = await this.jobs.openOne('import', connection);
      if (!job) return DONE;
      const outcome = await this.run(connection, job, context);
      if (outcome.kind !== 'done') return outcome;
    }
  }

  private async run(connection: Connection, job: Job, context: RunContext): Promise<RunOutcome> {
    await this.jobs.start(job);
    let waitMs: number | undefined;
    try {
      const access = this.access.marketplace(connection);
      // One reading instead of a look-up per company: who is there already, by the id that creations carry.
      const there = new Map(
        (await this.marketplace.customers(access)).flatMap((one): [string, Customer][] =>
          one.externalId === undefined ? [] : [[one.externalId, one]],
        ),
      );
      // Every row is taken up once a run; what cannot be proven yet is met again by the next.
      const seen = new Set<string>();
      for (;;) {
        const rows = (await this.open(connection, job)).filter(({ id }) => !seen.has(id)).slice(0, PROFILES_AT_A_TIME);
        if (rows.length === 0) break;
        const fresh = await this.fresh(connection, rows);
        for (const row of rows) {
          seen.add(row.id);
          if (context.signal.aborted) return HANDED_BACK;
          const wait = await this.take(connection, access, row, fresh.get(row.companyId), there);
          if (wait !== undefined) waitMs = Math.max(waitMs ?? 0, wait);
          if ((await this.report(connection, job)) === 'stopped') {
            await this.dropRest(connection, job);
            await this.end(connection, job);
            return DONE;
          }
        }
      }
    } catch (error) {
      // The whole job cannot go on: nothing is lost, every row keeps its state and says why it waits.
      if (!(error instanceof Problem || error instanceof AutotaskError || error instanceof MarketplaceError))
        throw error;
      await this.failRest(connection, job, { code: error.code, message: error.message });
    }
    // What was sent and not proven keeps the job open, however it came to that.
    if ((await this.open(connection, job)).length > 0) waitMs ??= this.config.autotask.settleMs;
    if (waitMs !== undefined) return { kind: 'again', at: new Date(this.clock.now().getTime() + waitMs) };
    await this.end(connection, job);
    return DONE;
  }

  /** One company. @returns milliseconds to wait when its outcome cannot be known before. */
  private async take(
    connection: Connection,
    access: MarketplaceAccess,
    row: ImportRow,
    fresh: FreshProfile | undefined,
    there: ReadonlyMap<string, Customer>,
  ): Promise<number | undefined> {
    const externalId = String(row.companyId);
    let { attempt } = row;
    let open = row.state === 'sending';
    let sentMsAgo = row.sentMsAgo ?? 0;
    let last: Reason | undefined;
    const present = there.get(externalId);
    if (present) return await this.settle(connection, row, present, false);
    for (;;) {
      if (open) {
        const [found] = await this.marketplace.customersByExternalId(access, externalId);
        if (found) return await this.settle(connection, row, found, true);
        const wait = this.config.autotask.settleMs - sentMsAgo;
        if (wait > 0) return wait + 50;
        open = false;
      }
      const against = reasonAgainst(fresh) ?? (attempt >= MAX_ATTEMPTS ? (last ?? NOT_LANDED) : undefined);
      if (against) return await this.fail(connection, row, against);
      const customer = newCustomerOf(row.companyId, fresh!.profile, this.accessOf(connection, row));
      attempt += 1;
      await this.database.sql(
        `update customer_import set state = 'sending', attempt = ?, sent_at = clock_timestamp()
         where installation_id = ? and connection_id = ? and id = ?`,
        [attempt, ...tenant(connection), row.id],
      );
      try {
        return await this.settle(connection, row, await this.marketplace.createCustomer(access, customer), true);
      } catch (error) {
        if (!(error instanceof MarketplaceError)) throw error;
        last = { code: error.code, message: error.message };
        if (error.mayHaveLanded) {
          open = true;
          sentMsAgo = 0;
          continue;
        }
        // Refused in words, or never sent: nothing was created. What another try may cure gets one.
        if (error.code === 'MARKETPLACE_REJECTED' || attempt >= MAX_ATTEMPTS)
          return await this.fail(connection, row, last);
        await new Promise((resolve) => setTimeout(resolve, error.retryAfterMs ?? 200 * attempt));
      }
    }
  }

  /** The customer exists: map it and close the row, in one transaction. */
  private async settle(
    connection: Connection,
    row: ImportRow,
    customer: Customer,
    created: boolean,
  ): Promise<undefined> {
    const readAt = this.clock.now();
    try {
      const changed = await this.database.transaction(async (em) => {
        await lockMappings(em, connection);
        await upsertMirror(em, connection, CUSTOMERS, [customerRow(customer)], readAt);
        const saved = await this.mappings.saveIn(
          em,
          connection,
          [{ customerId: customer.id, companyId: row.companyId, action: 'map' }],
          await this.requester(em, connection, row),
        );
        await em.execute(
          `update customer_import set state = 'imported', customer_id = ?, settled_at = clock_timestamp(), code = null,
                  message = null, sealed_access = null, profile = null
           where installation_id = ? and connection_id = ? and id = ?`,
          [customer.id, ...tenant(connection), row.id],
        );
        await this.log.record(
          {
            installationId: connection.installationId,
            connectionId: connection.id,
            actor: await this.requester(em, connection, row),
            category: 'mapping',
            action: 'customer.imported',
            outcome: 'ok',
            message: created
              ? `${row.companyName} was imported as customer ${customer.id}.`
              : `${row.companyName} is customer ${customer.id} already; it was mapped.`,
            customerId: customer.id,
            after: { companyId: row.companyId, customerId: customer.id },
          },
          em,
        );
        return saved;
      });
      await this.mappings.saved(connection, changed);
      return undefined;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // It exists, but a rule forbids the pair, e.g. the company went inactive meanwhile.
      return await this.fail(connection, row, {
        code: error.code,
        message: `The customer ${customer.id} exists but could not be mapped: ${error.message}`,
      });
    }
  }

  private async fail(connection: Connection, row: ImportRow, { code, message }: Reason): Promise<undefined> {
    await this.database.transaction(async (em) => {
      await em.execute(
        `update customer_import set state = 'failed', code = ?, message = ?, settled_at = clock_timestamp(),
                sealed_access = null
         where installation_id = ? and connection_id = ? and id = ?`,
        [code, message, ...tenant(connection), row.id],
      );
      await this.log.record(
        {
          installationId: connection.installationId,
          connectionId: connection.id,
          actor: await this.requester(em, connection, row),
          category: 'mapping',
          action: 'customer.import_failed',
          outcome: 'failed',
          message: `${row.companyName} was not imported. ${message}`,
          details: { companyId: row.companyId, code },
        },
        em,
      );
    });
    return undefined;
  }

  private async requester(em: ReturnType<Database['unit']>, connection: Connection, row: ImportRow): Promise<string> {
    const [found] = await em.execute<{ by: string }[]>(
      'select requested_by as by from customer_import where installation_id = ? and connection_id = ? and id = ?',
      [...tenant(connection), row.id],
    );
    return found!.by;
  }

  private async open(connection: Connection, job: Job): Promise<ImportRow[]> {
    return await this.database.sql<ImportRow>(
      `select id, company_id as "companyId", company_name as "companyName", state, attempt, profile,
              sealed_access as "sealedAccess",
              (extract(epoch from clock_timestamp() - sent_at) * 1000)::int as "sentMsAgo"
       from customer_import
       where installation_id = ? and connection_id = ? and job_id = ? and state in ('queued', 'sending')
       order by lower(company_name), company_id`,
      [...tenant(connection), job.id],
    );
  }

  /** What Autotask says of these companies now; one that is missing is gone or cannot be seen. */
  private async fresh(connection: Connection, rows: readonly ImportRow[]): Promise<Map<number, FreshProfile>> {
    const autotask = await this.access.autotask(connection);
    const companies = await autotask.companiesByIds(rows.map(({ companyId }) => companyId));
    const inputs = new Map(rows.flatMap((row) => (row.profile ? [[row.companyId, row.profile] as const] : [])));
    return new Map((await this.profiles.of(autotask, companies, inputs)).map((one) => [one.company.id, one]));
  }

  private accessOf(connection: Connection, { sealedAccess, companyId }: ImportRow): NewCustomer['access'] | undefined {
    if (sealedAccess === null) return undefined;
    const context = secretContext.customerAccess(connection.installationId, connection.id, companyId);
    return JSON.parse(this.box.open(sealedAccess, context)) as NewCustomer['access'];
  }

  private async counts(connection: Connection, job: Job): Promise<{ imported: number; failed: number }> {
    const [row] = await this.database.sql<{ imported: number; failed: number }>(
      `select (count(*) filter (where state = 'imported'))::int as imported,
              (count(*) filter (where state = 'failed'))::int as failed
       from customer_import where installation_id = ? and connection_id = ? and job_id = ?`,
      [...tenant(connection), job.id],
    );
    return row!;
  }

  private async report(connection: Connection, job: Job): Promise<string | undefined> {
    const { imported, failed } = await this.counts(connection, job);
    return await this.jobs.progress(job.id, job.installationId, {
      step: 'Importing customers',
      done: imported,
      failed,
    });
  }

  private async end(connection: Connection, job: Job): Promise<void> {
    const { imported, failed } = await this.counts(connection, job);
    await this.jobs.progress(job.id, job.installationId, { done: imported, failed });
    const notImported = await this.database.sql(
      `select company_id as "companyId", company_name as "companyName", code, message from customer_import
       where installation_id = ? and connection_id = ? and job_id = ? and state = 'failed'
       order by lower(company_name), company_id limit 1000`,
      [...tenant(connection), job.id],
    );
    await this.jobs.finish(job.id, job.installationId, { state: 'done', result: { imported, failed, notImported } });
  }

  private async dropRest(connection: Connection, job: Job): Promise<void> {
    const message = 'The import was stopped before its turn. Import it again.';
    await this.failRest(connection, job, { code: 'STOPPED', message });
  }

  /** Gives rows that nothing was sent for their reason; one that is `sending` stays, and the next import proves it. */
  private async failRest(connection: Connection, job: Job, { code, message }: Reason): Promise<void> {
    await this.database.sql(
      `update customer_import set state = 'failed', code = ?, message = ?, settled_at = clock_timestamp(), sealed_access = null
       where installation_id = ? and connection_id = ? and job_id = ? and state = 'queued'`,
      [code, message, ...tenant(connection), job.id],
    );
  }
}

const NOT_LANDED: Reason = {
  code: 'NOT_LANDED',
  message: 'The marketplace never confirmed it and does not have it. Import it again.',
};

function reasonAgainst(fresh: FreshProfile | undefined): Reason | undefined {
  if (!fresh) return { code: 'COMPANY_GONE', message: 'Autotask no longer shows this company. Refresh the lists.' };
  if (!fresh.company.isActive)
    return { code: 'COMPANY_INACTIVE', message: 'The company is inactive in Autotask. Activate it there first.' };
  if (!fresh.profile.complete)
    return {
      code: 'PROFILE_INCOMPLETE',
      message: `Missing: ${fresh.profile.missing.join(', ')}. Add it in Autotask or import the company by itself.`,
    };
  return undefined;
}
