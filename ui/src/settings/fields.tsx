import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useId, useState, type ReactNode } from 'react';
import { m } from '../messages';
import { Choice } from '../parts/dialog';
import type { FormOf } from './form';
import type { Field, Values } from './values';
import { hour } from './words';
import './settings.css';

const CURRENCIES = Intl.supportedValuesOf('currency');
const ZONES = Intl.supportedValuesOf('timeZone');

type TextField = { [F in Field]: Values[F] extends string ? F : never }[Field] & Field;

/** A line of text of the form; `id` lets an error link to it. */
function Text(props: {
  form: FormOf;
  field: TextField;
  label: string;
  hint?: string | undefined;
  list?: readonly string[];
  required?: boolean;
  placeholder?: string;
}): ReactNode {
  const { form, field, label, hint, list, required, placeholder } = props;
  const listId = useId();
  return (
    <>
      <TextInput
        id={`field-${field}`}
        name={field}
        label={label}
        description={hint}
        error={form.errors[field]}
        value={form.values[field]}
        required={required ?? false}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        list={list ? listId : undefined}
        onChange={({ currentTarget }) => form.set(field, currentTarget.value)}
      />
      {list && (
        <datalist id={listId}>
          {list.map((value) => (
            <option key={value} value={value} />
          ))}
        </datalist>
      )}
    </>
  );
}

/** A secret: hidden unless asked for, never filled in from what is stored. */
function Secret(props: { form: FormOf; field: TextField; label: string; saved: boolean; hint?: string }): ReactNode {
  const { form, field, label, saved, hint } = props;
  const [shown, show] = useState(false);
  return (
    <div className="secretrow">
      <TextInput
        id={`field-${field}`}
        name={field}
        type={shown ? 'text' : 'password'}
        label={label}
        description={hint}
        error={form.errors[field]}
        value={form.values[field]}
        required={!saved}
        placeholder={saved ? m.settings.secretSaved : undefined}
        autoComplete="new-password"
        spellCheck={false}
        onChange={({ currentTarget }) => form.set(field, currentTarget.value)}
      />
      {form.values[field] !== '' && (
        <Button
          variant="default"
          onClick={() => show(!shown)}
          aria-label={`${shown ? m.settings.hide : m.settings.show}: ${label}`}
        >
          {shown ? m.settings.hide : m.settings.show}
        </Button>
      )}
    </div>
  );
}

/** Alias, currency, time zone. */
export function BasicFields({ form, currencyFixed = false }: { form: FormOf; currencyFixed?: boolean }): ReactNode {
  return (
    <div className="fields">
      <Text form={form} field="alias" label={m.settings.alias} hint={m.setup.aliasHint} required />
      {currencyFixed ? (
        <TextInput
          label={m.settings.currency}
          description={m.settings.currencyFixed}
          value={form.values.currency}
          readOnly
        />
      ) : (
        <Text
          form={form}
          field="currency"
          label={m.settings.currency}
          hint={m.settings.currencyHint}
          list={CURRENCIES}
          required
        />
      )}
      <Text form={form} field="timeZone" label={m.settings.timeZone} hint={m.setup.zoneHint} list={ZONES} required />
    </div>
  );
}

