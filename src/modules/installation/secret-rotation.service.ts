import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { SecretBox, SecretBoxError } from '../../adapters/security/secret-box.js';
import { secretContext } from '../../adapters/security/secret-contexts.js';
import { Database } from '../../platform/database/database.js';
import { Connection } from './connection.entity.js';
import { Installation } from './installation.entity.js';

/**
 * Seals every stored secret with the newest key after `ENCRYPTION_KEYS` got one, so that the old key can be dropped at the
 * start after the next (DESIGN §4). Several processes may do it at once: each row is replaced only if it is unchanged.
 */
@Injectable()
export class SecretRotation implements OnApplicationBootstrap {
  private readonly logger = new Logger(SecretRotation.name);

  constructor(
    private readonly database: Database,
    private readonly box: SecretBox,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sealAgain();
  }

  /** Returns how many secrets were sealed again. One that does not open is logged and left. */
  async sealAgain(): Promise<number> {
    const em = this.database.unit();
    let count = 0;
    for (const { id, sharedSecret, marketplaceAccess } of await em.find(Installation, {})) {
      const secret = this.renewed(sharedSecret, secretContext.sharedSecret(id), id);
      if (secret) count += await em.nativeUpdate(Installation, { id, sharedSecret }, { sharedSecret: secret });
      const access = this.renewed(marketplaceAccess, secretContext.hostAccess(id), id);
      if (access)
        count += await em.nativeUpdate(Installation, { id, marketplaceAccess }, { marketplaceAccess: access });
    }
    for (const { id, installationId, autotaskCredentials, marketplaceAccess } of await em.find(Connection, {})) {
      const user = this.renewed(autotaskCredentials, secretContext.autotask(installationId, id), installationId);
      if (user)
        count += await em.nativeUpdate(
          Connection,
          { id, installationId, autotaskCredentials },
          { autotaskCredentials: user },
        );
      const access = this.renewed(marketplaceAccess, secretContext.marketplace(installationId, id), installationId);
      if (access)
        count += await em.nativeUpdate(
          Connection,
          { id, installationId, marketplaceAccess },
          { marketplaceAccess: access },
        );
    }
    if (count > 0) this.logger.log({ count }, 'stored secrets were sealed with the newest key');
    return count;
  }

  private renewed(sealed: string | null | undefined, context: string, installationId: string): string | undefined {
    if (!sealed) return undefined;
    try {
      return this.box.isCurrent(sealed) ? undefined : this.box.seal(this.box.open(sealed, context), context);
    } catch (error) {
      if (!(error instanceof SecretBoxError)) throw error;
      this.logger.error({ err: error, installationId }, 'a stored secret does not open');
      return undefined;
    }
  }
}
