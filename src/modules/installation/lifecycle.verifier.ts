import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validate, type ValidationError } from 'class-validator';
import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type JWTPayload,
} from 'jose';
import { AppConfig } from '../../../config/app-config.js';
import { Problem } from '../../platform/http/problem.js';
import { invalidInput, type FieldError } from '../../platform/http/validation.js';
import { LifecycleBody, type LifecycleEventType } from './lifecycle.dto.js';

const LONGEST_LIFE_SECONDS = 120;
const SKEW_SECONDS = 10;
const KEYS_TIMEOUT_MS = 5000;

/** The host's keys could not be fetched; says nothing about the call. */
class HostKeysUnavailable extends Error {}

/**
 * Verifies lifecycle calls: signed by the host with a key of its published set, for us, within two minutes, and for
 * exactly this body (DESIGN §10, reference/marketplace-platforms §6.5). Nothing of a body is believed before.
 */
@Injectable()
export class LifecycleVerifier {
  private readonly logger = new Logger(LifecycleVerifier.name);
  private readonly keys: ReturnType<typeof createRemoteJWKSet>;

  constructor(private readonly config: AppConfig) {
    this.keys = createRemoteJWKSet(new URL(config.marketplace.jwksUrl), { timeoutDuration: KEYS_TIMEOUT_MS });
  }

  /**
   * @param event what the address says happened. @param rawBody the bytes as they came.
   * @throws Problem TOKEN_MISSING, TOKEN_EXPIRED, TOKEN_INVALID, LIFECYCLE_BODY_CHANGED or LIFECYCLE_EVENT_MISMATCH (401),
   *   HOST_KEYS_UNAVAILABLE (503), BODY_MALFORMED or INPUT_INVALID (400).
   */
  async verify(event: LifecycleEventType, rawBody: Buffer | undefined, authorization?: string): Promise<LifecycleBody> {
    const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined)
      throw new Problem(
        'unauthorized',
        'TOKEN_MISSING',
        "Lifecycle calls carry the host's signature as a bearer token.",
      );
    const claims = await this.claimsOf(token);
    if (rawBody === undefined)
      throw new Problem('invalid', 'BODY_MALFORMED', 'The body is missing or no JSON. Nothing was changed.');
    if (claims.bodyHash !== createHash('sha256').update(rawBody).digest('base64url'))
      throw new Problem(
        'unauthorized',
        'LIFECYCLE_BODY_CHANGED',
        'The body is not the one that was signed (bodyHash). Nothing was changed.',
      );
    const body = await readBody(rawBody);
    const matches = claims.jti === body.eventId && claims.sub === body.installationId && event === body.eventType;
    if (!matches)
      throw new Problem(
        'unauthorized',
        'LIFECYCLE_EVENT_MISMATCH',
        'Address, signature and body name different events or installations. Nothing was changed.',
      );
    return body;
  }

  private async claimsOf(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, (header, input) => this.keyFor(header, input), {
        algorithms: ['ES256', 'RS256'],
        issuer: this.config.marketplace.issuer,
        audience: this.config.publicUrl,
        requiredClaims: ['sub', 'iat', 'exp', 'jti', 'bodyHash'],
        maxTokenAge: LONGEST_LIFE_SECONDS,
        clockTolerance: SKEW_SECONDS,
      });
      if (payload.exp! - payload.iat! > LONGEST_LIFE_SECONDS)
        throw invalid(`it lives longer than ${LONGEST_LIFE_SECONDS} seconds`);
      return payload;
    } catch (error) {
      if (error instanceof HostKeysUnavailable) {
        this.logger.warn({ err: error.cause }, 'the keys of the host could not be fetched');
        throw new Problem(
          'unavailable',
          'HOST_KEYS_UNAVAILABLE',
          "The host's signing keys could not be fetched, so the call could not be verified. Send it again later.",
        );
      }
      if (error instanceof errors.JWTExpired)
        throw new Problem('unauthorized', 'TOKEN_EXPIRED', 'The signature is too old. Sign the call again.');
      if (error instanceof errors.JWTClaimValidationFailed) throw invalid(`its claim "${error.claim}" does not fit`);
      if (error instanceof errors.JOSEError) throw invalid('it does not hold, or its key is not published');
      throw error;
    }
  }

  /** Without a `kid` any published key would do, which is more than a signer needs. */
  private async keyFor(header: JWSHeaderParameters, input: FlattenedJWSInput) {
    if (typeof header.kid !== 'string') throw invalid('it names no key (kid)');
    try {
      return await this.keys(header, input);
    } catch (error) {
      const aboutTheToken =
        error instanceof errors.JWKSNoMatchingKey ||
        error instanceof errors.JWKSMultipleMatchingKeys ||
        error instanceof errors.JOSENotSupported;
      if (aboutTheToken) throw error;
      throw new HostKeysUnavailable('no keys', { cause: error });
    }
  }
}

async function readBody(rawBody: Buffer): Promise<LifecycleBody> {
  let plain: unknown;
  try {
    plain = JSON.parse(rawBody.toString('utf8'));
  } catch {
    plain = undefined;
  }
  if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
    throw new Problem('invalid', 'BODY_MALFORMED', 'The body is no JSON object. Nothing was changed.');
  const body = plainToInstance(LifecycleBody, plain);
  const refused = await validate(body, { whitelist: true });
  if (refused.length > 0) throw invalidInput(refused.flatMap((one) => fieldErrors(one)));
  return body;
}

function fieldErrors(error: ValidationError, path = ''): FieldError[] {
  const field = `${path}${error.property}`;
  const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
  return [...own, ...(error.children ?? []).flatMap((child) => fieldErrors(child, `${field}.`))];
}

function invalid(reason: string): Problem {
  return new Problem(
    'unauthorized',
    'TOKEN_INVALID',
    `The signature was not accepted: ${reason}. Nothing was changed.`,
  );
}
