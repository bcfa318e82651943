import { Migration } from '@mikro-orm/migrations';

/** Gate and budget of an Autotask instance over several processes. */
export class Migration20261121131500RequestLimits extends Migration {
  override up(): void {
    this.addSql(
      `create table "request_slot" ("instance" varchar(300) not null, "endpoint" varchar(100) not null, "slot" int not null, "holder" uuid null, "held_until" timestamptz not null, primary key ("instance", "endpoint", "slot"));`,
    );
    this.addSql(
      `create table "request_claim" ("instance" varchar(300) not null, "endpoint" varchar(100) not null, "rank" int not null, "claimed_until" timestamptz not null, primary key ("instance", "endpoint", "rank"));`,
    );
    this.addSql(
      `create table "request_budget" ("instance" varchar(300) not null, "minutes" jsonb not null default '{}', "request_limit" int not null default 10000, "time_frame_minutes" int not null default 60, "tenant_count" int not null default 0, "sent_since_read" int not null default 0, "refresh_at" timestamptz not null, primary key ("instance"));`,
    );
  }
}
