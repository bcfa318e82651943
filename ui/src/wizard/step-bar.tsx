import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { m } from '../messages';
import { standings, STEPS, type WizardFacts } from './machine';

/** All five steps: skipped ones stay visible with a tick, later ones say that they are not open yet. */
export function StepBar({
  base,
  step,
  facts,
}: {
  base: string;
  step: string | undefined;
  facts: WizardFacts;
}): ReactNode {
  const standing = standings(facts);
  return (
    <nav aria-label={m.wizard.nav}>
      <ol className="steps">
        {STEPS.map((one, index) => {
          const how = standing[one];
          const label = (
            <>
              {how === 'skipped' || (how === 'answered' && one !== step) ? (
                <IconCheck size={14} aria-hidden />
              ) : (
                `(${index + 1})`
              )}{' '}
              {m.wizard.steps[one]}
              {how === 'skipped' && <span className="dim small stepnote">{m.wizard.mappedEarlier}</span>}
              {how === 'later' && <span className="hidden">{m.wizard.notYet}</span>}
            </>
          );
          return (
            <li key={one}>
              {how === 'later' ? (
                <span className="step">{label}</span>
              ) : (
                <Link to={`${base}/${one}`} aria-current={one === step ? 'step' : undefined}>
                  {label}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
