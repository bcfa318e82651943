import { Module } from '@nestjs/common';
import { InstallationModule } from '../installation/installation.module.js';
import { MappingModule } from '../mapping/mapping.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { ConnectionTasksController } from './api/connection-tasks.controller.js';
import { SubscriptionSyncController } from './api/subscription-sync.controller.js';
import { TasksController } from './api/tasks.controller.js';
import { BulkConfirmation } from './bulk-confirmation.service.js';
import { AttemptSettlement } from './execution/attempt-settlement.service.js';
import { ConnectionLeases } from './execution/connection-lease.service.js';
import { OperationJournal } from './execution/operation-journal.service.js';
import { OperationSender } from './execution/operation-sender.service.js';
import { RunnableTasks } from './execution/runnable-tasks.service.js';
import { ForgottenWork } from './execution/forgotten-work.service.js';
import { StrayAttempts } from './execution/stray-attempts.service.js';
import { SyncExecutor } from './execution/sync-executor.service.js';
import { TaskCompletion } from './execution/task-completion.service.js';
import { TaskExits } from './execution/task-exits.service.js';
import { TaskRunner } from './execution/task-runner.service.js';
import { TenantLessons } from './execution/tenant-lessons.service.js';
import { OperationResolution } from './operation-resolution.service.js';
import { PlanFacts } from './planning/plan-facts.service.js';
import { PlanKeeper } from './planning/plan-keeper.service.js';
import { PlanRecords } from './planning/plan-records.service.js';
import { TaskPlanner } from './planning/task-planner.service.js';
import { CustomerReconcileController } from './api/customer-reconcile.controller.js';
import { ReplanTriggers } from './replan-triggers.service.js';
import { RequestedTasks } from './requested-tasks.service.js';
import { SyncTaskStates } from './sync-task-states.js';
import { TaskContracts } from './task-contracts.service.js';
import { TaskConfirmation } from './task-confirmation.service.js';
import { TaskDrafts } from './task-drafts.service.js';
import { TaskIgnoring } from './task-ignoring.service.js';
import { TaskMappings } from './task-mappings.service.js';
import { TaskLookup } from './task-lookup.service.js';
import { TaskPlanning } from './task-planning.service.js';
import { TaskQueries } from './task-queries.service.js';
import { TaskSelection } from './task-selection.service.js';
import { TaskReplanner } from './task-replanner.service.js';

/** Tasks from plan to proof: planning, confirming, executing (FEATURES C, D). */
@Module({
  imports: [InstallationModule, MappingModule, NotificationModule],
  controllers: [ConnectionTasksController, TasksController, SubscriptionSyncController, CustomerReconcileController],
  providers: [
    SyncTaskStates,
    TaskLookup,
    TaskMappings,
    TaskQueries,
    TaskSelection,
    PlanRecords,
    PlanFacts,
    TaskPlanner,
    PlanKeeper,
    TaskPlanning,
    TaskContracts,
    TaskReplanner,
    ReplanTriggers,
    TaskConfirmation,
    BulkConfirmation,
    TaskDrafts,
    TaskIgnoring,
    OperationResolution,
    RequestedTasks,
    ConnectionLeases,
    OperationJournal,
    AttemptSettlement,
    OperationSender,
    TenantLessons,
    TaskExits,
    TaskRunner,
    TaskCompletion,
    RunnableTasks,
    StrayAttempts,
    ForgottenWork,
    SyncExecutor,
  ],
  exports: [SyncTaskStates, TaskReplanner],
})
export class SyncTaskModule {}
