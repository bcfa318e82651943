import { Injectable } from '@nestjs/common';
import { SecretBox } from '../../../adapters/security/secret-box.js';
import { secretContext } from '../../../adapters/security/secret-contexts.js';
import { accessFault } from '../../../domain/mapping/customer-profile.js';
import { Database, type Unit } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import { DueJobs } from '../../../platform/jobs/due-jobs.service.js';
import { JobRuns } from '../../../platform/jobs/job-runs.service.js';
import type { Connection } from '../../installation/connection.entity.js';
import { ActionLog } from '../../notification/action-log.service.js';
import { tenant } from '../list-query.js';
import { CompanyProfiles } from './company-profiles.service.js';
import type { ImportProfileDto, ImportRequestDto } from './import.dto.js';

/** Takes orders to import (FEATURES MAP-5); `ImportJob` carries them out. */
@Injectable()
export class CustomerImports {
  constructor(
    private readonly database: Database,
    private readonly profiles: CompanyProfiles,
    private readonly jobs: JobRuns,
    private readonly due: DueJobs,
    private readonly box: SecretBox,
    private readonly log: ActionLog,
  ) {}

  /**
   * Starts an import, or joins the running one when it already has all of these companies. What was imported before is
   * not imported again; what failed is tried anew.
   *
   * @returns the job's id. @throws Problem IMPORT_TARGET, IMPORT_PROFILE, LOGIN_UNFIT, COMPANY_UNKNOWN, COMPANY_MAPPED.
   */
  async request(connection: Connection, { companyIds, all, profile }: ImportRequestDto, by: string): Promise<string> {
    if ((companyIds === undefined) === (all === undefined))
      throw new Problem('invalid', 'IMPORT_TARGET', 'Name either companyIds or all, not both. Nothing was started.');
    if (profile && companyIds?.length !== 1)
      throw new Problem('invalid', 'IMPORT_PROFILE', 'A profile belongs to exactly one company. Nothing was started.');
    const sealed = profile ? this.seal(connection, companyIds![0]!, profile) : undefined;
    const importable = await this.profiles.all(connection);
    const wanted = all ? importable : await this.named(connection, companyIds!, importable);

    const envelope = {
      name: 'import',
      installationId: connection.installationId,
      connectionId: connection.id,
    } as const;
    const jobId = await this.database.transaction(async (em) => {
      const running = await this.running(em, connection, wanted);
      if (running) return running;
      // Ids only: neither what a person filled in nor a password belongs into a job.
      const job = await this.jobs.open('import', connection, by, { companies: wanted.length, all: all === true }, em);
      const queued = await this.queue(em, connection, job.id, wanted, by);
      if (profile) {
        const { login: _, password: __, ...input } = profile;
        await em.execute(
          `update customer_import set profile = ?::jsonb, sealed_access = ?
           where installation_id = ? and connection_id = ? and company_id = ? and job_id = ? and state = 'queued'`,
          [JSON.stringify(input), sealed ?? null, ...tenant(connection), companyIds![0]!, job.id],
        );
      }
      await em.execute('update job set total = ? where installation_id = ? and id = ?', [
        queued,
        connection.installationId,
        job.id,
      ]);
      await this.log.record(
        {
          installationId: connection.installationId,
          connectionId: connection.id,
          actor: by,
          category: 'mapping',
          action: 'import.requested',
          outcome: 'ok',
          message: `${queued} ${queued === 1 ? 'company' : 'companies'} to be imported as customers.`,
          details: { jobId: job.id },
        },
        em,
      );
      await this.due.mark(em, envelope);
      return job.id;
    });
    await this.due.announce(envelope);
    return jobId;
  }

  private seal(connection: Connection, companyId: number, { login, password }: ImportProfileDto): string | undefined {
    if (login === undefined && password === undefined) return undefined;
    if (login === undefined || password === undefined)
      throw new Problem('invalid', 'LOGIN_UNFIT', 'A login and a password go together. Nothing was started.');
    const fault = accessFault({ login, password });
    if (fault) throw new Problem('invalid', 'LOGIN_UNFIT', `${fault} Nothing was started.`);
    const context = secretContext.customerAccess(connection.installationId, connection.id, companyId);
    return this.box.seal(JSON.stringify({ login, password }), context);
  }

