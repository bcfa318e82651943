import { Button, Drawer } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { Link } from 'react-router';
import { api, ok } from '../api/client';
import { hasEnded, useJob, useMay } from '../app/queries';
import { toast } from '../app/toasts';
import { OPEN } from '../tasks/best';
import * as format from '../format';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { Empty } from '../parts/empty';
import { ProblemNotice, useAct } from '../parts/problem';
import { ReconcileDialog } from '../mapping/customer-dialog';
import { periodWords } from '../mapping/product-edits';
import { isRenamed } from '../mapping/standing';
import { differenceOf, sidesOf } from './sides';
import { UnmapContractDialog } from './unmap-dialog';
import { refreshSubscriptions, secondLine, SYNC_TONES, useSubscription, type SubscriptionDetail } from './data';

type Asked = 'sync' | 'unmap' | 'reconcile' | undefined;

interface Props {
  conn: string;
  id: string;
  /** Beside the list; else over it. */
  inline: boolean;
  onClose(): void;
  onMap(subscription: SubscriptionDetail): void;
}

/** A subscription: facts, lines with everybody's shares, open operations, history (reference/page-design §4.12). */
export function SubscriptionPanel(props: Props): ReactNode {
  const { id, inline, onClose } = props;
  const { data, error, refetch } = useSubscription(id);
  // Kept while the panel goes from beside the list to over it.
  const [dialog, setDialog] = useState<Asked>();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (inline) box.current?.scrollTo(0, 0);
  }, [id, inline]);
  const name = m.subscriptions.panel(data?.name ?? '');
  const body = error ? (
    <ProblemNotice error={error} retry={() => void refetch()} />
  ) : data ? (
    <Content {...props} subscription={data} dialog={dialog} setDialog={setDialog} />
  ) : (
    <Empty title={m.common.loading} />
  );
  if (!inline)
    return (
      <Drawer
        opened
        onClose={onClose}
        position="right"
        size={480}
        title={<span className="strong">{name}</span>}
        closeButtonProps={{ 'aria-label': m.common.close }}
      >
        <div className="stack">{body}</div>
      </Drawer>
    );
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !(event.target as HTMLElement).closest('input, textarea, [role=dialog]')) onClose();
  };
  return (
    <aside className="panel" aria-label={name} ref={box} tabIndex={-1} onKeyDown={onKeyDown}>
      <div className="row between" style={{ flexWrap: 'nowrap' }}>
        <h2 className="wrap">{data?.name ?? m.common.loading}</h2>
        <button type="button" className="iconbutton" aria-label={m.common.close} onClick={onClose}>
          <IconX size={16} aria-hidden />
        </button>
      </div>
      {body}
    </aside>
  );
}