/** The API user and how to make one. */
export function AutotaskFields({ form }: { form: FormOf }): ReactNode {
  const { values, stored } = form;
  return (
    <>
      <div className="fields">
        <Text form={form} field="userName" label={m.settings.userName} hint={m.setup.userHint} required />
        <Secret
          form={form}
          field="secret"
          label={m.settings.secret}
          hint={m.setup.secretHint}
          saved={stored !== undefined && stored.userName === values.userName}
        />
      </div>
      <details>
        <summary>{m.settings.guide}</summary>
        <div className="stack">
          <p className="dim">{m.setup.guideLead}</p>
          <ol className="steps7">
            {m.settings.guideSteps.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <div className="region" tabIndex={0} role="region" aria-label={m.setup.rightsLead}>
            <table className="plain">
              <caption className="hidden">{m.setup.rightsLead}</caption>
              <thead>
                <tr>
                  <th scope="col">{m.setup.entity}</th>
                  <th scope="col">{m.setup.right}</th>
                </tr>
              </thead>
              <tbody>
                {m.setup.rightsTable.map(([entity, right]) => (
                  <tr key={entity}>
                    <td>{entity}</td>
                    <td>{right}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      </details>
    </>
  );
}

/** Marketplace access. */
export function MarketplaceFields({ form }: { form: FormOf }): ReactNode {
  const { values, stored } = form;
  const saved = stored !== undefined && stored.baseUrl === values.baseUrl && stored.user === values.user;
  return (
    <div className="fields">
      <Text form={form} field="baseUrl" label={m.settings.baseUrl} placeholder="https://…" required />
      <Text form={form} field="user" label={m.settings.user} required />
      <Secret form={form} field="password" label={m.settings.password} saved={saved} />
      <Secret form={form} field="subscriptionKey" label={m.settings.subscriptionKey} saved={saved} />
      <Text form={form} field="marketplace" label={m.settings.marketplaceCode} required />
    </div>
  );
}

type ChoiceField = { [F in Field]: Values[F] extends string | boolean ? F : never }[Field] & Field;

/** One choice of a few, each with what it does to the numbers. */
function OneOf<F extends ChoiceField>(props: {
  form: FormOf;
  field: F;
  legend: string;
  options: { value: Values[F]; label: string; text: string }[];
}): ReactNode {
  const { form, field, legend, options } = props;
  return (
    <fieldset className="choices" id={`field-${field}`}>
      <legend>{legend}</legend>
      <div className="pair">
        {options.map(({ value, label, text }) => (
          <Choice
            key={String(value)}
            name={field}
            checked={form.values[field] === value}
            onChoose={() => form.set(field, value)}
            label={label}
            text={text}
          />
        ))}
      </div>
    </fieldset>
  );
}

/** Prices, descriptions, proration, refunds, several products. */
export function BillingFields({ form }: { form: FormOf }): ReactNode {
  const { values, set } = form;
  const s = m.settings;
  return (
    <>
      <OneOf
        form={form}
        field="priceSource"
        legend={s.priceSource}
        options={[
          { value: 'marketplace', label: s.priceSources.marketplace, text: s.priceSourceText.marketplace },
          { value: 'autotask', label: s.priceSources.autotask, text: s.priceSourceText.autotask },
        ]}
      />
      <Checkbox
        id="field-trimDescription"
        label={s.trim}
        description={values.trimDescription ? m.setup.trimText.on : m.setup.trimText.off}
        checked={values.trimDescription}
        onChange={({ currentTarget }) => set('trimDescription', currentTarget.checked)}
      />
      <OneOf
        form={form}
        field="proration"
        legend={s.proration}
        options={[
          { value: 'autotask', label: s.prorations.autotask, text: s.prorationText.autotask },
          { value: 'marketplace', label: s.prorations.marketplace, text: s.prorationText.marketplace },
        ]}
      />
      <OneOf
        form={form}
        field="syncRefunds"
        legend={s.downgrades}
        options={[
          { value: false, label: s.refunds.quantity, text: s.refundsText.quantity },
          { value: true, label: s.refunds.sync, text: s.refundsText.sync },
        ]}
      />
      <Checkbox
        id="field-severalProductsPerService"
        label={s.several}
        description={values.severalProductsPerService ? s.severalText : m.setup.severalOff}
        checked={values.severalProductsPerService}
        onChange={({ currentTarget }) => set('severalProductsPerService', currentTarget.checked)}
      />
    </>
  );
}

const HOURS = Array.from({ length: 24 }, (_, of) => ({ value: String(of), label: hour(of) }));

/** When checks run by themselves, what they may do, and how much of the API they use. */
export function AutomationFields({ form, children }: { form: FormOf; children?: ReactNode }): ReactNode {
  const { values, set } = form;
  const s = m.settings;
  return (
    <>
      <OneOf
        form={form}
        field="automation"
        legend={s.automation}
        options={[
          { value: 'off', label: s.automations.off, text: m.setup.automationText.off },
          { value: 'daily', label: s.automations.daily, text: m.setup.automationText.daily },
          { value: 'every5Minutes', label: s.automations.every5Minutes, text: m.setup.automationText.every5Minutes },
        ]}
      />
      {values.automation === 'daily' && (
        <NativeSelect
          id="field-dailyHour"
          label={s.dailyHour}
          description={values.timeZone}
          value={String(values.dailyHour)}
          data={HOURS}
          maw={220}
          onChange={({ currentTarget }) => set('dailyHour', Number(currentTarget.value))}
        />
      )}
      {values.automation !== 'off' && <p className="notice attention">{s.automationNote}</p>}
      {children}
      <Checkbox
        id="field-automaticCreatesLines"
        label={s.createsLines}
        description={m.setup.createsLinesText}
        checked={values.automaticCreatesLines}
        onChange={({ currentTarget }) => set('automaticCreatesLines', currentTarget.checked)}
      />
      <Budget form={form} />
    </>
  );
}

function Budget({ form }: { form: FormOf }): ReactNode {
  const share = Math.round(form.values.apiBudgetShare * 100);
  // What is typed is kept as typed: an empty field is not yet a wrong number.
  const [typed, type] = useState<string>();
  return (
    <TextInput
      id="field-apiBudgetShare"
      type="number"
      min={5}
      max={100}
      step={5}
      maw={320}
      label={`${m.settings.budget} (${m.setup.percent})`}
      description={m.settings.budgetText}
      error={form.errors.apiBudgetShare}
      value={typed ?? String(share)}
      onBlur={() => type(undefined)}
      onChange={({ currentTarget: { value } }) => {
        type(value);
        const percent = Number(value);
        if (value.trim() !== '' && percent >= 5 && percent <= 100)
          form.set('apiBudgetShare', Math.round(percent) / 100);
      }}
    />
  );
}

/** What pops up. */
export function NotificationFields({ form }: { form: FormOf }): ReactNode {
  const s = m.settings;
  return (
    <OneOf
      form={form}
      field="notificationLevel"
      legend={s.notify}
      options={[
        { value: 'errorsAndActions', label: s.levels.errorsAndActions, text: m.setup.levelText.errorsAndActions },
        { value: 'all', label: s.levels.all, text: m.setup.levelText.all },
      ]}
    />
  );
}
