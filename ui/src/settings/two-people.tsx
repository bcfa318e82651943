import { useState, type ReactNode } from 'react';
import * as format from '../format';
import { m } from '../messages';
import { Choice, Dialog } from '../parts/dialog';
import { nameOf, wordOf } from './words';
import type { Changes, Field, Values } from './values';

/** What two people did to the same fields. */
export interface Conflict {
  theirs: Values;
  version: string;
  by: string | null;
  at: string | null;
  mine: ReadonlySet<Field>;
}

/** Yours, theirs, who and when; a choice for each field that both changed (reference/page-design §5.4). */
export function TwoPeople(props: {
  base: Values;
  changes: Changes;
  conflict: Conflict;
  busy: boolean;
  choose(mine: ReadonlySet<Field>): void;
  onClose(): void;
  onSave(kept: Changes): void;
}): ReactNode {
  const { base, changes, conflict, busy, choose, onClose, onSave } = props;
  const { theirs, by, at, mine } = conflict;
  const [chosen, setChosen] = useState<ReadonlySet<Field>>(new Set());
  const [missing, setMissing] = useState(false);
  const moved = (Object.keys(theirs) as Field[]).filter((field) => theirs[field] !== base[field]);
  const both = moved.filter((field) => field in changes && changes[field] !== theirs[field]);
  const others = moved.filter((field) => !both.includes(field));
  const pick = (field: Field, isMine: boolean): void => {
    const next = new Set(mine);
    if (isMine) next.add(field);
    else next.delete(field);
    choose(next);
    setChosen(new Set([...chosen, field]));
    setMissing(false);
  };
  const save = (): void => {
    if (both.some((field) => !chosen.has(field))) {
      setMissing(true);
      return;
    }
    onSave(
      Object.fromEntries(
        Object.entries(changes).filter(
          ([field]) => !moved.includes(field as Field) || (both.includes(field as Field) && mine.has(field as Field)),
        ),
      ) as Changes,
    );
  };
  return (
    <Dialog
      title={m.setup.conflictTitle}
      size="lg"
      onClose={onClose}
      go={{ label: m.setup.saveMerged, busy, run: save }}
    >
      <p>{at ? m.setup.conflictText(m.common.person(by ?? ''), format.moment(at)) : m.setup.conflictUnknown}</p>
      {both.length === 0 && <p>{m.setup.conflictNone}</p>}
      {both.length > 0 && <p className={missing ? 'badtext' : undefined}>{m.setup.conflictBoth}</p>}
      {both.map((field) => (
        <fieldset key={field} className="choices">
          <legend>{nameOf(field)}</legend>
          <div className="pair">
            <Choice
              name={`conflict-${field}`}
              checked={chosen.has(field) && mine.has(field)}
              onChoose={() => pick(field, true)}
              label={m.setup.takeMine(wordOf(field, changes[field]!))}
            />
            <Choice
              name={`conflict-${field}`}
              checked={chosen.has(field) && !mine.has(field)}
              onChoose={() => pick(field, false)}
              label={m.setup.keepTheirs(wordOf(field, theirs[field]))}
            />
          </div>
        </fieldset>
      ))}
      {others.length > 0 && (
        <div>
          <p>{m.setup.conflictTheirs}</p>
          <dl className="facts">
            {others.map((field) => (
              <div key={field} style={{ display: 'contents' }}>
                <dt>{nameOf(field)}</dt>
                <dd>{wordOf(field, theirs[field])}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </Dialog>
  );
}
