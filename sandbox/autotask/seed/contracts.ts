import { addDays, addMonths } from '../../kit/calendar.js';
import type { Adjustments } from '../adjustments.js';
import type { ContractRow } from '../contract-rows.js';
import type { Database } from '../database.js';

/** Ids of services that seeded lines use, as catalogue.ts numbers them. */
const SERVICE = { basic: 1, basicYearly: 2, standard: 3, shield: 6, backup: 7, phone: 9, archive: 10, support: 11 };
const PERIOD = { monthly: 2, quarterly: 3, semiAnnual: 4, yearly: 5 };
const RECURRING = 7;
const TIME_AND_MATERIALS = 1;

/** A contract to seed, with its lines as [service, units]. */
interface SeedContract {
  name: string;
  start: string;
  end: string;
  type?: number;
  period?: number | null;
  status?: number;
  lines?: [number, number][];
}

/**
 * The contracts of customer `i`, laid out relative to `today`. Most customers have none.
 *
 * | Customer | Contracts |
 * |---|---|
 * | 2 | monthly, one line |
 * | 3 | monthly, two lines |
 * | 4 | only unsuitable ones: yearly, time & materials, inactive, ended |
 * | 5 | monthly from the 15th, one line |
 * | 6 | monthly, ends ten days from now |
 * | 7 | two monthly ones, and one that starts next month |
 * | 8 | quarterly, semi-annual and yearly |
 * | 9 | monthly from a 31st |
 * | 10 | monthly, in US dollars |
 * | 15, 25, 35, … | monthly, one or two lines |
 */
export function contractsOf(i: number, today: string, random: () => number): SeedContract[] {
  const month = `${today.slice(0, 8)}01`;
  const start = addMonths(month, -6);
  const end = addDays(addMonths(start, 24), -1);
  const seats = () => 3 + Math.floor(random() * 18);
  switch (i) {
    case 2:
      return [{ name: 'Managed services', start, end, lines: [[SERVICE.basic, 10]] }];
    case 3:
      return [
        {
          name: 'Managed services',
          start,
          end,
          lines: [
            [SERVICE.standard, 5],
            [SERVICE.shield, 5],
          ],
        },
      ];
    case 4:
      return [
        { name: 'Yearly licences', start, end, period: PERIOD.yearly, lines: [[SERVICE.basicYearly, 4]] },
        { name: 'Support by the hour', start, end, type: TIME_AND_MATERIALS, period: null },
        { name: 'Managed services (on hold)', start, end, status: 0, lines: [[SERVICE.basic, 2]] },
        {
          name: 'Managed services (former)',
          start: addMonths(month, -18),
          end: addDays(addMonths(month, -6), -1),
          lines: [[SERVICE.basic, 7]],
        },
      ];
    case 5: {
      const fifteenth = addDays(start, 14);
      return [
        {
          name: 'Cloud services',
          start: fifteenth,
          end: addDays(addMonths(fifteenth, 24), -1),
          lines: [[SERVICE.backup, 3]],
        },
      ];
    }
    case 6:
      return [{ name: 'Managed services (expiring)', start, end: addDays(today, 10), lines: [[SERVICE.basic, 6]] }];
    case 7: {
      const next = addMonths(month, 1);
      return [
        { name: 'Managed services', start, end, lines: [[SERVICE.support, 1]] },
        { name: 'Cloud services', start, end, lines: [[SERVICE.basic, 4]] },
        { name: 'Managed services (new terms)', start: next, end: addDays(addMonths(next, 12), -1) },
      ];
    }
    case 8:
      return [
        { name: 'Telephony', start, end, period: PERIOD.quarterly, lines: [[SERVICE.phone, 8]] },
        { name: 'Archive', start, end, period: PERIOD.semiAnnual, lines: [[SERVICE.archive, 2]] },
        { name: 'Yearly licences', start, end, period: PERIOD.yearly, lines: [[SERVICE.basicYearly, 9]] },
      ];
    case 9: {
      const last = addDays(addMonths(`${Number(today.slice(0, 4)) - 1}-01-01`, 1), -1);
      return [
        { name: 'Cloud services', start: last, end: addDays(addMonths(last, 36), -1), lines: [[SERVICE.basic, 5]] },
      ];
    }
    case 10:
      return [{ name: 'Managed services', start, end, lines: [[SERVICE.standard, 12]] }];
    default:
      if (i % 10 !== 5) return [];
      return [
        {
          name: 'Managed services',
          start,
          end,
          lines:
            i % 20 === 5
              ? [[SERVICE.basic, seats()]]
              : [
                  [SERVICE.standard, seats()],
                  [SERVICE.shield, seats()],
                ],
        },
      ];
  }
}

/** Stores a customer's contracts; lines and units arise through adjustments, as they would in real life. */
export function seedContracts(
  database: Database,
  adjustments: Adjustments,
  company: { id: number; number: string },
  contracts: readonly SeedContract[],
  now: string,
): void {
  contracts.forEach(({ name, start, end, type = RECURRING, period = PERIOD.monthly, status = 1, lines = [] }, at) => {
    const contract = database.put<ContractRow>('contracts', {
      id: database.nextId('contracts'),
      companyID: company.id,
      contractName: name,
      contractNumber: `${company.number}-${at + 1}`,
      contractType: type,
      contractPeriodType: period,
      startDate: start,
      endDate: end,
      status,
      timeReportingRequiresStartAndStopTimes: 0,
      billingPreference: 2,
      setupFee: 0,
      internalCurrencySetupFee: 0,
      isDefaultContract: false,
      organizationalLevelAssociationID: null,
      lastModifiedDateTime: now,
    });
    for (const [serviceID, unitChange] of lines)
      adjustments.accept({
        contractServiceID: null,
        contractID: contract.id,
        serviceID,
        effectiveDate: start,
        unitChange,
        adjustedUnitPrice: null,
        adjustedUnitCost: null,
        allowRepeatService: null,
        quoteItemID: null,
      });
  });
}
