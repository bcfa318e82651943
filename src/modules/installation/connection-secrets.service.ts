import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import type { AutotaskCredentials } from '../../adapters/autotask/autotask.client.js';
import { SecretBox } from '../../adapters/security/secret-box.js';
import { secretContext } from '../../adapters/security/secret-contexts.js';
import { secretUnreadable } from './secret-unreadable.js';
import type { Connection } from './connection.entity.js';
import type { Installation } from './installation.entity.js';

/** An Autotask API user. Secret; never logged, never answered. */
export interface AutotaskUser {
  userName: string;
  secret: string;
}

/** Marketplace access as an administrator or the host gives it. Secret; never logged, never answered. */
export interface MarketplaceCredentials {
  baseUrl: string;
  user: string;
  password: string;
  subscriptionKey: string;
  marketplace: string;
}

type Row = Pick<Connection, 'id' | 'installationId'>;

/**
 * What to do with a secret that does not open any more (key dropped too early, row restored elsewhere): `throw` where it
 * is needed, `forget` where people look at the connection or enter it again.
 */
type WhenUnreadable = 'throw' | 'forget';

/** Seals and opens the secrets of connections; knows which context each belongs to. */
@Injectable()
export class ConnectionSecrets {
  private readonly logger = new Logger(ConnectionSecrets.name);

  constructor(
    private readonly box: SecretBox,
    private readonly config: AppConfig,
  ) {}

  /** What signs requests to Autotask for an API user: our tracking identifier goes with every one. */
  credentials(user: AutotaskUser): AutotaskCredentials {
    return { ...user, integrationCode: this.config.autotask.integrationCode };
  }

  /** The API user of a connection; undefined after its secrets were deleted. @throws Problem SECRET_UNREADABLE (503). */
  autotask(connection: Connection, whenUnreadable: WhenUnreadable = 'throw'): AutotaskUser | undefined {
    const { id, installationId, autotaskCredentials } = connection;
    return this.opened(autotaskCredentials, secretContext.autotask(installationId, id), whenUnreadable);
  }

  /** The marketplace access of a connection; undefined after its secrets were deleted. @throws Problem SECRET_UNREADABLE (503). */
  marketplace(connection: Connection, whenUnreadable: WhenUnreadable = 'throw'): MarketplaceCredentials | undefined {
    const { id, installationId, marketplaceAccess } = connection;
    return this.opened(marketplaceAccess, secretContext.marketplace(installationId, id), whenUnreadable);
  }

  /** The access the host sent at the install; undefined when it sent none or it does not open (FEATURES INS-12). */
  hostAccess(installation: Installation): MarketplaceCredentials | undefined {
    const { id, marketplaceAccess } = installation;
    return this.opened(marketplaceAccess ?? '', secretContext.hostAccess(id), 'forget');
  }

  /** Text for `connection.autotask_credentials`. */
  sealAutotask({ id, installationId }: Row, user: AutotaskUser): string {
    return this.box.seal(JSON.stringify(user), secretContext.autotask(installationId, id));
  }

  /** Text for `connection.marketplace_access`. */
  sealMarketplace({ id, installationId }: Row, access: MarketplaceCredentials): string {
    return this.box.seal(JSON.stringify(access), secretContext.marketplace(installationId, id));
  }

  private opened<T>(sealed: string, context: string, whenUnreadable: WhenUnreadable): T | undefined {
    if (sealed === '') return undefined;
    let text: string;
    try {
      text = this.box.open(sealed, context);
    } catch (error) {
      this.logger.error({ err: error as Error, context }, 'a stored secret does not open');
      if (whenUnreadable === 'forget') return undefined;
      throw secretUnreadable('A stored secret of this connection', error);
    }
    return JSON.parse(text) as T;
  }
}
