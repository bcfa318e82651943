import { Migration } from '@mikro-orm/migrations';

/**
 * The first schema. Every table of a tenant carries `installation_id` and every unique key contains it (DESIGN §5). The
 * partial unique indexes are the invariants: one running task per subscription, one `sending` operation per lane, one
 * enabled connection per currency, one open check per connection.
 */
export class Migration20261121120000Initial extends Migration {
  override up(): void {
    this.addSql(
      `create table "action_log_entry" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid null, "at" timestamptz not null, "actor" varchar(200) not null, "category" varchar(20) not null, "action" varchar(60) not null, "outcome" varchar(20) not null, "message" text not null, "task_id" uuid null, "subscription_id" varchar(100) null, "customer_id" varchar(100) null, "before" jsonb null, "after" jsonb null, "details" jsonb null, primary key ("id"));`,
    );
    this.addSql(`create index "action_log_list" on "action_log_entry" ("installation_id", "at");`);
    this.addSql(`create index "action_log_task" on "action_log_entry" ("installation_id", "task_id");`);
    this.addSql(
      `create table "autotask_product_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "product_id" int not null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "data" jsonb not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "autotask_product_mirror" add constraint "autotask_product_mirror_key" unique ("installation_id", "connection_id", "product_id");`,
    );
    this.addSql(
      `create table "billing_code_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "billing_code_id" int not null, "use_type" int not null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "data" jsonb not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "billing_code_mirror" add constraint "billing_code_mirror_key" unique ("installation_id", "connection_id", "billing_code_id");`,
    );
    this.addSql(
      `create table "company_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "company_id" int not null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "data" jsonb not null, primary key ("id"));`,
    );
    this.addSql(`create index "company_mirror_name" on "company_mirror" ("installation_id", "connection_id", "name");`);
    this.addSql(
      `alter table "company_mirror" add constraint "company_mirror_key" unique ("installation_id", "connection_id", "company_id");`,
    );
    this.addSql(
      `create table "connection" ("id" uuid not null, "installation_id" varchar(100) not null, "alias" varchar(100) not null, "currency" varchar(3) not null, "time_zone" varchar(100) not null, "enabled" boolean not null default true, "autotask_user_name" varchar(200) not null, "autotask_credentials" text not null, "credentials_version" int not null default 1, "marketplace_access" text not null, "settings" jsonb not null, "capabilities" jsonb not null, "paused_until" timestamptz null, "pause_code" varchar(60) null, "pause_attempts" int not null default 0, "high_water_mark" timestamptz null, "last_check_at" timestamptz null, "last_sweep_at" timestamptz null, "next_check_at" timestamptz null, "lease_owner" varchar(100) null, "lease_until" timestamptz null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `create unique index "connection_one_enabled_per_currency" on "connection" ("installation_id", "currency") where "enabled";`,
    );
    this.addSql(
      `create table "customer_mapping" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "customer_id" varchar(100) not null, "company_id" int not null, "mapped_by" varchar(200) not null, "mapped_at" timestamptz not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "customer_mapping_company" on "customer_mapping" ("installation_id", "connection_id", "company_id");`,
    );
    this.addSql(
      `alter table "customer_mapping" add constraint "customer_mapping_pair" unique ("installation_id", "connection_id", "customer_id", "company_id");`,
    );
    this.addSql(
      `create table "customer_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "customer_id" varchar(100) not null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "data" jsonb not null, "auto_sync" boolean not null default false, "mapping_version" int not null default 0, primary key ("id"));`,
    );
    this.addSql(
      `create index "customer_mirror_name" on "customer_mirror" ("installation_id", "connection_id", "name");`,
    );
    this.addSql(
      `alter table "customer_mirror" add constraint "customer_mirror_key" unique ("installation_id", "connection_id", "customer_id");`,
    );
    this.addSql(
      `create table "due_job" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "name" varchar(20) not null, "requested_at" timestamptz null, "not_before" timestamptz null, "claimed_by" varchar(100) null, "claimed_until" timestamptz null, primary key ("id"));`,
    );
    this.addSql(`create index "due_job_requested" on "due_job" ("requested_at");`);
    this.addSql(
      `alter table "due_job" add constraint "due_job_one" unique ("installation_id", "connection_id", "name");`,
    );
    this.addSql(
      `create table "fee_mapping" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "fee_kind" varchar(30) not null, "product_key" varchar(400) null, "billing_code_id" int null, "autotask_product_id" int null, "mapped_by" varchar(200) not null, "mapped_at" timestamptz not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create unique index "fee_mapping_kind" on "fee_mapping" ("installation_id", "connection_id", "fee_kind", coalesce("product_key", ''));`,
    );
    this.addSql(
      `create table "installation" ("id" varchar(100) not null, "account_id" varchar(100) not null, "account_name" varchar(200) not null, "marketplace_code" varchar(50) not null, "api_base_url" varchar(500) not null, "host_origin" varchar(500) not null, "time_zone" varchar(100) null, "status" varchar(20) not null, "shared_secret" text null, "marketplace_access" text null, "installed_by" varchar(200) null, "installed_at" timestamptz not null, "uninstalled_at" timestamptz null, "updated_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `create table "job" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "name" varchar(20) not null, "state" varchar(20) not null, "requested_by" varchar(200) not null, "requested_at" timestamptz not null, "started_at" timestamptz null, "finished_at" timestamptz null, "total" int not null default 0, "done" int not null default 0, "failed" int not null default 0, "returned" int not null default 0, "step" varchar(200) null, "payload" jsonb not null, "result" jsonb null, "failure" jsonb null, primary key ("id"));`,
    );
    this.addSql(`create index "job_list" on "job" ("installation_id", "connection_id", "name", "requested_at");`);
    this.addSql(
      `create unique index "job_one_open_check" on "job" ("installation_id", "connection_id", "name") where "state" in ('queued', 'running') and "name" in ('check', 'refresh');`,
    );
    this.addSql(
      `create table "lifecycle_event" ("id" varchar(200) not null, "installation_id" varchar(100) not null, "event_type" varchar(40) not null, "received_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `create table "line_ledger" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "contract_id" int not null, "contract_service_id" int not null, "kind" varchar(20) not null, "subscription_id" varchar(100) null, "product_key" varchar(400) null, "from_date" date not null, "quantity" int not null, "effective_date" date null, "seq" int not null, "task_id" uuid null, "operation_id" uuid null, "created_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "line_ledger_line" on "line_ledger" ("installation_id", "connection_id", "contract_id", "contract_service_id");`,
    );
    this.addSql(
      `create index "line_ledger_subscription" on "line_ledger" ("installation_id", "connection_id", "subscription_id");`,
    );
    this.addSql(
      `create table "line_price" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "contract_id" int not null, "contract_service_id" int not null, "from_date" date not null, "unit_price" numeric(18,6) null, "unit_cost" numeric(18,6) null, "seq" int not null, "task_id" uuid null, "operation_id" uuid null, "created_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "line_price_line" on "line_price" ("installation_id", "connection_id", "contract_id", "contract_service_id");`,
    );
    this.addSql(
      `create table "notification" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid null, "created_at" timestamptz not null, "level" varchar(20) not null, "code" varchar(60) not null, "message" text not null, "task_id" uuid null, "read_by" jsonb not null, primary key ("id"));`,
    );
    this.addSql(`create index "notification_list" on "notification" ("installation_id", "created_at");`);
    this.addSql(
      `create table "order_watch" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "order_id" varchar(100) not null, "order_number" varchar(100) not null, "status" varchar(20) not null, "subscription_id" varchar(100) null, "currency" varchar(3) null, "order_created_at" timestamptz not null, "first_seen_at" timestamptz not null, "next_read_at" timestamptz null, "outcome" varchar(20) null, "gave_up_at" timestamptz null, primary key ("id"));`,
    );
    this.addSql(
      `create index "order_watch_due" on "order_watch" ("installation_id", "connection_id", "next_read_at");`,
    );
    this.addSql(
      `alter table "order_watch" add constraint "order_watch_order" unique ("installation_id", "connection_id", "order_id");`,
    );
    this.addSql(
      `create table "product_mapping" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "product_key" varchar(400) not null, "service_id" int not null, "mapped_by" varchar(200) not null, "mapped_at" timestamptz not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "product_mapping_service" on "product_mapping" ("installation_id", "connection_id", "service_id");`,
    );
    this.addSql(
      `alter table "product_mapping" add constraint "product_mapping_product" unique ("installation_id", "connection_id", "product_key");`,
    );
    this.addSql(
      `create table "product_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "product_key" varchar(400) not null, "group_name" varchar(300) not null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "data" jsonb not null, "mapping_version" int not null default 0, primary key ("id"));`,
    );
    this.addSql(
      `alter table "product_mirror" add constraint "product_mirror_key" unique ("installation_id", "connection_id", "product_key");`,
    );
    this.addSql(
      `create table "service_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "service_id" int not null, "period_type" int null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "data" jsonb not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "service_mirror" add constraint "service_mirror_key" unique ("installation_id", "connection_id", "service_id");`,
    );
    this.addSql(
      `create table "subscription_mapping" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "subscription_id" varchar(100) not null, "contract_id" int not null, "contract_name" varchar(200) null, "mapped_by" varchar(200) not null, "mapped_at" timestamptz not null, "version" int not null default 1, primary key ("id"));`,
    );
    this.addSql(
      `create index "subscription_mapping_contract" on "subscription_mapping" ("installation_id", "connection_id", "contract_id");`,
    );
    this.addSql(
      `alter table "subscription_mapping" add constraint "subscription_mapping_one_contract" unique ("installation_id", "connection_id", "subscription_id");`,
    );
    this.addSql(
      `create table "subscription_mirror" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "subscription_id" varchar(100) not null, "customer_id" varchar(100) not null, "name" varchar(300) not null, "is_active" boolean not null, "read_at" timestamptz not null, "status" varchar(20) not null, "header_signature" varchar(500) not null, "data" jsonb not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "subscription_mirror_customer" on "subscription_mirror" ("installation_id", "connection_id", "customer_id");`,
    );
    this.addSql(
      `alter table "subscription_mirror" add constraint "subscription_mirror_key" unique ("installation_id", "connection_id", "subscription_id");`,
    );
    this.addSql(
      `create table "mirror_state" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "kind" varchar(30) not null, "read_at" timestamptz not null, "full_read_at" timestamptz not null, "changes_from" timestamptz null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "mirror_state" add constraint "mirror_state_kind" unique ("installation_id", "connection_id", "kind");`,
    );
    this.addSql(
      `create table "suggestion_rejection" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "customer_id" varchar(100) not null, "company_id" int not null, "rejected_by" varchar(200) not null, "rejected_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "suggestion_rejection" add constraint "suggestion_rejection_pair" unique ("installation_id", "connection_id", "customer_id", "company_id");`,
    );
    this.addSql(
      `create table "sync_operation" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "task_id" uuid not null, "subscription_id" varchar(100) not null, "operation_key" varchar(300) not null, "kind" varchar(30) not null, "sequence" int not null, "attempt" int not null, "lane" varchar(200) not null, "state" varchar(20) not null, "operation" jsonb not null, "call" jsonb not null, "pre_image" jsonb null, "post_image" jsonb null, "contract_id" int null, "contract_service_id" int null, "effective_date" date null, "sent_at" timestamptz not null, "settled_at" timestamptz null, "result_id" int null, "evidence" jsonb null, "resolved_by" varchar(200) null, "note" varchar(500) null, primary key ("id"));`,
    );
    this.addSql(
      `create index "sync_operation_task" on "sync_operation" ("installation_id", "connection_id", "task_id");`,
    );
    this.addSql(
      `create unique index "sync_operation_one_sending" on "sync_operation" ("installation_id", "connection_id", "lane") where "state" = 'sending';`,
    );
    this.addSql(
      `create index "sync_operation_adjustments" on "sync_operation" ("installation_id", "connection_id", "contract_service_id", "effective_date") where "state" = 'applied' and "contract_service_id" is not null;`,
    );
    this.addSql(
      `alter table "sync_operation" add constraint "sync_operation_attempt" unique ("installation_id", "task_id", "operation_key", "attempt");`,
    );
    this.addSql(
      `create table "sync_task" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "source_key" varchar(500) not null, "source" varchar(20) not null, "type" varchar(20) not null, "state" varchar(20) not null, "customer_id" varchar(100) not null, "customer_name" varchar(300) not null, "subscription_id" varchar(100) not null, "subscription_name" varchar(300) not null, "order_id" varchar(100) null, "order_number" varchar(100) null, "order" jsonb null, "subscription" jsonb not null, "usage" jsonb null, "effective_date" date not null, "order_created_at" timestamptz not null, "read_on" date not null, "required_actions" jsonb not null, "plan_summary" jsonb null, "confirmed_hash" varchar(64) null, "confirmed_by" varchar(200) null, "confirmed_at" timestamptz null, "choices" jsonb not null, "run_owner" varchar(100) null, "run_until" timestamptz null, "run_after" timestamptz null, "attempts" int not null default 0, "failure" jsonb null, "ignore_kind" varchar(20) null, "ignore_reason" varchar(500) null, "ignored_by" varchar(200) null, "ignored_at" timestamptz null, "superseded_by" uuid null, "synced_at" timestamptz null, "job_id" uuid null, "created_at" timestamptz not null, "updated_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(
      `create index "sync_task_list" on "sync_task" ("installation_id", "connection_id", "state", "effective_date", "order_created_at", "id");`,
    );
    this.addSql(
      `create index "sync_task_place" on "sync_task" ("installation_id", "connection_id", "effective_date", "order_created_at", "id");`,
    );
    this.addSql(
      `create index "sync_task_newest" on "sync_task" ("installation_id", "connection_id", "created_at", "id");`,
    );
    this.addSql(
      `create index "sync_task_open" on "sync_task" ("installation_id", "connection_id", "subscription_id", "effective_date", "order_created_at", (coalesce("order_number", '')), "id") where "state" in ('pending', 'action_required', 'ready', 'running', 'failed', 'uncertain');`,
    );
    this.addSql(
      `create index "sync_task_customer_name" on "sync_task" ("installation_id", "connection_id", (lower("customer_name")) text_pattern_ops);`,
    );
    this.addSql(
      `create index "sync_task_order_number" on "sync_task" ("installation_id", "connection_id", (lower("order_number")) text_pattern_ops);`,
    );
    this.addSql(
      `create index "sync_task_subscription_name" on "sync_task" ("installation_id", "connection_id", (lower("subscription_name")) text_pattern_ops);`,
    );
    this.addSql(
      `create index "sync_task_subscription" on "sync_task" ("installation_id", "connection_id", "subscription_id", "effective_date");`,
    );
    this.addSql(`create index "sync_task_order" on "sync_task" ("installation_id", "connection_id", "order_id");`);
    this.addSql(
      `create index "sync_task_customer" on "sync_task" ("installation_id", "connection_id", "customer_id");`,
    );
    this.addSql(
      `create unique index "sync_task_one_running" on "sync_task" ("installation_id", "connection_id", "subscription_id") where "state" = 'running';`,
    );
    this.addSql(
      `create index "sync_task_due" on "sync_task" ("installation_id", "connection_id", "effective_date") where "state" in ('ready', 'running') and "confirmed_hash" is not null;`,
    );
    this.addSql(
      `alter table "sync_task" add constraint "sync_task_source" unique ("installation_id", "connection_id", "source_key");`,
    );
    this.addSql(
      `create table "task_draft" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "task_id" uuid not null, "step" varchar(40) not null, "choices" jsonb not null, "version" int not null default 1, "updated_by" varchar(200) not null, "updated_at" timestamptz not null, primary key ("id"));`,
    );
    this.addSql(`alter table "task_draft" add constraint "task_draft_task" unique ("installation_id", "task_id");`);
  }
}
