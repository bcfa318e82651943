import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';
import { AutotaskClients } from '../../adapters/autotask/autotask-connections.js';
import { testConnection, type LearnedTenant } from '../../adapters/autotask/connection-test.js';
import { allowedUrl } from '../../adapters/http/allowed-hosts.js';
import { Problem, type ProblemKind } from '../../platform/http/problem.js';
import { invalidInput } from '../../platform/http/validation.js';
import { MarketplaceError, MarketplacePort } from '../../ports/marketplace.port.js';
import type { Connection } from './connection.entity.js';
import type { AutotaskUserChangeDto, MarketplaceAccessChangeDto } from './connection.dto.js';
import { ConnectionSecrets, type AutotaskUser, type MarketplaceCredentials } from './connection-secrets.service.js';
import { DEFAULT_SETTINGS } from './connection-settings.js';
import type { ConnectionCheckView } from './connection.view.js';
import { InstallationService } from './installation.service.js';

/** Both sides' access, complete and allowed, but not yet tried. */
export interface ConnectionCandidate {
  installationId: string;
  autotask: AutotaskUser;
  marketplace: MarketplaceCredentials;
  currency: string;
  timeZone: string;
  budgetShare: number;
}

/** What somebody gave; what is missing comes from the stored connection or from the host's install call. */
export interface CandidateInput {
  autotask?: AutotaskUserChangeDto | undefined;
  marketplace?: MarketplaceAccessChangeDto | undefined;
  currency?: string | undefined;
  timeZone?: string | undefined;
  settings?: { apiBudgetShare?: number | undefined } | undefined;
}

/** What a test found. */
export interface CandidateTest {
  passed: boolean;
  checks: ConnectionCheckView[];
  /** To be merged into `connection.capabilities`. */
  learned: LearnedTenant & { tenantCi?: number };
}

/** Access that works, and what trying it taught. */
export interface TriedAccess {
  candidate: ConnectionCandidate;
  learned: CandidateTest['learned'];
}

/** Stands for the connection while it is tried, so that nothing kept for the stored one is used or replaced. */
const UNSAVED = 'unsaved';

/** Codes that say "not now" rather than "wrong". */
const TEMPORARY = /_(UNREACHABLE|THROTTLED|BUDGET_SPENT|NOT_SENT_IN_TIME)$/;

/** Tries access to both systems before anything is stored (FEATURES INS-2, INS-12). */
@Injectable()
export class ConnectionTester {
  constructor(
    private readonly config: AppConfig,
    private readonly clients: AutotaskClients,
    private readonly marketplacePort: MarketplacePort,
    private readonly secrets: ConnectionSecrets,
    private readonly installations: InstallationService,
  ) {}

  /**
   * Completes what was given. A stored secret goes only to where it went before: another user name or another address
   * needs its own secrets, or an administrator could have them sent somewhere and read them there.
   *
   * @throws Problem INPUT_INVALID, SECRET_NEEDED, MARKETPLACE_ACCESS_MISSING, MARKETPLACE_HOST_NOT_ALLOWED (400).
   */
  async candidate(installationId: string, input: CandidateInput, stored?: Connection): Promise<ConnectionCandidate> {
    const currency = input.currency ?? stored?.currency;
    if (currency === undefined) throw needed('currency');
    const budgetShare =
      input.settings?.apiBudgetShare ?? stored?.settings.apiBudgetShare ?? DEFAULT_SETTINGS.apiBudgetShare;
    return {
      installationId,
      currency,
      budgetShare,
      timeZone: input.timeZone ?? stored?.timeZone ?? 'UTC',
      autotask: completeUser(
        input.autotask ?? {},
        stored?.autotaskUserName,
        stored && this.secrets.autotask(stored, 'forget'),
      ),
      marketplace: await this.completeAccess(installationId, input.marketplace ?? {}, stored),
    };
  }

  /** Tries both systems. Never throws for what it tests; each finding is a row. */
  async test(candidate: ConnectionCandidate): Promise<CandidateTest> {
    const connectionId = UNSAVED;
    const { installationId, currency, timeZone, budgetShare } = candidate;
    const adapter = this.clients.unsaved({
      installationId,
      connectionId,
      credentials: this.secrets.credentials(candidate.autotask),
      budgetShare,
    });
    const [autotask, marketplace] = await Promise.all([
      testConnection(adapter, currency),
      this.testMarketplace({ ...candidate.marketplace, installationId, connectionId, timeZone }),
    ]);
    return {
      passed: autotask.passed && marketplace.status === 'ok',
      checks: [...autotask.checks, marketplace],
      // The adapter remembers the zone by now; no further request.
      learned: autotask.passed ? { ...autotask.learned, tenantCi: (await adapter.zone()).ci } : autotask.learned,
    };
  }

