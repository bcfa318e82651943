import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { nextCheckAt } from '../../domain/change-check/schedule.js';
import { Database, type Unit } from '../../platform/database/database.js';
import { Problem } from '../../platform/http/problem.js';
import type { Caller } from '../../platform/tenancy/caller.js';
import { Clock } from '../../ports/clock.port.js';
import { ActionLogEntry } from '../notification/notification.entities.js';
import { ConnectionChanges, loggable, versionOf, type ConnectionChange } from './connection-changes.service.js';
import type { CreateConnectionDto, UpdateConnectionDto } from './connection.dto.js';
import { Connection } from './connection.entity.js';
import { hasHistory, lockConnection } from './connection-rows.js';
import { ConnectionService } from './connection.service.js';
import { DEFAULT_SETTINGS, type ConnectionSettings } from './connection-settings.js';
import { ConnectionTester, type TriedAccess } from './connection-tester.service.js';

const CURRENCY_INDEX = 'connection_one_enabled_per_currency';

/** Creates and changes connections. Access is tried first; a refused change leaves everything as it was. */
@Injectable()
export class ConnectionEditor {
  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionService,
    private readonly tester: ConnectionTester,
    private readonly changes: ConnectionChanges,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates a connection whose access works.
   *
   * @returns its id. @throws Problem CURRENCY_TAKEN (409), those of `ConnectionTester.candidate`, and the code of the
   *   first failed check with all `checks`; nothing is stored then.
   */
  async create(caller: Caller, input: CreateConnectionDto): Promise<string> {
    const { installationId } = caller;
    const { alias, currency, timeZone } = input;
    const candidate = await this.tester.candidate(installationId, input);
    await this.assertCurrencyFree(installationId, currency);
    const tried = await this.tester.assertWorks(candidate);
    const id = randomUUID();
    const settings = { ...DEFAULT_SETTINGS, ...given(input.settings) };
    const due = dueAt(settings, timeZone, id, await this.clock.businessNow());
    const connection = await this.saving(currency, async (em) => {
      const row = em.create(Connection, {
        id,
        installationId,
        alias,
        currency,
        timeZone,
        ...this.tester.sealed({ id, installationId }, tried),
        settings,
        capabilities: tried.learned,
        nextCheckAt: due,
      });
      const message = `Connection ${alias} was created.`;
      await this.changes.record(em, caller, row, { action: 'connection.created', message, after: loggable(row) });
      return row;
    });
    await this.changes.publish(connection, ['created']);
    return id;
  }

  /**
   * Changes what was given and nothing else. Changed credentials, another currency and switching on again are tried
   * first; a pause ends with them. A `version` that is not the present one changes nothing.
   *
   * @throws Problem NOT_FOUND, CURRENCY_FIXED, CURRENCY_TAKEN, AUTOTASK_OTHER_TENANT, CONNECTION_CHANGED (409), and as
   *   `create`.
   */
  async update(caller: Caller, connectionId: string, input: UpdateConnectionDto): Promise<void> {
    const { installationId } = caller;
    const before = await this.connections.find(installationId, connectionId);
    await this.assertVersion(before, input.version);
    const newAccess = input.autotask !== undefined || input.marketplace !== undefined;
    const newCurrency = input.currency !== undefined && input.currency !== before.currency;
    const switchedOn = input.enabled === true && !before.enabled;
    const currency = input.currency ?? before.currency;
    if (newCurrency && (await this.connections.hasTasks(before))) throw currencyFixed(before);
    if (switchedOn || (newCurrency && before.enabled))
      await this.assertCurrencyFree(installationId, currency, before.id);
    const tried =
      newAccess || newCurrency || switchedOn
        ? await this.tester.assertWorks(await this.tester.candidate(installationId, input, before))
        : undefined;
    const now = await this.clock.businessNow();

    const saved = await this.saving(currency, async (em) => {
      const row = await lockConnection(em, installationId, connectionId);
      await this.assertVersion(row, input.version);
      const old = loggable(row);
      if (tried) await assertStillFits(em, row, before, tried);
      if (newCurrency && (await this.connections.hasTasks(row, em))) throw currencyFixed(row);
      em.assign(row, this.changed(row, input, now));
      if (tried) em.assign(row, this.afterTest(row, tried, newAccess));
      const values = difference(old, loggable(row));
      const names = [...Object.keys(values.after), ...(newAccess ? ['credentials'] : [])];
      const message = `Connection ${row.alias}: changed ${names.join(', ')}.`;
      if (names.length > 0)
        await this.changes.record(em, caller, row, { action: 'connection.changed', message, ...values });
      return { row, names };
    });
    await this.changes.publish(saved.row, kindsOf(saved.names, saved.row.enabled));
  }

