import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { Link, Navigate, useLocation, useNavigate, useParams } from 'react-router';
import { api, ApiProblem, ok } from '../api/client';
import { remember, remembered } from '../app/preferences';
import { queryClient, useDashboard, useMay, useMe } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice, useAct } from '../parts/problem';
import { pauseText } from '../app/pause';
import { STATE_TONES } from './connections';
import { Danger } from './danger';
import {
  AutomationFields,
  AutotaskFields,
  BasicFields,
  BillingFields,
  MarketplaceFields,
  NotificationFields,
} from './fields';
import { ErrorList, errorsOf, focusField, problemsOf, type FormOf } from './form';
import { LeaveGuard } from './leave';
import { checksOf, TrialResult, useTrial } from './trial';
import { TwoPeople, type Conflict } from './two-people';
import { TypedAlias } from './typed-alias';
import {
  changeBody,
  changed,
  SECRETS,
  SECTIONS,
  TESTED,
  valuesOf,
  without,
  type Changes,
  type Connection,
  type Field,
  type Section,
  type Values,
} from './values';
import { nameOf, wordOf } from './words';

const SECTION_NAMES = Object.keys(SECTIONS) as Section[];

/** One connection's settings (FEATURES INS-2 to INS-9, INS-12, INS-13). Others than administrators read them. */
export function ConnectionScreen(): ReactNode {
  const { id, section } = useParams();
  const admin = useMay('admin');
  const me = useMe();
  const { data, error, refetch } = useQuery<Connection, ApiProblem>({
    queryKey: ['connection', id],
    queryFn: () => ok(api.GET('/api/v1/connections/{id}', { params: { path: { id: id! } } })),
  });
  const known = SECTION_NAMES.find((name) => name === section);
  if (!known) return <Navigate replace to={`/settings/connections/${id}/billing`} />;
  if (error?.code === 'NOT_FOUND')
    return (
      <Screen title={m.settings.title} kind="form">
        <Empty title={m.setup.gone}>
          <Link to="/settings/connections">{m.setup.toList}</Link>
        </Empty>
      </Screen>
    );
  if (!data || !me.data)
    return (
      <Screen title={m.settings.title} kind="form">
        {error ? <ProblemNotice error={error} retry={() => void refetch()} /> : <Empty title={m.common.loading} />}
      </Screen>
    );
  return admin ? (
    <Editor key={data.id} stored={data} section={known} failure={error} />
  ) : (
    <ReadOnly stored={data} section={known} />
  );
}

function Head({ stored }: { stored: Connection }): ReactNode {
  const text = pauseText(stored);
  return (
    <div className="row">
      <Badge tone={STATE_TONES[stored.state]}>{m.settings.states[stored.state]}</Badge>
      <span className="mono">{stored.currency}</span>
      {stored.learned.zoneName && <span className="dim">{m.settings.zone(stored.learned.zoneName)}</span>}
      {text && <span className={stored.state === 'paused' ? 'badtext' : 'dim'}>{text}</span>}
    </div>
  );
}

function Sections({ id, of, counts = {} }: { id: string; of: Section[]; counts?: Record<string, number> }): ReactNode {
  const { section } = useParams();
  return (
    <nav className="tabs" aria-label={m.settings.sectionsLabel}>
      {of.map((name) => (
        <Link
          key={name}
          to={`/settings/connections/${id}/${name}`}
          replace
          aria-current={name === section ? 'page' : undefined}
        >
          {m.settings.sections[name]}
          {counts[name] ? <span className="count">{m.setup.changedIn(counts[name])}</span> : null}
        </Link>
      ))}
    </nav>
  );
}

/** For those who may look: every value in words, nothing to press. */
function ReadOnly({ stored, section }: { stored: Connection; section: Section }): ReactNode {
  const shown = SECTION_NAMES.filter((name) => name !== 'danger');
  const values = valuesOf(stored);
  const fields: readonly Field[] = SECTIONS[section];
  if (section === 'danger') return <Navigate replace to={`/settings/connections/${stored.id}/billing`} />;
  return (
    <Screen title={stored.alias} kind="form" status={<Link to="/settings/connections">{m.setup.toList}</Link>}>
      <p className="dim small">{m.setup.readOnly}</p>
      <Head stored={stored} />
      <Sections id={stored.id} of={shown} />
      <dl className="card facts form">
        {fields
          .filter((field) => !SECRETS.has(field))
          .map((field) => (
            <div key={field} style={{ display: 'contents' }}>
              <dt>{nameOf(field)}</dt>
              <dd>{wordOf(field, values[field])}</dd>
            </div>
          ))}
      </dl>
    </Screen>
  );
}

/** What is kept of unsaved changes for a reload: never a secret. */
interface Kept {
  version: string;
  base: Values;
  changes: Changes;
}

