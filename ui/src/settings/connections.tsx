import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link, Navigate } from 'react-router';
import { pauseText } from '../app/pause';
import { queryClient, useConnections, useMay, useMe, type ConnectionItem } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Badge, type Tone } from '../parts/badges';
import { Empty } from '../parts/empty';
import { ProblemNotice } from '../parts/problem';
import { TrialResult, useTrial } from './trial';
import './settings.css';

export const STATE_TONES: Record<ConnectionItem['state'], Tone> = {
  connected: 'good',
  paused: 'bad',
  needsCredentials: 'attention',
  disabled: 'muted',
};

/** All connections with their state; the gear icon leads here (FEATURES INS-1, INS-7). */
export function ConnectionsScreen(): ReactNode {
  const { data, error, refetch } = useConnections();
  const admin = useMay('admin');
  const known = useMe().data !== undefined;
  if (data?.total === 0 && admin) return <Navigate replace to="/welcome" />;
  return (
    <Screen
      title={m.settings.connections}
      kind="form"
      needs="admin"
      action={
        admin ? (
          <Button component={Link} to="/settings/connections/new">
            {m.settings.add}
          </Button>
        ) : undefined
      }
    >
      {error && <ProblemNotice error={error} retry={() => void refetch()} />}
      {!data && !error && <Empty title={m.common.loading} />}
      {data?.total === 0 && known && (
        <Empty icon={IconPlugConnected} title={m.settings.none} text={m.settings.forbidden} />
      )}
      {data && data.total > 0 && (
        <ul className="connections wide" aria-label={m.settings.connections}>
          {data.items.map((one) => (
            <Row key={one.id} connection={one} admin={admin} />
          ))}
        </ul>
      )}
    </Screen>
  );
}

function Row({ connection, admin }: { connection: ConnectionItem; admin: boolean }): ReactNode {
  const { id, alias, currency, state, needsYou, lastCheckAt, automation } = connection;
  const trial = useTrial();
  const [tested, setTested] = useState(false);
  const text = pauseText(connection);
  return (
    <li className="card stack tight">
      <div className="row between">
        <div className="row grow">
          <h2 className="keep">{alias}</h2>
          <span className="mono">{currency}</span>
          <Badge tone={STATE_TONES[state]}>{m.settings.states[state]}</Badge>
        </div>
        <div className="row">
          {admin && state !== 'needsCredentials' && (
            <Button
              variant="default"
              loading={trial.busy}
              aria-label={m.setup.testOf(alias)}
              onClick={() => {
                setTested(true);
                void trial.run({ connectionId: id }).then((result) => {
                  if (!result?.passed || !connection.pause) return;
                  toast('good', m.setup.resumed);
                  void queryClient.invalidateQueries({ queryKey: ['connections'] });
                });
              }}
            >
              {m.settings.test}
            </Button>
          )}
          <Button
            component={Link}
            variant="default"
            to={`/settings/connections/${id}/${admin && (state === 'paused' || state === 'needsCredentials') ? 'connection' : 'billing'}`}
            aria-label={m.setup.openOf(alias)}
          >
            {admin && (state === 'paused' || state === 'needsCredentials') ? m.app.replaceSecret : m.settings.open}
          </Button>
        </div>
      </div>
      {text && <p className={state === 'paused' ? 'badtext' : 'dim'}>{text}</p>}
      <p className="dim small">
        {[
          lastCheckAt ? m.settings.lastCheck(format.moment(lastCheckAt)) : m.setup.never,
          m.setup.automationOf(m.settings.automations[automation]),
          ...(needsYou > 0 ? [m.setup.needsYou(needsYou)] : []),
        ].join(' · ')}
      </p>
      {tested && <TrialResult trial={trial} label={m.setup.resultOf(alias)} />}
    </li>
  );
}
