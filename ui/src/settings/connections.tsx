import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useConnections, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import * as format from '../format';
import { m } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';

const TONES: Record<string, Tone> = {
  connected: 'good',
  paused: 'attention',
  needsCredentials: 'bad',
  disabled: 'muted',
};

/** All connections, one for each currency (INS-7). */
export function ConnectionsScreen(): ReactNode {
  const admin = useMay('admin');
  const { data, error, refetch } = useConnections();
  return (
    <Screen
      title={m.settings.connections}
      kind="form"
      action={
        admin && (
          <Button component={Link} to="/settings/connections/new">
            {m.settings.add}
          </Button>
        )
      }
    >
      {data && !admin && <p className="dim">{m.settings.forbidden}</p>}
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {data && data.items.length === 0 && <Empty title={m.settings.none} />}
      <ul className="stack wide" style={{ listStyle: 'none' }}>
        {data?.items.map((one) => (
          <li key={one.id} className="card row between">
            <div className="stack tight grow">
              <span className="row">
                <strong className="wrap">{one.alias}</strong> <span className="mono">{one.currency}</span>
                <Badge tone={TONES[one.state] ?? 'neutral'}>{m.settings.states[one.state]}</Badge>
              </span>
              <span className="dim small">
                {m.settings.automation}: {m.settings.automations[one.automation]}
                {one.lastCheckAt && ` · ${m.settings.lastCheck(format.moment(one.lastCheckAt))}`}
              </span>
            </div>
            <Button
              component={Link}
              variant="default"
              to={`/settings/connections/${one.id}`}
              aria-label={`${m.settings.open} ${one.alias}`}
            >
              {m.settings.open}
            </Button>
          </li>
        ))}
      </ul>
    </Screen>
  );
}
