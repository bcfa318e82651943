import { Migration } from '@mikro-orm/migrations';

/** Lists of open tasks in their order. */
export class Migration20261121150000OpenTaskPlace extends Migration {
  override up(): void {
    this.addSql(
      `create index "sync_task_open_place" on "sync_task" ("installation_id", "connection_id", "effective_date", "order_created_at", "id") where "state" in ('pending', 'action_required', 'ready', 'running', 'failed', 'uncertain');`,
    );
  }

  override down(): void {
    this.addSql('drop index "sync_task_open_place";');
  }
}
