import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { api, ok } from '../api/client';
import * as format from '../format';
import { m } from '../messages';
import { Choice } from '../parts/dialog';
import { ProblemNotice } from '../parts/problem';
import type { StepProps } from './data';
import { Questions } from './questions';

/** Which contract holds it: suitable ones, each other one with its reasons, or a new one (WIZ-2). */
export function ContractStep(props: StepProps): ReactNode {
  const { task, choices, choose, readOnly } = props;
  const { data, error, refetch } = useQuery({
    queryKey: ['contracts', task.id],
    queryFn: () => ok(api.GET('/api/v1/tasks/{taskId}/contracts', { params: { path: { taskId: task.id } } })),
    staleTime: 15_000,
  });
  const chosen = choices.contract;
  const only = data?.items.find(({ preselected }) => preselected);
  useEffect(() => {
    if (only && !chosen && !readOnly) choose({ contract: { id: only.id } });
  }, [only, chosen, readOnly, choose]);
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return <p className="dim">{m.common.loading}</p>;
  const suitable = data.items.filter(({ suitable: fits }) => fits);
  const others = data.items.filter(({ suitable: fits }) => !fits);
  const created = chosen?.create;
  const create = (change: object): void =>
    choose({
      contract: {
        create: Object.fromEntries(
          Object.entries({ ...created, ...change }).filter(([, value]) => value !== '' && value !== undefined),
        ),
      },
    });
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
            <span className="row">
              <TextInput
                label={m.wizard.contract.name}
                defaultValue={created.name ?? ''}
                maxLength={100}
                onBlur={({ currentTarget }) => create({ name: currentTarget.value })}
              />
              <TextInput
                label={m.wizard.contract.number}
                defaultValue={created.contractNumber ?? ''}
                maxLength={50}
                onBlur={({ currentTarget }) => create({ contractNumber: currentTarget.value })}
              />
              <TextInput
                type="date"
                label={m.wizard.contract.from}
                defaultValue={created.startDate ?? ''}
                onBlur={({ currentTarget }) => create({ startDate: currentTarget.value })}
              />
              <TextInput
                type="date"
                label={m.wizard.contract.to}
                defaultValue={created.endDate ?? ''}
                onBlur={({ currentTarget }) => create({ endDate: currentTarget.value })}
              />
            </span>
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
      <Questions {...props} step="contract" />
    </div>
  );
}