function Content(
  props: Props & { subscription: SubscriptionDetail; dialog: Asked; setDialog(dialog: Asked): void },
): ReactNode {
  const { conn, onMap, subscription, dialog, setDialog } = props;
  const operator = useMay('operator');
  const [jobId, setJobId] = useState<string>();
  const { data: job } = useJob(jobId);
  const act = useAct();
  useEffect(() => {
    if (job && hasEnded(job)) refreshSubscriptions(conn);
  }, [job, conn]);
  const { contract, lines, tasks } = subscription;
  const open = tasks.filter(({ state }) => OPEN.includes(state)).toReversed();
  const asking = open.filter(({ state }) => state === 'action_required').length;
  // With the last open operation its button goes: whoever pressed it is still at this subscription.
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (jobId === undefined || open.length > 0) return;
    if (document.activeElement === null || document.activeElement === document.body)
      top.current?.closest<HTMLElement>('.panel, [role=dialog]')?.focus();
  }, [jobId, open.length]);
  const sync = (): void =>
    void act
      .run(async () => {
        const answer = await ok(
          api.POST('/api/v1/subscriptions/{subscriptionId}/sync', {
            params: { path: { subscriptionId: subscription.id } },
          }),
        );
        setJobId(answer.jobId ?? undefined);
        if (answer.skipped.length > 0) toast('attention', m.bulk.skipped(answer.skipped.length));
      })
      .then((done) => {
        if (!done) return;
        setDialog(undefined);
        refreshSubscriptions(conn);
        toast('good', m.subs.started);
      });
  const stillSame = (contractId: number): void =>
    void act
      .run(
        async () =>
          await ok<unknown>(
            api.PUT('/api/v1/subscriptions/{subscriptionId}/contract', {
              params: { path: { subscriptionId: subscription.id } },
              body: { contractId, move: false },
            }),
          ),
      )
      .then((done) => {
        if (!done) return;
        refreshSubscriptions(conn);
        toast('good', m.subs.mapped(subscription.name));
      });
  const second = secondLine(subscription);
  return (
    <>
      <div className="row" ref={top}>
        <Badge tone={SYNC_TONES[subscription.status]}>{m.subscriptions.statuses[subscription.status]}</Badge>
        {second !== '' && <span className="dim small">{second}</span>}
      </div>
      <Sides subscription={subscription} />
      {contract?.broken && (
        <div className="notice bad">
          <p>{contract.broken.message}</p>
          {operator && isRenamed(contract.broken) && (
            <div>
              <Button variant="default" loading={act.busy} onClick={() => stillSame(contract.contractId)}>
                {m.mapping.same}
              </Button>
            </div>
          )}
          {act.error !== undefined && dialog === undefined && <ProblemNotice error={act.error} />}
        </div>
      )}
      {operator && (
        <div className="row">
          {open.length > 0 && <Button onClick={() => setDialog('sync')}>{m.subscriptions.syncGo}…</Button>}
          <Button variant={contract || open.length > 0 ? 'default' : 'filled'} onClick={() => onMap(subscription)}>
            {contract ? m.subs.moveTo : m.subs.mapTo}
          </Button>
          {contract && (
            <Button variant="default" onClick={() => setDialog('unmap')}>
              {m.subscriptions.unmap}…
            </Button>
          )}
          <Button variant="default" onClick={() => setDialog('reconcile')}>
            {m.customers.reconcile}
          </Button>
        </div>
      )}
      {job && (
        <div className="card stack tight" role="status">
          <span>
            {m.job.states[job.state]}. {m.job.counts(job.done, job.failed, job.returned, job.left)}
          </span>
          <progress
            aria-label={m.job.title.sync}
            aria-valuetext={m.job.progress(job.total - job.left, job.total)}
            max={Math.max(1, job.total)}
            value={job.total - job.left}
          />
          <Link to={`/c/${conn}/jobs/${job.id}`}>{m.subs.run}</Link>
        </div>
      )}
      <section className="stack tight">
        <h3>{m.subs.facts}</h3>
        <dl className="facts">
          <dt>{m.subscriptions.subscription}</dt>
          <dd className="mono">{subscription.subscriptionId}</dd>
          <dt>{m.subscriptions.customer}</dt>
          <dd>{subscription.customer.name ?? subscription.customer.id}</dd>
          <dt>{m.subscriptions.facts.status}</dt>
          <dd>{m.subs.statusesMarketplace[subscription.marketplaceStatus] ?? subscription.marketplaceStatus}</dd>
          <dt>{m.subscriptions.facts.billing}</dt>
          <dd>{periodWords(subscription.billingPeriod)}</dd>
          <dt>{m.subscriptions.facts.term}</dt>
          <dd>{periodWords(subscription.subscriptionPeriod)}</dd>
          <dt>{m.subscriptions.facts.created}</dt>
          <dd>{format.day(subscription.creationDate)}</dd>
          {subscription.renewalDate && (
            <>
              <dt>{m.subscriptions.facts.renewal}</dt>
              <dd>{format.day(subscription.renewalDate)}</dd>
            </>
          )}
          {subscription.expirationDate && (
            <>
              <dt>{m.subscriptions.facts.expiration}</dt>
              <dd>{format.day(subscription.expirationDate)}</dd>
            </>
          )}
        </dl>
      </section>
      {lines.length > 0 && (
        <section className="stack tight">
          <h3>{m.subscriptions.lines}</h3>
          {lines.map((line) => (
            <p key={`${line.contractServiceId} ${line.productKey}`} className="wrap">
              {line.productName}:{' '}
              {m.subscriptions.share(
                line.expected,
                [
                  ...line.shares.map(({ subscriptionId, units }) => m.subs.shareOf(subscriptionId, units)),
                  ...(line.untracked === 0 ? [] : [m.subscriptions.untracked(line.untracked)]),
                ].join(' + '),
              )}
            </p>
          ))}
        </section>
      )}
      {open.length > 0 && (
        <section className="stack tight">
          <h3>{m.subscriptions.operations}</h3>
          <Tasks conn={conn} tasks={open} />
        </section>
      )}
      {tasks.length > 0 && (
        <section className="stack tight">
          <h3>{m.subs.tasks}</h3>
          <Tasks conn={conn} tasks={tasks} />
          <p>
            <Link to={`/log?connection=${conn}&q=${encodeURIComponent(subscription.subscriptionId)}`}>
              {m.mapping.showHistory}
            </Link>
          </p>
        </section>
      )}
      {dialog === 'sync' && (
        <Dialog
          title={m.subs.syncTitle(open.length)}
          onClose={() => setDialog(undefined)}
          go={{ label: m.subscriptions.syncGo, busy: act.busy, run: sync }}
        >
          <p>{m.subscriptions.replay(open.length)}</p>
          <Tasks conn={conn} tasks={open} />
          {asking > 0 && <p className="notice attention">{m.subs.needs(asking)}</p>}
          <p className="dim small">{m.subs.irreversible}</p>
          {act.error !== undefined && <ProblemNotice error={act.error} />}
        </Dialog>
      )}
      {dialog === 'unmap' && (
        <UnmapContractDialog conn={conn} subscription={subscription} onClose={() => setDialog(undefined)} />
      )}
      {dialog === 'reconcile' && (
        <ReconcileDialog
          conn={conn}
          customerId={subscription.customer.id}
          name={subscription.customer.name ?? subscription.customer.id}
          onClose={() => {
            setDialog(undefined);
            refreshSubscriptions(conn);
          }}
        />
      )}
    </>
  );
}

