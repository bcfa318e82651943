import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ok, type ApiProblem, type Schemas } from '../api/client';
import { useAddress } from '../app/address';
import { announce } from '../app/announce';
import { hasEnded, queryClient, useJob, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { Empty } from '../parts/empty';
import { NoMatch } from '../parts/windowed-list';
import { ProblemNotice, useAct } from '../parts/problem';
import { SearchBox } from '../parts/search-box';
import { ProfileDialog, startImport } from './import-profile';
import { saveAs } from './save-as';

type Company = Schemas['ImportableCompany'];

const PAGE = 10;

/** What a job of imports came to. */
interface ImportResult {
  imported?: number;
  failed?: number;
  notImported?: { companyId: number; companyName: string; code: string; message: string }[];
}

function afterImport(conn: string): void {
  for (const key of [
    ['importable', conn],
    ['customers', conn],
    ['pick', conn],
    ['subscriptions', conn],
  ])
    void queryClient.invalidateQueries({ queryKey: key });
}

/** Companies of Autotask that become customers: first ten, search, one or all (reference/page-design §4.10). */
export function ImportScreen({ conn }: { conn: string }): ReactNode {
  const operator = useMay('operator');
  const navigate = useNavigate();
  const { params, set } = useAddress();
  const q = params.get('q') ?? '';
  const page = Math.max(1, Number(params.get('page') ?? '1') || 1);
  const [open, setOpen] = useState<Company>();
  const [all, setAll] = useState(false);
  const [jobs, setJobs] = useState<{ jobId: string; name: string }[]>([]);
  const act = useAct();
  const { data, error, refetch, isPlaceholderData } = useQuery<Schemas['ImportablePage'], ApiProblem>({
    queryKey: ['importable', conn, q, page],
    queryFn: () =>
      ok(
        api.GET('/api/v1/connections/{connectionId}/importable-companies', {
          params: { path: { connectionId: conn }, query: { page, pageSize: PAGE, ...(q ? { search: q } : {}) } },
        }),
      ),
    placeholderData: keepPreviousData,
  });
  const search = (text: string): void => set({ q: text, page: '' }, true);
  const turn = (to: number): void => set({ page: String(to) });
  const pages = Math.max(1, Math.ceil((data?.total ?? 0) / PAGE));
  const importAll = (): void =>
    void act.run(async () => {
      const jobId = await startImport(conn, { all: true });
      await navigate(`/c/${conn}/mapping/import/${jobId}`);
    });
  return (
    <Screen
      title={m.importing.title}
      kind="form"
      needs="operator"
      status={<Link to={`/c/${conn}/mapping/customers`}>{m.importing.back}</Link>}
      action={
        operator &&
        data &&
        data.total > 0 && (
          <Button variant="default" onClick={() => setAll(true)}>
            {m.importing.allComplete}
          </Button>
        )
      }
    >
      <p className="dim">{m.importing.intro}</p>
      <div className="filters">
        <SearchBox label={m.importing.search} value={q} onSearch={search} />
      </div>
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Empty title={m.common.loading} />}
      {jobs.map(({ jobId, name }) => (
        <OneRunning
          key={jobId}
          conn={conn}
          jobId={jobId}
          name={name}
          onEnd={() => setJobs((old) => old.filter((one) => one.jobId !== jobId))}
        />
      ))}
      {data &&
        data.total === 0 &&
        (q === '' ? <Empty title={m.importing.empty} /> : <NoMatch clear={() => search('')} />)}
      {data && data.total > 0 && (
        <div
          className={`region wide${isPlaceholderData ? ' dimmed' : ''}`}
          tabIndex={0}
          role="region"
          aria-label={m.importing.list}
        >
          <table className="plain middle">
            <thead>
              <tr>
                <th scope="col">{m.importing.company}</th>
                <th scope="col">{m.importing.profile}</th>
                <th scope="col">
                  <span className="hidden">{m.tasks.columns.act}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((one) => (
                <tr key={one.companyId}>
                  <td className="wrap">
                    {one.name} <span className="mono dim">{one.number ?? one.companyId}</span>
                  </td>
                  <td className="wrap">
                    {one.complete ? (
                      <Badge tone="good">{m.importing.complete}</Badge>
                    ) : (
                      <Badge tone="attention">{m.importing.missing(missingWords(one))}</Badge>
                    )}
                    {one.lastImport?.message && <span className="dim small"> {one.lastImport.message}</span>}
                  </td>
                  <td className="num">
                    {operator && (
                      <Button
                        size="compact-sm"
                        variant="default"
                        aria-label={`${one.complete ? m.importing.one : m.importing.completeAndImport}: ${one.name}`}
                        disabled={jobs.some(({ name }) => name === one.name)}
                        onClick={() => setOpen(one)}
                      >
                        {one.complete ? m.importing.one : m.importing.completeAndImport}
                      </Button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {data && pages > 1 && (
        <nav className="row" aria-label={m.importing.list}>
          <Button variant="default" disabled={page <= 1} onClick={() => turn(page - 1)}>
            {m.common.previous}
          </Button>
          <span className="dim" role="status">
            {m.tasks.position(page, pages)}
          </span>
          <Button variant="default" disabled={page >= pages} onClick={() => turn(page + 1)}>
            {m.common.next}
          </Button>
        </nav>
      )}
      {open && (
        <ProfileDialog
          conn={conn}
          company={open}
          onClose={() => setOpen(undefined)}
          onStarted={(jobId) => {
            setJobs((old) => [...old, { jobId, name: open.name }]);
            setOpen(undefined);
          }}
        />
      )}
      {all && data && (
        <Dialog
          title={m.importing.allTitle}
          onClose={() => setAll(false)}
          go={{ label: m.importing.allGo, busy: act.busy, run: importAll }}
        >
          <p>{m.importing.allBody}</p>
          <p className="dim">{m.importing.again}</p>
          {act.error !== undefined && <ProblemNotice error={act.error} />}
        </Dialog>
      )}
    </Screen>
  );
}

function missingWords({ missing }: Pick<Company, 'missing'>): string {
  return missing.map((field) => m.importing.fields[field] ?? field).join(', ');
}

/** One company on its way, until it has arrived or the reason is known. */
function OneRunning(props: { conn: string; jobId: string; name: string; onEnd(): void }): ReactNode {
  const { conn, jobId, name, onEnd } = props;
  const { data: job } = useJob(jobId);
  const ended = useRef(false);
  useEffect(() => {
    if (!job || !hasEnded(job) || ended.current) return;
    ended.current = true;
    const result = (job.result ?? {}) as ImportResult;
    const why = result.notImported?.[0]?.message ?? (job.failure as { message?: string } | null)?.message;
    if (why === undefined) toast('good', m.importing.imported(name));
    else toast('bad', `${name}: ${why}`);
    afterImport(conn);
    onEnd();
  }, [job, conn, name, onEnd]);
  return (
    <p className="notice ready" role="status">
      {m.importing.oneRunning(name)}
    </p>
  );
}

/** An import of many: progress, what came of it, and those left out with the reason. */
export function ImportRunScreen({ conn }: { conn: string }): ReactNode {
  const { id } = useParams();
  const operator = useMay('operator');
  const { data: job, error, refetch } = useJob(id);
  const act = useAct();
  const spoken = useRef(0);
  const ended = job !== undefined && hasEnded(job);
  useEffect(() => {
    if (!job || job.total === 0) return;
    const quarter = Math.floor((4 * (job.total - job.left)) / job.total);
    if (quarter > spoken.current) {
      spoken.current = quarter;
      announce(m.job.progress(job.total - job.left, job.total));
    }
    if (ended) afterImport(conn);
  }, [job, ended, conn]);
  const result = (job?.result ?? {}) as ImportResult;
  const left = result.notImported ?? [];
  const failure = job?.failure as { message?: string } | null | undefined;
  return (
    <Screen
      title={m.importing.runTitle}
      kind="form"
      needs="operator"
      status={<Link to={`/c/${conn}/mapping/import`}>{m.importing.title}</Link>}
      action={
        operator &&
        job &&
        !ended && (
          <Button
            variant="default"
            loading={act.busy}
            onClick={() =>
              void act
                .run(async () => await ok(api.DELETE('/api/v1/jobs/{id}', { params: { path: { id: job.id } } })))
                .then(() => refetch())
            }
          >
            {m.importing.stop}
          </Button>
        )
      }
    >
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {act.error !== undefined && <ProblemNotice error={act.error} />}
      {!job && !error && <Empty title={m.common.loading} />}
      {job && (
        <div className="card stack wide">
          <strong role="status">
            {m.job.states[job.state]}.{' '}
            {m.importing.counts(result.imported ?? job.done, result.failed ?? job.failed, job.left)}
          </strong>
          <progress
            aria-label={m.importing.runTitle}
            aria-valuetext={m.job.progress(job.total - job.left, job.total)}
            max={Math.max(1, job.total)}
            value={job.total - job.left}
          />
          <p className="dim small">{ended ? m.importing.again : m.job.leave}</p>
          {failure?.message && <p className="notice bad">{failure.message}</p>}
        </div>
      )}
      {left.length > 0 && (
        <section className="stack tight wide">
          <div className="row between">
            <h2>{m.importing.skipped(left.length)}</h2>
            <Button
              variant="default"
              onClick={() =>
                saveAs(
                  'not-imported.csv',
                  'companyId,company,code,reason',
                  left.map((one) => [String(one.companyId), one.companyName, one.code, one.message]),
                )
              }
            >
              {m.importing.downloadSkipped}
            </Button>
          </div>
          <div className="region" tabIndex={0} role="region" aria-label={m.importing.skipped(left.length)}>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{m.importing.company}</th>
                  <th scope="col">{m.importing.why}</th>
                </tr>
              </thead>
              <tbody>
                {left.map(({ companyId, companyName, message }) => (
                  <tr key={companyId}>
                    <td className="wrap">
                      {companyName} <span className="mono dim">{format.count(companyId)}</span>
                    </td>
                    <td className="wrap">{message}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </Screen>
  );
}
