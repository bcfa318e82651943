import type { SandboxClock } from '../kit/clock.js';
import { Decimal } from '../kit/decimal.js';
import type { ContractEngine } from './contract-engine.js';
import { shareOf, type Window } from './contract-grid.js';
import type { BilledChange, ChargeRow, ContractRow, LineRow, ServiceRow, WindowRow } from './contract-rows.js';
import type { ApiRow, Database } from './database.js';
import { postedAmount, toInternal, type Currencies } from './money.js';
import { picklistId } from './picklists.js';
import type { Behaviour } from './switches.js';

/** What a posting run may touch: everything up to a day, or only one company's or one contract's. */
export interface PostingScope {
  upTo: string;
  companyId?: number;
  contractId?: number;
}

const typeOf = (label: string) => ({
  billingItemType: picklistId('BillingItem.billingItemType', label),
  subType: picklistId('BillingItem.subType', label),
});

/**
 * Approve & Post (DESIGN §9, rule 31). The real system has no API for it, so this hangs on a control endpoint.
 *
 * Every window that starts on or before `upTo` is posted. Within a period, the first posting makes one *Recurring
 * Services* item for the quantity at its start, and each later change one *Recurring Services Adjustment* item:
 * (units × price after − before) × days from the change to the period's end ÷ days of the period, rounded to cents.
 * What was billed is remembered per change, so a second run makes nothing, and a change inside a posted period makes an
 * item of the difference at the next run. Contract charges bought on or before `upTo` become items and are locked.
 */
export class Posting {
  constructor(
    private readonly database: Database,
    private readonly behaviour: Behaviour,
    private readonly clock: SandboxClock,
    private readonly engine: ContractEngine,
    private readonly currencies: Currencies,
  ) {}

  /** Posts, and returns the new BillingItems. */
  post(scope: PostingScope): ApiRow[] {
    const items: ApiRow[] = [];
    for (const contract of this.database.rows<ContractRow>('contracts')) {
      if (scope.contractId !== undefined && contract.id !== scope.contractId) continue;
      if (scope.companyId !== undefined && contract.companyID !== scope.companyId) continue;
      for (const line of this.engine.linesOf(contract.id)) items.push(...this.postLine(contract, line, scope.upTo));
      for (const charge of this.database.where<ChargeRow>('contractCharges', 'contractID', contract.id))
        if (charge.isBilled !== true && charge.datePurchased <= scope.upTo)
          items.push(this.postCharge(contract, charge));
    }
    return items;
  }

  private postLine(contract: ContractRow, line: LineRow, upTo: string): ApiRow[] {
    const items: ApiRow[] = [];
    const posted = { ...line.ownPosted };
    const billed = { ...line.ownBilled };
    let before: Window | undefined;
    let changed = false;
    for (const window of this.engine.windowsOf(contract, line)) {
      if (window.start > upTo) break;
      if (!window.begun) continue; // a period before the first units is nothing to approve
      if (window.period !== before?.period) before = undefined;
      const period = window.period.start;
      const isFirst = billed[period] === undefined;
      const change = { value: valueOf(window, before, 'price'), cost: valueOf(window, before, 'cost') };
      const paid = billed[period]?.[window.start];
      const due = change.value.minus(Decimal.of(paid?.value ?? 0));
      const dueCost = change.cost.minus(Decimal.of(paid?.cost ?? 0));
      const recurring = isFirst && window.start === period;
      if (!due.isZero || !dueCost.isZero || (recurring && window.units !== 0))
        items.push(this.lineItem(contract, line, { window, before, due, dueCost, recurring }));
      const record: BilledChange = { value: change.value.toString(), cost: change.cost.toString() };
      changed ||= paid?.value !== record.value || paid.cost !== record.cost || posted[window.start] === undefined;
      billed[period] = { ...billed[period], [window.start]: record };
      posted[window.start] ??= this.clock.nowIso();
      before = window;
    }
    if (changed) this.engine.saveLine(contract, { ...line, ownPosted: posted, ownBilled: billed });
    return items;
  }

