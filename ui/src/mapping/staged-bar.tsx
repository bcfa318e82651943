import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useBlocker } from 'react-router';
import { host } from '../host';
import * as format from '../format';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice } from '../parts/problem';
import { ApiProblem } from '../api/client';
import type { Staging } from './staging';

/** One staged change as the review shows it: now → after. */
export interface StagedLine {
  id: string;
  name: string;
  now: string;
  after: string;
}

interface Props {
  staging: Pick<Staging<unknown>, 'size' | 'clear' | 'stage'>;
  lines: StagedLine[];
  /** Ticked suggestions that are not staged yet. */
  ticked?: number;
  onConfirm?: (() => void) | undefined;
  busy: boolean;
  /** Saves everything; says whether all of it was saved. */
  save(): Promise<boolean>;
}

/** The bar of staged changes with *Review*, *Discard*, *Confirm* and *Save*, and what guards them against being left behind. */
export function StagedBar({ staging, lines, ticked = 0, onConfirm, busy, save }: Props): ReactNode {
  const { size } = staging;
  const [review, setReview] = useState(false);
  useEffect(() => {
    host.dirty(size);
    return () => host.dirty(0);
  }, [size]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (size > 0 && !busy) void save();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) => size > 0 && currentLocation.pathname !== nextLocation.pathname,
  );
  return (
    <>
      {(size > 0 || ticked > 0) && (
        <div className="listbar" role="region" aria-label={m.staging.bar}>
          <span className="grow" role="status">
            {m.staging.counts(size, ticked)}
          </span>
          {size > 0 && (
            <>
              <Button variant="default" onClick={() => setReview(true)}>
                {m.mapping.review}
              </Button>
              <Button variant="default" onClick={staging.clear}>
                {m.mapping.discard}
              </Button>
            </>
          )}
          {ticked > 0 && onConfirm && (
            <Button variant={size > 0 ? 'default' : 'filled'} onClick={onConfirm}>
              {m.mapping.confirmMatches(ticked)}
            </Button>
          )}
          {size > 0 && (
            <Button loading={busy} onClick={() => void save()} title="Ctrl+S">
              {m.mapping.save(size)}
            </Button>
          )}
        </div>
      )}
      {review && size > 0 && (
        <Dialog
          title={m.staging.reviewTitle(size)}
          size="lg"
          cancel={m.common.close}
          onClose={() => setReview(false)}
          go={{
            label: m.mapping.save(size),
            busy,
            run: () => void save().then(() => setReview(false)),
          }}
        >
          <div
            className="region"
            tabIndex={0}
            role="region"
            aria-label={m.mapping.review}
            style={{ maxHeight: '50vh' }}
          >
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{m.mapping.customer}</th>
                  <th scope="col">{m.common.now}</th>
                  <th scope="col">{m.common.after}</th>
                  <th scope="col">
                    <span className="hidden">{m.mapping.undoStage}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {lines.map(({ id, name, now, after }) => (
                  <tr key={id}>
                    <td className="wrap">{name}</td>
                    <td className="wrap">{now}</td>
                    <td className="wrap">→ {after}</td>
                    <td className="num">
                      <button
                        type="button"
                        className="iconbutton"
                        aria-label={m.staging.takeBack(name)}
                        onClick={() => staging.stage({ [id]: undefined })}
                      >
                        <IconX size={16} aria-hidden />
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Dialog>
      )}
      {blocker.state === 'blocked' && (
        <Dialog
          title={m.mapping.leaveTitle(size)}
          cancel={m.mapping.stay}
          onClose={() => blocker.reset()}
          go={{
            label: m.mapping.save(size),
            busy,
            run: () =>
              void save().then((saved) => {
                if (saved) blocker.proceed();
                else blocker.reset();
              }),
          }}
        >
          <div>
            <Button
              variant="default"
              onClick={() => {
                staging.clear();
                blocker.proceed();
              }}
            >
              {m.mapping.leave}
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** Offers what an earlier load of the page left staged. */
export function Earlier({ staging }: { staging: Pick<Staging<unknown>, 'earlier' | 'resume' | 'forget'> }): ReactNode {
  const { earlier, resume, forget } = staging;
  if (!earlier) return null;
  return (
    <div className="notice ready" role="status">
      <div className="row">
        <span className="grow">{m.staging.resumed(earlier.size, format.moment(earlier.at))}</span>
        <Button onClick={resume}>{m.staging.resume}</Button>
        <Button variant="default" onClick={forget}>
          {m.mapping.discard}
        </Button>
      </div>
    </div>
  );
}

/** A row that the server refused to save, with what can be done about it. */
export interface RefusedLine {
  id: string;
  name: string;
  message: string;
  /** What is there now, where somebody else changed it. */
  theirs?: string | undefined;
  keepTheirs(): void;
  useMine?: (() => void) | undefined;
}

/** Why a save was refused: nothing was saved, and every refused row with its way out (reference/page-design §5.4). */
export function Refusal({ error, lines, of }: { error: unknown; lines: RefusedLine[]; of: number }): ReactNode {
  if (!(error instanceof ApiProblem)) return null;
  if (lines.length === 0) return <ProblemNotice error={error} />;
  return (
    <div className="notice bad" role="alert">
      <p className="strong">{m.staging.refused(lines.length, of)}</p>
      <ul className="stack tight" style={{ listStyle: 'none', maxHeight: 220, overflowY: 'auto' }}>
        {lines.map(({ id, name, message, theirs, keepTheirs, useMine }) => (
          <li key={id} className="row">
            <span className="grow wrap">
              {m.staging.refusedRow(name, message)} {theirs !== undefined && m.staging.theirs(theirs)}
            </span>
            <Button
              variant="default"
              aria-label={useMine ? m.staging.keepTheirs(name) : m.staging.drop(name)}
              onClick={keepTheirs}
            >
              {useMine ? m.mapping.keepTheirs : m.mapping.undoStage}
            </Button>
            {useMine && (
              <Button variant="default" aria-label={m.staging.takeMine(name)} onClick={useMine}>
                {m.mapping.useMine}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
