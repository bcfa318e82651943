import { Migration } from '@mikro-orm/migrations';

/**
 * A mapping remembers what both sides were called when somebody made it: a record that bears another name since may be
 * another one and is not used for a push until somebody looks (FEATURES MAP-4).
 */
export class Migration20261121183000MappedNames extends Migration {
  override up(): void {
    this.addSql(
      `alter table "customer_mapping" add column "customer_name" varchar(300) null, add column "company_name" varchar(300) null, add column "renamed" boolean not null default false;`,
    );
    this.addSql(
      `alter table "product_mapping" add column "product_name" varchar(300) null, add column "service_name" varchar(300) null;`,
    );
    this.addSql(`alter table "fee_mapping" add column "target_name" varchar(300) null;`);
    this.addSql(`alter table "subscription_mapping" add column "broken_because" jsonb null;`);
    this.addSql(`update "customer_mapping" m set "customer_name" = c."name" from "customer_mirror" c
      where c."installation_id" = m."installation_id" and c."connection_id" = m."connection_id" and c."customer_id" = m."customer_id";`);
    this.addSql(`update "customer_mapping" m set "company_name" = k."name" from "company_mirror" k
      where k."installation_id" = m."installation_id" and k."connection_id" = m."connection_id" and k."company_id" = m."company_id";`);
    this.addSql(`update "product_mapping" m set "product_name" = p."name" from "product_mirror" p
      where p."installation_id" = m."installation_id" and p."connection_id" = m."connection_id" and p."product_key" = m."product_key";`);
    this.addSql(`update "product_mapping" m set "service_name" = s."name" from "service_mirror" s
      where s."installation_id" = m."installation_id" and s."connection_id" = m."connection_id" and s."service_id" = m."service_id";`);
    this.addSql(`update "fee_mapping" f set "target_name" = b."name" from "billing_code_mirror" b
      where b."installation_id" = f."installation_id" and b."connection_id" = f."connection_id" and b."billing_code_id" = f."billing_code_id";`);
    this.addSql(`update "fee_mapping" f set "target_name" = a."name" from "autotask_product_mirror" a
      where a."installation_id" = f."installation_id" and a."connection_id" = f."connection_id" and a."product_id" = f."autotask_product_id";`);
  }

  override down(): void {
    this.addSql(
      `alter table "customer_mapping" drop column "customer_name", drop column "company_name", drop column "renamed";`,
    );
    this.addSql(`alter table "product_mapping" drop column "product_name", drop column "service_name";`);
    this.addSql(`alter table "fee_mapping" drop column "target_name";`);
    this.addSql(`alter table "subscription_mapping" drop column "broken_because";`);
  }
}
