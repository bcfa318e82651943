import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, type ReactNode } from 'react';
import * as format from '../format';
import { m } from '../messages';
import { Choice } from '../parts/dialog';
import { ProblemNotice } from '../parts/problem';
import type { Choices, StepProps } from './data';
import { contractsOf } from './parts';
import { Questions } from './questions';

type New = NonNullable<NonNullable<Choices['contract']>['create']>;

const SAVED_AFTER_MS = 300;
const FIELDS = [
  { name: 'name', type: 'text', length: 100 },
  { name: 'contractNumber', type: 'text', length: 50 },
  { name: 'startDate', type: 'date', length: 10 },
  { name: 'endDate', type: 'date', length: 10 },
] as const;

/** Which contract holds it: suitable ones, each other one with its reasons, or a new one (WIZ-2). */
export function ContractStep(props: StepProps): ReactNode {
  const { task, choices, choose, readOnly } = props;
  const { data, error, refetch } = useQuery(contractsOf(task.id));
  const chosen = choices.contract;
  const only = data?.items.find(({ preselected }) => preselected);
  useEffect(() => {
    if (only && !chosen && !readOnly) choose({ contract: { id: only.id } });
  }, [only, chosen, readOnly, choose]);
  const created = chosen?.create;
  const entered = useRef<New>({});
  const save = useDebouncedCallback(
    () =>
      choose({
        contract: {
          create: Object.fromEntries(
            Object.entries({ ...created, ...entered.current }).filter(([, value]) => value !== ''),
          ),
        },
      }),
    { delay: SAVED_AFTER_MS, flushOnUnmount: true },
  );
  /** Kept while it is typed, so that a reload loses nothing. */
  const typed = (change: New): void => {
    entered.current = { ...entered.current, ...change };
    save();
  };
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return <p className="dim">{m.common.loading}</p>;
  const suitable = data.items.filter(({ suitable: fits }) => fits);
  const others = data.items.filter(({ suitable: fits }) => !fits);
  return (
    <div className="stack form">
      <fieldset className="choices" disabled={readOnly}>
        <legend>{m.wizard.contract.question}</legend>
        <p className="dim small">
          {format.day(data.date)} · {m.wizard.contract.one}
        </p>
        {suitable.length === 0 && <p>{m.wizard.contract.none}</p>}
        {suitable.map((one) => (
          <Choice
            key={one.id}
            name="contract"
            checked={chosen?.id === one.id}
            onChoose={() => choose({ contract: { id: one.id } })}
            label={
              <>
                {one.name} <span className="mono dim">{one.number}</span>
              </>
            }
            text={[
              format.days(one.start, one.end),
              ...(one.preselected ? [m.wizard.contract.only] : []),
              ...(one.endsBeforeTerm ? [m.wizard.contract.endsBefore(format.day(one.end))] : []),
            ].join(' · ')}
          />
        ))}
        <Choice
          name="contract"
          checked={created !== undefined}
          onChoose={() => choose({ contract: { create: {} } })}
          label={m.wizard.contract.create}
          text={m.wizard.contract.defaults}
        >
          {created !== undefined && (
            <div className="row">
              {FIELDS.map(({ name, type, length }) => (
                <TextInput
                  key={name}
                  type={type}
                  label={m.wizard.contract.fields[name]}
                  defaultValue={created[name] ?? ''}
                  maxLength={length}
                  onChange={({ currentTarget }) => typed({ [name]: currentTarget.value })}
                />
              ))}
            </div>
          )}
        </Choice>
      </fieldset>
      {others.length > 0 && (
        <details>
          <summary>{m.wizard.contract.unsuitable(others.length)}</summary>
          <ul className="stack" style={{ listStyle: 'none' }}>
            {others.map((one) => (
              <li key={one.id} className="card stack tight">
                <span>
                  {one.name} <span className="mono dim">{one.number}</span>{' '}
                  <span className="dim small">{format.days(one.start, one.end)}</span>
                </span>
                {one.reasons.map(({ code, message }) => (
                  <span key={code} className="small">
                    {message}
                  </span>
                ))}
                {one.extendable && !readOnly && (
                  <span className="small">
                    <button
                      type="button"
                      className="link"
                      onClick={() => choose({ contract: { id: one.id }, extend: true })}
                    >
                      {m.wizard.contract.extend}
                    </button>{' '}
                    {m.wizard.contract.extendNote}
                  </span>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
      <Questions {...props} step="contract" asked="CONTRACT_MISSING" />
    </div>
  );
}
