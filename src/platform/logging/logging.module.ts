import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { AppConfig } from '../../../config/app-config.js';
import type { AuthenticatedRequest } from '../tenancy/caller.js';
import { REDACTED_PATHS } from './redaction.js';

/** JSON lines on standard output: request id and tenant on every line, no body, no header that could hold a secret. */
@Module({})
export class LoggingModule {
  static forRoot(): DynamicModule {
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRootAsync({
          inject: [AppConfig],
          useFactory: (config: AppConfig) => ({
            pinoHttp: {
              level: config.logLevel,
              redact: { paths: [...REDACTED_PATHS], censor: '[redacted]' },
              genReqId: (request: IncomingMessage) => {
                const given = request.headers['x-request-id'];
                return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID();
              },
              autoLogging: {
                ignore: (request: IncomingMessage) => /^\/(healthz|readyz|metrics)/.test(request.url ?? ''),
              },
              customProps: (request: IncomingMessage) => ({
                installationId: (request as AuthenticatedRequest).caller?.installationId,
              }),
              serializers: {
                req: (request: { id: string; method: string; url: string }) => ({
                  id: request.id,
                  method: request.method,
                  // A query may carry a search for a customer's name; the path alone tells enough.
                  path: request.url.split('?')[0],
                }),
                res: (response: { statusCode: number }) => ({ status: response.statusCode }),
              },
            },
          }),
        }),
      ],
    };
  }
}