function Editor(props: { stored: Connection; section: Section; failure: ApiProblem | null }): ReactNode {
  const { stored, section, failure } = props;
  const { id } = stored;
  const key = `psa-sync:settings:${id}`;
  const [{ base, version, changes }, setForm] = useState<Kept>(
    () => remembered<Kept>(key) ?? { base: valuesOf(stored), version: stored.version, changes: {} },
  );
  const [errors, setErrors] = useState<FormOf['errors']>({});
  const [conflict, setConflict] = useState<Conflict>();
  const [asksAutomation, askAutomation] = useState<(ok: boolean) => void>();
  const trial = useTrial();
  const { busy, error, run, clear } = useAct();
  const count = Object.keys(changes).length;
  const values: Values = { ...base, ...changes };

  // What somebody else saved is shown at once, unless there is something here to compare it with.
  if (count === 0 && version !== stored.version)
    setForm({ base: valuesOf(stored), version: stored.version, changes: {} });
  useEffect(() => {
    const plain = Object.fromEntries(Object.entries(changes).filter(([field]) => !SECRETS.has(field as Field)));
    remember(key, Object.keys(plain).length > 0 ? { base, version, changes: plain } : undefined);
  }, [key, base, version, changes]);

  const form: FormOf = {
    values,
    errors,
    stored:
      stored.state === 'needsCredentials'
        ? undefined
        : { userName: base.userName, baseUrl: base.baseUrl, user: base.user },
    set: (field, value) => {
      const text = (field === 'currency' ? String(value).trim().toUpperCase() : value) as typeof value;
      setForm((old) => ({ ...old, changes: changed(old.base, old.changes, field, text) }));
      setErrors((old) => without(old, field));
      if (TESTED.has(field)) trial.clear();
    },
  };
  const drop = (): void => {
    setForm((old) => ({ ...old, changes: {} }));
    setErrors({});
    clear();
    trial.clear();
    remember(key, undefined);
  };
  const goTo = useNavigate();
  // What was changed last: Save and Discard go away with what there was to save, and the work goes on there.
  const last = useRef<HTMLElement>(undefined);
  useEffect(() => {
    if (count > 0 || (document.activeElement !== null && document.activeElement !== document.body)) return;
    const tab = document.querySelector<HTMLElement>('.tabs [aria-current=page]');
    (last.current?.isConnected ? last.current : tab)?.focus();
  }, [count]);
  /** Brings the section of a field to the screen, and the cursor to it. */
  const reveal = (field: Field | undefined): void => {
    if (field === undefined) return;
    const home = SECTION_NAMES.find((name) => (SECTIONS[name] as readonly Field[]).includes(field));
    if (home !== undefined && home !== section)
      void goTo(`/settings/connections/${id}/${home}`, { replace: true, state: { field } });
    else focusField(field);
  };
  // Only once the section is there, and after the shell has put the focus at its beginning.
  const wanted = (useLocation().state as { field?: Field } | null)?.field;
  useEffect(() => {
    if (wanted === undefined) return;
    const timer = window.setTimeout(() => focusField(wanted));
    return () => window.clearTimeout(timer);
  }, [wanted, section]);
  const complete = (): boolean => {
    // Only what was touched can be wrong: what is stored was taken once.
    const found = Object.fromEntries(
      Object.entries(problemsOf(form, stored.marketplace !== null || 'baseUrl' in changes)).filter(
        ([field]) => field in changes || SECRETS.has(field as Field),
      ),
    ) as FormOf['errors'];
    setErrors(found);
    const [one] = Object.keys(found) as Field[];
    reveal(one);
    return one === undefined;
  };
  const send = async (body: Changes, from: string): Promise<boolean> =>
    await run(async () => {
      try {
        const saved = await ok(
          api.PATCH('/api/v1/connections/{id}', {
            params: { path: { id } },
            body: { ...changeBody(body), version: from },
          }),
        );
        queryClient.setQueryData(['connection', id], saved);
        setForm({ base: valuesOf(saved), version: saved.version, changes: {} });
        remember(key, undefined);
        setConflict(undefined);
        toast('good', m.setup.saved);
        for (const stale of ['connections', 'dashboard', 'tasks'])
          void queryClient.invalidateQueries({ queryKey: [stale] });
      } catch (problem) {
        await understand(problem);
        throw problem;
      }
    });
  const understand = async (problem: unknown): Promise<void> => {
    const checks = checksOf(problem);
    if (checks) {
      trial.show(checks);
      // The rows stand below the credentials that they are about.
      reveal((Object.keys(changes) as Field[]).find((field) => TESTED.has(field)));
    }
    if (!(problem instanceof ApiProblem)) return;
    const refused = errorsOf(problem);
    setErrors(refused);
    reveal((Object.keys(refused) as Field[])[0]);
    if (problem.code !== 'CONNECTION_CHANGED' || typeof problem.body.version !== 'string') return;
    const theirs = await ok(api.GET('/api/v1/connections/{id}', { params: { path: { id } } }));
    setConflict({
      theirs: valuesOf(theirs),
      version: theirs.version,
      by: typeof problem.body.changedBy === 'string' ? problem.body.changedBy : null,
      at: typeof problem.body.changedAt === 'string' ? problem.body.changedAt : null,
      mine: new Set(),
    });
  };
  const save = async (): Promise<boolean> => {
    if (count === 0) return true;
    if (!complete()) return false;
    const turnsOn = base.automation === 'off' && values.automation !== 'off';
    if (turnsOn) {
      const agreed = await new Promise<boolean>((resolve) => askAutomation(() => resolve));
      askAutomation(undefined);
      if (!agreed) return false;
    }
    return await send(changes, version);
  };
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.key === 's' || event.key === 'Enter') && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        // An open question has its own primary button.
        if (document.querySelector('[role=dialog]')) return;
        void save();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });

  const test = (): void => {
    if (!complete()) return;
    const access = changeBody(
      Object.fromEntries(Object.entries(changes).filter(([field]) => TESTED.has(field as Field))) as Changes,
    );
    void trial.run({ ...access, connectionId: id }).then((result) => {
      if (!result || !stored.pause) return;
      if (result.passed) toast('good', m.setup.resumed);
      void queryClient.invalidateQueries({ queryKey: ['connections'] });
      void queryClient.invalidateQueries({ queryKey: ['connection', id] });
    });
  };
  const counts = Object.fromEntries(
    SECTION_NAMES.map((name) => [name, (SECTIONS[name] as readonly Field[]).filter((one) => one in changes).length]),
  );

  return (
    <Screen title={stored.alias} kind="form" status={<Link to="/settings/connections">{m.setup.toList}</Link>}>
      <Head stored={stored} />
      <Sections id={id} of={SECTION_NAMES} counts={counts} />
      {failure && <ProblemNotice error={failure} />}
      <div
        className="form stack"
        onChange={({ target }) => {
          last.current = target;
        }}
      >
        <ErrorList errors={errors} />
        {section === 'connection' && (
          <>
            <BasicFields form={form} currencyFixed={!stored.currencyCanChange} />
            <h2>{m.setup.autotask}</h2>
            <AutotaskFields form={form} />
          </>
        )}
        {section === 'marketplace' && (
          <>
            <h2>{m.settings.sections.marketplace}</h2>
            <MarketplaceFields form={form} />
          </>
        )}
        {(section === 'connection' || section === 'marketplace') && (
          <>
            <span>
              <Button variant="default" loading={trial.busy} onClick={test}>
                {m.settings.test}
              </Button>
            </span>
            <TrialResult trial={trial} />
          </>
        )}
        {section === 'billing' && (
          <>
            <BillingFields form={form} />
            {('priceSource' in changes || 'proration' in changes || 'syncRefunds' in changes) && <Replanned id={id} />}
          </>
        )}
        {section === 'automation' && (
          <AutomationFields form={form}>{values.automation !== 'off' && <AutoCustomers id={id} />}</AutomationFields>
        )}
        {section === 'notifications' && <NotificationFields form={form} />}
        {section === 'danger' && <Danger stored={stored} />}
        {error !== undefined && !conflict && <ProblemNotice error={error} />}
      </div>
      {count > 0 && (
        <div className="foot" role="region" aria-label={m.setup.unsavedRegion}>
          <span className="grow strong" role="status">
            {m.settings.unsaved(count)}
          </span>
          <Button variant="default" onClick={drop}>
            {m.settings.discard}
          </Button>
          <Button loading={busy} onClick={() => void save()} title="Ctrl+S">
            {m.settings.save}
          </Button>
        </div>
      )}
      <LeaveGuard count={count} within={`/settings/connections/${id}/`} save={save} drop={drop} />
      {asksAutomation && (
        <TypedAlias
          alias={stored.alias}
          title={m.settings.automationTitle}
          ask={m.settings.automationConfirm(stored.alias)}
          go={m.settings.automationGo}
          onClose={() => asksAutomation(false)}
          onGo={() => asksAutomation(true)}
        >
          <p>{m.settings.automationNote}</p>
          <AutoCustomers id={id} />
        </TypedAlias>
      )}
      {conflict && (
        <TwoPeople
          base={base}
          changes={changes}
          conflict={conflict}
          busy={busy}
          choose={(mine) => setConflict({ ...conflict, mine })}
          onClose={() => setConflict(undefined)}
          onSave={(kept) => {
            setForm({ base: conflict.theirs, version: conflict.version, changes: kept });
            if (Object.keys(kept).length === 0) {
              setConflict(undefined);
              clear();
            } else void send(kept, conflict.version);
          }}
        />
      )}
    </Screen>
  );
}

function Replanned({ id }: { id: string }): ReactNode {
  const ready = useDashboard(id).data?.tasks.views.ready ?? 0;
  return (
    <p className="notice attention" role="status">
      {m.settings.replanned} {ready > 0 && m.setup.ready(ready)}
    </p>
  );
}

/** For how many customers automation acts. */
function AutoCustomers({ id }: { id: string }): ReactNode {
  const { data } = useQuery({
    queryKey: ['customers', id, 'auto'],
    queryFn: () =>
      ok(
        api.GET('/api/v1/connections/{connectionId}/customers/automation', {
          params: { path: { connectionId: id } },
        }),
      ),
  });
  return data ? <p className="dim">{m.setup.howMany(data.on, data.all)}</p> : null;
}