  /** Tries both and refuses what did not pass: the code is the first failed row's. @throws Problem with all `checks`. */
  async assertWorks(candidate: ConnectionCandidate): Promise<TriedAccess> {
    const { passed, checks, learned } = await this.test(candidate);
    if (passed) return { candidate, learned };
    const failed = checks.find(({ status }) => status === 'failed');
    const code = failed?.code ?? 'CONNECTION_TEST_FAILED';
    const kind: ProblemKind = TEMPORARY.test(code) ? 'unavailable' : 'invalid';
    throw new Problem(kind, code, `${failed?.message ?? 'The connection could not be tested.'} Nothing was saved.`, {
      checks,
    });
  }

  /** The columns that keep tried access, encrypted for this row. */
  sealed(row: Pick<Connection, 'id' | 'installationId'>, { candidate: { autotask, marketplace } }: TriedAccess) {
    return {
      autotaskUserName: autotask.userName,
      autotaskCredentials: this.secrets.sealAutotask(row, autotask),
      marketplaceAccess: this.secrets.sealMarketplace(row, marketplace),
    };
  }

  private async testMarketplace(access: Parameters<MarketplacePort['verifyAccess']>[0]): Promise<ConnectionCheckView> {
    const check = 'marketplace';
    try {
      await this.marketplacePort.verifyAccess(access);
      return { check, status: 'ok' };
    } catch (error) {
      if (!(error instanceof MarketplaceError)) throw error;
      return { check, status: 'failed', code: error.code, message: error.message };
    }
  }

  private async completeAccess(
    installationId: string,
    given: MarketplaceAccessChangeDto,
    stored?: Connection,
  ): Promise<MarketplaceCredentials> {
    const known =
      (stored && this.secrets.marketplace(stored, 'forget')) ??
      this.secrets.hostAccess(await this.installations.find(installationId));
    const { baseUrl = known?.baseUrl, user = known?.user, marketplace = known?.marketplace } = given;
    if (baseUrl === undefined || user === undefined || marketplace === undefined) throw accessMissing();
    const same = known?.baseUrl === baseUrl && known.user === user;
    const { password = same ? known.password : undefined, subscriptionKey = same ? known.subscriptionKey : undefined } =
      given;
    if (password === undefined || subscriptionKey === undefined) {
      if (known === undefined) throw accessMissing();
      throw secretNeeded('marketplace.password and marketplace.subscriptionKey', 'marketplace address or user');
    }
    if (!allowedUrl(baseUrl, this.config.marketplace.allowedHosts))
      throw new Problem(
        'invalid',
        'MARKETPLACE_HOST_NOT_ALLOWED',
        'The marketplace address is not one that credentials may go to. Use its https address; an operator can allow a host in MARKETPLACE_ALLOWED_HOSTS.',
      );
    return { baseUrl, user, password, subscriptionKey, marketplace };
  }
}

function completeUser(
  given: AutotaskUserChangeDto,
  knownName: string | undefined,
  known: AutotaskUser | undefined,
): AutotaskUser {
  const userName = given.userName ?? knownName;
  if (userName === undefined) throw needed('autotask.userName');
  const secret = given.secret ?? (known?.userName === userName ? known.secret : undefined);
  if (secret === undefined) throw known ? secretNeeded('autotask.secret', 'API user') : needed('autotask.secret');
  return { userName, secret };
}

function needed(field: string): Problem {
  return invalidInput([{ field, message: 'is needed' }]);
}

function secretNeeded(fields: string, what: string): Problem {
  return new Problem(
    'invalid',
    'SECRET_NEEDED',
    `A stored secret is never used with another ${what}. Send ${fields} as well.`,
  );
}

function accessMissing(): Problem {
  return new Problem(
    'invalid',
    'MARKETPLACE_ACCESS_MISSING',
    'The marketplace sent no access of its own at the install. Enter base URL, API user, password, subscription key and code.',
  );
}
