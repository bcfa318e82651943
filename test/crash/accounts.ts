import type { Person } from './person.js';
import type { Line, World } from './world.js';

/** What is wrong with Autotask's books, in sentences. */
export interface Findings {
  doubled: string[];
  lost: string[];
  outOfOrder: string[];
}

export const noFindings = (): Findings => ({ doubled: [], lost: [], outOfOrder: [] });

const STATE =
  '/state?collections=contracts,contractServices,contractServiceUnits,contractCharges,contractServiceAdjustments';

/**
 * The independent check: what Autotask accepted, adjustment by adjustment and charge by charge, against the orders as the
 * harness placed them and the edits it made by hand. Asks the product nothing.
 */
export async function audit(person: Person, world: World): Promise<Findings> {
  const state = await person.sandbox('autotask', 'GET', STATE);
  const found = noFindings();
  for (const line of world.lines) auditLine(line, state, found);
  for (const companyId of new Set(world.lines.map((line) => line.companyId))) {
    const contracts = contractsOf(state, companyId).filter(({ id }) => id > world.lastContractId);
    if (contracts.length > 1) found.doubled.push(`company ${companyId}: ${contracts.length} new contracts`);
  }
  auditCharges(world.lines, state, found);
  return found;
}

/** Where a line is, as Autotask holds it, and until when; undefined before its first task. */
export async function placeOf(
  person: Person,
  line: Line,
): Promise<{ id: number; lineId: number; endDate: string } | undefined> {
  const state = await person.sandbox('autotask', 'GET', STATE);
  const [row] = linesOf(state, line);
  if (!row) return undefined;
  const contract = contractsOf(state, line.companyId).find(({ id }) => id === row.contractID);
  return { id: row.contractID as number, lineId: row.id as number, endDate: contract.endDate.slice(0, 10) as string };
}

/** Whether Autotask accepted this write: what a person who looks would find. */
export async function truthOf(person: Person, step: any): Promise<boolean> {
  const state = await person.sandbox('autotask', 'GET', STATE);
  const { body } = step.call;
  switch (step.kind) {
    case 'adjustUnits':
    case 'adjustPrice':
      return state.contractServiceAdjustments.some(
        (row: any) =>
          row.contractServiceID === body.contractServiceId &&
          row.effectiveDate.slice(0, 10) === body.effectiveDate &&
          (row.unitChange ?? 0) === body.unitChange,
      ) as boolean;
    case 'addCharge':
      return state.contractCharges.some(
        (row: any) => row.internalPurchaseOrderNumber === body.internalPurchaseOrderNumber,
      ) as boolean;
    case 'createLine':
      return state.contractServices.some(
        (row: any) => row.contractID === body.contractId && row.serviceID === body.serviceId,
      ) as boolean;
    default:
      return contractsOf(state, body.companyId as number).length > 0;
  }
}

function contractsOf(state: any, companyId: number): any[] {
  return state.contracts.filter((one: any) => one.companyID === companyId && one.contractType === 7);
}

function linesOf(state: any, line: Line): any[] {
  const contracts = new Set(contractsOf(state, line.companyId).map(({ id }) => id as number));
  return state.contractServices.filter(
    (one: any) => contracts.has(one.contractID as number) && one.serviceID === line.serviceId,
  );
}

function auditLine(line: Line, state: any, found: Findings): void {
  const rows = linesOf(state, line);
  const name = `company ${line.companyId}, service ${line.serviceId}`;
  if (rows.length > 1) found.doubled.push(`${name}: ${rows.length} lines instead of one`);
  const own = [...line.byHand];
  const accepted: number[] = [];
  for (const row of state.contractServiceAdjustments as any[]) {
    if (!rows.some(({ id }) => id === row.contractServiceID)) continue;
    const hand = own.findIndex(
      ({ date, units }) => date === row.effectiveDate.slice(0, 10) && units === row.unitChange,
    );
    if (hand >= 0) own.splice(hand, 1);
    else if ((row.unitChange ?? 0) !== 0) accepted.push(row.unitChange as number);
  }
  compare(
    name,
    line.changes.filter((change) => change !== 0),
    accepted,
    found,
  );
  const wanted = line.quantity + line.byHand.reduce((sum, { units }) => sum + units, 0);
  const last = rows
    .flatMap(({ id }) => state.contractServiceUnits.filter((one: any) => one.contractServiceID === id))
    .sort((a, b) => (a.endDate < b.endDate ? 1 : -1))[0];
  const held = (last?.units ?? 0) as number;
  if (held > wanted) found.doubled.push(`${name}: ${held} units in the end instead of ${wanted}`);
  if (held < wanted) found.lost.push(`${name}: ${held} units in the end instead of ${wanted}`);
}

/** The same changes, each once, in the order of their orders. */
function compare(name: string, wanted: readonly number[], accepted: readonly number[], found: Findings): void {
  if (JSON.stringify(wanted) === JSON.stringify(accepted)) return;
  const rest = [...accepted];
  let missing = 0;
  for (const change of wanted) {
    const at = rest.indexOf(change);
    if (at >= 0) rest.splice(at, 1);
    else missing += 1;
  }
  const story = `${name}: ordered ${JSON.stringify(wanted)}, accepted ${JSON.stringify(accepted)}`;
  if (rest.length > 0) found.doubled.push(story);
  if (missing > 0) found.lost.push(story);
  if (rest.length === 0 && missing === 0) found.outOfOrder.push(story);
}

function auditCharges(lines: readonly Line[], state: any, found: Findings): void {
  const expected = new Map<string, string[]>();
  for (const { orderNumber, amount } of lines.flatMap(({ charges }) => charges))
    expected.set(orderNumber, [...(expected.get(orderNumber) ?? []), Number(amount).toFixed(2)]);
  const companies = new Set(lines.map(({ companyId }) => companyId));
  const contracts = new Set(
    state.contracts.filter((one: any) => companies.has(one.companyID as number)).map(({ id }: any) => id as number),
  );
  const held = new Map<string, string[]>();
  for (const row of state.contractCharges as any[]) {
    if (!contracts.has(row.contractID as number) || !row.internalPurchaseOrderNumber) continue;
    const order = String(row.internalPurchaseOrderNumber).split(':')[0]!;
    held.set(order, [...(held.get(order) ?? []), Number(row.billableAmount ?? row.unitPrice).toFixed(2)]);
  }
  for (const order of new Set([...expected.keys(), ...held.keys()])) {
    const wanted = (expected.get(order) ?? []).sort().join(' ');
    const actual = (held.get(order) ?? []).sort().join(' ');
    if (wanted === actual) continue;
    const story = `charges of ${order}: ordered [${wanted}], held [${actual}]`;
    if ((held.get(order)?.length ?? 0) > (expected.get(order)?.length ?? 0)) found.doubled.push(story);
    else found.lost.push(story);
  }
}
