import type { Schemas } from '../api/client';

/** The steps of the wizard, in order (WIZ-1); `result` is what follows the last one. */
export const STEPS = ['customer', 'product', 'contract', 'lines', 'confirm'] as const;
export type Step = (typeof STEPS)[number];
export type StepOrResult = Step | 'result';

type Action = Pick<Schemas['RequiredActionView'], 'code' | 'subject'>;
type Choices = Schemas['ChoicesDto'];

/** What the machine looks at: nothing else decides which step is open. */
export interface WizardFacts {
  state: Schemas['TaskRow']['state'];
  /** True once somebody accepted the task: it waits or runs. */
  accepted: boolean;
  /** What the plan with the choices made so far still asks for. */
  requiredActions: Action[];
  choices: Choices;
}

/** How a step stands: answered before anybody came, answered here, asking, or behind one that asks. */
export type Standing = 'skipped' | 'answered' | 'asking' | 'later';

const CONTRACT_CODES = new Set([
  'CONTRACT_MISSING',
  'CONTRACT_CYCLE',
  'CONTRACT_CURRENCY',
  'CONTRACT_UNSUITABLE',
  'CONTRACT_DATE',
]);

/** The step at which an action is answered. */
export function stepOf({ code, subject }: Action): Step {
  const kind = (subject as { kind?: string } | undefined)?.kind;
  if (code === 'COMPANY_INACTIVE') return 'customer';
  if (code === 'MAPPING_MISSING' || code === 'MAPPING_BROKEN')
    return kind === 'customer' || kind === 'company' ? 'customer' : 'product';
  if (code === 'FEE_MAPPING_MISSING' || code === 'SEVERAL_PRODUCTS') return 'product';
  if (CONTRACT_CODES.has(code)) return 'contract';
  return 'lines';
}

/** The steps with how each stands; the first that asks closes those behind it. */
export function standings({ requiredActions, choices }: WizardFacts): Record<Step, Standing> {
  const asking = new Set(requiredActions.map(stepOf));
  const first = STEPS.find((step) => asking.has(step));
  const reached = first === undefined ? STEPS.length : STEPS.indexOf(first);
  const given: Record<Step, boolean> = {
    customer: false,
    product: false,
    contract: choices.contract !== undefined || choices.extend !== undefined,
    lines:
      (choices.lines?.length ?? 0) > 0 ||
      (choices.drift?.length ?? 0) > 0 ||
      choices.late !== undefined ||
      choices.priceSource !== undefined ||
      choices.alreadyBilled !== undefined ||
      choices.creditedByHand !== undefined ||
      choices.quantityFrom !== undefined,
    confirm: false,
  };
  return Object.fromEntries(
    STEPS.map((step, index) => {
      if (index > reached) return [step, 'later'];
      if (asking.has(step) || step === 'confirm') return [step, 'asking'];
      if (given[step]) return [step, 'answered'];
      // Lines are always worth a look; what was mapped before somebody came is not asked again.
      return [step, step === 'lines' ? 'answered' : 'skipped'];
    }),
  ) as Record<Step, Standing>;
}

/** True where the wizard has nothing to ask: the task runs, waits to run, or has ended. */
export function isOver({ state, accepted }: Pick<WizardFacts, 'state' | 'accepted'>): boolean {
  return (
    state === 'running' ||
    state === 'synced' ||
    state === 'uncertain' ||
    state === 'not_supported' ||
    state === 'superseded' ||
    state === 'ignored' ||
    (state === 'ready' && accepted)
  );
}

/** The step to begin with: the first that asks, else the lines, so that nothing is confirmed unseen. */
export function firstStep(facts: WizardFacts): StepOrResult {
  if (isOver(facts)) return 'result';
  const standing = standings(facts);
  const asking = STEPS.find((step) => standing[step] === 'asking');
  return asking ?? 'confirm';
}

/** Where an address really leads: a step that is not open yet gives way to the one before it that asks. */
export function openStep(wanted: string | undefined, facts: WizardFacts): StepOrResult {
  if (isOver(facts) || wanted === 'result') return 'result';
  const step = STEPS.find((one) => one === wanted);
  if (step === undefined) return firstStep(facts);
  return standings(facts)[step] === 'later' ? firstStep(facts) : step;
}

/** The step after this one that is not merely a mapping made earlier. */
export function nextStep(step: Step, facts: WizardFacts): Step {
  const standing = standings(facts);
  const rest = STEPS.slice(STEPS.indexOf(step) + 1);
  return rest.find((one) => standing[one] !== 'skipped') ?? 'confirm';
}

/** The step before this one; skipped ones can be opened too. */
export function previousStep(step: Step): Step | undefined {
  return STEPS[STEPS.indexOf(step) - 1];
}
