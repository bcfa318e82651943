import { Global, Module } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { Clock } from '../../ports/clock.port.js';
import { SandboxClock } from './sandbox-clock.js';
import { SystemClock } from './system-clock.js';

/** Chooses the clock once, by configuration. */
@Global()
@Module({
  providers: [
    {
      provide: Clock,
      inject: [AppConfig],
      useFactory: (config: AppConfig) =>
        config.sandbox ? new SandboxClock(`http://127.0.0.1:${config.sandbox.autotaskPort}`) : new SystemClock(),
    },
  ],
  exports: [Clock],
})
export class ClockModule {}