/** Units of each product on both sides, and the difference between them. */
function Sides({ subscription }: { subscription: SubscriptionDetail }): ReactNode {
  const { contract, lines, asOf } = subscription;
  return (
    <section className="stack tight">
      <div className="region" role="region" tabIndex={0} aria-label={m.subs.sides}>
        <table className="plain sums3">
          <thead>
            <tr>
              {[m.panel.says, m.panel.held, m.subs.difference].map((side) => (
                <th key={side} scope="col" className="num">
                  {side}
                </th>
              ))}
            </tr>
          </thead>
          {sidesOf(subscription).map((row) => {
            const difference = differenceOf(row);
            return (
              <tbody key={row.productKey}>
                <tr>
                  <th scope="rowgroup" colSpan={3} className="wrap">
                    {row.name}
                  </th>
                </tr>
                <tr>
                  {[row.marketplace, row.autotask].map((units, side) => (
                    <td key={side} className="num">
                      {units === undefined ? m.common.none : format.count(units)}
                    </td>
                  ))}
                  <td className={`num${difference === undefined || difference === 0 ? '' : ' strong'}`}>
                    {difference === undefined ? m.common.none : format.signed(difference)}
                  </td>
                </tr>
              </tbody>
            );
          })}
        </table>
      </div>
      <p className="wrap">
        {contract ? (
          <>
            {m.subs.onContract(contract.contractName ?? m.subs.contractNumber(contract.contractId))}{' '}
            {contract.broken && <Badge tone="bad">{m.mapping.badges.broken}</Badge>}
          </>
        ) : (
          <span className="dim">{m.subscriptions.noContract}</span>
        )}
      </p>
      {contract && lines.length === 0 && <p className="dim small">{m.subscriptions.noLines}</p>}
      <p className="dim small">{m.subs.asOf(format.moment(asOf))}</p>
    </section>
  );
}

function Tasks({ conn, tasks }: { conn: string; tasks: SubscriptionDetail['tasks'] }): ReactNode {
  return (
    <ol className="timeline">
      {tasks.map(({ id, type, state, orderNumber, effectiveDate }) => (
        <li key={id}>
          <time dateTime={effectiveDate}>{format.day(effectiveDate)}</time>
          <span className="wrap">
            {m.types[type]}{' '}
            <Link to={`/c/${conn}/tasks?view=all&task=${id}`} className="mono">
              {orderNumber ?? m.tasks.noOrder}
            </Link>{' '}
            <span className="dim">{m.states[state]}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}
