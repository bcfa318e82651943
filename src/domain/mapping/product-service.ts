import { periodTypeWord, type PeriodType, type Service } from '../autotask/entities.js';
import type { BillingModel, Period } from '../marketplace/period.js';
import { chargingOf } from '../sync-plan/charging.js';

/** What a product needs in Autotask. `message` says in a sentence why it needs no service. */
export type ServiceNeed =
  | { needed: true; periodType: PeriodType; word: string }
  | { needed: false; why: 'term' | 'metered' | 'unknown'; word: string; message: string };

/** What of a product decides its need. */
export interface ProductTerms {
  billingModel: BillingModel;
  billingPeriod: Period;
  subscriptionPeriod: Period;
}

/**
 * Whether a product becomes units of a service, and of which period (DESIGN §6 Charging cycle). A cycle that Autotask
 * has no period for is one charge per term; post-paid and externally rated products are charged by usage; both need a
 * fee mapping instead of a service (FEATURES MAP-6, MAP-8).
 */
export function serviceNeedOf(product: ProductTerms): ServiceNeed {
  // The kind of charging does not depend on when a subscription began; only its grid does.
  const charging = chargingOf({ ...product, creationDate: '2000-01-01' });
  const { word } = charging;
  switch (charging.kind) {
    case 'units':
      return { needed: true, periodType: charging.periodType, word };
    case 'term':
      return {
        needed: false,
        why: 'term',
        word,
        message: `It is billed ${word}, for which Autotask has no period: it becomes one charge per term. Map its fee under Fees.`,
      };
    case 'metered':
      return {
        needed: false,
        why: 'metered',
        word,
        message: 'It is billed by what was used, never by units. Map its usage under Fees.',
      };
    case 'unknown':
      return {
        needed: false,
        why: 'unknown',
        word,
        message: `It is billed by ${word}, which this version does not know. Report it; nothing is synced for it.`,
      };
  }
}

/** Why a service cannot hold a product's units; undefined when it can. */
export function serviceMismatch(
  need: ServiceNeed,
  service: Pick<Service, 'name' | 'isActive' | 'periodType'>,
): { code: 'PRODUCT_NEEDS_NO_SERVICE' | 'SERVICE_INACTIVE' | 'CYCLE_MISMATCH'; message: string } | undefined {
  if (!need.needed) return { code: 'PRODUCT_NEEDS_NO_SERVICE', message: need.message };
  if (!service.isActive)
    return {
      code: 'SERVICE_INACTIVE',
      message: `Service "${service.name}" is inactive or gone. Choose another one, or activate it in Autotask and refresh.`,
    };
  if (service.periodType === need.periodType) return undefined;
  const has = service.periodType === undefined ? 'has no billing period' : `is ${periodTypeWord(service.periodType)}`;
  return {
    code: 'CYCLE_MISMATCH',
    message: `Service "${service.name}" ${has}; this product is billed ${need.word}. Choose a ${need.word} service.`,
  };
}
