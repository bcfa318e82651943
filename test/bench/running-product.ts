import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { openDatabase } from '../../config/mikro-orm.config.js';
import { Database } from '../../src/platform/database/database.js';
import type { Child } from '../crash/child.js';
import { Person } from '../crash/person.js';
import { freePorts, Stack } from '../crash/stack.js';

/** The compiled programs; `npm run bench` builds them beside this one. */
const BUILT = { folder: resolve(import.meta.dirname, '../..') };
const KEYS = `b1:${Buffer.alloc(32, 9).toString('base64')}`;

/** The product as a process of its own, installed and connected. */
export interface RunningProduct {
  /** The same database, for filling it. */
  database: Database;
  /** Processor time the product's process has used so far. */
  cpuMs(): number;
  /** Calls the API with an administrator's token. @throws Error for any answer from 400 on. */
  call(method: string, path: string, body?: unknown): Promise<any>;
}

/** Starts the product on a database of its own on that server, and removes both afterwards. */
export async function withProduct<T>(server: string, work: (product: RunningProduct) => Promise<T>): Promise<T> {
  const name = `psa_bench_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database "${name}"`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const stack = new BenchStack(url.href);
  let database: Database | undefined;
  try {
    await stack.start();
    const person = new Person(stack);
    await person.sandbox('marketplace', 'POST', '/install', { baseUrl: stack.url });
    database = new Database(await openDatabase({ url: url.href }));
    await connect(person);
    return await work({
      database,
      cpuMs: () => stack.cpuMs(),
      call: async (...request) => await person.call(...request),
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

/** One process that serves and works, on a PostgreSQL database. */
class BenchStack extends Stack {
  private app!: Child;

  constructor(private readonly databaseUrl: string) {
    super(BUILT);
  }

  protected async startProduct(): Promise<void> {
    const [port] = (await freePorts(1)).map(String);
    this.url = `http://127.0.0.1:${port}`;
    this.app = this.life('app', {
      PORT: port!,
      DATABASE_URL: this.databaseUrl,
      ENCRYPTION_KEYS: KEYS,
      LOG_LEVEL: 'info',
      NODE_ENV: 'production',
    });
    await this.answering(this.app, port!);
  }

  /** From /proc: in hundredths of a second. */
  cpuMs(): number {
    const fields = readFileSync(`/proc/${this.app.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  async killWriter(): Promise<void> {
    await this.app.kill();
  }

  async stopWriter(): Promise<() => void> {
    this.app.signal('SIGSTOP');
    return await Promise.resolve(() => this.app.signal('SIGCONT'));
  }

  async killAny(): Promise<void> {
    await this.app.kill();
  }

  protected productSaid(): string[] {
    return this.app.said;
  }

  protected async endProduct(): Promise<void> {
    await this.app?.kill();
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
