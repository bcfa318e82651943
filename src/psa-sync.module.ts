import { Module, type DynamicModule } from '@nestjs/common';
import type { AppConfig } from '../config/app-config.js';
import { AppConfigModule } from '../config/config.module.js';
import { ClockModule } from './adapters/clock/clock.module.js';
import { QueueModule } from './adapters/queue/queue.module.js';
import { RemoteModule } from './adapters/remote.module.js';
import { InsightsModule } from './modules/insights/insights.module.js';
import { InstallationModule } from './modules/installation/installation.module.js';
import { MappingModule } from './modules/mapping/mapping.module.js';
import { NotificationModule } from './modules/notification/notification.module.js';
import { ChangeCheckModule } from './modules/sync-task/change-check/change-check.module.js';
import { SyncTaskModule } from './modules/sync-task/sync-task.module.js';
import { TieOutModule } from './modules/tie-out/tie-out.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { JobsModule } from './platform/jobs/jobs.module.js';

/**
 * The product as one Nest module: what a Nest host imports. It brings its own database connection, queue and scheduler
 * and answers below the routes of docs/api.md.
 */
@Module({})
export class PsaSyncModule {
  /** @param config everything, from `loadConfig()`. */
  static forRoot(config: AppConfig): DynamicModule {
    return {
      module: PsaSyncModule,
      imports: [
        AppConfigModule.forRoot(config),
        DatabaseModule.forRoot(),
        ClockModule,
        RemoteModule,
        QueueModule.forRoot(config),
        JobsModule,
        EventsModule,
        NotificationModule,
        InstallationModule,
        MappingModule,
        SyncTaskModule,
        ChangeCheckModule,
        TieOutModule,
        InsightsModule,
      ],
    };
  }
}
