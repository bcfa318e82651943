import { Injectable, Logger } from '@nestjs/common';
import { decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { SecretBox } from '../../adapters/security/secret-box.js';
import { secretContext } from '../../adapters/security/secret-contexts.js';
import { Installation } from './installation.entity.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import { ROLES, type Caller, type Role } from '../../platform/tenancy/caller.js';
import { secretUnreadable } from './secret-unreadable.js';

/** Our key in the marketplace's catalog: the `aud` of the host's tokens. */
export const EXTENSION_KEY = 'psa-sync';

/** A token lives this long at most, from `iat` to `exp` (DESIGN §10). */
const LONGEST_LIFE_SECONDS = 120;
/** Clocks of host and product may differ by this much. */
const SKEW_SECONDS = 10;

/** What a verified token says. */
export interface VerifiedToken {
  caller: Caller;
  /** From then on it no longer counts; a stream ends with it. */
  expiresAt: Date;
}

/**
 * Verifies the tokens that the host's page hands to ours: HS256 with the installation's own secret (DESIGN §10). The
 * installation that a token *claims* (`dest`) only chooses the secret; it is believed after the signature holds. Secrets
 * are read and decrypted for each call and kept nowhere.
 */
@Injectable()
export class HostTokenVerifier {
  private readonly logger = new Logger(HostTokenVerifier.name);

  constructor(
    private readonly database: Database,
    private readonly secrets: SecretBox,
  ) {}

  /**
   * @throws Problem TOKEN_EXPIRED, TOKEN_INVALID or INSTALLATION_UNKNOWN (401), INSTALLATION_DISABLED (403),
   *   SECRET_UNREADABLE (503).
   */
  async verify(token: string): Promise<VerifiedToken> {
    const installation = await this.find(claimedInstallation(token));
    // An uninstalled one has no secret any more and is as good as unknown.
    if (!installation?.sharedSecret) throw unknownInstallation();
    const secret = this.opened(installation.sharedSecret, installation.id);
    const claims = await verifiedClaims(token, secret, installation.hostOrigin);
    if (claims.dest !== installation.id) throw invalid('it names no installation');
    const verified = callerOf(installation.id, claims);
    if (installation.status !== 'enabled')
      throw new Problem(
        'forbidden',
        'INSTALLATION_DISABLED',
        'The extension is switched off in the marketplace. An administrator can enable it there; nothing was lost.',
      );
    return verified;
  }

  private opened(sealed: string, installationId: string): string {
    try {
      return this.secrets.open(sealed, secretContext.sharedSecret(installationId));
    } catch (error) {
      this.logger.error({ err: error as Error, installationId }, 'the shared secret of an installation does not open');
      throw secretUnreadable('The secret of this installation', error);
    }
  }

  private async find(installationId: string): Promise<Installation | null> {
    return await this.database.unit().findOne(Installation, { id: installationId });
  }
}

function claimedInstallation(token: string): string {
  let claims: JWTPayload;
  try {
    claims = decodeJwt(token);
  } catch {
    throw invalid('it is no token');
  }
  const { dest } = claims;
  if (typeof dest !== 'string' || dest === '' || dest.length > 100) throw invalid('it names no installation');
  return dest;
}

async function verifiedClaims(token: string, secret: string, issuer: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      issuer,
      audience: EXTENSION_KEY,
      requiredClaims: ['dest', 'sub', 'role', 'iat', 'nbf', 'exp', 'jti'],
      maxTokenAge: LONGEST_LIFE_SECONDS,
      clockTolerance: SKEW_SECONDS,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw new Problem('unauthorized', 'TOKEN_EXPIRED', 'Your sign-in ran out. Reload the marketplace page.');
    if (error instanceof errors.JWTClaimValidationFailed) throw invalid(`its claim "${error.claim}" does not fit`);
    if (error instanceof errors.JOSEError) throw invalid('its signature does not hold');
    throw error;
  }
}

function callerOf(installationId: string, claims: JWTPayload): VerifiedToken {
  const { sub, role, iat, exp, jti } = claims;
  if (exp! - iat! > LONGEST_LIFE_SECONDS) throw invalid(`it lives longer than ${LONGEST_LIFE_SECONDS} seconds`);
  if (typeof sub !== 'string' || sub === '' || sub.length > 200) throw invalid('it names no user');
  if (typeof jti !== 'string' || jti === '') throw invalid('it has no id');
  if (!isRole(role)) throw invalid(`its role is none of ${ROLES.join(', ')}`);
  return { caller: { installationId, userId: sub, role }, expiresAt: new Date(exp! * 1000) };
}

function isRole(value: unknown): value is Role {
  return (ROLES as readonly unknown[]).includes(value);
}

function invalid(reason: string): Problem {
  return new Problem(
    'unauthorized',
    'TOKEN_INVALID',
    `The sign-in was not accepted: ${reason}. Reload the marketplace page; if it stays, the marketplace's operator must look.`,
  );
}

function unknownInstallation(): Problem {
  return new Problem(
    'unauthorized',
    'INSTALLATION_UNKNOWN',
    "This installation is not known here. Install the extension from the marketplace's integrations catalog.",
  );
}
