import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { loadConfig } from '../../../config/app-config.js';
import { AppModule } from '../../../src/app.module.js';
import { configureApp } from '../../../src/platform/http/configure-app.js';

// The product as `src/main.ts` starts it, but beside sandboxes that run in a process of their own: this one is killed and
// Autotask must not die with it. It ends when whoever started it is gone.
process.stdin.on('end', () => process.exit(1)).resume();

const config = loadConfig();
const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
  bufferLogs: true,
  rawBody: true,
  abortOnError: false,
});
app.useLogger(app.get(Logger));
configureApp(app);
await app.listen(config.port, '127.0.0.1');
