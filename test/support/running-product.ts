import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { freePorts } from '../../sandbox/kit/free-ports.js';
import { Database } from '../../src/platform/database/database.js';
import type { Child } from '../crash/child.js';
import { Person } from '../crash/person.js';
import { Stack } from '../crash/stack.js';

const KEYS = `b1:${Buffer.alloc(32, 9).toString('base64')}`;

/** The product in processes of its own, installed and connected. */
export interface RunningProduct {
  /** The same database, for filling it. */
  database: Database;
  /** Processor time the first process has used so far. */
  cpuMs(): number;
  /** Calls one process's API with an administrator's token. @throws Refused for any answer from 400 on. */
  call(method: string, path: string, body?: unknown, process?: number): Promise<any>;
}

/**
 * Starts the product on a database of its own on that server, and removes both afterwards.
 *
 * @param folder where `test/crash/processes` and the product are compiled.
 * @param processes how many serve and work side by side.
 */
export async function withProduct<T>(
  { server, folder, processes = 1 }: { server: string; folder: string; processes?: number },
  work: (product: RunningProduct) => Promise<T>,
): Promise<T> {
  const name = `psa_run_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const stack = new SideBySideStack(folder, url.href, processes);
  let database: Database | undefined;
  try {
    await stack.start();
    const persons = stack.urls.map((each) => new Person(stack.at(each)));
    await persons[0]!.sandbox('marketplace', 'POST', '/install', { baseUrl: stack.url });
    database = new Database(await openDatabase({ url: url.href }));
    await connect(persons[0]!);
    return await work({
      database,
      cpuMs: () => stack.cpuMs(),
      call: async (method, path, body, process = 0) => await persons[process]!.call(method, path, body),
    });
  } finally {
    await database?.close();
    await stack.end();
    await onServer(server, `drop database if exists "${name}" with (force)`);
  }
}

async function connect(person: Person): Promise<void> {
  const { credentials } = await person.sandbox('autotask', 'GET', '/state?collections=currencies');
  const { id } = await person.call('POST', '/connections', {
    alias: 'Bench',
    currency: 'EUR',
    timeZone: 'Europe/Berlin',
    autotask: { userName: credentials.userName, secret: credentials.secret },
  });
  const { jobId } = await person.call('POST', `/connections/${id}/refresh`);
  await person.job(jobId as string);
}

/** Processes that serve and work on one PostgreSQL database. */
class SideBySideStack extends Stack {
  readonly urls: string[] = [];
  private readonly apps: Child[] = [];

  constructor(
    folder: string,
    private readonly databaseUrl: string,
    private readonly processes: number,
  ) {
    super({ folder });
  }

  /** The same, seen by somebody who reaches another process. */
  at(url: string): Stack {
    return Object.create(this, { url: { value: url } }) as Stack;
  }

  protected async startProduct(): Promise<void> {
    for (const port of (await freePorts(this.processes)).map(String)) {
      this.urls.push(`http://127.0.0.1:${port}`);
      const app = this.life(`app-${this.apps.length + 1}`, {
        PORT: port,
        DATABASE_URL: this.databaseUrl,
        ENCRYPTION_KEYS: KEYS,
        LOG_LEVEL: 'info',
        NODE_ENV: 'production',
      });
      this.apps.push(app);
      await this.answering(app, port);
    }
    this.url = this.urls[0]!;
  }

  /** From /proc, in steps of ten. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.apps[0]!.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async killWriter(): Promise<void> {
    await this.apps[0]!.kill();
  }

  async stopWriter(): Promise<() => void> {
    this.apps[0]!.signal('SIGSTOP');
    return await Promise.resolve(() => this.apps[0]!.signal('SIGCONT'));
  }

  async killAny(which: number): Promise<void> {
    await this.apps[which % this.apps.length]!.kill();
  }

  protected productSaid(): string[] {
    return this.apps.flatMap(({ said }) => said);
  }

  protected async endProduct(): Promise<void> {
    await Promise.all(this.apps.map(async (app) => await app.kill()));
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const orm = await openDatabase({ url });
  try {
    await orm.em.fork().getConnection().execute(statement);
  } finally {
    await orm.close(true);
  }
}
