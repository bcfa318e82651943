import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { Database } from '../platform/database/database.js';
import { MarketplacePort } from '../ports/marketplace.port.js';
import { AutotaskClients } from './autotask/autotask-connections.js';
import { InstanceLimitsRegistry } from './autotask/instance-limits.js';
import { sharedLimits } from './autotask/shared-limits.js';
import { SimpleApiMarketplace } from './marketplace/simple-api.adapter.js';

/** On a server any number of processes may speak with one Autotask instance; the embedded database has only this one. */
function limits(config: AppConfig, database: Database): InstanceLimitsRegistry {
  if (!config.databaseUrl) return new InstanceLimitsRegistry();
  return new InstanceLimitsRegistry((instance) => sharedLimits(database, instance, config.autotask.timeoutMs));
}

/** Both remote systems, one client of each per process. */
@Global()
@Module({
  providers: [
    {
      provide: AutotaskClients,
      inject: [AppConfig, Database],
      useFactory: (config: AppConfig, database: Database) =>
        new AutotaskClients(config.autotask, limits(config, database)),
    },
    {
      provide: MarketplacePort,
      inject: [AppConfig],
      useFactory: (config: AppConfig) =>
        new SimpleApiMarketplace({
          allowedHosts: config.marketplace.allowedHosts,
          timeoutMs: config.autotask.timeoutMs,
        }),
    },
  ],
  exports: [AutotaskClients, MarketplacePort],
})
export class RemoteModule {}
