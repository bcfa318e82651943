import { NativeSelect, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import * as format from '../format';
import { m } from '../messages';
import { Choice } from '../parts/dialog';

export type Settings = Schemas['SettingsView'];

/** What a fresh connection begins with (INS-13). */
export const DEFAULTS: Settings = {
  priceSource: 'marketplace',
  trimDescription: false,
  proration: 'autotask',
  syncRefunds: false,
  severalProductsPerService: false,
  automation: 'off',
  dailyHour: 6,
  notificationLevel: 'errorsAndActions',
  apiBudgetShare: 0.5,
  automaticCreatesLines: false,
};

interface Props {
  value: Settings;
  onChange(change: Partial<Settings>): void;
  disabled?: boolean;
}

/** Prices, proration, downgrades: each choice with one sentence and an example. */
export function BillingRules({ value, onChange, disabled = false }: Props): ReactNode {
  return (
    <>
      <fieldset className="choices">
        <legend>{m.settings.priceSource}</legend>
        {(['marketplace', 'autotask'] as const).map((one) => (
          <Choice
            key={one}
            name="priceSource"
            disabled={disabled}
            checked={value.priceSource === one}
            onChoose={() => onChange({ priceSource: one })}
            label={m.settings.priceSources[one]}
            text={m.settings.priceSourceText[one]}
          />
        ))}
      </fieldset>
      <Switch
        label={m.settings.trim}
        disabled={disabled}
        checked={value.trimDescription}
        onChange={({ currentTarget }) => onChange({ trimDescription: currentTarget.checked })}
      />
      <fieldset className="choices">
        <legend>{m.settings.proration}</legend>
        {(['autotask', 'marketplace'] as const).map((one) => (
          <Choice
            key={one}
            name="proration"
            disabled={disabled}
            checked={value.proration === one}
            onChoose={() => onChange({ proration: one })}
            label={m.settings.prorations[one]}
            text={m.settings.prorationText[one]}
          />
        ))}
      </fieldset>
      <fieldset className="choices">
        <legend>{m.settings.downgrades}</legend>
        {(['quantity', 'sync'] as const).map((one) => (
          <Choice
            key={one}
            name="refunds"
            disabled={disabled}
            checked={value.syncRefunds === (one === 'sync')}
            onChoose={() => onChange({ syncRefunds: one === 'sync' })}
            label={m.settings.refunds[one]}
            text={m.settings.refundsText[one]}
          />
        ))}
      </fieldset>
      <Switch
        label={m.settings.several}
        description={m.settings.severalText}
        disabled={disabled}
        checked={value.severalProductsPerService}
        onChange={({ currentTarget }) => onChange({ severalProductsPerService: currentTarget.checked })}
      />
    </>
  );
}

/** Automation, budget and notifications. */
export function AutomationRules({ value, onChange, disabled = false }: Props): ReactNode {
  return (
    <>
      <NativeSelect
        label={m.settings.automation}
        description={m.settings.automationNote}
        disabled={disabled}
        value={value.automation}
        data={Object.entries(m.settings.automations).map(([key, label]) => ({ value: key, label }))}
        onChange={({ currentTarget }) => onChange({ automation: currentTarget.value as Settings['automation'] })}
      />
      {value.automation === 'daily' && (
        <NativeSelect
          label={m.settings.dailyHour}
          disabled={disabled}
          value={String(value.dailyHour)}
          data={Array.from({ length: 24 }, (_, hour) => ({
            value: String(hour),
            label: `${String(hour).padStart(2, '0')}:00`,
          }))}
          onChange={({ currentTarget }) => onChange({ dailyHour: Number(currentTarget.value) })}
        />
      )}
      {value.automation !== 'off' && (
        <Switch
          label={m.settings.createsLines}
          disabled={disabled}
          checked={value.automaticCreatesLines}
          onChange={({ currentTarget }) => onChange({ automaticCreatesLines: currentTarget.checked })}
        />
      )}
      <NativeSelect
        label={m.settings.budget}
        description={m.settings.budgetText}
        disabled={disabled}
        value={String(value.apiBudgetShare)}
        data={[...new Set([0.1, 0.25, 0.5, 0.75, 1, value.apiBudgetShare])]
          .sort((a, b) => a - b)
          .map((share) => ({ value: String(share), label: `${format.count(Math.round(share * 100))} %` }))}
        onChange={({ currentTarget }) => onChange({ apiBudgetShare: Number(currentTarget.value) })}
      />
      <NativeSelect
        label={m.settings.notify}
        disabled={disabled}
        value={value.notificationLevel}
        data={Object.entries(m.settings.levels).map(([key, label]) => ({ value: key, label }))}
        onChange={({ currentTarget }) =>
          onChange({ notificationLevel: currentTarget.value as Settings['notificationLevel'] })
        }
      />
    </>
  );
}
