import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { queryClient, useMay, useMe } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import { host } from '../host';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { AccessFields, Guide, TestResult, type Access, type Check } from './connection-form';
import { AutomationRules, BillingRules, type Settings } from './rules';

type View = Schemas['ConnectionView'];
const SECTIONS = ['connection', 'marketplace', 'billing', 'automation', 'danger'] as const;

/** One connection, by sections; nothing is saved before *Save* (INS-2 to INS-9). */
export function ConnectionScreen(): ReactNode {
  const { id, section = 'connection' } = useParams();
  const { data, error, refetch } = useQuery({
    queryKey: ['connection', id],
    queryFn: () => ok(api.GET('/api/v1/connections/{id}', { params: { path: { id: id! } } })),
  });
  if (error)
    return (
      <Screen title={m.settings.connections} kind="form">
        <ProblemNotice error={error} retry={() => void refetch()} />
      </Screen>
    );
  if (!data) return <Screen title={m.settings.connections}>{m.common.loading}</Screen>;
  return <Editor key={data.id} view={data} section={section} />;
}

function Editor({ view, section }: { view: View; section: string }): ReactNode {
  const admin = useMay('admin');
  const known = useMe().data !== undefined;
  const navigate = useNavigate();
  const [alias, setAlias] = useState(view.alias);
  const [userName, setUserName] = useState(view.autotask.userName);
  const [secret, setSecret] = useState('');
  const [access, setAccess] = useState<Partial<Access>>({});
  const [settings, setSettings] = useState<Partial<Settings>>({});
  const [checks, setChecks] = useState<Check[]>();
  const [dialog, setDialog] = useState<'automation' | 'remove'>();
  const [typed, setTyped] = useState('');
  const save = useAct();
  const test = useAct();
  const changed = Object.entries(settings).filter(([key, value]) => view.settings[key as keyof Settings] !== value);
  const body = {
    ...(alias.trim() === view.alias ? {} : { alias: alias.trim() }),
    ...(userName.trim() === view.autotask.userName && secret === ''
      ? {}
      : { autotask: { userName: userName.trim(), ...(secret === '' ? {} : { secret }) } }),
    ...(Object.keys(access).length === 0 ? {} : { marketplace: access }),
    ...(changed.length === 0 ? {} : { settings: Object.fromEntries(changed) }),
  };
  const count = Object.keys(body).length - ('settings' in body ? 1 : 0) + changed.length;
  useEffect(() => {
    host.dirty(count);
    return () => host.dirty(0);
  }, [count]);
  const discard = (): void => {
    setAlias(view.alias);
    setUserName(view.autotask.userName);
    setSecret('');
    setAccess({});
    setSettings({});
    setChecks(undefined);
  };
  const patch = async (change: object): Promise<void> => {
    try {
      const next = await ok(
        api.PATCH('/api/v1/connections/{id}', {
          params: { path: { id: view.id } },
          body: change,
        }),
      );
      queryClient.setQueryData(['connection', view.id], next);
      await queryClient.invalidateQueries({ queryKey: ['connections'] });
      setSecret('');
      setAccess({});
      setSettings({});
      toast('good', m.common.saved);
    } catch (error) {
      if (error instanceof ApiProblem && Array.isArray(error.body.checks)) setChecks(error.body.checks as Check[]);
      throw error;
    }
  };
  const runSave = (): void => {
    const on = view.settings.automation === 'off' && settings.automation !== undefined && settings.automation !== 'off';
    if (on) setDialog('automation');
    else void save.run(async () => await patch(body));
  };
  const runTest = (): void =>
    void test.run(async () => {
      const answer = await ok(api.POST('/api/v1/connections/test', { body: { connectionId: view.id, ...body } }));
      setChecks(answer.checks);
    });
  const remove = async (): Promise<void> => {
    const { outcome } = await ok(api.DELETE('/api/v1/connections/{id}', { params: { path: { id: view.id } } }));
    await queryClient.invalidateQueries({ queryKey: ['connections'] });
    toast('good', outcome === 'removed' ? m.settings.removed : m.settings.switchedOff);
    await navigate('/settings/connections');
  };
  const values = { ...view.settings, ...settings };
  const onChange = (change: Partial<Settings>): void => setSettings((old) => ({ ...old, ...change }));
  const planning = changed.some(([key]) =>
    ['proration', 'priceSource', 'syncRefunds', 'trimDescription'].includes(key),
  );
  return (
    <Screen
      title={view.alias}
      kind="form"
      status={<Link to="/settings/connections">{m.settings.connections}</Link>}
      action={
        admin && (
          <Button variant="default" loading={test.busy} onClick={runTest}>
            {m.settings.test}
          </Button>
        )
      }
    >
      <div className="row">
        <span className="mono">{view.currency}</span>
        <Badge tone={view.state === 'connected' ? 'good' : view.state === 'disabled' ? 'muted' : 'bad'}>
          {m.settings.states[view.state]}
        </Badge>
        {view.learned.zoneName && <span className="dim small">{m.settings.zone(view.learned.zoneName)}</span>}
      </div>
      {known && !admin && <p className="dim">{m.settings.forbidden}</p>}
      <nav className="tabs" aria-label={m.settings.sectionsLabel}>
        {SECTIONS.filter((one) => admin || one !== 'danger').map((one) => (
          <Link
            key={one}
            replace
            to={`/settings/connections/${view.id}/${one}`}
            aria-current={one === section ? 'page' : undefined}
          >
            {m.settings.sections[one]}
          </Link>
        ))}
      </nav>
      <div className="card stack form">
        {section === 'connection' && (
          <>
            <TextInput
              label={m.settings.alias}
              value={alias}
              maxLength={100}
              readOnly={!admin}
              onChange={({ currentTarget }) => setAlias(currentTarget.value)}
            />
            <TextInput
              label={m.settings.userName}
              value={userName}
              autoComplete="off"
              readOnly={!admin}
              onChange={({ currentTarget }) => setUserName(currentTarget.value)}
            />
            {admin && (
              <PasswordInput
                label={m.settings.secret}
                description={view.autotask.hasSecret ? m.settings.secretSaved : undefined}
                value={secret}
                autoComplete="new-password"
                visibilityToggleButtonProps={{ 'aria-label': m.settings.show }}
                onChange={({ currentTarget }) => setSecret(currentTarget.value)}
              />
            )}
            <Guide />
          </>
        )}
        {section === 'marketplace' && admin && (
          <AccessFields
            saved={view.marketplace?.hasSecret ?? false}
            value={{
              baseUrl: access.baseUrl ?? view.marketplace?.baseUrl ?? '',
              user: access.user ?? view.marketplace?.user ?? '',
              password: access.password ?? '',
              subscriptionKey: access.subscriptionKey ?? '',
              marketplace: access.marketplace ?? view.marketplace?.marketplace ?? '',
            }}
            onChange={(change) => setAccess((old) => ({ ...old, ...change }))}
          />
        )}
        {section === 'marketplace' && !admin && <p className="wrap">{view.marketplace?.baseUrl}</p>}
        {section === 'billing' && <BillingRules value={values} onChange={onChange} disabled={!admin} />}
        {section === 'billing' && planning && <p className="notice attention">{m.settings.replanned}</p>}
        {section === 'automation' && <AutomationRules value={values} onChange={onChange} disabled={!admin} />}
        {section === 'danger' && admin && (
          <>
            <p>{m.settings.removeText}</p>
            <div className="row">
              <Button
                variant="default"
                loading={save.busy}
                onClick={() => void save.run(async () => await patch({ enabled: view.state === 'disabled' }))}
              >
                {view.state === 'disabled' ? m.settings.enable : m.settings.disable}
              </Button>
              <Button color="red" variant="outline" onClick={() => setDialog('remove')}>
                {m.settings.remove}
              </Button>
            </div>
          </>
        )}
      </div>
      {test.error !== undefined && <ProblemNotice error={test.error} />}
      {checks && <TestResult checks={checks} />}
      {save.error !== undefined && <ProblemNotice error={save.error} />}
      {admin && count > 0 && (
        <div className="listbar" role="region" aria-label={m.settings.unsaved(count)}>
          <span className="grow" role="status">
            {m.settings.unsaved(count)}
          </span>
          <Button variant="default" onClick={discard}>
            {m.settings.discard}
          </Button>
          <Button loading={save.busy} onClick={runSave}>
            {m.settings.save}
          </Button>
        </div>
      )}
      {dialog && (
        <Dialog
          title={dialog === 'automation' ? m.settings.automationTitle : m.settings.remove}
          onClose={() => {
            setDialog(undefined);
            setTyped('');
          }}
          go={{
            label: dialog === 'automation' ? m.settings.automationGo : m.settings.removeGo,
            danger: dialog === 'remove',
            busy: save.busy,
            run: () => {
              if (typed !== view.alias) return;
              void save
                .run(async () => await (dialog === 'automation' ? patch(body) : remove()))
                .then(() => {
                  setDialog(undefined);
                  setTyped('');
                });
            },
          }}
        >
          <p>{dialog === 'automation' ? m.settings.automationNote : m.settings.removeText}</p>
          <TextInput
            label={
              dialog === 'automation' ? m.settings.automationConfirm(view.alias) : m.settings.removeConfirm(view.alias)
            }
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </Dialog>
      )}
    </Screen>
  );
}
