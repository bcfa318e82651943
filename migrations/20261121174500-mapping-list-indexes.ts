import { Migration } from '@mikro-orm/migrations';

/**
 * Indexes behind the lists of customers, companies and suggestions: ten thousand of each are counted, searched by leading
 * characters and paged without looking at them all (FEATURES MAP-1).
 */
export class Migration20261121174500MappingListIndexes extends Migration {
  override up(): void {
    this.addSql(
      `create index "customer_mirror_standing" on "customer_mirror" ("installation_id", "connection_id", "standing", lower("name"), "customer_id") include ("suggested") where "standing" <> 'hidden';`,
    );
    this.addSql(
      `create index "customer_mirror_suggested" on "customer_mirror" ("installation_id", "connection_id", lower("name"), "customer_id") where "suggested";`,
    );
    this.addSql(
      `create index "customer_mirror_find_name" on "customer_mirror" ("installation_id", "connection_id", (lower("name")) text_pattern_ops) where "standing" <> 'hidden';`,
    );
    this.addSql(
      `create index "customer_mirror_find_id" on "customer_mirror" ("installation_id", "connection_id", (lower("customer_id")) text_pattern_ops) where "standing" <> 'hidden';`,
    );
    this.addSql(
      `create index "customer_mirror_find_external" on "customer_mirror" ("installation_id", "connection_id", (lower("data"->>'externalId')) text_pattern_ops) where "standing" <> 'hidden';`,
    );
    this.addSql(
      `create index "company_mirror_list" on "company_mirror" ("installation_id", "connection_id", lower("name"), "name", "id") where "is_active";`,
    );
    this.addSql(
      `create index "company_mirror_find_name" on "company_mirror" ("installation_id", "connection_id", (lower("name")) text_pattern_ops) where "is_active";`,
    );
    this.addSql(
      `create index "company_mirror_find_number" on "company_mirror" ("installation_id", "connection_id", (lower("data"->>'companyNumber')) text_pattern_ops) where "is_active";`,
    );
    this.addSql(
      `create index "company_mirror_inactive" on "company_mirror" ("installation_id", "connection_id", "company_id") where not "is_active";`,
    );
    this.addSql(
      `create index "customer_suggestion_shown" on "customer_suggestion" ("installation_id", "connection_id", "customer_id", "company_id") where "shown";`,
    );
    this.addSql(
      `create index "customer_suggestion_company" on "customer_suggestion" ("installation_id", "connection_id", "company_id");`,
    );
  }

  override down(): void {
    this.addSql('drop index "customer_mirror_standing";');
    this.addSql('drop index "customer_mirror_suggested";');
    this.addSql('drop index "customer_mirror_find_name";');
    this.addSql('drop index "customer_mirror_find_id";');
    this.addSql('drop index "customer_mirror_find_external";');
    this.addSql('drop index "company_mirror_list";');
    this.addSql('drop index "company_mirror_find_name";');
    this.addSql('drop index "company_mirror_find_number";');
    this.addSql('drop index "company_mirror_inactive";');
    this.addSql('drop index "customer_suggestion_shown";');
    this.addSql('drop index "customer_suggestion_company";');
  }
}
