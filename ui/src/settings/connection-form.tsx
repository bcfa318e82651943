import { Button, NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { api, ApiProblem, ok, type Schemas } from '../api/client';
import { queryClient, useMay, useMe } from '../app/queries';
import { Screen } from '../app/screen';
import { host } from '../host';
import { m } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import { ProblemNotice, useAct } from '../parts/problem';
import { BillingRules, AutomationRules, DEFAULTS, type Settings } from './rules';

export type Check = Schemas['ConnectionCheckView'];

const CURRENCIES = [
  'EUR',
  'USD',
  'GBP',
  'CHF',
  'AUD',
  'CAD',
  'NZD',
  'DKK',
  'NOK',
  'SEK',
  'PLN',
  'CZK',
  'ZAR',
  'SGD',
  'JPY',
];
const ZONES: string[] = Intl.supportedValuesOf('timeZone');
const TONES: Record<Check['status'], Tone> = { ok: 'good', warning: 'attention', failed: 'bad', skipped: 'muted' };

/** The first connection: what *Install now* opens (INS-1). */
export function WelcomeScreen(): ReactNode {
  return <Form title={m.settings.welcome} intro={m.settings.welcomeText} />;
}

/** One more connection, for another currency (INS-7). */
export function NewConnectionScreen(): ReactNode {
  return <Form title={m.settings.add} />;
}

/** Rows of a connection test, in the server's order (INS-2). */
export function TestResult({ checks }: { checks: Check[] }): ReactNode {
  return (
    <section className="card stack tight" aria-label={m.settings.result}>
      <h2>{m.settings.result}</h2>
      <p className="hidden" role="status">
        {m.settings.testDone(checks.length)}
      </p>
      <ul className="stack tight" style={{ listStyle: 'none' }}>
        {checks.map(({ check, subject, status, message }, index) => (
          <li key={index} className="row" style={{ alignItems: 'flex-start', flexWrap: 'nowrap' }}>
            <Badge tone={TONES[status]}>{m.settings.statuses[status]}</Badge>
            <span className="wrap">
              <strong>{m.settings.checks[check]}</strong>
              {subject && <span className="mono"> {subject}</span>}
              {message && <span>: {message}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** How to make the API user in Autotask; in the same place on each screen that asks for it. */
export function Guide(): ReactNode {
  return (
    <details>
      <summary>{m.settings.guide}</summary>
      <ol className="stack tight" style={{ paddingInlineStart: 20 }}>
        {m.settings.guideSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </details>
  );
}

/** The marketplace's access, where the host did not send it (INS-12). */
export interface Access {
  baseUrl: string;
  user: string;
  password: string;
  subscriptionKey: string;
  marketplace: string;
}

export function AccessFields({
  value,
  onChange,
  saved,
}: {
  value: Access;
  onChange(change: Partial<Access>): void;
  saved?: boolean;
}): ReactNode {
  const secret = saved ? m.settings.secretSaved : undefined;
  return (
    <>
      <TextInput
        label={m.settings.baseUrl}
        value={value.baseUrl}
        inputMode="url"
        autoComplete="off"
        onChange={({ currentTarget }) => onChange({ baseUrl: currentTarget.value })}
      />
      <TextInput
        label={m.settings.user}
        value={value.user}
        autoComplete="off"
        onChange={({ currentTarget }) => onChange({ user: currentTarget.value })}
      />
      <PasswordInput
        label={m.settings.password}
        description={secret}
        value={value.password}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': m.settings.show }}
        onChange={({ currentTarget }) => onChange({ password: currentTarget.value })}
      />
      <PasswordInput
        label={m.settings.subscriptionKey}
        description={secret}
        value={value.subscriptionKey}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': m.settings.show }}
        onChange={({ currentTarget }) => onChange({ subscriptionKey: currentTarget.value })}
      />
      <TextInput
        label={m.settings.marketplaceCode}
        value={value.marketplace}
        autoComplete="off"
        onChange={({ currentTarget }) => onChange({ marketplace: currentTarget.value })}
      />
    </>
  );
}

function Form({ title, intro }: { title: string; intro?: string }): ReactNode {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const admin = useMay('admin');
  const me = useMe();
  const [alias, setAlias] = useState('');
  const [currency, setCurrency] = useState(params.get('currency') ?? 'EUR');
  const [zone, setZone] = useState('');
  const [userName, setUserName] = useState('');
  const [secret, setSecret] = useState('');
  const [ownAccess, setOwnAccess] = useState(false);
  const [access, setAccess] = useState<Access>({
    baseUrl: '',
    user: '',
    password: '',
    subscriptionKey: '',
    marketplace: '',
  });
  const [settings, setSettings] = useState<Settings>(DEFAULTS);
  const [checks, setChecks] = useState<Check[]>();
  const [asked, setAsked] = useState(false);
  const test = useAct();
  const save = useAct();
  const prefilled = me.data?.marketplaceAccess.prefilled ?? false;
  const needsAccess = me.data !== undefined && (!prefilled || ownAccess);
  const timeZone = zone || me.data?.timeZone || host.context.timeZone;
  const errors = {
    alias: alias.trim() === '' ? m.settings.need.alias : undefined,
    userName: userName.trim() === '' ? m.settings.need.userName : undefined,
    secret: secret === '' ? m.settings.need.secret : undefined,
  };
  const body = {
    alias: alias.trim(),
    currency,
    timeZone,
    autotask: { userName: userName.trim(), secret },
    ...(needsAccess ? { marketplace: access } : {}),
    settings,
  };
  // A changed credential makes the result of a test worthless.
  const credentials =
    <A extends unknown[]>(set: (...given: A) => void) =>
    (...given: A): void => {
      set(...given);
      setChecks(undefined);
    };
  const complete = (): boolean => {
    setAsked(true);
    const first = Object.entries(errors).find(([, error]) => error !== undefined);
    if (first) document.querySelector<HTMLElement>(`[name="${first[0]}"]`)?.focus();
    return first === undefined;
  };
  const runTest = (): void => {
    if (!complete()) return;
    void test.run(async () => {
      const { checks: found } = await ok(api.POST('/api/v1/connections/test', { body }));
      setChecks(found);
    });
  };
  const runSave = (): void => {
    if (!complete()) return;
    void save.run(async () => {
      try {
        const { id } = await ok(api.POST('/api/v1/connections', { body }));
        await queryClient.invalidateQueries({ queryKey: ['connections'] });
        // The first check is what one wants next; that it cannot start is no reason to stay on a form that is saved.
        await ok(api.POST('/api/v1/connections/{id}/check', { params: { path: { id } } })).catch(() => undefined);
        await navigate(`/c/${id}/tasks`);
      } catch (error) {
        if (error instanceof ApiProblem && Array.isArray(error.body.checks)) setChecks(error.body.checks as Check[]);
        throw error;
      }
    });
  };
  if (me.data && !admin)
    return (
      <Screen title={title} kind="form">
        <p>{m.settings.forbidden}</p>
      </Screen>
    );
  return (
    <Screen title={title} kind="form">
      {intro && <p className="dim form">{intro}</p>}
      <form
        className="stack form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          runSave();
        }}
      >
        <div className="card stack">
          <TextInput
            name="alias"
            label={m.settings.alias}
            value={alias}
            maxLength={100}
            required
            error={asked && errors.alias}
            placeholder="EU - EUR"
            onChange={({ currentTarget }) => setAlias(currentTarget.value)}
          />
          <NativeSelect
            label={m.settings.currency}
            description={m.settings.currencyHint}
            value={currency}
            data={[...new Set([currency, ...CURRENCIES])]}
            onChange={({ currentTarget }) => setCurrency(currentTarget.value)}
          />
          <NativeSelect
            label={m.settings.timeZone}
            value={timeZone}
            data={[...new Set([timeZone, ...ZONES])]}
            onChange={({ currentTarget }) => setZone(currentTarget.value)}
          />
        </div>
        <fieldset className="card stack">
          <legend className="strong">Autotask</legend>
          <TextInput
            name="userName"
            label={m.settings.userName}
            value={userName}
            autoComplete="off"
            required
            error={asked && errors.userName}
            onChange={credentials(({ currentTarget }) => setUserName(currentTarget.value))}
          />
          <PasswordInput
            name="secret"
            label={m.settings.secret}
            value={secret}
            autoComplete="new-password"
            required
            error={asked && errors.secret}
            visibilityToggleButtonProps={{ 'aria-label': m.settings.show }}
            onChange={credentials(({ currentTarget }) => setSecret(currentTarget.value))}
          />
          <Guide />
        </fieldset>
        <fieldset className="card stack">
          <legend className="strong">{m.settings.sections.marketplace}</legend>
          {prefilled && !ownAccess ? (
            <p>
              {m.settings.sentByHost}{' '}
              <button type="button" className="link" onClick={() => setOwnAccess(true)}>
                {m.settings.enterOther}
              </button>
            </p>
          ) : (
            <AccessFields
              value={access}
              onChange={credentials((change) => setAccess((old) => ({ ...old, ...change })))}
            />
          )}
        </fieldset>
        <div>
          <Button type="button" variant="default" loading={test.busy} onClick={runTest}>
            {m.settings.test}
          </Button>
        </div>
        {test.error !== undefined && <ProblemNotice error={test.error} />}
        {checks && <TestResult checks={checks} />}
        <fieldset className="card stack">
          <legend className="strong">{m.settings.howToBill}</legend>
          <BillingRules value={settings} onChange={(change) => setSettings((old) => ({ ...old, ...change }))} />
          <AutomationRules value={settings} onChange={(change) => setSettings((old) => ({ ...old, ...change }))} />
        </fieldset>
        {save.error !== undefined && <ProblemNotice error={save.error} />}
        <div className="row end">
          <Button type="submit" loading={save.busy}>
            {m.settings.saveAndCheck}
          </Button>
        </div>
      </form>
    </Screen>
  );
}
