import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { api, ok, type Schemas } from '../api/client';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';

type Company = Schemas['ImportableCompany'];
type ProfileInput = Schemas['ImportProfileDto'];

/** Starts an import. @returns its job's id. @throws ApiProblem */
export async function startImport(conn: string, body: Schemas['ImportRequestDto']): Promise<string> {
  const { jobId } = await ok(
    api.POST('/api/v1/connections/{connectionId}/imports', { params: { path: { connectionId: conn } }, body }),
  );
  return jobId;
}

const FIELDS = [
  'name',
  'street',
  'postalCode',
  'city',
  'countryCode',
  'firstName',
  'lastName',
  'email',
  'phone',
] as const;

/** The profile of one company, what it lacks, and how its administrator signs in (FEATURES MAP-5). */
export function ProfileDialog(props: {
  conn: string;
  company: Company;
  onClose(): void;
  onStarted(jobId: string): void;
}): ReactNode {
  const { conn, company, onClose, onStarted } = props;
  const act = useAct();
  const form = useRef<HTMLDivElement>(null);
  const [values, setValues] = useState<Record<string, string>>(
    Object.fromEntries(FIELDS.map((field) => [field, company.profile[field] ?? ''])),
  );
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [notification, setNotification] = useState('');
  const [tried, setTried] = useState(false);
  const faults: Record<string, string | undefined> = Object.fromEntries(
    FIELDS.map((field) => [
      field,
      (values[field] ?? '').trim() === '' ? m.importing.need(m.importing.labels[field]) : undefined,
    ]),
  );
  if (!faults.countryCode && !/^[A-Za-z]{2}$/.test(values.countryCode!.trim()))
    faults.countryCode = m.importing.badCountry;
  faults.login = login === '' && password !== '' ? m.importing.need(m.importing.login) : undefined;
  faults.password = login === '' ? undefined : passwordFault(login, password);
  const go = (): void => {
    setTried(true);
    if (Object.values(faults).some((fault) => fault !== undefined)) {
      window.setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    const profile: ProfileInput = {
      language: company.profile.language ?? 'en',
      ...Object.fromEntries(FIELDS.map((field) => [field, values[field]!.trim()])),
      ...(login === '' ? {} : { login, password }),
      ...(notification.trim() === '' ? {} : { notificationEmail: notification.trim() }),
    };
    void act.run(async () => onStarted(await startImport(conn, { companyIds: [company.companyId], profile })));
  };
  const field = (name: (typeof FIELDS)[number]): ReactNode => (
    <TextInput
      className="grow"
      key={name}
      label={m.importing.labels[name]}
      value={values[name] ?? ''}
      error={tried ? faults[name] : undefined}
      data-autofocus={company.missing[0] === name || undefined}
      onChange={({ currentTarget }) => setValues({ ...values, [name]: currentTarget.value })}
    />
  );
  return (
    <Dialog
      title={m.importing.dialog(company.name)}
      size="lg"
      onClose={onClose}
      go={{ label: m.importing.one, busy: act.busy, run: go }}
    >
      <div className="stack" ref={form}>
        <h3>{m.importing.sections.profile}</h3>
        {field('name')}
        {field('street')}
        <div className="row" style={{ alignItems: 'flex-start' }}>
          {field('postalCode')}
          {field('city')}
          {field('countryCode')}
        </div>
        <h3>{m.importing.sections.contact}</h3>
        <div className="row" style={{ alignItems: 'flex-start' }}>
          {field('firstName')}
          {field('lastName')}
        </div>
        <div className="row" style={{ alignItems: 'flex-start' }}>
          {field('email')}
          {field('phone')}
        </div>
        <h3>{m.importing.sections.access}</h3>
        <p className="dim small">{m.importing.accessHint}</p>
        <div className="row" style={{ alignItems: 'flex-start' }}>
          <TextInput
            className="grow"
            label={m.importing.login}
            value={login}
            autoComplete="off"
            error={tried ? faults.login : undefined}
            onChange={({ currentTarget }) => setLogin(currentTarget.value)}
          />
          <PasswordInput
            className="grow"
            label={m.importing.password}
            value={password}
            autoComplete="new-password"
            visible={shown}
            onVisibilityChange={setShown}
            error={tried ? faults.password : undefined}
            visibilityToggleButtonProps={{ 'aria-label': shown ? m.settings.hide : m.settings.show }}
            onChange={({ currentTarget }) => setPassword(currentTarget.value)}
          />
          <Button
            variant="default"
            style={{ marginTop: 22 }}
            onClick={() => {
              setPassword(generated());
              setShown(true);
            }}
          >
            {m.importing.generate}
          </Button>
        </div>
        <TextInput
          label={m.importing.notification}
          description={m.importing.notificationHint}
          value={notification}
          inputMode="email"
          onChange={({ currentTarget }) => setNotification(currentTarget.value)}
        />
        {act.error !== undefined && <ProblemNotice error={act.error} />}
      </div>
    </Dialog>
  );
}

/** The rules that the server checks too, told before anything is sent. */
function passwordFault(login: string, password: string): string | undefined {
  const { passwordRules } = m.importing;
  if (password.length < 8 || password.length > 64) return passwordRules;
  if (!/\p{L}/u.test(password) || !/\d/.test(password) || /\s/.test(password)) return passwordRules;
  return password.toLowerCase().includes(login.toLowerCase()) ? passwordRules : undefined;
}

const SIGNS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789';

/** Sixteen signs that are not mixed up when read aloud, with a letter and a digit. */
function generated(): string {
  const numbers = crypto.getRandomValues(new Uint32Array(14));
  return `${[...numbers].map((number) => SIGNS[number % SIGNS.length]).join('')}k7`;
}
