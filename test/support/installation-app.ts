import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadConfig, AppConfig } from '../../config/app-config.js';
import { AppConfigModule } from '../../config/config.module.js';
import { startAutotaskSandbox, type RunningAutotaskSandbox } from '../../sandbox/autotask/autotask-sandbox.js';
import { freePorts } from '../../sandbox/kit/free-ports.js';
import type { RunningSandbox } from '../../sandbox/kit/sandbox-server.js';
import { startMarketplaceSandbox } from '../../sandbox/marketplace/marketplace-sandbox.js';
import { ClockModule } from '../../src/adapters/clock/clock.module.js';
import { RemoteModule } from '../../src/adapters/remote.module.js';
import { InstallationModule } from '../../src/modules/installation/installation.module.js';
import { Database } from '../../src/platform/database/database.js';
import { DatabaseModule } from '../../src/platform/database/database.module.js';
import { configureApp } from '../../src/platform/http/configure-app.js';
import { freshLocation } from './test-database.js';
import { TestHost, type TokenClaims } from './test-host.js';

/** An answer of the API. */
export interface Answer<T = any> {
  status: number;
  body: T;
}

/** Installations and connections over HTTP, a host that signs what a test asks for, and both sandboxes' APIs. */
export interface InstallationApp {
  url: string;
  config: AppConfig;
  database: Database;
  host: TestHost;
  autotask: RunningAutotaskSandbox;
  marketplace: RunningSandbox;
  app: NestExpressApplication;
  /** Calls the API as a user of an installation. */
  call<T = any>(
    installationId: string,
    role: string,
    method: string,
    path: string,
    body?: unknown,
    claims?: TokenClaims,
  ): Promise<Answer<T>>;
  /** Calls the API with this authorization header, or none. */
  raw<T = any>(method: string, path: string, authorization?: string, body?: unknown): Promise<Answer<T>>;
  /** Marketplace access to the sandbox, as a host would send it at an install. */
  marketplaceAccess: Record<string, string>;
  /** Control call of a sandbox. */
  sandbox<T = any>(which: 'autotask' | 'marketplace', method: string, path: string, body?: unknown): Promise<T>;
  truncate(): Promise<void>;
  close(): Promise<void>;
}

/** Boots this module alone, with the real database, adapters and guard. @param controllers routes of the test's own. */
export async function startInstallationApp(controllers: Type[] = []): Promise<InstallationApp> {
  const host = await TestHost.start();
  const autotask = await startAutotaskSandbox({ port: 0 });
  const marketplace = await startMarketplaceSandbox({ port: 0 });
  const location = await freshLocation();
  const [port] = (await freePorts(1)) as [number];
  const config = loadConfig({
    PORT: String(port),
    SANDBOX_AUTOTASK_PORT: String(autotask.port),
    SANDBOX_MARKETPLACE_PORT: String(marketplace.port),
    AUTOTASK_INTEGRATION_CODE: autotask.credentials.integrationCode,
    AUTOTASK_TIMEOUT_SECONDS: '4',
    AUTOTASK_SETTLE_SECONDS: '4',
    LEASE_SECONDS: '12',
    MARKETPLACE_ISSUER: host.origin,
    MARKETPLACE_JWKS_URL: `${host.origin}/.well-known/jwks.json`,
    ...location.env,
  });

  @Module({
    imports: [AppConfigModule.forRoot(config), DatabaseModule.forRoot(), ClockModule, RemoteModule, InstallationModule],
    controllers,
  })
  class TestModule {}

  const app = await NestFactory.create<NestExpressApplication>(TestModule, {
    logger: process.env.TEST_LOG_LEVEL ? undefined : false,
    rawBody: true,
    abortOnError: false,
  });
  configureApp(app);
  await app.listen(port, '127.0.0.1');
  const database = app.get(Database);
  const url = `http://127.0.0.1:${port}`;

  async function raw(method: string, path: string, authorization?: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  return {
    url,
    config,
    database,
    host,
    autotask,
    marketplace,
    app,
    raw,
    call: async (installationId, role, method, path, body, claims) =>
      await raw(method, path, `Bearer ${await host.token(installationId, { role, ...claims })}`, body),
    marketplaceAccess: {
      baseUrl: `${marketplace.origin}/marketplace`,
      user: 'demo-reseller.API',
      password: 'Sandbox-Password-1',
      subscriptionKey: '5a4d8b0e6f7142c39a1b2c3d4e5f6071',
      marketplace: 'demo',
    },
    sandbox: async (which, method, path, body) => {
      const { origin } = which === 'autotask' ? autotask : marketplace;
      const response = await fetch(`${origin}/_sandbox${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`sandbox ${which} ${method} ${path}: ${response.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    truncate: async () => {
      // One statement of deletes: truncating two dozen files takes the embedded database far longer than a few rows do.
      const tables = await database.sql<{ name: string }>(
        `select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'migration'`,
      );
      const deletes = tables.map(({ name }, index) => `d${index} as (delete from "${name}")`);
      await database.sql(`with ${deletes.join(', ')} select 1`);
    },
    close: async () => {
      await app.close();
      await Promise.all([host.close(), autotask.close(), marketplace.close()]);
      await location.remove();
    },
  };
}
