import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { freePorts } from '../../sandbox/kit/free-ports.js';
import { Database } from '../../src/platform/database/database.js';
import { Child, pause, until } from './child.js';
import { Stack } from './stack.js';

/** Worker processes. */
const WORKERS = 3;
/** Clocks of the workers, against the database's: as wrong as machines' are before anybody notices. */
const SKEWS_MS = [0, 90_000, -90_000];
const KEYS = `c1:${Buffer.alloc(32, 9).toString('base64')}`;

/** One web process and three workers on a PostgreSQL and a Redis that are this stack's alone. */
export class ServerStack extends Stack {
  private readonly postgres = new PostgresServer(join(this.folder, 'postgres'));
  private readonly redis = new RedisServer();
  private web!: Child;
  private readonly workers: { child: Child; port: string; skewMs: number }[] = [];
  private webPort = '';
  private database: Database | undefined;
  private isOver = false;

  protected async startProduct(): Promise<void> {
    // The data folder of the servers belongs to another user.
    chmodSync(this.folder, 0o755);
    await Promise.all([this.postgres.prepare(), this.redis.prepare()]);
    this.env = {
      ...this.env,
      DATABASE_URL: this.postgres.url,
      REDIS_URL: this.redis.url,
      ENCRYPTION_KEYS: KEYS,
    };
    const [webPort, ...ports] = (await freePorts(1 + WORKERS)).map(String);
    this.webPort = webPort!;
    this.url = `http://127.0.0.1:${webPort}`;
    await this.liveWeb();
    this.database = new Database(await openDatabase({ url: this.postgres.url }));
    for (const [index, port] of ports.entries())
      this.workers.push({ port, skewMs: SKEWS_MS[index % SKEWS_MS.length]!, child: this.web });
    await Promise.all(this.workers.map(async (_, index) => await this.liveWorker(index)));
  }

  /** SIGKILLs whoever holds a lease; without one, the first worker. */
  async killWriter(): Promise<void> {
    await this.killWorker(await this.writer());
  }

  async stopWriter(): Promise<() => void> {
    const { child } = this.workers[await this.writer()]!;
    child.signal('SIGSTOP');
    return () => child.signal('SIGCONT');
  }

  async killAny(which: number): Promise<void> {
    const index = which % (WORKERS + 1);
    if (index < WORKERS) await this.killWorker(index);
    else {
      await this.web.kill();
      this.revive(async () => await this.liveWeb());
    }
  }

  /** Ends a worker as an orchestrator does. @returns false when it did not end by itself. */
  async retire(): Promise<boolean> {
    const index = await this.writer();
    const ended = await this.workers[index]!.child.stop();
    this.revive(async () => await this.liveWorker(index));
    return ended;
  }

  /** As if the requests so far had been an hour ago: a budget counts those of its hour. */
  async forgetRequests(): Promise<void> {
    await this.database!.sql(`update request_budget set minutes = '{}', tenant_count = 0, sent_since_read = 0`);
  }

  /** Empties Redis under everybody's hands. */
  async flushRedis(): Promise<void> {
    await this.redis.flush();
  }

  /** Redis dies and comes back, empty, after so long. */
  async restartRedis(awayMs: number): Promise<void> {
    await this.redis.kill();
    this.revive(async () => {
      await pause(awayMs);
      await this.redis.run();
    });
  }

  /** The same, but nobody waits for it: work goes on meanwhile. */
  async restartRedisUnwatched(awayMs: number): Promise<void> {
    await this.redis.kill();
    void pause(awayMs).then(async () => {
      if (!this.isOver) await this.redis.run();
    });
  }

  /** False from Redis's end until it takes connections again. */
  get isRedisHere(): boolean {
    return this.redis.isHere;
  }

  /**
   * Takes the connections and their work out of the hands of whoever has them, without telling: another worker comes at
   * once, and until the first one notices both believe that they may write.
   */
  async race(): Promise<void> {
    await this.sql('update connection set lease_owner = null, lease_until = null where lease_owner is not null');
    await this.sql(
      'update due_job set claimed_by = null, claimed_until = null, not_before = null where claimed_by is not null',
    );
  }

  /** PostgreSQL dies as in a power cut and comes back. */
  async restartPostgres(): Promise<void> {
    await this.postgres.kill();
    await this.postgres.run();
  }

  /** One statement on the stack's database. */
  async sql<T>(statement: string, parameters: readonly unknown[] = []): Promise<T[]> {
    return await this.database!.sql<T>(statement, parameters);
  }

  protected productSaid(): string[] {
    return [this.web, ...this.workers.map(({ child }) => child)].flatMap(({ name, said }) =>
      said.map((line) => `${name}: ${line}`),
    );
  }

