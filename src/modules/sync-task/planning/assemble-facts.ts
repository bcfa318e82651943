import type { Company, Service } from '../../../domain/autotask/entities.js';
import type { CalendarDate } from '../../../domain/calendar/calendar-date.js';
import { usageBefore } from '../../../domain/change-check/usage-tasks.js';
import {
  companyProblem,
  contractProblem,
  customerProblem,
  productProblem,
  serviceProblem,
} from '../../../domain/mapping/mapping-health.js';
import { spelling } from '../../../domain/mapping/spelling.js';
import type { ProductKey } from '../../../domain/marketplace/product.js';
import type {
  ContractFacts,
  OpenTaskFacts,
  PlanSettings,
  ProvenOperation,
  ServiceMappingFacts,
  SyncFacts,
  TaskFacts,
  TenantCapabilities,
} from '../../../domain/sync-plan/sync-facts.js';
import type { Connection } from '../../installation/connection.entity.js';
import type { SyncTask } from '../sync-task.entity.js';
import type { AutotaskReader } from './autotask-reader.js';
import type { PlanRequest } from './plan-facts.service.js';
import type { LoadedRecords } from './plan-records.service.js';

/** Autotask's longest contract name. */
const NAME_LENGTH = 100;

/**
 * The contract a task works on: the one a proven step of it created, else the one a person chose, else the mapped one.
 * Undefined = none yet, also when a person asked for a new one that does not exist yet.
 */
export function contractIdOf(
  { task, choices }: PlanRequest,
  records: Pick<LoadedRecords, 'proven' | 'contracts'>,
): number | undefined {
  const created = records.proven.get(task.id)?.find((operation) => operation.kind === 'createContract')?.resultId;
  if (created != null) return created;
  if (choices.contract) return 'id' in choices.contract ? choices.contract.id : undefined;
  return records.contracts.get(task.subscriptionId);
}

/** Turns rows and readings into facts; whatever it needs was loaded before, except the rare currency look-ups. */
export async function assembleFacts(input: {
  connection: Connection;
  today: CalendarDate;
  request: PlanRequest;
  records: LoadedRecords;
  reader: AutotaskReader;
}): Promise<SyncFacts> {
  const { connection, today, request, records, reader } = input;
  const { task, choices } = request;
  const companyIds = records.companies.get(task.customerId) ?? [];
  const isMapped = companyIds.length > 0;
  const companies = companyIds.flatMap((id) => reader.company(id) ?? []);
  const currencies = await currenciesOf(companies, connection, reader);
  const contractId = isMapped ? contractIdOf(request, records) : undefined;
  const contract = contractId === undefined ? undefined : await contractFacts(contractId, connection, reader);
  const otherId = isMapped
    ? records.shareContracts.get(task.subscriptionId)?.find((id) => id !== contractId)
    : undefined;
  const other = otherId === undefined ? undefined : await contractFacts(otherId, connection, reader);
  const onContracts = [contract, other].flatMap((each) => each?.contract.id ?? []);
  const target = task.order?.targetSubscriptionId ? records.targets.get(task.order.targetSubscriptionId) : undefined;
  return {
    today,
    timeZone: connection.timeZone,
    currency: connection.currency,
    settings: planSettings(connection),
    capabilities: capabilitiesOf(connection),
    task: { ...taskFacts(task), ...usageFacts(task, records), ...(target ? { targetSubscription: target } : {}) },
    customerName: task.customerName,
    ...mappingProblems(request, records, reader, contract),
    companies,
    companyCurrencies: currencies,
    services: await serviceFacts(input, isMapped),
    fees: records.fees,
    ...(contract ? { contract } : {}),
    ...(other ? { otherContract: other } : {}),
    isInternalCurrency: connection.capabilities.isInternalCurrency ?? true,
    defaultContractName: `Cloud services ${task.customerName}`.slice(0, NAME_LENGTH).trimEnd(),
    ledger: onContracts.flatMap((id) => records.steps.get(id)?.ledger ?? []),
    prices: onContracts.flatMap((id) => records.steps.get(id)?.prices ?? []),
    proven: (records.proven.get(task.id) ?? []).map(provenOperation),
    ownAdjustments: onContracts.flatMap((id) => records.adjustments.get(id) ?? []),
    heldCharges: [],
    chargedElsewhere: (records.charged.get(task.subscriptionId) ?? []).flatMap((one) =>
      one.contractId === contractId ? [] : one.key,
    ),
    openTasks: (records.openTasks.get(task.subscriptionId) ?? []).filter(({ id }) => id !== task.id).map(openTask),
    followsIgnored: records.ignoredLast.has(task.subscriptionId),
    choices,
  };
}

