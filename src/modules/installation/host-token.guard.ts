import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { Problem } from '../../platform/http/problem.js';
import { allows, PUBLIC_KEY, ROLE_KEY, type AuthenticatedRequest, type Role } from '../../platform/tenancy/caller.js';
import { HostTokenVerifier } from './host-token.verifier.js';

/**
 * Stands before every route (DESIGN §10): public ones pass, the others need a valid host token and at least the role
 * they name. A route that says neither is refused, so a forgotten decorator closes a door instead of opening one.
 *
 * @throws Problem FORBIDDEN (403) or TOKEN_MISSING (401), and those of `HostTokenVerifier.verify`.
 */
@Injectable()
export class HostTokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: HostTokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return false;
    const needed = this.neededBy(context);
    if (needed === 'nobody') return true;
    if (needed === undefined)
      throw new Problem('forbidden', 'FORBIDDEN', 'This address is open to nobody, because it names no role.');

    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    try {
      const { caller, expiresAt } = await this.tokens.verify(bearerToken(request.headers.authorization));
      request.caller = caller;
      request.tokenExpiresAt = expiresAt;
    } catch (error) {
      if (error instanceof Problem && error.kind === 'unauthorized')
        http.getResponse<Response>().setHeader('www-authenticate', 'Bearer');
      throw error;
    }
    if (!allows(request.caller.role, needed))
      throw new Problem(
        'forbidden',
        'FORBIDDEN',
        `Your role (${request.caller.role}) may not do this; it needs ${needed}. Ask an administrator of the marketplace.`,
      );
    return true;
  }

  /** What the route itself says, else what its controller says: a method can close or open a part of its controller. */
  private neededBy(context: ExecutionContext): Role | 'nobody' | undefined {
    for (const target of [context.getHandler(), context.getClass()]) {
      const role = this.reflector.get<Role | undefined>(ROLE_KEY, target);
      if (role !== undefined) return role;
      if (this.reflector.get<boolean | undefined>(PUBLIC_KEY, target) === true) return 'nobody';
    }
    return undefined;
  }
}

function bearerToken(authorization: string | undefined): string {
  const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined)
    throw new Problem(
      'unauthorized',
      'TOKEN_MISSING',
      'No sign-in was sent. Open the page from the integrations catalog of your marketplace.',
    );
  return token;
}
