import { Button, Drawer } from '@mantine/core';
import { IconChevronLeft, IconChevronRight, IconX } from '@tabler/icons-react';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'react-router';
import { announce } from '../app/announce';
import { useConnections } from '../app/queries';
import * as format from '../format';
import { m } from '../messages';
import { Outcome } from './outcome';
import { changesOf } from './changes';
import type { Entry } from './data';

interface Props {
  entry: Entry;
  inline: boolean;
  place: { at: number; of: number } | undefined;
  onWalk(by: 1 | -1): void;
  onClose(): void;
}

/** One entry in full: before and after side by side, Autotask's own words, the call, and where it leads. */
export function EntryPanel(props: Props): ReactNode {
  const { entry, inline, onClose } = props;
  const name = m.log.detail(entry.message);
  if (!inline)
    return (
      <Drawer
        opened
        onClose={onClose}
        position="right"
        size="480px"
        title={<span className="strong">{m.logMore.entry}</span>}
        closeButtonProps={{ 'aria-label': m.common.close }}
      >
        <Body {...props} />
      </Drawer>
    );
  return (
    <aside
      className="panel"
      aria-label={name}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onClose();
      }}
    >
      <Body {...props} />
    </aside>
  );
}

function Body({ entry, inline, place, onWalk, onClose }: Props): ReactNode {
  const heading = useRef<HTMLHeadingElement>(null);
  const { data } = useConnections();
  const { connectionId, taskId, subscriptionId, customerId, details } = entry;
  const connection = data?.items.find(({ id }) => id === connectionId);
  const words = Array.isArray(details?.autotask) ? (details.autotask as unknown[]).map(String) : [];
  const rest = Object.entries(details ?? {}).filter(([key]) => key !== 'autotask');
  const changes = changesOf(entry);
  const spoken = place && m.logMore.position(place.at, place.of);
  useEffect(() => {
    if (spoken) announce(spoken);
  }, [spoken]);
  const ids: [string, string | null][] = [
    [m.logMore.taskId, taskId],
    [m.logMore.subscriptionId, subscriptionId],
    [m.logMore.customerId, customerId],
    [m.logMore.entry, entry.id],
  ];
  return (
    <div className="stack">
      <div className="row between" style={{ flexWrap: 'nowrap', alignItems: 'flex-start' }}>
        <h2 ref={heading} tabIndex={-1} className="wrap">
          {format.sentence(entry.message)}
        </h2>
        <span className="row" style={{ flexWrap: 'nowrap' }}>
          <button type="button" className="iconbutton" aria-label={m.logMore.previous} onClick={() => onWalk(-1)}>
            <IconChevronLeft size={18} aria-hidden />
          </button>
          <button type="button" className="iconbutton" aria-label={m.logMore.next} onClick={() => onWalk(1)}>
            <IconChevronRight size={18} aria-hidden />
          </button>
          {inline && (
            <button type="button" className="iconbutton" aria-label={m.common.close} onClick={onClose}>
              <IconX size={18} aria-hidden />
            </button>
          )}
        </span>
      </div>
      <dl className="facts">
        <dt>{m.log.outcome}</dt>
        <dd>
          <Outcome entry={entry} />
        </dd>
        <dt>{m.log.when}</dt>
        <dd>
          <time dateTime={entry.at}>{format.fullMoment(entry.at)}</time>
        </dd>
        <dt>{m.log.who}</dt>
        <dd>{m.common.person(entry.actor)}</dd>
        <dt>{m.log.what}</dt>
        <dd>
          {m.log.categories[entry.category]} <span className="mono dim">{entry.action}</span>
        </dd>
        {connection && (
          <>
            <dt>{m.log.connection}</dt>
            <dd>{connection.alias}</dd>
          </>
        )}
      </dl>
      <div className="row">
        {taskId && connectionId && (
          <Button component={Link} to={`/c/${connectionId}/tasks?view=all&task=${taskId}`}>
            {m.logMore.toTask}
          </Button>
        )}
        {subscriptionId && connectionId && (
          <Button
            component={Link}
            variant="default"
            to={`/c/${connectionId}/subscriptions?status=all&q=${encodeURIComponent(subscriptionId)}`}
          >
            {m.logMore.toSubscription}
          </Button>
        )}
        {(entry.category === 'settings' || entry.category === 'connection') && connection && (
          <Button component={Link} variant="default" to={`/settings/connections/${connection.id}`}>
            {m.logMore.toSettings}
          </Button>
        )}
        {taskId && (
          <Button component={Link} variant="default" to={`/log?task=${taskId}`}>
            {m.logMore.onlyThis}
          </Button>
        )}
      </div>
      {words.map((word) => (
        <p key={word} className="notice bad" lang="en">
          {m.log.words}: <q>{word}</q>
        </p>
      ))}
      {(entry.before !== null || entry.after !== null) &&
        (changes.length === 0 ? (
          <p className="dim">{m.log.unchanged}</p>
        ) : (
          <div className="region" tabIndex={0} role="region" aria-label={`${m.log.before} – ${m.log.after}`}>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{m.log.field}</th>
                  <th scope="col">{m.log.before}</th>
                  <th scope="col">{m.log.after}</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ field, before, after }) => (
                  <tr key={field}>
                    <th scope="row" className="wrap" style={{ whiteSpace: 'normal' }}>
                      {field === '' ? m.logMore.value : field}
                    </th>
                    <td className="wrap">{before === '' ? m.common.none : before}</td>
                    <td className="wrap">{after === '' ? m.common.none : after}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        ))}
      {rest.length > 0 && (
        <details>
          <summary>{m.common.details}</summary>
          {/* A long text of someone else's system: it scrolls by itself, so it can be reached by Tab. */}
          <pre tabIndex={0}>{JSON.stringify(Object.fromEntries(rest), null, 2)}</pre>
        </details>
      )}
      <details>
        <summary>{m.logMore.ids}</summary>
        <dl className="facts mono">
          {ids
            .filter(([, id]) => id !== null)
            .map(([label, id]) => (
              <div key={label} style={{ display: 'contents' }}>
                <dt>{label}</dt>
                <dd>{id}</dd>
              </div>
            ))}
        </dl>
      </details>
    </div>
  );
}
