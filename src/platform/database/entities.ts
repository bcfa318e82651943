import { CustomerImport } from '../../modules/mapping/imports/customer-import.entity.js';
import { RequestBudgetRow, RequestClaim, RequestSlot } from '../../adapters/autotask/request-limit.entities.js';
import { Connection } from '../../modules/installation/connection.entity.js';
import { Installation, LifecycleEvent } from '../../modules/installation/installation.entity.js';
import {
  CustomerMapping,
  CustomerSuggestion,
  FeeMapping,
  ProductMapping,
  SubscriptionMapping,
  SuggestionRejection,
} from '../../modules/mapping/mapping.entities.js';
import {
  AutotaskProductMirror,
  BillingCodeMirror,
  CompanyMirror,
  CustomerMirror,
  MirrorState,
  ProductMirror,
  ServiceMirror,
  SubscriptionMirror,
} from '../../modules/mapping/mirror.entities.js';
import { ActionLogEntry, Notification } from '../../modules/notification/notification.entities.js';
import { LineLedger, LinePrice, SyncOperation } from '../../modules/sync-task/sync-operation.entity.js';
import { OrderWatch, SyncTask, TaskDraft } from '../../modules/sync-task/sync-task.entity.js';
import { ChangeEvent } from '../events/change-event.entity.js';
import { DueJob, Job } from '../jobs/job.entities.js';

/** The one set of entities for both databases: an explicit list, no globs. */
export const ENTITIES = [
  Installation,
  LifecycleEvent,
  Connection,
  CustomerMirror,
  ProductMirror,
  SubscriptionMirror,
  CompanyMirror,
  ServiceMirror,
  BillingCodeMirror,
  AutotaskProductMirror,
  MirrorState,
  CustomerMapping,
  ProductMapping,
  FeeMapping,
  SubscriptionMapping,
  SuggestionRejection,
  CustomerSuggestion,
  CustomerImport,
  SyncTask,
  TaskDraft,
  OrderWatch,
  SyncOperation,
  LineLedger,
  LinePrice,
  DueJob,
  Job,
  ActionLogEntry,
  Notification,
  RequestSlot,
  RequestClaim,
  RequestBudgetRow,
  ChangeEvent,
];
