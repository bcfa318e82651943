import { refused, texts } from './api-error.js';
import type { AdjustmentInput } from './adjustments.js';
import type { ChargeRow, ContractRow, LineRow, ServiceRow } from './contract-rows.js';
import type { ApiRow } from './database.js';
import { isEmpty, type EntityRules, type NewRow, type Workshop, type WriteContext } from './entity-rules.js';
import { product, toInternal } from './money.js';
import { readValue } from './values.js';

const MONTHLY = 2;
/** `useType` of a billing code for materials. */
const MATERIAL_CODE = 4;
/** `status` of a charge that is waiting to be billed. */
const PENDING = 6;

/** The rules of contracts and what hangs below them (reference §10.4–§10.7, §10.13, §11; rules 25–30). */
export function contractRules(workshop: Workshop): Record<string, EntityRules> {
  const { database, behaviour, engine, adjustments, currencies, now } = workshop;

  const checkDates = (row: NewRow): void => {
    if (String(row['endDate']) < String(row['startDate'])) throw refused(texts.endBeforeStart);
  };
  const withTwins = <R extends NewRow>(row: R): R => {
    const currency = currencies.ofCompany(row['companyID'] as number);
    const twin = (price: unknown) => (isEmpty(price) ? null : toInternal(price as number, currency, 4));
    return {
      ...row,
      internalCurrencySetupFee: twin(row['setupFee']),
      internalCurrencyOverageBillingRate: twin(row['overageBillingRate']),
    };
  };
  const note = (contractId: number, title: string, context: WriteContext): void => {
    if (behaviour.is('contractNotes', 'off')) return;
    database.put<ApiRow>('contractNotes', {
      id: database.nextId('contractNotes'),
      contractID: contractId,
      title,
      description: title,
      creatorResourceID: context.user.resourceId,
      createDateTime: now(),
      lastActivityDate: now(),
    });
  };

  /** An `adjustedPrice`, which the model lacks, or a `unitCost` sent with a line (switch `patchedPrice`). */
  const sentPrices = (context: WriteContext): { price?: number; cost?: number } => {
    if (behaviour.is('patchedPrice', 'ignore')) return {};
    const number = (key: string) => readValue(PRICE_FIELD, context.sent.get(key), 'drop') as number | null;
    const price = number('adjustedprice');
    const cost = context.user.seesCosts ? number('unitcost') : null;
    return { ...(price === null ? {} : { price }), ...(cost === null ? {} : { cost }) };
  };
  /** Sets price and cost for the whole line, over all its steps. */
  const reprice = (line: LineRow, { price, cost }: { price?: number; cost?: number }): LineRow => ({
    ...line,
    ownInitial: { price: price ?? line.ownInitial.price, cost: cost ?? line.ownInitial.cost },
    ownSteps: line.ownSteps.map((step) => {
      const { price: stepPrice, cost: stepCost, ...rest } = step;
      return {
        ...rest,
        ...(stepPrice === undefined || price !== undefined ? {} : { price: stepPrice }),
        ...(stepCost === undefined || cost !== undefined ? {} : { cost: stepCost }),
      };
    }),
  });

  const charge = (row: NewRow): NewRow => {
    const billable = product(row['unitQuantity'] as number, row['unitPrice'] as number);
    if (billable < 0 && behaviour.is('negativeCharge', 'refuse')) throw refused(texts.negativeCharge);
    const contract = database.must<ContractRow>('contracts', row['contractID'] as number);
    const currency = currencies.ofCompany(contract.companyID);
    return {
      ...row,
      billableAmount: billable,
      extendedCost: product(row['unitQuantity'] as number, row['unitCost'] as number),
      internalCurrencyBillableAmount: toInternal(billable, currency, 4),
      internalCurrencyUnitPrice: toInternal(row['unitPrice'] as number, currency, 4),
    };
  };
  /** The charge with code, price and cost taken over from its product or billing code where they were not sent. */
  const chargeSource = (row: NewRow): NewRow => {
    const goods = isEmpty(row['productID']) ? undefined : database.get('products', row['productID'] as number);
    const codeId = row['billingCodeID'] ?? goods?.['chargeBillingCodeID'] ?? null;
    if (!goods && codeId === null) throw refused(texts.chargeCode);
    const code = codeId === null ? undefined : database.get('billingCodes', codeId as number);
    if (!goods && code?.['useType'] !== MATERIAL_CODE) throw refused(texts.reference('billingCodeID', 'BillingCode'));
    return {
      ...row,
      billingCodeID: codeId,
      unitPrice: row['unitPrice'] ?? goods?.['unitPrice'] ?? code?.['unitPrice'] ?? 0,
      unitCost: row['unitCost'] ?? goods?.['unitCost'] ?? code?.['unitCost'] ?? 0,
      isBillableToCompany: row['isBillableToCompany'] ?? true,
    };
  };

  return {
    Contracts: {
      create: (row) => {
        checkDates(row);
        const recurring = engine.isRecurring(row as ContractRow);
        if (recurring && isEmpty(row['contractPeriodType'])) {
          if (behaviour.is('missingPeriodType', 'refuse')) throw refused(texts.missing('contractPeriodType'));
          return withTwins({ ...row, contractPeriodType: MONTHLY });
        }
        return withTwins(row);
      },
      update: (before, after) => {
        checkDates(after);
        const old = before as ContractRow;
        const { startDate, endDate } = after as ContractRow;
        for (const line of engine.linesOf(before.id))
          for (const window of engine.postedOf(old, line))
            if (window.end > endDate || startDate !== old.startDate) throw refused(texts.postedPeriod);
        return withTwins(after);
      },
      updated: (before, after, context) => {
        const [old, now] = [before as ContractRow, after as ContractRow];
        if (old.startDate !== now.startDate || old.endDate !== now.endDate) engine.moveDates(old, now);
        note(after.id, 'Contract changed', context);
      },
    },
    ContractServices: {
      create: (row) => {
        const contract = database.must<ContractRow>('contracts', row['contractID'] as number);
        const service = database.must<ServiceRow>('services', row['serviceID'] as number);
        if (!engine.isRecurring(contract)) throw refused(texts.recurringOnly);
        if (service.isActive === false) throw refused(texts.reference('serviceID', 'Service'));
        if (engine.linesOf(contract.id).some((line) => line.serviceID === service.id))
          throw refused(texts.repeatedService(service.id));
        return row;
      },
      store: (row, context) => {
        const contract = database.must<ContractRow>('contracts', row['contractID'] as number);
        const service = database.must<ServiceRow>('services', row['serviceID'] as number);
        const line = engine.newLine(contract, service, {
          internalDescription: row['internalDescription'],
          invoiceDescription: row['invoiceDescription'],
        });
        const id = database.nextId('contractServices');
        engine.saveLine(contract, reprice({ ...line, id }, sentPrices(context)));
        note(contract.id, 'Service added', context);
        return id;
      },
      update: (before, after, context) => {
        sentPrices(context); // refused before anything is written when it is no number
        return { ...after, unitCost: before['unitCost'] };
      },
      updated: (_before, after, context) => {
        const line = after as LineRow;
        const prices = sentPrices(context);
        if (prices.price === undefined && prices.cost === undefined) return;
        engine.saveLine(database.must<ContractRow>('contracts', line.contractID), reprice(line, prices));
      },
    },
    ContractServiceAdjustments: {
      store: (row, context) => {
        const line = adjustments.accept(row as unknown as AdjustmentInput);
        note(line.contractID, 'Service adjusted', context);
        return null;
      },
    },
    ContractCharges: {
      defaults: () => ({ isBilled: false, status: PENDING }),
      create: (row) => charge(chargeSource(row)),
      update: (before, after) => {
        if ((before as ChargeRow).isBilled) throw refused(texts.chargeBilled);
        return charge(chargeSource(after)) as ApiRow;
      },
      remove: (row) => {
        if ((row as ChargeRow).isBilled) throw refused(texts.chargeBilled);
      },
    },
  };
}

const PRICE_FIELD = {
  name: 'adjustedPrice',
  type: 'dbl',
  length: 0,
  rule: 'RW',
  queryable: false,
  picklist: false,
  cost: false,
  indexed: false,
  newer: false,
} as const;

/** Values of rows that are shown other than stored: standard texts, and unit prices where the switch wants them. */
export function derivedValues({ database, behaviour }: Pick<Workshop, 'database' | 'behaviour'>) {
  return (entity: { name: string }, row: ApiRow): Partial<ApiRow> => {
    if (entity.name === 'ContractServices' && isEmpty(row['invoiceDescription'])) {
      const service = database.get<ServiceRow>('services', row['serviceID'] as number);
      return { invoiceDescription: service?.invoiceDescription ?? null };
    }
    if (entity.name === 'ContractServiceUnits' && behaviour.is('windowPriceMeaning', 'unit'))
      return {
        price: row['ownUnitPrice'],
        cost: row['ownUnitCost'],
        internalCurrencyPrice: row['ownInternalUnitPrice'],
      };
    return {};
  };
}
