import 'reflect-metadata';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { loadConfig, type AppConfig } from '../config/app-config.js';
import { EnvironmentError } from '../config/environment.js';
import { AppModule } from './app.module.js';
import { configureApp } from './platform/http/configure-app.js';
import { quietStart } from './platform/logging/quiet-start.js';
import { DataFolderLockedError } from './platform/database/embedded-lock.js';

/** Starts the sandbox where it is on and this process serves the page (DESIGN §4). */
async function startSandbox(config: AppConfig): Promise<{ addresses: [string, string][]; close(): Promise<void> }> {
  if (!config.sandbox || config.role === 'worker') return { addresses: [], close: async () => {} };
  const { startSandboxes } = await import('../sandbox/start.js');
  const sandboxes = await startSandboxes({
    ...config.sandbox,
    folder: join(config.dataDir, 'sandbox'),
    extensionUrl: () => config.publicUrl,
  });
  return {
    addresses: [
      ['Sandbox Autotask', sandboxes.autotask.origin],
      ['Marketplace panel', sandboxes.marketplace.origin],
    ],
    close: () => sandboxes.close(),
  };
}

async function bootstrap(): Promise<void> {
  const config = loadConfig();
  const sandbox = await startSandbox(config);
  let app: NestExpressApplication;
  try {
    app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
      bufferLogs: true,
      rawBody: true,
      abortOnError: false,
    });
  } catch (error) {
    await sandbox.close();
    throw error;
  }
  app.useLogger(quietStart(app.get(Logger)));
  configureApp(app);
  // Embedded mode is one person's machine; a server deployment is reached from outside its container.
  await app.listen(config.port, config.databaseUrl ? '0.0.0.0' : '127.0.0.1');
  // What was logged so far comes first, so that the addresses stand last.
  app.flushLogs();
  app.getHttpServer().once('close', () => void sandbox.close());
  const lines: [string, string][] = [['psa-sync', config.publicUrl], ...sandbox.addresses];
  process.stdout.write(`\n${lines.map(([name, address]) => `  ${name.padEnd(18)} ${address}`).join('\n')}\n`);
}

bootstrap().catch((error: unknown) => {
  const expected =
    error instanceof EnvironmentError ||
    error instanceof DataFolderLockedError ||
    (error instanceof Error && /^Port \d+ is taken/.test(error.message));
  process.stderr.write(
    `${expected || isPortTaken(error) ? sentence(error) : String((error as Error)?.stack ?? error)}\n`,
  );
  process.exit(1);
});

function isPortTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'EADDRINUSE';
}

function sentence(error: unknown): string {
  if (isPortTaken(error)) return `Port ${(error as { port?: number }).port} is taken; set PORT to another one.`;
  return (error as Error).message;
}
