import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { AppConfig } from '../../../config/app-config.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { Clock } from '../../ports/clock.port.js';
import { Installation } from './installation.entity.js';

/**
 * Erases installations for good: when the host says so, or by itself once the grace period after an uninstall is over
 * (DESIGN §4 `REDACT_AFTER_HOURS`, FEATURES INS-10). Autotask's and the marketplace's own data stay as they are.
 */
@Injectable()
export class InstallationErasure {
  private readonly logger = new Logger(InstallationErasure.name);

  constructor(
    private readonly database: Database,
    private readonly config: AppConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Deletes every row of the installation in every table, inside the given transaction. Which tables have such rows is
   * read from the entities, so a new table cannot be forgotten. An installation that is not there is erased already.
   *
   * @throws Problem INSTALLATION_NOT_UNINSTALLED (409) while it is installed.
   */
  async erase(em: Unit, installation: Installation | null, installationId: string): Promise<void> {
    if (installation && installation.status !== 'uninstalled')
      throw new Problem(
        'conflict',
        'INSTALLATION_NOT_UNINSTALLED',
        'The installation is still in use, so nothing was erased. Uninstall it first.',
      );
    const tables = [...em.getMetadata().getAll().values()].filter((meta) => 'installationId' in meta.properties);
    for (const { class: entity } of tables) await em.nativeDelete(entity, { installationId });
    await em.nativeDelete(Installation, { id: installationId });
  }

  /** Erases what was uninstalled longer ago than the grace period. Returns the ids. Safe to run in several processes. */
  @Cron(CronExpression.EVERY_HOUR)
  async eraseExpired(): Promise<string[]> {
    const until = new Date(this.clock.now().getTime() - this.config.redactAfterMs);
    const due = await this.database.sql<{ id: string }>(
      `select id from installation where status = 'uninstalled' and uninstalled_at <= ?`,
      [until],
    );
    const erased: string[] = [];
    for (const { id } of due) if (await this.eraseStillExpired(id, until)) erased.push(id);
    if (erased.length > 0) this.logger.log({ erased }, 'installations erased after their grace period');
    return erased;
  }

  /** It may have been installed again since it was listed. */
  private async eraseStillExpired(id: string, until: Date): Promise<boolean> {
    return await this.database.transaction(async (em) => {
      const [row] = await em.execute<{ id: string }[]>(
        `select id from installation where id = ? and status = 'uninstalled' and uninstalled_at <= ? for update`,
        [id, until],
      );
      if (!row) return false;
      await this.erase(em, null, id);
      return true;
    });
  }
}