  private async named(
    connection: Connection,
    companyIds: readonly number[],
    importable: readonly { id: number; name: string }[],
  ): Promise<{ id: number; name: string }[]> {
    const known = new Map(importable.map((row) => [row.id, row]));
    const rest = companyIds.filter((id) => !known.has(id));
    if (rest.length > 0) {
      const rows = await this.database.sql<{ id: number; name: string; mapped: boolean }>(
        `select k.company_id as id, k.name, exists (
           select 1 from customer_mapping m where m.installation_id = k.installation_id
             and m.connection_id = k.connection_id and m.company_id = k.company_id) as mapped
         from company_mirror k where k.installation_id = ? and k.connection_id = ? and k.company_id in (?)`,
        [...tenant(connection), rest],
      );
      for (const id of rest) {
        const row = rows.find((one) => one.id === id);
        if (row && (await this.wasImported(connection, id))) continue;
        throw row?.mapped
          ? new Problem(
              'conflict',
              'COMPANY_MAPPED',
              `${row.name} is mapped to a customer already. Nothing was started.`,
            )
          : new Problem(
              'conflict',
              'COMPANY_UNKNOWN',
              `Company ${row?.name ?? id} is not an active customer in Autotask. Refresh and choose again; nothing was started.`,
            );
      }
    }
    return companyIds.flatMap((id) => known.get(id) ?? []);
  }

  private async wasImported(connection: Connection, companyId: number): Promise<boolean> {
    const rows = await this.database.sql(
      `select 1 from customer_import where installation_id = ? and connection_id = ? and company_id = ? and state = 'imported'`,
      [...tenant(connection), companyId],
    );
    return rows.length > 0;
  }

  /** The open job that has all of these companies before it, if there is one. */
  private async running(
    em: Unit,
    connection: Connection,
    wanted: readonly { id: number }[],
  ): Promise<string | undefined> {
    if (wanted.length === 0) return undefined;
    const rows = await em.execute<{ job_id: string; companies: number }[]>(
      `select i.job_id, count(*)::int as companies from customer_import i
       join job j on j.id = i.job_id and j.installation_id = i.installation_id and j.state in ('queued', 'running')
       where i.installation_id = ? and i.connection_id = ? and i.company_id in (?) and i.state in ('queued', 'sending')
       group by i.job_id`,
      [...tenant(connection), wanted.map(({ id }) => id)],
    );
    return rows.length === 1 && rows[0]!.companies === wanted.length ? rows[0]!.job_id : undefined;
  }

  /**
   * Puts companies before the job. One that another job has before it stays there; an unproven one is proven first by
   * whoever takes it up.
   */
  private async queue(
    em: Unit,
    connection: Connection,
    jobId: string,
    wanted: readonly { id: number; name: string }[],
    by: string,
  ): Promise<number> {
    const rows = await em.execute<{ id: string }[]>(
      `insert into customer_import
         (id, installation_id, connection_id, company_id, company_name, job_id, state, requested_by)
       select gen_random_uuid(), ?, ?, r.id, r.name, ?, 'queued', ?
       from jsonb_to_recordset(?::jsonb) as r(id int, name text)
       on conflict (installation_id, connection_id, company_id) do update
         set job_id = excluded.job_id, company_name = excluded.company_name, requested_by = excluded.requested_by,
             state = case when customer_import.state = 'sending' then 'sending' else 'queued' end,
             attempt = 0, code = null, message = null, profile = null, sealed_access = null
         where customer_import.state in ('failed', 'imported') or not exists (
           select 1 from job j where j.id = customer_import.job_id and j.installation_id = customer_import.installation_id
             and j.state in ('queued', 'running'))
       returning id`,
      [...tenant(connection), jobId, by, JSON.stringify(wanted)],
    );
    return rows.length;
  }
}
