import type { PeriodType, Service } from '../../../domain/autotask/entities.js';
import { periodTypeWord } from '../../../domain/autotask/entities.js';
import type { NewService } from '../../../adapters/autotask/autotask-writes.js';
import type { Database } from '../../../platform/database/database.js';
import { Problem } from '../../../platform/http/problem.js';
import type { ConnectionRef } from '../connection-ref.js';
import { serviceRow } from './catalog-list.service.js';

/** Autotask's longest service name. */
const NAME_LENGTH = 150;

/**
 * Turns "there is one already" into a choice (FEATURES MAP-7): use the existing service, or give the new one another
 * name. `choices` says which of the two are open, `suggestedName` is a name nobody has, and `clash` names what the two have
 * in common: a new name alone does not help where the external id or the SKU is the same.
 *
 * @param existing undefined when Autotask refused the name but shows nobody the service that bears it.
 * @param severalProducts whether several products may share a service (FEATURES INS-8).
 */
export async function duplicateService(
  database: Database,
  connection: ConnectionRef,
  service: NewService,
  existing: Service | undefined,
  severalProducts: boolean,
): Promise<Problem> {
  const suggestedName = await freeName(database, connection, service);
  if (!existing)
    return new Problem(
      'conflict',
      'DUPLICATE_SERVICE',
      `Autotask already has a service "${service.name}" that this API user may not see. Give the new one another name, such as "${suggestedName}". Nothing was created.`,
      {
        existing: null,
        usable: false,
        unusableBecause: 'SERVICE_HIDDEN',
        choices: ['rename'],
        clash: ['name'],
        suggestedName,
      },
    );
  const productKeys = await productsOf(database, connection, existing.id);
  const unusableBecause = reasonAgainst(existing, service.periodType, !severalProducts && productKeys.length > 0);
  const usable = unusableBecause === undefined;
  const clash = clashOf(existing, service);
  const other = clash.map((field) => `another ${CLASH_WORDS[field]}`).join(' and ');
  return new Problem(
    'conflict',
    'DUPLICATE_SERVICE',
    `Autotask already has the service "${existing.name}" (${words(existing)}). ${usable ? 'Use it, or give' : 'It cannot be used for this product: give'} the new one ${other}. Nothing was created.`,
    {
      existing: serviceRow(existing, productKeys),
      usable,
      ...(unusableBecause === undefined ? {} : { unusableBecause }),
      choices: usable ? ['use', 'rename'] : ['rename'],
      clash,
      suggestedName,
    },
  );
}

const CLASH_WORDS = { name: 'name', externalId: 'external id', sku: 'SKU' } as const;

function clashOf(existing: Service, service: NewService): (keyof typeof CLASH_WORDS)[] {
  const same = (field: keyof typeof CLASH_WORDS) =>
    service[field] !== undefined && service[field].toLowerCase() === existing[field]?.toLowerCase();
  return (['name', 'externalId', 'sku'] as const).filter(same);
}

function words({ unitPrice, periodType, isActive }: Service): string {
  const period = periodType === undefined ? 'no period' : periodTypeWord(periodType);
  return `${period}, price ${unitPrice}${isActive ? '' : ', inactive'}`;
}

/** The same codes with which a mapping to it would be refused. */
function reasonAgainst(existing: Service, periodType: PeriodType, taken: boolean): string | undefined {
  if (!existing.isActive) return 'SERVICE_INACTIVE';
  if (existing.periodType !== periodType) return 'CYCLE_MISMATCH';
  return taken ? 'SERVICE_TAKEN' : undefined;
}

async function productsOf(database: Database, connection: ConnectionRef, serviceId: number): Promise<string[]> {
  const rows = await database.sql<{ product_key: string }>(
    `select product_key from product_mapping
     where installation_id = ? and connection_id = ? and service_id = ? order by product_key`,
    [connection.installationId, connection.id, serviceId],
  );
  return rows.map((row) => row.product_key);
}

/** The wanted name with its period, else with a number, as far as the mirror knows what is taken. */
async function freeName(database: Database, connection: ConnectionRef, service: NewService): Promise<string> {
  const { name, periodType } = service;
  const word = periodTypeWord(periodType);
  const endings = [
    ...(name.toLowerCase().includes(word) ? [] : [` (${word})`]),
    ...Array.from({ length: 50 }, (_, index) => ` (${index + 2})`),
  ];
  const candidates = endings.map((ending) => `${name.slice(0, NAME_LENGTH - ending.length).trimEnd()}${ending}`);
  const taken = await database.sql<{ name: string }>(
    `select lower(name) as name from service_mirror
     where installation_id = ? and connection_id = ? and lower(name) in (?)`,
    [connection.installationId, connection.id, candidates.map((candidate) => candidate.toLowerCase())],
  );
  const names = new Set(taken.map((row) => row.name));
  return candidates.find((candidate) => !names.has(candidate.toLowerCase())) ?? candidates.at(-1)!;
}
