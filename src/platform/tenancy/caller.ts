import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** Roles of the host's token (FEATURES INS-11); each includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who calls, from a verified token. The only source of `installationId` in a request (DESIGN §5). */
export interface Caller {
  installationId: string;
  userId: string;
  role: Role;
}

/** Who acts when no person does. */
export const AUTOMATIC = 'automatic';

export const ROLE_KEY = 'psa:role';
export const PUBLIC_KEY = 'psa:public';

/** The least role a route needs. A route with neither this nor `@Public` is refused: default-deny (DESIGN §10). */
export const NeedsRole = (role: Role) => SetMetadata(ROLE_KEY, role);

/** A route without a host token: lifecycle (signed otherwise), manifest, health, docs. */
export const Public = () => SetMetadata(PUBLIC_KEY, true);

/** True when the role is allowed what `needed` is. */
export function allows(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** A request that has passed the guard. */
export type AuthenticatedRequest = Request & {
  caller?: Caller;
  /** When the token ends; a stream ends with it (DESIGN §10, events). */
  tokenExpiresAt?: Date;
};

/** The caller as a controller parameter. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<AuthenticatedRequest>();
  if (!caller) throw new Error('The route is public and has no caller.');
  return caller;
});
