import { Controller, Get, Header, Headers } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheck, HealthCheckService, HealthIndicatorService, type HealthCheckResult } from '@nestjs/terminus';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { AppConfig } from '../../../config/app-config.js';
import { Database } from '../database/database.js';
import { Problem } from '../http/problem.js';
import { Public } from '../tenancy/caller.js';

const registry = new Registry();
collectDefaultMetrics({ register: registry, prefix: 'psa_sync_' });

/** Whether the process lives, whether it can work, and its figures. */
@ApiExcludeController()
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly database: Database,
    private readonly config: AppConfig,
  ) {}

  /** The process answers: nothing else is asked, so that a slow database does not get it restarted. */
  @Get('healthz')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can serve: the database answers. 503 otherwise. */
  @Get('readyz')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    return await this.health.check([
      async () => {
        const indicator = this.indicators.check('database');
        try {
          await this.database.sql('select 1');
          return indicator.up();
        } catch {
          return indicator.down({ message: 'The database does not answer.' });
        }
      },
    ]);
  }

  /** Prometheus text; only with METRICS_TOKEN set and sent as a bearer token. */
  @Get('metrics')
  @Header('content-type', registry.contentType)
  async metrics(@Headers('authorization') authorization?: string): Promise<string> {
    if (!this.config.metricsToken) throw new Problem('notFound', 'NOT_FOUND', 'Metrics are off; set METRICS_TOKEN.');
    if (authorization !== `Bearer ${this.config.metricsToken}`)
      throw new Problem('unauthorized', 'TOKEN_INVALID', 'Send METRICS_TOKEN as a bearer token.');
    return await registry.metrics();
  }
}