  private async assertVersion(row: Connection, version: string | undefined): Promise<void> {
    if (version === undefined || version === versionOf(row)) return;
    const [last] = await this.database
      .unit()
      .find(
        ActionLogEntry,
        { installationId: row.installationId, connectionId: row.id, category: { $in: ['settings', 'connection'] } },
        { orderBy: { at: 'desc', id: 'desc' }, limit: 1 },
      );
    throw new Problem(
      'conflict',
      'CONNECTION_CHANGED',
      'Somebody else changed this connection since you opened it. Nothing of yours was saved. Look at both, then save again.',
      { version: versionOf(row), changedBy: last?.actor ?? null, changedAt: last?.at.toISOString() ?? null },
    );
  }

  private changed(row: Connection, input: UpdateConnectionDto, now: string) {
    const settings = { ...DEFAULT_SETTINGS, ...row.settings, ...given(input.settings) };
    const timeZone = input.timeZone ?? row.timeZone;
    const enabled = input.enabled ?? row.enabled;
    // Other changes leave the due time alone, or saving an alias again and again would put a check off for ever.
    const rescheduled =
      timeZone !== row.timeZone ||
      enabled !== row.enabled ||
      settings.automation !== row.settings.automation ||
      settings.dailyHour !== row.settings.dailyHour;
    return {
      alias: input.alias ?? row.alias,
      currency: input.currency ?? row.currency,
      timeZone,
      enabled,
      settings,
      ...(rescheduled ? { nextCheckAt: enabled ? dueAt(settings, timeZone, row.id, now) : null } : {}),
    };
  }

  private afterTest(row: Connection, tried: TriedAccess, newAccess: boolean) {
    return {
      ...(newAccess || row.autotaskCredentials === ''
        ? { ...this.tester.sealed(row, tried), credentialsVersion: row.credentialsVersion + 1 }
        : {}),
      capabilities: { ...row.capabilities, ...tried.learned },
      pausedUntil: null,
      pauseCode: null,
      pauseAttempts: 0,
    };
  }

  private async assertCurrencyFree(installationId: string, currency: string, except?: string): Promise<void> {
    const other = await this.database
      .unit()
      .findOne(Connection, { installationId, currency, enabled: true, ...(except ? { id: { $ne: except } } : {}) });
    if (other) throw currencyTaken(currency, other.alias);
  }

  /** The index decides when two people are at it at once. */
  private async saving<T>(currency: string, work: (em: Unit) => Promise<T>): Promise<T> {
    try {
      return await this.database.transaction(work);
    } catch (error) {
      if (error instanceof UniqueConstraintViolationException && error.message.includes(CURRENCY_INDEX))
        throw currencyTaken(currency);
      throw error;
    }
  }
}

/** What was tried outside the transaction must still be what is stored, and the same tenant where there is history. */
async function assertStillFits(em: Unit, row: Connection, before: Connection, tried: TriedAccess): Promise<void> {
  if (row.credentialsVersion !== before.credentialsVersion)
    throw new Problem(
      'conflict',
      'CONNECTION_CHANGED',
      'Somebody else changed the credentials of this connection just now. Load it again; nothing of yours was saved.',
    );
  const { tenantCi } = row.capabilities;
  if (tenantCi === undefined || tenantCi === tried.learned.tenantCi || !(await hasHistory(em, row))) return;
  throw new Problem(
    'conflict',
    'AUTOTASK_OTHER_TENANT',
    'This API user belongs to another Autotask database, where the ids of your mappings mean other companies and contracts. Create a new connection for it. Nothing was saved.',
  );
}

/** Only keys that were sent: a DTO carries the others as undefined. */
function given(settings: Partial<ConnectionSettings> | undefined): Partial<ConnectionSettings> {
  return Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== undefined));
}

function dueAt(settings: ConnectionSettings, timeZone: string, id: string, now: string): Date | null {
  const next = nextCheckAt(settings, timeZone, id, now);
  return next === undefined ? null : new Date(next);
}

function difference(old: Record<string, unknown>, fresh: Record<string, unknown>) {
  const names = Object.keys(fresh).filter((name) => fresh[name] !== old[name]);
  const pick = (from: Record<string, unknown>) => Object.fromEntries(names.map((name) => [name, from[name]]));
  return { before: pick(old), after: pick(fresh) };
}

function kindsOf(names: string[], enabled: boolean): ConnectionChange[] {
  const kinds = new Set<ConnectionChange>();
  for (const name of names) {
    if (name === 'enabled') kinds.add(enabled ? 'enabled' : 'disabled');
    else if (name === 'credentials') kinds.add('credentials');
    else if (name in DEFAULT_SETTINGS || name === 'timeZone' || name === 'currency') kinds.add('settings');
  }
  return [...kinds];
}

function currencyFixed(row: Connection): Problem {
  return new Problem(
    'conflict',
    'CURRENCY_FIXED',
    `${row.alias} has tasks in ${row.currency}, so its currency stays. Create another connection for the other currency.`,
  );
}

function currencyTaken(currency: string, alias?: string): Problem {
  return new Problem(
    'conflict',
    'CURRENCY_TAKEN',
    `${alias === undefined ? 'Another connection' : `The connection ${alias}`} already has ${currency}, and a currency occurs once. Choose another currency, or switch that connection off first. Nothing was saved.`,
  );
}
