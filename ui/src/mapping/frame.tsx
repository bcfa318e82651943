import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { NavLink } from 'react-router';
import { api, ok } from '../api/client';
import { hasEnded, queryClient, useJob, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { ProblemNotice, useAct } from '../parts/problem';

interface Props {
  conn: string;
  title: string;
  documentTitle?: string;
  /** When the Autotask side was read; null = never, undefined = not known yet. */
  asOf: string | null | undefined;
  asOfWords?: (at: string) => string;
  /** Links at the right of the tabs. */
  links?: ReactNode;
  kind?: 'list' | 'form';
  children: ReactNode;
}

/** The frame of the mapping screens: title, sections, age of what is shown, *Refresh*. */
export function MappingFrame(props: Props): ReactNode {
  const { conn, title, documentTitle, asOf, links, kind = 'list', children } = props;
  const operator = useMay('operator');
  const [jobId, setJobId] = useState<string>();
  const { data: job } = useJob(jobId);
  const act = useAct();
  const running = jobId !== undefined && !(job && hasEnded(job));
  const told = useRef<string>(undefined);
  useEffect(() => {
    if (!job || !hasEnded(job) || told.current === job.id) return;
    told.current = job.id;
    for (const key of ['customers', 'products', 'fees', 'pick', 'importable', 'subscriptions'])
      void queryClient.invalidateQueries({ queryKey: [key] });
    if (job.state === 'done') toast('good', m.customers.refreshed);
    else toast('bad', (job.failure as { message?: string } | null)?.message ?? m.problem.of.UNEXPECTED.happened);
  }, [job]);
  const refresh = (): void =>
    void act.run(async () => {
      const started = await ok(
        api.POST('/api/v1/connections/{connectionId}/refresh', { params: { path: { connectionId: conn } } }),
      );
      setJobId(started.jobId);
    });
  return (
    <Screen
      title={`${m.mapping.title}: ${title}`}
      documentTitle={documentTitle ?? `${m.mapping.title}: ${title}`}
      needs="operator"
      kind={kind}
      status={
        asOf === undefined
          ? ''
          : asOf === null
            ? m.mapping.asOfNever
            : (props.asOfWords ?? m.mapping.asOf)(format.moment(asOf))
      }
      action={
        operator && (
          <Button variant="default" loading={act.busy || running} onClick={refresh}>
            {running ? m.mapping.refreshing : m.mapping.refresh}
          </Button>
        )
      }
    >
      <div className="row between">
        <nav className="tabs sections" aria-label={m.mapping.tabs}>
          {(['customers', 'products', 'fees'] as const).map((section) => (
            <NavLink key={section} to={`/c/${conn}/mapping/${section}`}>
              {m.mapping[section]}
            </NavLink>
          ))}
        </nav>
        <div className="row">{links}</div>
      </div>
      {act.error !== undefined && <ProblemNotice error={act.error} retry={refresh} />}
      {children}
    </Screen>
  );
}
