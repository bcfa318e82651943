import { setTimeout as wait } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadConfig } from '../../config/app-config.js';
import { AppModule } from '../../src/app.module.js';
import { Database } from '../../src/platform/database/database.js';
import { configureApp } from '../../src/platform/http/configure-app.js';
import { freePorts } from '../../sandbox/kit/free-ports.js';
import { startSandboxes, type RunningSandboxes } from '../../sandbox/start.js';
import { freshLocation } from './test-database.js';

/** An answer of the API. */
export interface Answer<T = any> {
  status: number;
  body: T;
  headers: Headers;
}

/** Calls in the name of one installation and role. */
export interface Api {
  get<T = any>(path: string): Promise<Answer<T>>;
  post<T = any>(path: string, body?: unknown): Promise<Answer<T>>;
  put<T = any>(path: string, body?: unknown): Promise<Answer<T>>;
  patch<T = any>(path: string, body?: unknown): Promise<Answer<T>>;
  delete<T = any>(path: string): Promise<Answer<T>>;
}

/** The whole product and both sandboxes, in this process, on free ports. */
export interface TestApp {
  url: string;
  sandboxes: RunningSandboxes;
  database: Database;
  app: NestExpressApplication;
  /** Control calls of a sandbox: `sandbox('autotask', 'GET', '/state')`. */
  sandbox<T = any>(which: 'autotask' | 'marketplace', method: string, path: string, body?: unknown): Promise<T>;
  /** Installs the extension from the sandbox's catalogue; returns the installation's id. */
  install(): Promise<string>;
  /** An API client with fresh tokens of that role. */
  as(role: 'viewer' | 'operator' | 'admin', installationId?: string): Api;
  /** A connection to the sandbox Autotask in that currency, its first lists read; returns its id. */
  connect(currency?: string, settings?: Record<string, unknown>): Promise<string>;
  /** Waits until a job has ended and returns it. Fails after `seconds`. */
  job(jobId: string, seconds?: number): Promise<any>;
  /** Waits until the condition holds. Fails after `seconds` with the last value seen. */
  until<T>(read: () => Promise<T>, holds: (value: T) => boolean, seconds?: number): Promise<T>;
  close(): Promise<void>;
}

/** Boots everything. @param env variables on top of the test defaults. */
export async function startTestApp(env: Record<string, string> = {}): Promise<TestApp> {
  const location = await freshLocation();
  const [port] = (await freePorts(1)) as [number];
  const url = `http://127.0.0.1:${port}`;
  const sandboxes = await startSandboxes({ autotaskPort: 0, marketplacePort: 0, extensionUrl: () => url });
  const redis = process.env.REDIS_URL;
  const config = loadConfig({
    PORT: String(port),
    SANDBOX_AUTOTASK_PORT: String(sandboxes.autotask.port),
    SANDBOX_MARKETPLACE_PORT: String(sandboxes.marketplace.port),
    AUTOTASK_TIMEOUT_SECONDS: '4',
    AUTOTASK_SETTLE_SECONDS: '4',
    LEASE_SECONDS: '12',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    ...(redis ? { REDIS_URL: redis } : {}),
    ...location.env,
    ...env,
  });
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    bufferLogs: false,
    rawBody: true,
    abortOnError: false,
    ...(process.env.TEST_LOG_LEVEL ? {} : { logger: false as const }),
  });
  configureApp(app);
  await app.listen(port, '127.0.0.1');
  // On a busy machine a connection closed for being idle is one that a request has just been sent on.
  app.getHttpServer().keepAliveTimeout = 0;

  let installed: string | undefined;

  async function sandbox<T>(
    which: 'autotask' | 'marketplace',
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> {
    const response = await fetch(`${sandboxes[which].origin}/_sandbox${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`sandbox ${which} ${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  function as(role: string, installationId?: string): Api {
    const call =
      (method: string) =>
      async (path: string, body?: unknown): Promise<Answer> => {
        const { token } = await sandbox<{ token: string }>('marketplace', 'POST', '/token', {
          role,
          installationId: installationId ?? installed,
        });
        const response = await fetch(`${url}/api/v1${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await response.text();
        const json = /json/.test(response.headers.get('content-type') ?? '');
        return {
          status: response.status,
          body: json ? (JSON.parse(text) as unknown) : text,
          headers: response.headers,
        };
      };
    return {
      get: call('GET'),
      post: call('POST'),
      put: call('PUT'),
      patch: call('PATCH'),
      delete: call('DELETE'),
    };
  }

  async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean, seconds = 20): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const value = await read();
      if (holds(value)) return value;
      if (Date.now() > deadline) throw new Error(`not reached within ${seconds} s: ${JSON.stringify(value)}`);
      await wait(25);
    }
  }

  return {
    url,
    sandboxes,
    app,
    database: app.get(Database),
    sandbox,
    as,
    until,
    install: async () => {
      const { installationId } = await sandbox<{ installationId: string }>('marketplace', 'POST', '/install', {
        baseUrl: url,
      });
      installed = installationId;
      return installationId;
    },
    connect: async (currency = 'EUR', settings = {}) => {
      const { credentials } = await sandbox<{ credentials: { userName: string; secret: string } }>(
        'autotask',
        'GET',
        '/state',
      );
      const answer = await as('admin').post('/connections', {
        alias: `Sandbox ${currency}`,
        currency,
        timeZone: 'Europe/Berlin',
        autotask: { userName: credentials.userName, secret: credentials.secret },
        settings,
      });
      if (answer.status !== 201) throw new Error(`connect: ${answer.status} ${JSON.stringify(answer.body)}`);
      const { id } = answer.body as { id: string };
      // It begins to read its lists by itself: nothing of that is to be met by what a test looks at.
      await until(
        async () =>
          await app
            .get(Database)
            .sql<{ state: string }>(`select state from job where connection_id = ? and name = 'refresh'`, [id]),
        ([job]) => job?.state === 'done',
        60,
      );
      return id;
    },
    job: async (jobId, seconds = 60) =>
      await until(
        async () => (await as('viewer').get(`/jobs/${jobId}`)).body as { state: string },
        (job) => ['done', 'stopped', 'failed'].includes(job.state),
        seconds,
      ),
    close: async () => {
      await app.close();
      await sandboxes.close();
      await location.remove();
    },
  };
}
