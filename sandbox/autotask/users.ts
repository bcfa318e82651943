import type { Row, Store } from '../kit/store.js';
import type { Entity } from './entity-fields.js';

/** The tracking identifier of the product under test. */
const INTEGRATION_CODE = 'SANDBOXPSASYNC0000000000001';
/** The tracking identifier of some other integration of the same tenant. */
const OTHER_INTEGRATION_CODE = 'SANDBOXOTHERTOOL00000000002';

/** An API user of the tenant. The sandbox exposes them in its state, secrets included: nothing here is real. */
export interface ApiUser extends Row {
  id: string;
  userName: string;
  secret: string;
  integrationCode: string;
  /** The row in Resources that rows created by this user name as their creator. */
  resourceId: number;
  /** False: the zone is found, every later call answers 401 (reference §2.3). */
  licensed: boolean;
  /** False: cost fields come back empty and are ignored when written. */
  seesCosts: boolean;
  /** False: every row that belongs to an organisation is silently missing. */
  seesOrganisations: boolean;
  /** Entities (route names) the user may not query. */
  noQuery: string[];
  /** Entities (route names) the user may not create or change. */
  noWrite: string[];
}

/** The resource behind the product's own API user. */
const OWN_RESOURCE = 20;

const user = (id: string, resourceId: number, secret: string, rights: Partial<ApiUser> = {}): ApiUser => ({
  id,
  userName: `${id}@example-reseller.example`,
  secret,
  integrationCode: INTEGRATION_CODE,
  resourceId,
  licensed: true,
  seesCosts: true,
  seesOrganisations: true,
  noQuery: [],
  noWrite: [],
  ...rights,
});

/** The fixed, fictional API users of every seed; the first is the one the product uses. */
export const apiUsers: readonly ApiUser[] = [
  user('api-sync', OWN_RESOURCE, 'sync-Secret-01'),
  user('api-no-cost', 21, 'no-cost-Secret-02', { seesCosts: false }),
  user('api-no-licence', 22, 'no-licence-Secret-03', { licensed: false }),
  user('api-sees-nothing', 23, 'sees-nothing-Secret-04', { seesOrganisations: false }),
  user('api-read-only', 24, 'read-only-Secret-05', {
    noWrite: ['Contracts', 'ContractServices', 'ContractServiceAdjustments', 'ContractCharges', 'Services'],
  }),
  user('api-no-contracts', 25, 'no-contracts-Secret-06', {
    noQuery: ['Contracts', 'ContractServices', 'ContractServiceUnits', 'ContractCharges'],
  }),
  user('api-other-tool', 26, 'other-tool-Secret-07', { integrationCode: OTHER_INTEGRATION_CODE }),
];

/** A further API user with all rights, for a test to change. */
export const furtherUser = (id: string): ApiUser => user(id, OWN_RESOURCE, `${id}-Secret`);

/** The API users now, as the seed made them or a test changed them. */
export class Users {
  constructor(private readonly store: Store) {}

  /** All of them. */
  all(): ApiUser[] {
    return this.store.all<ApiUser>('users');
  }

  /** The user of that name, in any case; undefined when unknown. */
  byName(userName: string): ApiUser | undefined {
    return this.all().find((candidate) => candidate.userName.toLowerCase() === userName.toLowerCase());
  }

  /** The user whose three headers are all right and who has a licence; otherwise undefined. */
  authenticated(headers: Record<string, string | string[] | undefined>): ApiUser | undefined {
    const found = this.byName(String(headers['username'] ?? ''));
    if (!found?.licensed || found.secret !== headers['secret']) return undefined;
    return found.integrationCode === headers['apiintegrationcode'] ? found : undefined;
  }
}

/** What a user may do with an entity. */
export function mayQuery(caller: ApiUser, entity: Entity): boolean {
  return !caller.noQuery.includes(entity.name);
}

/** Whether a user may create or change rows of an entity. */
export function mayWrite(caller: ApiUser, entity: Entity): boolean {
  return !entity.locked && !caller.noWrite.includes(entity.name);
}
