import { useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Choice, Dialog } from '../parts/dialog';
import { Empty } from '../parts/empty';
import { ProblemNotice, useAct } from '../parts/problem';
import { refreshSubscriptions, type SubscriptionRow } from './data';

type Contract = Schemas['ContractCandidateView'];
type Answer = Schemas['SubscriptionDetail'] | Schemas['MoveAccepted'];

/** Chooses the contract of a subscription among those of its customer, with every reason against each (FEATURES MAP-9). */
export function ContractDialog({
  conn,
  subscription,
  onClose,
}: {
  conn: string;
  subscription: SubscriptionRow;
  onClose(): void;
}): ReactNode {
  const { id, name, contract, customer } = subscription;
  const [picked, setPicked] = useState<number>();
  const [asked, setAsked] = useState(false);
  const act = useAct();
  const { data, error, refetch, isFetching } = useQuery<Schemas['ContractChoicesView'], ApiProblem>({
    queryKey: ['contracts', id],
    queryFn: () => ok(api.GET('/api/v1/subscriptions/{id}/contracts', { params: { path: { id } } })),
    staleTime: 0,
  });
  const others = (data?.items ?? []).filter((one) => one.id !== contract?.contractId);
  const suitable = others.filter((one) => one.suitable);
  const unsuitable = others.filter((one) => !one.suitable);
  const preselected =
    suitable.find((one) => one.preselected)?.id ?? (suitable.length === 1 ? suitable[0]!.id : undefined);
  const chosen = picked ?? preselected;
  const needed = act.error instanceof ApiProblem && act.error.code === 'MOVE_NEEDED' ? act.error : undefined;
  const put = (move: boolean): void => {
    if (chosen === undefined) {
      setAsked(true);
      return;
    }
    void act.run(async () => {
      const answer = await ok<Answer>(
        api.PUT('/api/v1/subscriptions/{subscriptionId}/contract', {
          params: { path: { subscriptionId: id } },
          body: { contractId: chosen, move },
        }),
      );
      refreshSubscriptions(conn);
      if ('taskId' in answer) toast('good', m.subs.moved, { to: `/c/${conn}/tasks/${answer.taskId}/sync/confirm` });
      else toast('good', m.subs.mapped(name));
      onClose();
    });
  };
  const companyOf = (contractOf: Contract): string =>
    data!.companies.length > 1
      ? ` · ${data!.companies.find((one) => one.id === contractOf.companyId)?.name ?? ''}`
      : '';
  const facts = (one: Contract): string =>
    `${one.number ? `${one.number} · ` : ''}${m.subs.dates(format.day(one.start), format.day(one.end))} · ${one.currency}${companyOf(one)}`;
  return (
    <Dialog
      title={m.subs.contractsTitle(name)}
      size="lg"
      onClose={onClose}
      go={
        suitable.length > 0
          ? {
              label: needed ? m.subs.moveGo : m.subscriptions.mapGo,
              busy: act.busy,
              run: () => put(needed !== undefined),
            }
          : undefined
      }
    >
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Empty title={m.wizard.reading} />}
      {data && data.companies.length === 0 && (
        <div className="notice attention">
          <p>{m.subs.customerUnmapped}</p>
          <p>
            <Link
              to={`/c/${conn}/mapping/customers?status=all&q=${encodeURIComponent(customer.id)}&open=${encodeURIComponent(customer.id)}`}
            >
              {m.subs.toCustomer}
            </Link>
          </p>
        </div>
      )}
      {data && data.companies.length > 0 && (
        <>
          <p className="dim small">
            {m.subs.judged(format.day(data.date))}. {m.subs.one}
          </p>
          {suitable.length === 0 && (
            <p className="notice attention">
              {others.length > 0 ? m.subs.noneSuitable : contract ? m.subs.noOther : m.subscriptions.contractsNone}
            </p>
          )}
          {suitable.length > 0 && (
            <fieldset className="choices">
              <legend>{m.subs.suitable}</legend>
              {suitable.map((one) => (
                <Choice
                  key={one.id}
                  name="contract"
                  checked={chosen === one.id}
                  onChoose={() => {
                    act.clear();
                    setPicked(one.id);
                  }}
                  label={one.name}
                  text={
                    <>
                      {facts(one)}
                      {suitable.length === 1 && ` · ${m.subs.only}`}
                      {one.endsBeforeTerm && ` · ${m.subs.endsBefore(format.day(one.endsBeforeTerm))}`}
                    </>
                  }
                />
              ))}
            </fieldset>
          )}
          {unsuitable.length > 0 && (
            <details open={suitable.length === 0}>
              <summary>{m.subs.unsuitable(unsuitable.length)}</summary>
              <ul className="stack tight" style={{ listStyle: 'none' }}>
                {unsuitable.map((one) => (
                  <li key={one.id} className="notice">
                    <span className="wrap strong">{one.name}</span>
                    <span className="dim small wrap">{facts(one)}</span>
                    {one.reasons.map(({ code, message }) => (
                      <span key={`${code} ${message}`} className="wrap">
                        {message}
                      </span>
                    ))}
                    {one.extendable && <span className="dim small">{m.subs.extendable}</span>}
                  </li>
                ))}
              </ul>
            </details>
          )}
        </>
      )}
      {isFetching && data && <p className="dim small">{m.wizard.reading}</p>}
      {asked && chosen === undefined && (
        <p className="notice attention" role="alert">
          {m.subs.chooseOne}
        </p>
      )}
      {needed ? (
        <p className="notice attention" role="alert">
          {m.subs.moveBody(
            Number(needed.body.units ?? 0),
            contract?.contractName ?? m.subs.contractNumber(Number(needed.body.contractId ?? 0)),
          )}
        </p>
      ) : (
        act.error !== undefined && <ProblemNotice error={act.error} />
      )}
    </Dialog>
  );
}
