import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import * as format from '../format';
import { m } from '../messages';
import type { Plan } from './data';

/** Autotask changed after the confirmation: what was confirmed beside what would be sent now. */
export function Changed({ before, after, onReview }: { before: Plan; after: Plan; onReview(): void }): ReactNode {
  const titles = (plan: Plan): string[] =>
    (plan.operations as unknown as { title: string }[]).map(({ title }) => format.sentence(title));
  const [was, is] = [titles(before), titles(after)];
  return (
    <div className="notice attention" role="alert">
      <p className="strong">{m.wizard.confirm.changed}</p>
      <div className="sides">
        <div>
          <p className="side">{m.wizard.confirm.wasConfirmed}</p>
          {was.map((title) => (
            <p key={title} className={is.includes(title) ? 'dim' : 'strong'}>
              {title}
            </p>
          ))}
        </div>
        <div>
          <p className="side">{m.common.now}</p>
          {is.map((title) => (
            <p key={title} className={was.includes(title) ? 'dim' : 'strong'}>
              {title}
            </p>
          ))}
          {is.length === 0 && <p>{m.wizard.confirm.nothing}</p>}
        </div>
        <div>
          <p className="side">{m.wizard.confirm.why}</p>
          {after.requiredActions.map(({ code, message }) => (
            <p key={code + message} className="wrap">
              {format.sentence(message)}
            </p>
          ))}
          {after.requiredActions.length === 0 && <p>{m.wizard.confirm.whyRead}</p>}
        </div>
      </div>
      <div>
        <Button onClick={onReview}>{m.wizard.confirm.review}</Button>
      </div>
    </div>
  );
}
