import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../config/app-config.js';
import { MarketplacePort } from '../ports/marketplace.port.js';
import { AutotaskClients } from './autotask/autotask-connections.js';
import { SimpleApiMarketplace } from './marketplace/simple-api.adapter.js';

/** Both remote systems, one client of each per process. */
@Global()
@Module({
  providers: [
    {
      provide: AutotaskClients,
      inject: [AppConfig],
      useFactory: (config: AppConfig) => new AutotaskClients(config.autotask),
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
