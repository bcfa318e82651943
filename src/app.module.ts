import { Module, type DynamicModule } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import { HealthModule } from './platform/health/health.module.js';
import { PageModule } from './platform/http/page.module.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { PsaSyncModule } from './psa-sync.module.js';

/** The application as it is deployed: the product, its page, logs and health. */
@Module({})
export class AppModule {
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [LoggingModule.forRoot(), PsaSyncModule.forRoot(config), PageModule, HealthModule],
    };
  }
}
