import { Injectable, Logger } from '@nestjs/common';
import { LockMode } from '@mikro-orm/core';
import { SecretBox } from '../../adapters/security/secret-box.js';
import { secretContext } from '../../adapters/security/secret-contexts.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { DueJob } from '../../platform/jobs/job.entities.js';
import { Clock } from '../../ports/clock.port.js';
import { ActionLog } from '../notification/action-log.service.js';
import { Connection } from './connection.entity.js';
import { WITHOUT_SECRETS } from './connection-rows.js';
import { Installation, LifecycleEvent, type InstallationStatus } from './installation.entity.js';
import { InstallationErasure } from './installation-erasure.service.js';
import type { LifecycleBody } from './lifecycle.dto.js';
import { isTimeZone } from './time-zone.js';

/** What becomes of an installation as the host tells it (FEATURES INS-10). Takes verified events only. */
@Injectable()
export class LifecycleService {
  private readonly logger = new Logger(LifecycleService.name);

  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
    private readonly log: ActionLog,
    private readonly erasure: InstallationErasure,
    private readonly clock: Clock,
  ) {}

  /**
   * Applies an event exactly once: a second delivery, and one that a later event has overtaken, change nothing.
   *
   * @throws Problem INSTALLATION_UNKNOWN (404), INSTALLATION_ACCOUNT_MISMATCH, INSTALLATION_UNINSTALLED or
   *   INSTALLATION_NOT_UNINSTALLED (409); nothing is changed then, not even the event remembered.
   */
  async apply(event: LifecycleBody): Promise<void> {
    await this.database.transaction(async (em) => {
      if (!(await this.isFirstDelivery(em, event))) return;
      const installation = await em.findOne(
        Installation,
        { id: event.installationId },
        { lockMode: LockMode.PESSIMISTIC_WRITE },
      );
      if (installation && isOvertaken(event, installation)) {
        this.logger.warn({ eventId: event.eventId, eventType: event.eventType }, 'an overtaken event was left out');
        return;
      }
      await this.change(em, event, installation);
    });
  }

  private async change(em: Unit, event: LifecycleBody, installation: Installation | null): Promise<void> {
    switch (event.eventType) {
      case 'installed':
        return await this.install(em, event, installation);
      case 'enabled':
        return await this.setStatus(em, event, installation, 'enabled');
      case 'disabled':
        return await this.setStatus(em, event, installation, 'disabled');
      case 'uninstalled':
        return await this.uninstall(em, event, installation);
      case 'redact':
        await this.erasure.erase(em, installation, event.installationId);
        // Kept alone, so that the host may repeat its call and still get its 204.
        em.create(LifecycleEvent, this.record(event));
    }
  }

  private async install(em: Unit, event: LifecycleBody, known: Installation | null): Promise<void> {
    if (known && known.accountId !== event.account.id)
      throw new Problem(
        'conflict',
        'INSTALLATION_ACCOUNT_MISMATCH',
        'This installation belongs to another account, whose mappings would become visible. Nothing was changed.',
      );
    const { id } = known ?? { id: event.installationId };
    const values = {
      accountId: event.account.id,
      accountName: event.account.name,
      marketplaceCode: event.marketplaceCode,
      apiBaseUrl: event.apiBaseUrl,
      hostOrigin: event.hostOrigin,
      timeZone: isTimeZone(event.timeZone) ? event.timeZone : null,
      status: 'enabled' as const,
      sharedSecret: this.secrets.seal(event.sharedSecret!, secretContext.sharedSecret(id)),
      marketplaceAccess: event.marketplaceAccess
        ? this.secrets.seal(JSON.stringify(event.marketplaceAccess), secretContext.hostAccess(id))
        : null,
      installedBy: event.installedBy ?? null,
      installedAt: this.timeOf(event),
      uninstalledAt: null,
    };
    if (known) em.assign(known, values);
    else em.create(Installation, { id, ...values });
    const kept = known ? await em.count(Connection, { installationId: id }) : 0;
    await this.tell(
      em,
      event,
      kept > 0
        ? `Installed again for ${event.account.name}: ${kept} connection(s) with their mappings were found. A connection that was switched off at the uninstall needs its credentials again.`
        : `Installed for ${event.account.name}.`,
    );
  }

  private async setStatus(
    em: Unit,
    event: LifecycleBody,
    installation: Installation | null,
    status: InstallationStatus,
  ): Promise<void> {
    if (!installation)
      throw new Problem('notFound', 'INSTALLATION_UNKNOWN', 'This installation is not known here. Install it first.');
    if (installation.status === 'uninstalled') {
      if (status === 'disabled') return;
      throw new Problem(
        'conflict',
        'INSTALLATION_UNINSTALLED',
        'This installation was uninstalled and has no secret any more. Install it again instead.',
      );
    }
    if (installation.status === status) return;
    installation.status = status;
    await this.tell(
      em,
      event,
      status === 'enabled'
        ? 'Switched on in the marketplace; checks and syncs go on.'
        : 'Switched off in the marketplace; nothing is read or written until it is switched on again.',
    );
  }

  /** Secrets go at once and work stops; mappings, tasks and the log stay for the grace period. */
  private async uninstall(em: Unit, event: LifecycleBody, installation: Installation | null): Promise<void> {
    if (!installation) return;
    const { id: installationId } = installation;
    em.assign(installation, {
      status: 'uninstalled',
      uninstalledAt: this.timeOf(event),
      sharedSecret: null,
      marketplaceAccess: null,
    });
    const connections = await em.find(
      Connection,
      { installationId },
      { orderBy: { id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE },
    );
    for (const connection of connections)
      em.assign(connection, { ...WITHOUT_SECRETS, credentialsVersion: connection.credentialsVersion + 1 });
    await em.nativeDelete(DueJob, { installationId });
    await this.tell(
      em,
      event,
      'Uninstalled: secrets were deleted, connections switched off. Mappings and this log are kept for a while, in case it is installed again.',
    );
  }

  private async isFirstDelivery(em: Unit, event: LifecycleBody): Promise<boolean> {
    // One event of an installation after the other, also before it has a row that could be locked.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [event.installationId]);
    const { id, installationId, eventType, receivedAt } = this.record(event);
    const rows = await em.execute<{ id: string }[]>(
      `insert into lifecycle_event (id, installation_id, event_type, received_at) values (?, ?, ?, ?)
       on conflict (id) do nothing returning id`,
      [id, installationId, eventType, receivedAt],
    );
    return rows.length > 0;
  }

  private record(event: LifecycleBody) {
    const { eventId: id, installationId, eventType } = event;
    return { id, installationId, eventType, receivedAt: this.clock.now() };
  }

  /** The host's time, but never a future one: a host whose clock runs ahead must not make its next event look old. */
  private timeOf(event: LifecycleBody): Date {
    return new Date(Math.min(Date.parse(event.occurredAt), this.clock.now().getTime()));
  }

  private async tell(em: Unit, event: LifecycleBody, message: string): Promise<void> {
    await this.log.record(
      {
        installationId: event.installationId,
        actor: event.installedBy ?? 'marketplace',
        category: 'lifecycle',
        action: `installation.${event.eventType}`,
        outcome: 'ok',
        message,
        details: { eventId: event.eventId },
      },
      em,
    );
  }
}

/**
 * True when the event was delivered late and its opposite, which happened after it, has been applied: a retried
 * `uninstalled` must not undo the install that followed it, nor a retried `installed` the uninstall.
 */
function isOvertaken(event: LifecycleBody, installation: Installation): boolean {
  const occurredAt = Date.parse(event.occurredAt);
  if (event.eventType === 'uninstalled') return occurredAt < installation.installedAt.getTime();
  if (event.eventType === 'installed') return occurredAt < (installation.uninstalledAt?.getTime() ?? 0);
  return false;
}
