import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { toast } from '../app/toasts';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { refreshSubscriptions, type SubscriptionDetail } from './data';

/** Asks before a subscription is taken off its contract, with what that touches (FEATURES MAP-9). */
export function UnmapContractDialog(props: {
  conn: string;
  subscription: SubscriptionDetail;
  onClose(): void;
}): ReactNode {
  const { conn, subscription, onClose } = props;
  const { id, name, lines, contract } = subscription;
  const act = useAct();
  const { data, error, refetch } = useQuery<Schemas['UnmapEffect'], ApiProblem>({
    queryKey: ['unmapping', id],
    queryFn: () => ok(api.GET('/api/v1/subscriptions/{id}/contract/unmapping', { params: { path: { id } } })),
    // What it held when the dialog was last open says nothing.
    gcTime: 0,
  });
  const nameOf = (key: string): string => lines.find(({ productKey }) => productKey === key)?.productName ?? key;
  const go = (): void =>
    void act
      .run(async () => await ok(api.DELETE('/api/v1/subscriptions/{id}/contract', { params: { path: { id } } })))
      .then((done) => {
        if (!done) return;
        onClose();
        refreshSubscriptions(conn);
        toast('good', m.subs.unmapped(name));
      });
  return (
    <Dialog
      title={m.subs.unmapTitle(name)}
      onClose={onClose}
      go={
        data?.taskRunning ? undefined : { label: m.subscriptions.unmapGo, busy: act.busy || (!data && !error), run: go }
      }
    >
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <p className="dim">{m.common.loading}</p>}
      {data && (
        <>
          {data.lines
            .filter(({ units }) => units !== 0)
            .map(({ contractServiceId, productKey, units }) => (
              <p key={`${contractServiceId} ${productKey}`} className="wrap">
                {m.subs.stays(
                  units,
                  nameOf(productKey),
                  contract?.contractName ?? m.subs.contractNumber(data.contractId ?? 0),
                )}
              </p>
            ))}
          <p>{m.subscriptions.unmapBody}</p>
          {data.openTasks > 0 && <p className="notice attention">{m.subs.unmapTasks(data.openTasks)}</p>}
          {data.taskRunning && <p className="notice attention">{m.subs.unmapRunning}</p>}
        </>
      )}
      {act.error !== undefined && <ProblemNotice error={act.error} />}
    </Dialog>
  );
}
