import { Migration } from '@mikro-orm/migrations';

/** What a connection has read of the marketplace's usage reports. */
export class Migration20261121151100UsageMarks extends Migration {
  override up(): void {
    this.addSql(`alter table "connection" add column "usage_from" date null;`);
    this.addSql(`alter table "connection" add column "usage_reports_from" timestamptz null;`);
  }

  override down(): void {
    this.addSql(`alter table "connection" drop column "usage_from", drop column "usage_reports_from";`);
  }
}
