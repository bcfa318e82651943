import { useQuery } from '@tanstack/react-query';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { api, ok } from '../api/client';
import { queryClient } from '../app/queries';
import { m } from '../messages';
import { suggestionBadge, whyWords, type Suggestion } from '../mapping/customer-edits';
import { Badge } from '../parts/badges';
import { Choice, Dialog } from '../parts/dialog';
import { Picker } from '../mapping/picker';
import { ProblemNotice, useAct } from '../parts/problem';
import type { StepProps } from './data';
import { companyLists, findCompanies } from '../mapping/find';
import { mappingsOf } from './parts';

/** Which company the customer is (WIZ-1, MAP-2, MAP-3). Choosing saves the mapping: it holds for every later task too. */
export function CustomerStep({ conn, task, readOnly, readAgain, hold }: StepProps): ReactNode {
  const { data, error, refetch } = useQuery(mappingsOf(task.id));
  const [picked, setPicked] = useState<number>();
  const [taken, setTaken] = useState<{ companyId: number; name: string; others: number }>();
  const act = useAct();
  const row = data?.customer;
  const map = (companyId: number): void => {
    setPicked(companyId);
    hold(
      act.run(async () => {
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
        void queryClient.invalidateQueries({ queryKey: ['customers', conn] });
        await queryClient.invalidateQueries({ queryKey: mappingsOf(task.id).queryKey });
        await readAgain();
      }),
    );
  };
  const mapped = row?.mappings[0];
  // A mapped customer gets no suggestions any more; those that were on offer stay, with the one that was taken ticked.
  const offered = useRef<Suggestion[]>([]);
  if (row && row.suggestions.length > 0) offered.current = row.suggestions;
  const suggestions = offered.current;
  // Each choice is saved at once, so an arrow key only goes to the next one; Space or Enter takes it.
  const onKeyDown = (event: KeyboardEvent<HTMLFieldSetElement>): void => {
    const radio = event.target as HTMLElement;
    if (!radio.matches('input[type=radio]')) return;
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) radio.click();
    if (by === undefined) return;
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>('input[type=radio]')];
    all[(all.indexOf(radio) + by + all.length) % all.length]?.focus();
  };
  const ask = (companyId: number, name: string, others: number): void => {
    if (others > 0) setTaken({ companyId, name, others });
    else map(companyId);
  };
  if (error) return <ProblemNotice error={error} retry={() => void refetch()} />;
  if (!data) return <p className="dim">{m.common.loading}</p>;
  return (
    <div className="stack form">
      {mapped && (
        <p>{m.wizard.customer.mapped(`${mapped.companyName ?? ''} (${m.common.companyNumber(mapped.companyId)})`)}</p>
      )}
      {row?.broken && <p className="notice bad">{row.broken.message}</p>}
      <fieldset className="choices" disabled={readOnly} onKeyDown={onKeyDown}>
        <legend>{m.wizard.customer.question(task.customerName)}</legend>
        {suggestions.length > 1 && suggestions.some(({ ambiguous }) => ambiguous) && <p>{m.wizard.customer.several}</p>}
        {suggestions.map((one) => (
          <Choice
            key={one.companyId}
            name="company"
            checked={(picked ?? mapped?.companyId) === one.companyId}
            onChoose={() => ask(one.companyId, one.companyName, one.ambiguousBecause.includes('COMPANY_TAKEN') ? 1 : 0)}
            label={
              <>
                {one.companyName} <span className="dim small">{m.common.companyNumber(one.companyId)}</span>{' '}
                <Badge tone={one.ambiguous ? 'attention' : 'ready'}>{suggestionBadge(one)}</Badge>
              </>
            }
            text={whyWords(one)}
          />
        ))}
        {!readOnly && (
          <Picker
            label={m.wizard.customer.another}
            placeholder={m.customers.search}
            of={companyLists(conn)}
            value={undefined}
            fetch={async (search) => await findCompanies(conn, search)}
            onChoose={({ id, name, customerIds }) =>
              ask(id, name, customerIds.filter((other) => other !== task.customerId).length)
            }
          />
        )}
      </fieldset>
      {act.error !== undefined && <ProblemNotice error={act.error} />}
      {taken && (
        <Dialog
          title={m.wizard.customer.takenTitle(taken.name)}
          onClose={() => setTaken(undefined)}
          go={{
            label: m.wizard.customer.takenGo,
            run: () => {
              setTaken(undefined);
              map(taken.companyId);
            },
          }}
        >
          <p>{m.customers.taken(taken.others)}</p>
        </Dialog>
      )}
      <p className="dim small">
        {m.wizard.customer.nothing}{' '}
        <button type="button" className="link" onClick={() => void refetch()}>
          {m.wizard.customer.lookAgain}
        </button>
      </p>
    </div>
  );
}
