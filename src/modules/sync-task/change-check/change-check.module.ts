import { Module, type OnModuleInit } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { WorkerLoop } from '../../../platform/jobs/worker-loop.js';
import { InstallationModule } from '../../installation/installation.module.js';
import { MappingModule } from '../../mapping/mapping.module.js';
import { RefreshJob } from '../../mapping/refresh-job.service.js';
import { NotificationModule } from '../../notification/notification.module.js';
import { SyncTaskModule } from '../sync-task.module.js';
import { TaskReplanner } from '../task-replanner.service.js';
import { AfterCheck } from './after-check.js';
import { ChangeCheckController } from './change-check.controller.js';
import { ChangeCheckService } from './change-check.service.js';
import { CheckReport } from './check-report.service.js';
import { CheckRequests } from './check-requests.service.js';
import { CheckScheduler } from './check-scheduler.service.js';
import { CustomerNames } from './customer-names.service.js';
import { Dashboard } from './dashboard.service.js';
import { OrderIntake } from './order-intake.service.js';
import { OrderMapping } from './order-mapping.service.js';
import { OrderNotes } from './order-notes.service.js';
import { OrderReader } from './order-reader.service.js';
import { SubscriptionMemory } from './subscription-memory.service.js';
import { SubscriptionSweep } from './subscription-sweep.service.js';
import { TaskWriter } from './task-writer.service.js';
import { UsageIntake } from './usage-intake.service.js';

/** Change checks (FEATURES C, DESIGN §8). The only place that registers Nest's scheduler. */
@Module({
  imports: [ScheduleModule.forRoot(), InstallationModule, MappingModule, NotificationModule, SyncTaskModule],
  controllers: [ChangeCheckController],
  providers: [
    ChangeCheckService,
    CheckReport,
    CheckRequests,
    CheckScheduler,
    CustomerNames,
    Dashboard,
    OrderIntake,
    OrderMapping,
    OrderNotes,
    OrderReader,
    SubscriptionMemory,
    SubscriptionSweep,
    TaskWriter,
    UsageIntake,
    {
      provide: AfterCheck,
      inject: [TaskReplanner, OrderMapping, RefreshJob],
      useFactory: (replanner: TaskReplanner, mapping: OrderMapping, lists: RefreshJob): AfterCheck => ({
        replan: async (connection, subscriptionIds) => {
          await mapping.apply(connection);
          await replanner.replanOpen(connection, subscriptionIds);
        },
        swept: async (connection) => await lists.requestIfOld(connection),
      }),
    },
  ],
})
export class ChangeCheckModule implements OnModuleInit {
  constructor(
    private readonly loop: WorkerLoop,
    private readonly checks: ChangeCheckService,
  ) {}

  onModuleInit(): void {
    this.loop.handle('check', async (job, context) => await this.checks.run(job, context));
  }
}
