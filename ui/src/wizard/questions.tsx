import { TextInput } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import * as format from '../format';
import { m } from '../messages';
import { actionTitle } from '../parts/badges';
import { Choice } from '../parts/dialog';
import { mapLink } from '../tasks/panel';
import { merged, type Action, type Choices, type StepProps } from './data';
import { stepOf, type Step } from './machine';

interface Option {
  value: string;
  label: string;
  choices?: Choices;
}

const keyOf = (action: Action): string => `${action.code}:${(action.subject as { id?: string } | undefined)?.id ?? ''}`;

/**
 * What the plan asks, where it is answered: each option with its consequence, none chosen beforehand. An answered question
 * stays until the step is left, because the next plan no longer asks it.
 *
 * @param asked code of what the step itself asks for: it is not said twice.
 */
export function Questions(props: StepProps & { step: Step; asked?: string }): ReactNode {
  const { step, plan, choices, choose, conn, readOnly } = props;
  const isAsked = ({ code, subject }: Action): boolean =>
    code === props.asked && !readOnly && (subject as { kind?: string } | undefined)?.kind !== 'fee';
  const seen = useRef(new Map<string, Action>());
  const [picked, setPicked] = useState<Record<string, string>>({});
  const [amount, setAmount] = useState<Record<string, string>>({});
  const now = plan.requiredActions.filter((action) => stepOf(action) === step && !isAsked(action));
  for (const action of now) seen.current.set(keyOf(action), action);
  const shown = [...seen.current.values()].filter((action) => {
    const asked = now.some((one) => keyOf(one) === keyOf(action));
    return asked || picked[keyOf(action)] !== undefined;
  });
  if (shown.length === 0) return null;
  return (
    <section className="stack" aria-label={m.wizard.questions.title}>
      {shown.map((action) => {
        const key = keyOf(action);
        const options = (action.options ?? []) as unknown as Option[];
        const counted = options.find(({ choices: set }) => set?.lines?.[0]?.alreadyCounted !== undefined)?.choices
          ?.lines?.[0];
        if (options.length === 0)
          return (
            <div key={key} className="notice attention" id={`question-${key}`}>
              <p className="strong">{actionTitle(action)}</p>
              <p>{format.sentence(action.message)}</p>
              {action.code.startsWith('MAPPING') || action.code.startsWith('FEE') ? (
                <p>
                  <Link to={mapLink(conn, action)}>{m.panel.mapIt}</Link>
                </p>
              ) : null}
            </div>
          );
        return (
          <fieldset key={key} className="choices notice attention" id={`question-${key}`} disabled={readOnly}>
            <legend>{actionTitle(action)}</legend>
            <p>{format.sentence(action.message)}</p>
            {options.map((option) => (
              <Choice
                key={option.value}
                name={key}
                checked={picked[key] === option.value}
                onChoose={() => {
                  setPicked((old) => ({ ...old, [key]: option.value }));
                  choose(merged(choices, option.choices ?? {}));
                }}
                label={option.label}
              />
            ))}
            {action.code === 'FIRST_CONTACT' && counted && (
              <Choice
                name={key}
                checked={picked[key] === 'some'}
                onChoose={() => setPicked((old) => ({ ...old, [key]: 'some' }))}
                label={m.wizard.questions.some}
              >
                <TextInput
                  aria-label={m.wizard.questions.someLabel}
                  inputMode="numeric"
                  style={{ maxWidth: 120 }}
                  value={amount[key] ?? ''}
                  onFocus={() => setPicked((old) => ({ ...old, [key]: 'some' }))}
                  onChange={({ currentTarget }) => {
                    const text = currentTarget.value;
                    setAmount((old) => ({ ...old, [key]: text }));
                    if (/^\d{1,9}$/.test(text))
                      choose(merged(choices, { lines: [{ ...counted, alreadyCounted: Number(text) }] }));
                  }}
                />
              </Choice>
            )}
          </fieldset>
        );
      })}
    </section>
  );
}