/** What is wrong with the mapped customer, companies and contract, as far as their own facts do not say it (MAP-4). */
function mappingProblems(
  { task, choices }: PlanRequest,
  records: LoadedRecords,
  reader: AutotaskReader,
  contract: ContractFacts | undefined,
): Pick<SyncFacts, 'customerProblem' | 'companyProblems' | 'contractProblem'> {
  const companyIds = records.companies.get(task.customerId) ?? [];
  const customer = records.customers.get(task.customerId);
  const names = (id: number) => records.mappedNames.get(`${task.customerId} ${id}`);
  const found: Pick<SyncFacts, 'customerProblem' | 'companyProblems' | 'contractProblem'> = {};
  const companyProblems: Record<number, string> = {};
  for (const id of companyIds) {
    const company = reader.company(id);
    const problem = companyProblem({
      id,
      nameThen: names(id)?.company,
      now: company && { name: spelling(company.name), isActive: company.isActive, saidActive: company.isActive },
    });
    // An inactive company has a code of its own.
    if (problem && problem.code !== 'COMPANY_INACTIVE') companyProblems[id] = problem.message;
    const ofCustomer =
      customer &&
      customerProblem({ id: task.customerId, nameThen: names(id)?.customer, now: customer }, customer.status);
    if (ofCustomer) found.customerProblem = ofCustomer.message;
  }
  if (Object.keys(companyProblems).length > 0) found.companyProblems = companyProblems;
  const mapped = records.contracts.get(task.subscriptionId);
  if (companyIds.length > 0 && mapped !== undefined && mapped === contractIdOf({ task, choices }, records)) {
    const problem = contractProblem({
      id: mapped,
      nameThen: records.contractNames.get(task.subscriptionId),
      now: contract && { name: contract.contract.name.slice(0, 200), isActive: contract.contract.isActive },
    });
    // An inactive contract is unsuitable for a reason of its own.
    if (problem && problem.code !== 'CONTRACT_INACTIVE' && !choices.contract) found.contractProblem = problem.message;
  }
  return found;
}

async function contractFacts(
  id: number,
  connection: Connection,
  reader: AutotaskReader,
): Promise<ContractFacts | undefined> {
  // Another lane may have written on it since it was read with the others, e.g. on the contract that a move leaves.
  const picture = await reader.freshContract(id);
  if (!picture) return undefined;
  const { companyId } = picture.contract;
  await reader.load({ companyIds: [companyId] });
  const company = reader.company(companyId);
  const currency = company ? await currencyOf(company, connection, reader) : connection.currency;
  return { contract: picture.contract, currency, lines: picture.lines, units: picture.units };
}

/** ISO code of a company's currency; a tenant without several has the connection's only. */
async function currencyOf(company: Company, connection: Connection, reader: AutotaskReader): Promise<string> {
  const { currencyId } = company;
  if (currencyId === undefined || currencyId === connection.capabilities.currencyId) return connection.currency;
  return (await reader.currencyCode(currencyId)) ?? `currency ${currencyId}`;
}

async function currenciesOf(
  companies: readonly Company[],
  connection: Connection,
  reader: AutotaskReader,
): Promise<Record<number, string>> {
  const found: Record<number, string> = {};
  for (const company of companies) found[company.id] = await currencyOf(company, connection, reader);
  return found;
}

