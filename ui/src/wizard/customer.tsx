import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api, ok } from '../api/client';
import { queryClient } from '../app/queries';
import { m } from '../messages';
import { Choice } from '../parts/dialog';
import { Picker } from '../mapping/picker';
import { ProblemNotice, useAct } from '../parts/problem';
import type { StepProps } from './data';

/** Which company the customer is (WIZ-1, MAP-2, MAP-3). Choosing saves the mapping: it holds for every later task too. */
export function CustomerStep({ conn, task, readOnly, readAgain }: StepProps): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['customers', conn, 'one', task.customerId],
    queryFn: () =>
      ok(
        api.GET('/api/v1/connections/{connectionId}/customers', {
          params: {
            path: { connectionId: conn },
            query: { page: 1, pageSize: 5, search: task.customerId, status: 'all' },
          },
        }),
      ),
  });
  const [picked, setPicked] = useState<number>();
  const act = useAct();
  const row = data?.items.find(({ customer }) => customer.id === task.customerId);
  const map = (companyId: number): void => {
    setPicked(companyId);
    void act.run(async () => {
      await ok(
        api.PUT('/api/v1/connections/{connectionId}/customers/mappings', {
          params: { path: { connectionId: conn } },
          body: [
            ...(row?.mappings ?? []).map((old) => ({
              customerId: task.customerId,
              companyId: old.companyId,
              action: 'unmap' as const,
              version: row!.version,
            })),
            {
              customerId: task.customerId,
              companyId,
              action: 'map' as const,
              ...(row ? { version: row.version } : {}),
            },
          ],
        }),
      );
      await queryClient.invalidateQueries({ queryKey: ['customers', conn] });
      readAgain();
    });
  };
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return <p className="dim">{m.common.loading}</p>;
  const mapped = row?.mappings[0];
  const suggestions = (row?.suggestions ?? []) as {
    companyId: number;
    companyName: string;
    ambiguous: boolean;
    reasons: { code: string }[];
  }[];
  return (
    <div className="stack form">
      {mapped && (
        <p>{m.wizard.customer.mapped(`${mapped.companyName ?? ''} (${m.common.companyNumber(mapped.companyId)})`)}</p>
      )}
      {row?.broken && <p className="notice bad">{row.broken.message}</p>}
      <fieldset className="choices" disabled={readOnly || act.busy}>
        <legend>{m.wizard.customer.question(task.customerName)}</legend>
        {suggestions.some(({ ambiguous }) => ambiguous) && <p>{m.wizard.customer.several}</p>}
        {suggestions.map((one) => (
          <Choice
            key={one.companyId}
            name="company"
            checked={(picked ?? mapped?.companyId) === one.companyId}
            onChoose={() => map(one.companyId)}
            label={
              <>
                {one.companyName} <span className="dim small">{m.common.companyNumber(one.companyId)}</span>
              </>
            }
            text={one.reasons.map(({ code }) => m.mapping.reasons[code] ?? code).join(' · ')}
          />
        ))}
        {!readOnly && (
          <Picker
            label={m.wizard.customer.another}
            of={[conn, 'companies']}
            value={undefined}
            fetch={async (search) => {
              const { items, total } = await ok(
                api.GET('/api/v1/connections/{connectionId}/companies', {
                  params: {
                    path: { connectionId: conn },
                    query: { page: 1, pageSize: 50, ...(search ? { search } : {}) },
                  },
                }),
              );
              return {
                total,
                items: items.map(({ id, name, city, customerIds }) => ({
                  id,
                  name,
                  hint: [
                    m.common.companyNumber(id),
                    city,
                    customerIds.length > 0 ? m.wizard.customer.taken(customerIds.length) : null,
                  ]
                    .filter((part) => part)
                    .join(' · '),
                })),
              };
            }}
            onChoose={({ id }) => map(id)}
          />
        )}
      </fieldset>
      {act.error !== undefined && <ProblemNotice error={act.error} />}
      <p className="dim small">
        {m.wizard.customer.nothing}{' '}
        <button type="button" className="link" onClick={() => void refetch()}>
          {m.wizard.customer.lookAgain}
        </button>
      </p>
    </div>
  );
}
