import { useMemo, type ReactNode } from 'react';
import { ApiProblem } from '../api/client';
import { m } from '../messages';
import { fieldOf, isZone, type Field, type Values } from './values';
import { nameOf } from './words';

/** What a group of fields works on. */
export interface FormOf {
  values: Values;
  set<F extends Field>(field: F, value: Values[F]): void;
  errors: Partial<Record<Field, string>>;
  /** The stored connection's user and address, where there is one: its secrets may then be left out. */
  stored?: { userName: string; baseUrl: string; user: string } | undefined;
}

/** What is missing or wrong. @param access false = the marketplace sent its own. */
export function problemsOf(form: Pick<FormOf, 'values' | 'stored'>, access: boolean): Partial<Record<Field, string>> {
  const { values, stored } = form;
  const errors: Partial<Record<Field, string>> = {};
  if (values.alias.trim() === '') errors.alias = m.settings.need.alias;
  if (!/^[A-Z]{3}$/.test(values.currency)) errors.currency = m.setup.currencyNeeded;
  if (!isZone(values.timeZone.trim())) errors.timeZone = m.setup.zoneNeeded;
  if (values.userName.trim() === '') errors.userName = m.settings.need.userName;
  if (values.secret.trim() === '' && stored?.userName !== values.userName)
    errors.secret = stored ? m.setup.secretAgain : m.settings.need.secret;
  if (!access) return errors;
  for (const field of ['baseUrl', 'user', 'marketplace'] as const)
    if (values[field].trim() === '') errors[field] = m.setup.needed(nameOf(field));
  const same = stored !== undefined && stored.baseUrl === values.baseUrl && stored.user === values.user;
  for (const field of ['password', 'subscriptionKey'] as const)
    if (values[field] === '' && !same) errors[field] = stored ? m.setup.accessAgain : m.setup.needed(nameOf(field));
  return errors;
}

/** What the server has found wrong, by field. */
export function errorsOf(problem: unknown): Partial<Record<Field, string>> {
  const told = problem instanceof ApiProblem ? problem.body.errors : undefined;
  if (!Array.isArray(told)) return {};
  return Object.fromEntries(
    (told as { field: string; message: string }[]).flatMap(({ field, message }) => {
      const known = fieldOf(field);
      return known ? [[known, message]] : [];
    }),
  );
}

/** What stops a save, each with a link to its field. */
export function ErrorList({ errors }: { errors: Partial<Record<Field, string>> }): ReactNode {
  const all = useMemo(() => Object.entries(errors) as [Field, string][], [errors]);
  if (all.length === 0) return null;
  return (
    <div className="notice bad" role="alert" id="errors" tabIndex={-1}>
      <p className="strong">{m.setup.missing(all.length)}</p>
      <ul style={{ paddingInlineStart: 20 }}>
        {all.map(([field, text]) => (
          <li key={field}>
            <button type="button" className="link" onClick={() => focusField(field)}>
              {nameOf(field)}
            </button>{' '}
            {text}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Puts the cursor where something is to be entered. */
export function focusField(field: Field): void {
  const at = document.querySelector<HTMLElement>(`#field-${field}`);
  (at?.matches('input, select') ? at : at?.querySelector<HTMLElement>('input'))?.focus();
}