  protected async endProduct(): Promise<void> {
    this.isOver = true;
    await this.database?.close().catch(() => {});
    await Promise.all([this.web?.kill(), ...this.workers.map(async ({ child }) => await child.kill())]);
    await this.redis.kill();
    await this.postgres.kill();
  }

  private async liveWeb(): Promise<void> {
    this.web = this.life('web', { PSA_ROLE: 'web', PORT: this.webPort, SANDBOX: 'on' });
    await this.answering(this.web, this.webPort);
  }

  private async liveWorker(index: number): Promise<void> {
    const worker = this.workers[index]!;
    worker.child = this.life(
      `worker-${index + 1}`,
      { PSA_ROLE: 'worker', PORT: worker.port, CRASH_SKEW_MS: String(worker.skewMs) },
      ['--import', this.program('skewed-clock')],
    );
    await this.answering(worker.child, worker.port);
  }

  private async killWorker(index: number): Promise<void> {
    await this.workers[index]!.child.kill();
    this.revive(async () => await this.liveWorker(index));
  }

  /** Which worker holds a connection's lease: `host:pid:life:run`. */
  private async writer(): Promise<number> {
    const rows = await this.sql<{ owner: string }>(
      'select lease_owner as owner from connection where lease_owner is not null and lease_until > clock_timestamp()',
    ).catch(() => []);
    const pids = new Set(rows.map(({ owner }) => Number(owner.split(':')[1])));
    return Math.max(
      0,
      this.workers.findIndex(({ child }) => pids.has(child.pid)),
    );
  }
}

/** A PostgreSQL cluster of this process's own. */
class PostgresServer {
  private child: Child | undefined;
  private port = 0;

  constructor(private readonly folder: string) {}

  get url(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** @throws Error when PostgreSQL's programs are not installed. */
  async prepare(): Promise<void> {
    [this.port] = (await freePorts(1)) as [number];
    mkdirSync(this.folder, { recursive: true });
    if (owner.uid !== undefined) chownSync(this.folder, owner.uid, owner.gid);
    const initdb = Child.command(
      'initdb',
      join(binaries(), 'initdb'),
      ['-A', 'trust', '-U', 'postgres', '-N', '-D', this.folder],
      { ...owner, cwd: this.folder },
    );
    await initdb.ended;
    if (!existsSync(join(this.folder, 'PG_VERSION'))) throw new Error(`initdb: ${initdb.said.join('\n')}`);
    await this.run();
  }

  async run(): Promise<void> {
    const options = ['listen_addresses=127.0.0.1', `unix_socket_directories=`, 'fsync=off', 'max_connections=100'];
    this.child = Child.command(
      'postgres',
      join(binaries(), 'postgres'),
      ['-D', this.folder, '-p', String(this.port), ...options.flatMap((option) => ['-c', option])],
      { ...owner, cwd: this.folder },
    );
    await until('PostgreSQL answers', 60, async () => {
      if (this.child!.isOver) throw new Error(`postgres: ${this.child!.said.join('\n')}`);
      return await answers(this.url);
    });
  }

  /** All at once, nothing written back: what a power cut leaves. */
  async kill(): Promise<void> {
    this.child?.signal('SIGQUIT');
    await this.child?.ended;
  }
}

/** A Redis of this process's own, keeping nothing. */
class RedisServer {
  isHere = false;
  private child: Child | undefined;
  private port = 0;

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  async prepare(): Promise<void> {
    [this.port] = (await freePorts(1)) as [number];
    await this.run();
  }

  async run(): Promise<void> {
    const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.child = Child.command('redis', 'redis-server', ['--port', String(this.port), ...settings]);
    await until('Redis answers', 20, () => this.child!.said.some((line) => /ready to accept connections/i.test(line)));
    this.isHere = true;
  }

  async flush(): Promise<void> {
    await Child.command('redis-cli', 'redis-cli', ['-p', String(this.port), 'flushall']).ended;
  }

  async kill(): Promise<void> {
    this.isHere = false;
    await this.child?.kill();
  }
}

async function answers(url: string): Promise<boolean> {
  const orm = await openDatabase({ url });
  try {
    await orm.em.fork().getConnection().execute('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await orm.close(true).catch(() => {});
  }
}

/** PostgreSQL refuses to run as root, so it runs as its own user there. */
const owner = ((): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
})() as { uid: number; gid: number };

function binaries(): string {
  const versions = '/usr/lib/postgresql';
  const newest = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => Number(b) - Number(a))
        .find((version) => existsSync(join(versions, version, 'bin/initdb')))
    : undefined;
  if (!newest) throw new Error('PostgreSQL is not installed here; the crash harness runs one of its own.');
  return join(versions, newest, 'bin');
}
