import { Migration } from '@mikro-orm/migrations';

/** Tables whose changes the page shows live, with the word it hears. */
const WATCHED: [table: string, kind: string, deletes: boolean][] = [
  ['sync_task', 'task', false],
  ['job', 'job', false],
  ['notification', 'notification', false],
  ['customer_mapping', 'mapping', true],
  ['product_mapping', 'mapping', true],
  ['fee_mapping', 'mapping', true],
  ['subscription_mapping', 'mapping', true],
];

/**
 * The feed behind `GET /events`. Triggers fill it, one row a statement and connection, so that no writer can forget it.
 * `xact` is the writing transaction: readers take only rows older than every transaction still open, which keeps a late
 * commit from being overtaken and missed.
 */
export class Migration20261121142600ChangeEvent extends Migration {
  override up(): void {
    this.addSql(
      `create table "change_event" ("id" bigserial primary key, "installation_id" varchar(100) not null, "connection_id" uuid null, "xact" bigint not null, "kind" varchar(20) not null, "ids" jsonb null, "created_at" timestamptz not null);`,
    );
    this.addSql(`create index "change_event_feed" on "change_event" ("installation_id", "xact", "id");`);
    this.addSql(`create index "change_event_age" on "change_event" ("created_at");`);
    // Erasing an uninstalled reseller must leave nothing behind, so what is erased is not announced.
    this.addSql(`create function "psa_note_change"() returns trigger language plpgsql as $psa$
      begin
        insert into change_event (installation_id, connection_id, xact, kind, ids, created_at)
        select c.installation_id, c.connection_id, pg_current_xact_id()::text::bigint, tg_argv[0],
               case when count(*) <= 100 then jsonb_agg(c.id) end, clock_timestamp()
        from changed c join installation i on i.id = c.installation_id and i.status <> 'uninstalled'
        group by c.installation_id, c.connection_id;
        return null;
      end $psa$;`);
    // A connection's row also carries leases, which are nobody's news.
    this.addSql(`create function "psa_note_connection"() returns trigger language plpgsql as $psa$
      begin
        insert into change_event (installation_id, connection_id, xact, kind, ids, created_at)
        select new.installation_id, new.id, pg_current_xact_id()::text::bigint, 'connection',
               jsonb_build_array(new.id), clock_timestamp()
        from installation i where i.id = new.installation_id and i.status <> 'uninstalled';
        return null;
      end $psa$;`);
    for (const [table, kind, deletes] of WATCHED) {
      for (const event of ['insert', 'update'])
        this.addSql(
          `create trigger "${table}_note_${event}" after ${event} on "${table}" referencing new table as changed for each statement execute function psa_note_change('${kind}');`,
        );
      if (deletes)
        this.addSql(
          `create trigger "${table}_note_delete" after delete on "${table}" referencing old table as changed for each statement execute function psa_note_change('${kind}');`,
        );
    }
    this.addSql(
      `create trigger "connection_note" after insert or update of alias, enabled, settings, paused_until, pause_code, last_check_at, next_check_at on "connection" for each row execute function psa_note_connection();`,
    );
  }
}
