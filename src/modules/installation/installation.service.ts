import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { notFound } from '../../platform/http/problem.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { ConnectionSecrets } from './connection-secrets.service.js';
import { Installation } from './installation.entity.js';
import type { MeView } from './installation.view.js';

/** Reads installations. */
@Injectable()
export class InstallationService {
  constructor(
    private readonly database: Database,
    private readonly secrets: ConnectionSecrets,
  ) {}

  /** An installation. @throws Problem NOT_FOUND. */
  async find(installationId: string): Promise<Installation> {
    const found = await this.database.unit().findOne(Installation, { id: installationId });
    if (!found) throw notFound('The installation');
    return found;
  }

  /** What a signed-in person may know about where they are. @throws Problem NOT_FOUND. */
  async me(caller: Caller): Promise<MeView> {
    const installation = await this.find(caller.installationId);
    const access = this.secrets.hostAccess(installation);
    return {
      installationId: installation.id,
      userId: caller.userId,
      role: caller.role,
      account: { id: installation.accountId, name: installation.accountName },
      marketplaceCode: installation.marketplaceCode,
      timeZone: installation.timeZone ?? null,
      marketplaceAccess: access
        ? { prefilled: true, baseUrl: access.baseUrl, user: access.user, marketplace: access.marketplace }
        : { prefilled: false },
    };
  }
}
