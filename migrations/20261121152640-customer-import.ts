import { Migration } from '@mikro-orm/migrations';

/** The journal of customers that are created in the marketplace from Autotask companies (FEATURES MAP-5). */
export class Migration20261121152640CustomerImport extends Migration {
  override up(): void {
    this.addSql(
      `create table "customer_import" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "company_id" int not null, "company_name" varchar(300) not null, "job_id" uuid not null, "state" varchar(10) not null, "attempt" int not null default 0, "sent_at" timestamptz null, "settled_at" timestamptz null, "customer_id" varchar(100) null, "code" varchar(60) null, "message" text null, "profile" jsonb null, "sealed_access" text null, "requested_by" varchar(200) not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "customer_import" add constraint "customer_import_company" unique ("installation_id", "connection_id", "company_id");`,
    );
    this.addSql(
      `create index "customer_import_job" on "customer_import" ("installation_id", "connection_id", "job_id", "state");`,
    );
  }
}
