import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import helmet from 'helmet';
import { ProblemFilter } from './problem.filter.js';
import { validationPipe } from './validation.js';

/** Paths that are not below the API's prefix. */
const OUTSIDE_PREFIX = [
  '',
  'healthz',
  'readyz',
  'metrics',
  'lifecycle/:event',
  '.well-known/marketplace-extension.json',
  'assets/*path',
  'icon.svg',
];

/** Everything an application needs before it listens, the same in production and in tests. */
export function configureApp(app: NestExpressApplication): void {
  app.set('trust proxy', 'loopback, linklocal, uniquelocal');
  app.disable('x-powered-by');
  app.useBodyParser('json', { limit: '2mb' });
  app.useBodyParser('text', { limit: '10mb', type: 'text/csv' });
  app.use(
    helmet({
      // The page's own controller sets a policy with the frame's host; API answers need none of it.
      contentSecurityPolicy: false,
      frameguard: false,
      crossOriginResourcePolicy: { policy: 'same-origin' },
    }),
  );
  app.setGlobalPrefix('api/v1', { exclude: OUTSIDE_PREFIX });
  app.useGlobalPipes(validationPipe());
  app.useGlobalFilters(new ProblemFilter());
  app.enableShutdownHooks();

  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder()
      .setTitle('psa-sync')
      .setDescription(
        "Keeps Autotask contracts in step with what the marketplace sells. Every call carries the host's token.",
      )
      .setVersion('1')
      .addBearerAuth()
      .build(),
  );
  SwaggerModule.setup('api/docs', app, document, { jsonDocumentUrl: 'api/openapi.json' });
}
