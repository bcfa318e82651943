import { NativeSelect, Switch } from '@mantine/core';
import type { ReactNode } from 'react';
import { prefer, preferences, type Preferences } from '../app/preferences';
import { Screen } from '../app/screen';
import { useStore } from '../app/store';
import { m } from '../messages';

/** What a person chooses for this browser. */
export function PreferencesScreen(): ReactNode {
  const { theme, density, letters } = useStore(preferences);
  return (
    <Screen title={m.nav.preferences} kind="form">
      <div className="card stack form">
        <NativeSelect
          label={m.settings.theme}
          value={theme}
          data={Object.entries(m.settings.themes).map(([value, label]) => ({ value, label }))}
          onChange={({ currentTarget }) => prefer({ theme: currentTarget.value as Preferences['theme'] })}
        />
        <NativeSelect
          label={m.settings.density}
          value={density}
          data={Object.entries(m.settings.densities).map(([value, label]) => ({ value, label }))}
          onChange={({ currentTarget }) => prefer({ density: currentTarget.value as Preferences['density'] })}
        />
        <Switch
          label={m.settings.letters}
          description={m.settings.lettersText}
          checked={letters}
          onChange={({ currentTarget }) => prefer({ letters: currentTarget.checked })}
        />
      </div>
    </Screen>
  );
}