async function serviceFacts(
  { connection, request, records, reader }: Parameters<typeof assembleFacts>[0],
  isMapped: boolean,
): Promise<ServiceMappingFacts[]> {
  const { isInternalCurrency, currencyId } = connection.capabilities;
  const foreign = isMapped && isInternalCurrency === false && currencyId !== undefined;
  const listPrices = foreign ? await reader.listPrices(currencyId) : undefined;
  const facts: ServiceMappingFacts[] = [];
  for (const [productKey, serviceId] of records.servicesOf(request)) {
    const service = isMapped ? reader.service(serviceId) : records.mirroredServices.get(serviceId);
    const listPrice = listPrices?.get(serviceId);
    facts.push({
      productKey,
      productName: productName(request.task, productKey) ?? service?.name ?? productKey,
      serviceId,
      ...(service ? { service } : {}),
      ...(listPrice === undefined ? {} : { listPrice }),
      ...productProblems(productKey, service, records),
    });
  }
  return facts;
}

function productProblems(
  productKey: ProductKey,
  service: Service | undefined,
  records: LoadedRecords,
): Pick<ServiceMappingFacts, 'serviceProblem' | 'productProblem'> {
  const names = records.productNames.get(productKey);
  const ofService =
    service &&
    serviceProblem({
      id: service.id,
      nameThen: names?.service,
      now: { name: spelling(service.name), isActive: service.isActive, saidActive: service.isActive },
    });
  const ofProduct = productProblem({ id: productKey, nameThen: names?.product, now: names?.now });
  return {
    ...(ofService ? { serviceProblem: ofService.message } : {}),
    ...(ofProduct ? { productProblem: ofProduct.message } : {}),
  };
}

function productName(task: SyncTask, key: ProductKey): string | undefined {
  const items = [...(task.order?.items ?? []), ...task.subscription.items];
  return items.find((item) => item.productKey === key)?.name;
}

function taskFacts(task: SyncTask): TaskFacts {
  return {
    id: task.id,
    type: task.type,
    source: task.source,
    sourceKey: task.sourceKey,
    subscription: task.subscription,
    readOn: task.readOn.slice(0, 10),
    ...(task.order ? { order: task.order } : {}),
    ...(task.usage ? { usage: task.usage } : {}),
    ...(task.state === 'synced' ? { isSynced: true } : {}),
  };
}

/** What a usage task is compared with: the other tasks of its product and period. */
function usageFacts(
  task: SyncTask,
  records: Pick<LoadedRecords, 'usage'>,
): Pick<TaskFacts, 'previousUsage' | 'isOvertaken'> {
  const all = records.usage.get(task.subscriptionId) ?? [];
  const own = all.find(({ id }) => id === task.id);
  if (!own) return {};
  const { previous, overtaken } = usageBefore(
    own,
    all.filter((other) => other !== own),
  );
  return { previousUsage: [...previous], ...(overtaken ? { isOvertaken: true } : {}) };
}

function openTask(task: SyncTask): OpenTaskFacts {
  return {
    id: task.id,
    type: task.type,
    subscription: task.subscription,
    createdAt: task.orderCreatedAt.toISOString(),
    ...(task.order ? { order: task.order } : {}),
  };
}

function provenOperation(operation: {
  operationKey: string;
  kind: ProvenOperation['kind'];
  resultId?: number | null | undefined;
}): ProvenOperation {
  return {
    key: operation.operationKey,
    kind: operation.kind,
    ...(operation.resultId == null ? {} : { resultId: operation.resultId }),
  };
}

/** What a plan sees of a connection's settings. */
export function planSettings({ settings }: Connection): PlanSettings {
  const { priceSource, trimDescription, proration, syncRefunds, severalProductsPerService } = settings;
  return {
    priceSource,
    trimDescription,
    proration,
    syncRefunds,
    severalProductsPerService,
    autoCreate: settings.automaticCreatesLines,
    autoExtend: settings.automaticCreatesLines,
  };
}

/** What the tenant turned out to accept; what is not learned yet is taken as accepted (DESIGN §6). */
export function capabilitiesOf({ capabilities }: Connection): TenantCapabilities {
  return {
    adjustPosted: capabilities.adjustPosted ?? 'accept',
    negativeCharge: capabilities.negativeCharge ?? 'accept',
    costVisible: capabilities.costVisible ?? true,
    refusedDates: capabilities.refusedDates ?? [],
    chargeType: capabilities.chargeType ?? 1,
  };
}
