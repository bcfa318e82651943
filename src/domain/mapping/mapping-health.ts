import { plain, readCompanyName } from './company-name.js';

/** Why a mapping cannot be used, in a stable code and in words for people (FEATURES MAP-4). */
export interface MappingProblem<Code extends string = string> {
  code: Code;
  /** What is the matter and what to do. */
  message: string;
}

/** A mapped record as last read; undefined = its source no longer shows it. */
export interface RecordNow {
  name: string;
  isActive: boolean;
  /** What the source itself said at the last reading; a record that vanished since still says true. */
  saidActive?: boolean;
}

/** A mapped record: what it was called when somebody mapped it (null = not known), and what it is now. */
export interface MappedRecord {
  id: string | number;
  nameThen: string | null | undefined;
  now: RecordNow | undefined;
}

const CONFIRM = 'If it is still the same, map it again; else choose another.';

/**
 * True when a company or customer bears another name than when it was mapped: a record that was taken over by somebody
 * else keeps its id. Capitals, accents, legal forms and the like do not count.
 */
export function isRenamedCompany(then: string | null | undefined, now: string): boolean {
  if (then === null || then === undefined || then === now) return false;
  const words = (name: string) => readCompanyName(name).readings.map(({ tokens }) => tokens.join(' '));
  const before = new Set(words(then));
  return !words(now).some((reading) => before.has(reading));
}

/** The same for services, products, billing codes and contracts: capitals, accents, spaces and punctuation do not count. */
export function isRenamed(then: string | null | undefined, now: string): boolean {
  if (then === null || then === undefined) return false;
  const letters = (name: string) => plain(name).replace(/[^\p{L}\p{N}]+/gu, '');
  return letters(then) !== letters(now);
}

/** What is wrong with a mapped customer. @param status the marketplace's own word. */
export function customerProblem(
  { nameThen, now }: MappedRecord,
  status: string | undefined,
): MappingProblem<'CUSTOMER_INACTIVE' | 'CUSTOMER_GONE' | 'CUSTOMER_RENAMED'> | undefined {
  if (now && !now.isActive && status !== undefined && ['cancelled', 'error', 'unknown'].includes(status))
    return {
      code: 'CUSTOMER_INACTIVE',
      message: `The marketplace says that this customer is ${status}. Unmap it, or set it right there and refresh.`,
    };
  if (!now?.isActive)
    return {
      code: 'CUSTOMER_GONE',
      message: 'The marketplace no longer lists this customer. Unmap it, or refresh if that should not be so.',
    };
  if (!isRenamedCompany(nameThen, now.name)) return undefined;
  return {
    code: 'CUSTOMER_RENAMED',
    message: `Customer "${nameThen}" is called "${now.name}" in the marketplace now. ${CONFIRM}`,
  };
}

/** What is wrong with a mapped company. */
export function companyProblem({
  id,
  nameThen,
  now,
}: MappedRecord): MappingProblem<'COMPANY_INACTIVE' | 'COMPANY_GONE' | 'COMPANY_RENAMED'> | undefined {
  const name = now?.name ?? nameThen ?? String(id);
  if (now && !now.isActive && now.saidActive === false)
    return {
      code: 'COMPANY_INACTIVE',
      message: `Company "${name}" is inactive in Autotask. Choose another or activate it.`,
    };
  if (!now?.isActive)
    return {
      code: 'COMPANY_GONE',
      message: `Company "${name}" is no longer visible in Autotask. Choose another, or check the API user's rights.`,
    };
  if (!isRenamedCompany(nameThen, name)) return undefined;
  return { code: 'COMPANY_RENAMED', message: `Company "${nameThen}" is called "${name}" in Autotask now. ${CONFIRM}` };
}

/** What is wrong with a mapped service, besides its period (`serviceMismatch`). */
export function serviceProblem({
  id,
  nameThen,
  now,
}: MappedRecord): MappingProblem<'SERVICE_INACTIVE' | 'SERVICE_GONE' | 'SERVICE_RENAMED'> | undefined {
  const name = now?.name ?? nameThen ?? String(id);
  if (now && !now.isActive && now.saidActive === false)
    return {
      code: 'SERVICE_INACTIVE',
      message: `Service "${name}" is inactive in Autotask. Choose another one, or activate it there and refresh.`,
    };
  if (!now?.isActive)
    return {
      code: 'SERVICE_GONE',
      message: `Service "${name}" is no longer visible in Autotask. Choose another, or check the API user's rights.`,
    };
  if (!isRenamed(nameThen, name)) return undefined;
  return { code: 'SERVICE_RENAMED', message: `Service "${nameThen}" is called "${name}" in Autotask now. ${CONFIRM}` };
}

/** What is wrong with a mapped product of the marketplace. */
export function productProblem({
  id,
  nameThen,
  now,
}: MappedRecord): MappingProblem<'PRODUCT_GONE' | 'PRODUCT_RENAMED'> | undefined {
  const name = now?.name ?? nameThen ?? String(id);
  if (now && !now.isActive)
    return {
      code: 'PRODUCT_GONE',
      message: `The marketplace neither sells ${name} any more nor has a subscription of it. Unmap it.`,
    };
  if (!now || !isRenamed(nameThen, name)) return undefined;
  return {
    code: 'PRODUCT_RENAMED',
    message: `Product "${nameThen}" is called "${name}" in the marketplace now. ${CONFIRM}`,
  };
}

/** What is wrong with what a fee is charged as. */
export function feeTargetProblem({
  id,
  nameThen,
  now,
}: MappedRecord): MappingProblem<'FEE_TARGET_INACTIVE' | 'FEE_TARGET_GONE' | 'FEE_TARGET_RENAMED'> | undefined {
  const name = now?.name ?? nameThen ?? String(id);
  if (now && !now.isActive && now.saidActive === false)
    return {
      code: 'FEE_TARGET_INACTIVE',
      message: `"${name}" is inactive in Autotask. Choose another or activate it.`,
    };
  if (!now?.isActive)
    return {
      code: 'FEE_TARGET_GONE',
      message: `"${name}" is no longer visible in Autotask. Choose another one.`,
    };
  if (!isRenamed(nameThen, name)) return undefined;
  return { code: 'FEE_TARGET_RENAMED', message: `"${nameThen}" is called "${name}" in Autotask now. ${CONFIRM}` };
}

/** What is wrong with the contract a subscription is mapped to. */
export function contractProblem({
  id,
  nameThen,
  now,
}: MappedRecord): MappingProblem<'CONTRACT_INACTIVE' | 'CONTRACT_GONE' | 'CONTRACT_RENAMED'> | undefined {
  const name = now?.name ?? nameThen ?? String(id);
  if (!now)
    return {
      code: 'CONTRACT_GONE',
      message: `Contract "${name}" is no longer visible in Autotask. Choose another, or check the API user's rights.`,
    };
  if (!now.isActive)
    return {
      code: 'CONTRACT_INACTIVE',
      message: `Contract "${name}" is inactive in Autotask. Choose another or activate it.`,
    };
  if (!isRenamed(nameThen, name)) return undefined;
  return {
    code: 'CONTRACT_RENAMED',
    message: `Contract "${nameThen}" is called "${name}" in Autotask now. ${CONFIRM}`,
  };
}
