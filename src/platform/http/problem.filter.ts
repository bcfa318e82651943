import {
  BadRequestException,
  Catch,
  HttpException,
  Injectable,
  Logger,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Problem, type ProblemKind } from './problem.js';

const STATUS: Record<ProblemKind, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  unavailable: 503,
  tooMany: 429,
};

const TITLES: Record<number, string> = {
  400: 'The request cannot be used',
  401: 'Sign-in needed',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not allowed on this address',
  409: 'It does not fit what is there now',
  413: 'Too large',
  429: 'Too many requests',
  500: 'Something went wrong on our side',
  503: 'Not available now',
};

/** The body of every error answer: RFC 9457 problem details with our stable `code` (DESIGN §10). */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  /** What happened and what to do. */
  detail: string;
  /** The request's id, which the log carries too. */
  instance: string;
  [extension: string]: unknown;
}

/** Turns every error into `application/problem+json`. The status of a problem is decided here and nowhere else. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request & { id?: string | number }>();
    const response = http.getResponse<Response>();
    const instance = `urn:request:${request.id ?? 'unknown'}`;
    const body = problemBody(error, instance);
    if (body.status >= 500 && body.code === 'UNEXPECTED') this.logger.error(error, 'unexpected error');
    if (response.headersSent) {
      response.end();
      return;
    }
    response.status(body.status).type('application/problem+json').send(JSON.stringify(body));
  }
}

/** The answer for an error; unknown errors tell nothing of their inside. */
export function problemBody(error: unknown, instance: string): ProblemBody {
  if (error instanceof Problem) return body(STATUS[error.kind], error.code, error.message, instance, error.details);
  const status = statusOf(error);
  if (error instanceof BadRequestException || isBodyParserError(error))
    return body(
      status === 413 ? 413 : 400,
      status === 413 ? 'BODY_TOO_LARGE' : 'BODY_MALFORMED',
      malformedText(status),
      instance,
    );
  if (status === 404) return body(404, 'NOT_FOUND', 'There is nothing at this address.', instance);
  if (error instanceof HttpException) return body(status, 'HTTP_ERROR', error.message, instance);
  return body(
    500,
    'UNEXPECTED',
    'Something went wrong on our side. The state is as shown before; try again, and if it stays, send us the id below.',
    instance,
  );
}

function body(
  status: number,
  code: string,
  detail: string,
  instance: string,
  details: Record<string, unknown> = {},
): ProblemBody {
  return {
    ...details,
    type: `urn:psa-sync:problem:${code}`,
    title: TITLES[status] ?? 'Problem',
    status,
    code,
    detail,
    instance,
  };
}

function malformedText(status: number): string {
  return status === 413
    ? 'The body is larger than this address takes. Send less at once.'
    : 'The body could not be read as JSON. Correct it and send it again; nothing was changed.';
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 500;
}

/** Express' body parser throws plain errors that carry `type` and `status`. */
function isBodyParserError(error: unknown): boolean {
  const type = (error as { type?: unknown } | null)?.type;
  return (
    typeof type === 'string' &&
    (type.startsWith('entity.') || type.startsWith('encoding.') || type.startsWith('charset.'))
  );
}