  private lineItem(
    contract: ContractRow,
    line: LineRow,
    about: { window: Window; before: Window | undefined; due: Decimal; dueCost: Decimal; recurring: boolean },
  ): ApiRow {
    const { window, before, recurring } = about;
    const service = this.database.must<ServiceRow>('services', line.serviceID);
    const { period, start } = window;
    const { part, whole } = shareOf(period, start, period.end, this.behaviour.of('prorationBasis'));
    const added = window.units - (before?.units ?? 0);
    const name = line.invoiceDescription ?? service.invoiceDescription ?? service.name;
    const row = this.database
      .where<WindowRow>('contractServiceUnits', 'contractServiceID', line.id)
      .find(({ startDate }) => startDate === start);
    return this.store(contract, {
      ...typeOf(recurring ? 'Recurring Services' : 'Recurring Services Adjustment'),
      billingCodeID: service.billingCodeID,
      contractServiceAdjustmentID: recurring
        ? null
        : (line.ownSteps.find((step) => step.date === start)?.adjustmentId ?? null),
      contractServiceID: line.id,
      contractServicePeriodID: row?.id ?? null,
      description: `${name} (${start} – ${period.end})`,
      itemDate: start,
      itemName: service.name,
      nonBillable: 0,
      ourCost: this.rounded(about.dueCost.share(part, whole)).toNumber(),
      quantity: added === 0 ? window.units : added,
      rate: added === 0 && before ? Decimal.of(window.price).minus(Decimal.of(before.price)).toNumber() : window.price,
      serviceID: service.id,
      vendorID: service.vendorCompanyID,
      amount: this.rounded(about.due.share(part, whole)).toNumber(),
    });
  }

  private postCharge(contract: ContractRow, charge: ChargeRow): ApiRow {
    this.database.change<ChargeRow>('contractCharges', charge, { isBilled: true });
    const billable = charge.isBillableToCompany !== false;
    return this.store(contract, {
      ...typeOf('Contract Cost'),
      billingCodeID: charge.billingCodeID,
      contractChargeID: charge.id,
      contractServiceID: charge.contractServiceID,
      description: charge.description ?? charge.name,
      itemDate: charge.datePurchased,
      itemName: charge.name,
      nonBillable: billable ? 0 : 1,
      ourCost: this.rounded(Decimal.of(charge.extendedCost)).toNumber(),
      purchaseOrderNumber: charge.purchaseOrderNumber,
      quantity: charge.unitQuantity,
      rate: charge.unitPrice,
      amount: billable ? this.rounded(Decimal.of(charge.billableAmount)).toNumber() : 0,
    });
  }

  private store(contract: ContractRow, item: { amount: number; rate: number; [field: string]: unknown }): ApiRow {
    const { amount, ...fields } = item;
    const currency = this.currencies.ofCompany(contract.companyID);
    const owner = this.database.get('companies', contract.companyID)?.['ownerResourceID'] ?? null;
    const now = this.clock.nowIso();
    return this.database.put<ApiRow>('billingItems', {
      id: this.database.nextId('billingItems'),
      accountManagerWhenApprovedID: owner,
      companyID: contract.companyID,
      contractID: contract.id,
      extendedPrice: amount,
      internalCurrencyExtendedPrice: toInternal(amount, currency, 2),
      internalCurrencyRate: toInternal(item.rate, currency, 4),
      internalCurrencyTaxDollars: 0,
      internalCurrencyTotalAmount: toInternal(amount, currency, 2),
      invoiceID: 0,
      itemApproverID: owner,
      organizationalLevelAssociationID: contract.organizationalLevelAssociationID ?? null,
      postedDate: now.slice(0, 10),
      postedOnTime: now,
      taxDollars: 0,
      totalAmount: amount,
      ...fields,
    });
  }

  private rounded(amount: Decimal): Decimal {
    return postedAmount(amount, this.behaviour.of('rounding'));
  }
}

/** What a window adds to its period, per whole period: units × price after − before. */
function valueOf(window: Window, before: Window | undefined, key: 'price' | 'cost'): Decimal {
  const after = Decimal.of(window[key]).times(window.units);
  return before ? after.minus(Decimal.of(before[key]).times(before.units)) : after;
}
