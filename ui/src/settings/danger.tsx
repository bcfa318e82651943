import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { api, ok } from '../api/client';
import { queryClient } from '../app/queries';
import { toast } from '../app/toasts';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { TypedAlias } from './typed-alias';
import type { Connection } from './values';

/** Switching off and on, removing. Each acts at once, after a question. */
export function Danger({ stored }: { stored: Connection }): ReactNode {
  const { id, alias, state } = stored;
  const [asked, ask] = useState<'switch' | 'remove'>();
  const { busy, error, run, clear } = useAct();
  const navigate = useNavigate();
  const off = state === 'disabled';
  const done = (): void => {
    for (const stale of ['connections', 'connection', 'dashboard'])
      void queryClient.invalidateQueries({ queryKey: [stale] });
  };
  const close = (): void => {
    ask(undefined);
    clear();
  };
  return (
    <>
      {state !== 'needsCredentials' && (
        <section className="card stack tight">
          <h2>{m.setup.switchTitle(off)}</h2>
          <p>{m.setup.switchText(off)}</p>
          <span>
            <Button variant="default" onClick={() => ask('switch')}>
              {off ? m.settings.enable : m.settings.disable}
            </Button>
          </span>
        </section>
      )}
      <section className="card stack tight">
        <h2>{m.settings.remove}</h2>
        <p>{m.settings.removeText}</p>
        <span>
          <Button color="red" variant="outline" onClick={() => ask('remove')}>
            {m.settings.removeGo}
          </Button>
        </span>
      </section>
      {asked === 'switch' && (
        <Dialog
          title={m.setup.switchTitle(off)}
          onClose={close}
          go={{
            label: off ? m.settings.enable : m.settings.disable,
            busy,
            run: () =>
              void run(async () => {
                await ok(api.PATCH('/api/v1/connections/{id}', { params: { path: { id } }, body: { enabled: off } }));
                toast('good', off ? m.setup.switchedOn : m.setup.switchedOff);
                done();
                ask(undefined);
              }),
          }}
        >
          <p>{m.setup.switchText(off)}</p>
          {error !== undefined && <ProblemNotice error={error} />}
        </Dialog>
      )}
      {asked === 'remove' && (
        <TypedAlias
          alias={alias}
          title={m.settings.remove}
          ask={m.settings.removeConfirm(alias)}
          go={m.settings.removeGo}
          busy={busy}
          danger
          onClose={close}
          onGo={() =>
            void run(async () => {
              const { outcome } = await ok(api.DELETE('/api/v1/connections/{id}', { params: { path: { id } } }));
              toast('good', outcome === 'removed' ? m.settings.removed : m.settings.switchedOff);
              await navigate('/settings/connections');
              done();
            })
          }
        >
          <p>{m.setup.lost}</p>
          <p>{m.setup.kept}</p>
          {error !== undefined && <ProblemNotice error={error} />}
        </TypedAlias>
      )}
    </>
  );
}
