import { Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { prefer, preferences, type Preferences } from '../app/preferences';
import { Screen } from '../app/screen';
import { useStore } from '../app/store';
import { m } from '../messages';
import { Choice } from '../parts/dialog';
import './settings.css';

/** What a person chose for this browser: theme, rows, letters. Takes effect at once. */
export function PreferencesScreen(): ReactNode {
  const chosen = useStore(preferences);
  const group = <K extends 'theme' | 'density'>(
    key: K,
    legend: string,
    words: Record<Preferences[K], string>,
  ): ReactNode => (
    <fieldset className="choices">
      <legend>{legend}</legend>
      <div className="pair">
        {(Object.entries(words) as [Preferences[K], string][]).map(([value, label]) => (
          <Choice
            key={value}
            name={key}
            checked={chosen[key] === value}
            onChoose={() => prefer({ [key]: value })}
            label={label}
          />
        ))}
      </div>
    </fieldset>
  );
  return (
    <Screen title={m.nav.preferences} kind="form">
      <div className="form stack">
        <p className="dim">{m.setup.preferencesText}</p>
        {group('theme', m.settings.theme, m.settings.themes)}
        {group('density', m.settings.density, m.settings.densities)}
        <Switch
          label={m.settings.letters}
          description={m.settings.lettersText}
          checked={chosen.letters}
          onChange={({ currentTarget }) => prefer({ letters: currentTarget.checked })}
        />
        <p className="dim small">{m.setup.reducedMotion}</p>
      </div>
    </Screen>
  );
}
