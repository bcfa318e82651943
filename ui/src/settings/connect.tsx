import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router';
import { api, ok } from '../api/client';
import { remember, remembered } from '../app/preferences';
import { queryClient, useConnections, useMay, useMe } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import { host } from '../host';
import { m } from '../messages';
import { Empty } from '../parts/empty';
import { ProblemNotice, useAct } from '../parts/problem';
import {
  AutomationFields,
  AutotaskFields,
  BasicFields,
  BillingFields,
  MarketplaceFields,
  NotificationFields,
} from './fields';
import { ErrorList, errorsOf, focusField, problemsOf, type FormOf } from './form';
import { checksOf, TrialResult, useTrial } from './trial';
import { createBody, without, FRESH, SECRETS, TESTED, type Changes, type Field, type Values } from './values';

const KEPT = 'psa-sync:new-connection';

/** The first connection, right after *Install now* (FEATURES INS-1, INS-2). */
export function WelcomeScreen(): ReactNode {
  return <ConnectScreen first />;
}

/** One more connection, for another currency (FEATURES INS-7). */
export function NewConnectionScreen(): ReactNode {
  return <ConnectScreen first={false} />;
}

function ConnectScreen({ first }: { first: boolean }): ReactNode {
  const me = useMe();
  const connections = useConnections();
  const admin = useMay('admin');
  const title = first ? m.settings.welcome : m.settings.add;
  if (me.error || connections.error)
    return (
      <Screen title={title} kind="form">
        <ProblemNotice error={me.error ?? connections.error} retry={() => void connections.refetch()} />
      </Screen>
    );
  if (!me.data || !connections.data)
    return (
      <Screen title={title} kind="form">
        <Empty title={m.common.loading} />
      </Screen>
    );
  if (!admin)
    return (
      <Screen title={title} kind="form">
        <p>{m.settings.forbidden}</p>
        {!first && <Link to="/">{m.app.toTasks}</Link>}
      </Screen>
    );
  if (first && connections.data.total > 0) return <Navigate replace to="/settings/connections" />;
  return (
    <ConnectForm
      first={first}
      prefilled={me.data.marketplaceAccess.prefilled}
      timeZone={me.data.timeZone ?? host.context.timeZone}
    />
  );
}

function ConnectForm(props: { first: boolean; prefilled: boolean; timeZone: string }): ReactNode {
  const { first, prefilled, timeZone } = props;
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const [values, setValues] = useState<Values>(() => ({
    ...FRESH,
    timeZone,
    currency: params.get('currency') ?? '',
    ...remembered<Changes>(KEPT),
  }));
  const [ownAccess, setOwnAccess] = useState(!prefilled);
  const [errors, setErrors] = useState<FormOf['errors']>({});
  const trial = useTrial();
  const { busy, error, run, clear } = useAct();
  useEffect(() => {
    // Another person at this browser must not find a secret, and a reload loses nothing else.
    remember(KEPT, Object.fromEntries(Object.entries(values).filter(([field]) => !SECRETS.has(field as Field))));
  }, [values]);

  const form: FormOf = {
    values,
    errors,
    set: (field, value) => {
      const text = field === 'currency' && typeof value === 'string' ? value.trim().toUpperCase() : value;
      setValues((old) => ({ ...old, [field]: text }));
      setErrors((old) => without(old, field));
      if (TESTED.has(field)) trial.clear();
    },
  };
  const complete = (): boolean => {
    const found = problemsOf(form, ownAccess);
    setErrors(found);
    const [one] = Object.keys(found) as Field[];
    if (one) focusField(one);
    return one === undefined;
  };
  const test = (): void => {
    if (complete()) void trial.run(createBody(values, ownAccess));
  };
  const save = (): void => {
    if (!complete()) return;
    void run(async () => {
      let created;
      try {
        created = await ok(api.POST('/api/v1/connections', { body: createBody(values, ownAccess) }));
      } catch (failure) {
        const checks = checksOf(failure);
        if (checks) trial.show(checks);
        const refused = errorsOf(failure);
        setErrors(refused);
        const [one] = Object.keys(refused) as Field[];
        if (one) focusField(one);
        throw failure;
      }
      remember(KEPT, undefined);
      const { id, alias } = created;
      await queryClient.invalidateQueries({ queryKey: ['connections'] });
      const { response } = await api.POST('/api/v1/connections/{id}/check', { params: { path: { id } } });
      if (response.ok) toast('good', m.setup.created(alias));
      else toast('attention', m.setup.checkNotStarted);
      await navigate(`/c/${id}/tasks`);
    });
  };

  return (
    <Screen
      title={first ? m.settings.welcome : m.settings.add}
      kind="form"
      status={first ? undefined : <Link to="/settings/connections">{m.setup.toList}</Link>}
    >
      <form
        className="form stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
        }}
      >
        <p className="dim">{m.settings.welcomeText}</p>
        <ErrorList errors={errors} />
        <section className="card stack" aria-labelledby="part-1">
          <h2 id="part-1">{m.setup.numbered(1, m.setup.credentials)}</h2>
          <BasicFields form={form} />
          <h3>{m.setup.autotask}</h3>
          <AutotaskFields form={form} />
          <h3>{m.setup.marketplace}</h3>
          {ownAccess ? <MarketplaceFields form={form} /> : <p>{m.settings.sentByHost}</p>}
          {prefilled && (
            <span>
              <button
                type="button"
                className="link"
                onClick={() => {
                  setOwnAccess(!ownAccess);
                  setErrors({});
                  trial.clear();
                }}
              >
                {ownAccess ? m.setup.takeSent : m.settings.enterOther}
              </button>
            </span>
          )}
        </section>
        <section className="card stack" aria-labelledby="part-2">
          <h2 id="part-2">{m.setup.numbered(2, m.setup.check)}</h2>
          <span>
            <Button variant="default" loading={trial.busy} onClick={test}>
              {m.settings.test}
            </Button>
          </span>
          <TrialResult trial={trial} />
        </section>
        <section className="card stack" aria-labelledby="part-3">
          <h2 id="part-3">{m.setup.numbered(3, m.settings.howToBill)}</h2>
          <BillingFields form={form} />
          <AutomationFields form={form} />
          <NotificationFields form={form} />
        </section>
        {error !== undefined && <ProblemNotice error={error} retry={clear} />}
        <div className="row end">
          <Button type="submit" loading={busy}>
            {m.settings.saveAndCheck}
          </Button>
        </div>
      </form>
    </Screen>
  );
}
