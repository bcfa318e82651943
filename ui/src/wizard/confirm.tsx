import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import * as format from '../format';
import { m } from '../messages';
import { NowAfter } from '../parts/badges';
import { Expected, ExpectedNote } from '../parts/expected';
import type { Plan, StepProps } from './data';

type Window = { first: string; last: string; units: number; posted?: boolean; unitPrice?: string };
type Planned = Plan['lines'][number];
interface Period {
  first: string;
  last: string;
  now: number | undefined;
  after: number | undefined;
  posted: boolean;
}

/** The plan that will run: now → after for each line and period, the arithmetic, the invoice and the calls (WIZ-6). */
export function ConfirmStep({ plan, planning, currency }: StepProps): ReactNode {
  const amounts = Object.values(plan.amounts).flatMap(({ rows }) => rows);
  const empty = plan.operations.length === 0 && plan.requiredActions.length === 0;
  return (
    <div className={`stack${planning ? ' dimmed' : ''}`}>
      {plan.warnings.length > 0 && (
        <section className="stack tight">
          <h2>{m.wizard.confirm.warnings}</h2>
          {plan.warnings.map(({ code, message }) => (
            <p key={code + message} className="notice attention">
              {format.sentence(message)}
            </p>
          ))}
        </section>
      )}
      {plan.notSupported && <p className="notice attention">{plan.notSupported}</p>}
      {plan.folded.length > 0 && <p className="notice ready">{m.wizard.confirm.folded(plan.folded.length)}</p>}
      {empty && (
        <div className="notice good">
          <p className="strong">{m.wizard.confirm.nothing}</p>
          <p>{m.wizard.confirm.nothingText}</p>
        </div>
      )}
      <div className="halves">
        <div className="stack">
          {plan.lines.map((line) => (
            <LinePeriods key={line.productKey} line={line} currency={currency} />
          ))}
        </div>
        {plan.invoiceImpact.length > 0 && <Invoices plan={plan} currency={currency} />}
      </div>
      {amounts.length > 0 && (
        <details open={amounts.length <= 4}>
          <summary>{m.wizard.confirm.arithmetic}</summary>
          <ul className="stack tight" style={{ paddingInlineStart: 20 }}>
            {amounts.map((row, index) => (
              <li key={index} className="wrap">
                <span>{row.label}</span>: {format.sentence(row.arithmetic)}{' '}
                {/* A sentence that names Autotask says who computes it. */}
                {!row.arithmetic.includes('Autotask') && (
                  <span className="dim small">({m.wizard.confirm.computedBy[row.computedBy]})</span>
                )}
              </li>
            ))}
            {plan.lines
              .flatMap(({ arithmetic }) => arithmetic)
              .filter((text) => !amounts.some(({ arithmetic }) => arithmetic === text))
              .map((text) => (
                <li key={text} className="wrap dim">
                  {format.sentence(text)}
                </li>
              ))}
          </ul>
        </details>
      )}
      {plan.operations.length > 0 && (
        <details>
          <summary>{m.wizard.confirm.calls(plan.operations.length)}</summary>
          <ol className="stack tight" style={{ paddingInlineStart: 24 }}>
            {(plan.operations as unknown as { key: string; kind: string; title: string }[]).map((operation) => (
              <li key={operation.key} className="wrap">
                {format.sentence(operation.title)}
                <details>
                  <summary className="small">{m.wizard.confirm.details}</summary>
                  <pre>{JSON.stringify(operation, undefined, 1)}</pre>
                </details>
              </li>
            ))}
          </ol>
        </details>
      )}
      {plan.operations.length > 0 && <p className="notice attention">{m.wizard.confirm.irreversible}</p>}
    </div>
  );
}

/** Stretches of a line with what it holds now and after; neighbours that read the same are one. */
function periodsOf(line: Planned): Period[] {
  const now = line.now as unknown as Window[];
  const after = line.after as unknown as Window[];
  const starts = [...new Set([...now, ...after].map(({ first }) => first))].sort();
  const at = (windows: Window[], date: string): Window | undefined =>
    windows.find(({ first, last }) => first <= date && date <= last);
  const periods: Period[] = [];
  for (const first of starts) {
    const [a, b] = [at(now, first), at(after, first)];
    const last = [a?.last, b?.last].filter((one) => one !== undefined).sort()[0] ?? first;
    const next: Period = { first, last, now: a?.units, after: b?.units, posted: Boolean(b?.posted ?? a?.posted) };
    const before = periods.at(-1);
    if (before && before.now === next.now && before.after === next.after && before.posted === next.posted)
      before.last = last;
    else periods.push(next);
  }
  return periods;
}

function LinePeriods({ line, currency }: { line: Planned; currency: string }): ReactNode {
  const periods = periodsOf(line);
  return (
    <section className="stack tight">
      <h3 className="wrap">
        {m.wizard.confirm.line}: {line.serviceName}
      </h3>
      <div className="region" role="region" tabIndex={0} aria-label={line.serviceName}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{m.wizard.confirm.period}</th>
              <th scope="col">
                <span className="hidden">{m.wizard.confirm.state}</span>
              </th>
              <th scope="col" className="num">
                {m.common.now} → {m.common.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {periods.map((period) => (
              <tr key={period.first}>
                <th scope="row">{format.days(period.first, period.last)}</th>
                <td>
                  {period.posted ? (
                    <span className="type">
                      <IconLock size={14} aria-hidden /> {m.wizard.confirm.posted}
                    </span>
                  ) : (
                    m.wizard.confirm.open
                  )}
                </td>
                <td className="num">
                  <NowAfter now={period.now ?? m.common.none} after={period.after ?? m.common.none} />
                </td>
              </tr>
            ))}
            {line.priceAfter !== undefined && (
              <tr>
                <th scope="row">{`${m.wizard.lines.price} (${currency})`}</th>
                <td />
                <td className="num">
                  <NowAfter
                    now={line.priceNow === undefined ? m.common.none : format.price(line.priceNow)}
                    after={format.price(line.priceAfter)}
                  />
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** Coming invoices; later ones that change alike are one row. */
function Invoices({ plan, currency }: { plan: Plan; currency: string }): ReactNode {
  const rows: (Plan['invoiceImpact'][number] & { count: number })[] = [];
  for (const impact of plan.invoiceImpact) {
    const before = rows.at(-1);
    if (before && before.now === impact.now && before.after === impact.after && before.expected === impact.expected) {
      before.last = impact.last;
      before.count += 1;
    } else rows.push({ ...impact, count: 1 });
  }
  return (
    <section className="stack tight">
      <h3>{m.wizard.confirm.invoice(currency)}</h3>
      <div className="region" role="region" tabIndex={0} aria-label={m.wizard.confirm.invoice(currency)}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{m.wizard.confirm.period}</th>
              <th scope="col" className="num">
                {m.common.now} → {m.common.after}
              </th>
              <th scope="col" className="num">
                {m.common.change}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.first}>
                <th scope="row">
                  {format.days(row.first, row.last)}
                  {row.count > 1 && <div className="small">{m.wizard.confirm.alike(row.count)}</div>}
                </th>
                <td className="num">
                  <NowAfter now={format.money(row.now)} after={format.money(row.after)} />
                </td>
                <td className="num strong">
                  {row.expected ? <Expected>{format.difference(row.change)}</Expected> : format.difference(row.change)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.some(({ expected }) => expected) && <ExpectedNote />}
    </section>
  );
}
