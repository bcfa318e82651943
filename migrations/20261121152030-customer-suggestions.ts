import { Migration } from '@mikro-orm/migrations';

/**
 * Suggestions are computed once per refresh and stored, and each customer's place in the list (`standing`, `suggested`)
 * is stored beside its mirror: a list of ten thousand customers answers at once (FEATURES MAP-1, MAP-2).
 */
export class Migration20261121152030CustomerSuggestions extends Migration {
  override up(): void {
    this.addSql(
      `create table "customer_suggestion" ("id" uuid not null, "installation_id" varchar(100) not null, "connection_id" uuid not null, "customer_id" varchar(100) not null, "company_id" int not null, "score" int not null, "strength" int not null, "exact" boolean not null, "reasons" jsonb not null, "doubts" jsonb not null, "shown" boolean not null default false, "ambiguous_because" jsonb not null, primary key ("id"));`,
    );
    this.addSql(
      `alter table "customer_suggestion" add constraint "customer_suggestion_pair" unique ("installation_id", "connection_id", "customer_id", "company_id");`,
    );
    this.addSql(
      `alter table "customer_mirror" add column "standing" varchar(10) not null default 'hidden', add column "suggested" boolean not null default false;`,
    );
    this.addSql(
      `create index "customer_mirror_list" on "customer_mirror" ("installation_id", "connection_id", lower("name"), "customer_id") where "standing" <> 'hidden';`,
    );
    this.addSql(`update "customer_mirror" c set "standing" = case
      when exists (select 1 from "customer_mapping" m where m."installation_id" = c."installation_id" and m."connection_id" = c."connection_id" and m."customer_id" = c."customer_id")
        then case when c."is_active" and not exists (
          select 1 from "customer_mapping" m
          left join "company_mirror" k on k."installation_id" = m."installation_id" and k."connection_id" = m."connection_id" and k."company_id" = m."company_id"
          where m."installation_id" = c."installation_id" and m."connection_id" = c."connection_id" and m."customer_id" = c."customer_id" and k."is_active" is not true)
          then 'matched' else 'broken' end
      when c."is_active" then 'unmapped' else 'hidden' end;`);
  }
}
