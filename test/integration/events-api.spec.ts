import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChangeFeed } from '../../src/platform/events/change-feed.service.js';
import { ActionLog } from '../../src/modules/notification/action-log.service.js';
import { startTestApp, type TestApp } from '../support/test-app.js';

interface Heard {
  event: string;
  id: string;
  data: any;
}

const PATIENT = { timeout: 10_000 };

/** LOG-2, DESIGN §10: the page hears what changes while it is open. */
describe('the event stream', () => {
  let t: TestApp;
  let first: string;
  const second = 'EIN-0000-0000-0002';
  let connectionId: string;
  beforeAll(async () => {
    t = await startTestApp();
    first = await t.install();
    connectionId = await t.connect();
    // The sandbox has one reseller; the other one exists only here.
    await t.database.sql(
      `insert into installation select (jsonb_populate_record(null::installation, to_jsonb(i) || ?::jsonb)).*
       from installation i where id = ?`,
      [JSON.stringify({ id: second }), first],
    );
  });
  afterAll(async () => await t.close());

  /** Opens the stream and collects what it says until `enough`, or until it ends. */
  async function listen(
    installationId: string,
    enough: (heard: Heard[]) => boolean,
    options: { lastEventId?: string; ttlSeconds?: number; opened?: () => Promise<void> } = {},
  ): Promise<{ heard: Heard[]; ended: boolean }> {
    const { token } = await t.sandbox<{ token: string }>('marketplace', 'POST', '/token', {
      role: 'viewer',
      installationId,
      ...(options.ttlSeconds ? { ttlSeconds: options.ttlSeconds } : {}),
    });
    const stop = new AbortController();
    const response = await fetch(`${t.url}/api/v1/events`, {
      signal: AbortSignal.any([stop.signal, AbortSignal.timeout(20_000)]),
      headers: {
        authorization: `Bearer ${token}`,
        ...(options.lastEventId ? { 'last-event-id': options.lastEventId } : {}),
      },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const heard: Heard[] = [];
    let text = '';
    let opened = false;
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const fields = Object.fromEntries(
          text
            .slice(0, end)
            .split('\n')
            .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        heard.push({ event: fields.event!, id: fields.id!, data: JSON.parse(fields.data!) });
        text = text.slice(end + 2);
      }
      if (!opened) {
        opened = true;
        await options.opened?.();
      }
      if (enough(heard)) {
        stop.abort();
        return { heard, ended: false };
      }
    }
    return { heard, ended: true };
  }

  const changes = (heard: Heard[]) => heard.filter(({ event }) => event === 'change').map(({ data }) => data);
  const tell = async (installationId: string, message: string): Promise<void> =>
    await t.app.get(ActionLog, { strict: false }).record({
      installationId,
      actor: 'user-1',
      category: 'task',
      action: 'task.synced',
      outcome: 'ok',
      message,
      notify: { level: 'error', code: 'AUTOTASK_REJECTED' },
    });

  it('says which rows changed, to their own reseller only', async () => {
    const idOf = async (message: string): Promise<string> =>
      (await t.database.sql<{ id: string }>('select id from notification where message = ?', [message]))[0]!.id;
    let [ours, theirs] = ['', ''];
    const { heard } = await listen(first, (all) => ours !== '' && changes(all).some(({ ids }) => ids?.includes(ours)), {
      opened: async () => {
        await tell(second, 'of another reseller');
        await t.as('admin', first).patch(`/connections/${connectionId}`, { settings: { dailyHour: 9 } });
        await tell(first, 'ours');
        [ours, theirs] = [await idOf('ours'), await idOf('of another reseller')];
      },
    });
    expect(changes(heard)).toContainEqual({ kind: 'connection', connectionId, ids: [connectionId] });
    expect(changes(heard).flatMap(({ ids }) => ids)).not.toContain(theirs);
    expect(JSON.stringify(heard)).not.toContain('reseller');
  });

  it('goes on where a reader left, and says so where that place is forgotten', async () => {
    const before = await listen(first, (all) => all.length > 0);
    await tell(first, 'while away');
    const after = await listen(first, (all) => changes(all).length > 0, { lastEventId: before.heard[0]!.id });
    expect(changes(after.heard)).toMatchObject([{ kind: 'notification' }]);
    for (const lastEventId of ['not a place', '12.0.1000'])
      expect((await listen(first, (all) => all.length > 0, { lastEventId })).heard[0]!.event).toBe('reset');
  });

  it('ends with the token', async () => {
    const { heard, ended } = await listen(first, () => false, { ttlSeconds: 4 });
    expect(ended).toBe(true);
    expect(heard[0]!.event).toBe('hello');
  });

  it('never overtakes a transaction that is still open', async () => {
    const feed = t.app.get(ChangeFeed, { strict: false });
    const place = await feed.now();
    // A row as a slow transaction of another process will leave it: begun before, committed after a later one.
    await t.database.sql(
      `insert into change_event (installation_id, xact, kind, ids, created_at)
       values (?, pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 1000000000, 'task', '["later"]', now())`,
      [first],
    );
    await tell(first, 'committed');
    const kinds = async () => (await feed.since(first, place)).changes.map(({ kind }) => kind);
    // Whatever is open on the same server, other tests' transactions too, holds the reading back until it has ended.
    await expect.poll(kinds, PATIENT).toEqual(['notification']);
  });

  it('names no rows where a statement changed many', async () => {
    const feed = t.app.get(ChangeFeed, { strict: false });
    const place = await feed.now();
    await t.database.sql(
      `insert into notification (id, installation_id, created_at, level, code, message, read_by)
       select gen_random_uuid(), ?, now(), 'info', 'X', 'x', '[]' from generate_series(1, 101)`,
      [first],
    );
    await expect
      .poll(async () => (await feed.since(first, place)).changes, PATIENT)
      .toEqual([{ kind: 'notification', connectionId: null, ids: null }]);
  });
});
