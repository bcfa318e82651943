import { NativeSelect, Textarea } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useRef, useState, type ChangeEvent, type KeyboardEvent, type ReactNode } from 'react';
import * as format from '../format';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { Expected, ExpectedNote } from '../parts/expected';
import { NowAfter } from '../parts/badges';
import { withLine, type Choices, type Line, type Plan, type StepProps } from './data';
import { Questions } from './questions';

type Planned = Plan['lines'][number];
const LONGEST_TEXT = 1000;
/** From here on it is told how much of a text fits. */
const NEARLY_FULL = 900;

type Source = NonNullable<Choices['priceSource']>;

/** Rows to be written, each to be unticked or edited, with the five amount blocks below (WIZ-3, WIZ-4). */
export function LinesStep(props: StepProps): ReactNode {
  const { plan, planning, choices, choose, readOnly, currency } = props;
  const [asked, setAsked] = useState<Source>();
  const select = useRef<HTMLSelectElement>(null);
  const lineOf = (key: string): Line | undefined => choices.lines?.find(({ productKey }) => productKey === key);
  const edited = (choices.lines ?? []).flatMap(({ price, cost, description }) =>
    [price, cost, description].filter((value) => value !== undefined),
  ).length;
  const [before, setBefore] = useState<Pick<Choices, 'priceSource' | 'lines'>>();
  const load = (priceSource: Source, replace: boolean): void => {
    setAsked(undefined);
    setBefore({ priceSource: choices.priceSource, lines: choices.lines });
    choose({
      priceSource,
      ...(replace
        ? { lines: (choices.lines ?? []).map(({ price: _price, cost: _cost, description: _text, ...rest }) => rest) }
        : {}),
    });
  };
  const charges = Object.values(plan.amounts)
    .flatMap(({ rows }) => rows)
    // What Autotask prorates comes with the line's own adjustment: it is no row to be written.
    .filter(({ feeKind, written, computedBy }) => written && feeKind !== 'recurring' && computedBy !== 'autotask');
  const [months, ...others] = new Set(plan.lines.map(({ periodMonths }) => periodMonths));
  const prorated = plan.amounts.prorated.rows.filter(({ computedBy }) => computedBy === 'autotask');
  return (
    <div className="stack">
      <Questions {...props} step="lines" />
      <div className="row between">
        <span className="dim">
          {m.wizard.lines.ticked(plan.lines.filter(({ include }) => include).length, plan.lines.length)}
        </span>
        <NativeSelect
          className="beside"
          ref={select}
          label={m.wizard.lines.loadFrom}
          disabled={readOnly}
          value={
            choices.priceSource ??
            plan.lines.find(({ priceSource }) => priceSource !== 'hand')?.priceSource ??
            'marketplace'
          }
          data={[
            { value: 'marketplace', label: m.wizard.lines.marketplace },
            { value: 'autotask', label: m.wizard.lines.autotask },
          ]}
          onChange={({ currentTarget }) => {
            const source = currentTarget.value as Source;
            if (edited > 0) setAsked(source);
            else load(source, false);
          }}
        />
      </div>
      <div role="status" className="row end small">
        {before && (
          <>
            {m.wizard.lines.loaded(m.wizard.lines[choices.priceSource ?? 'marketplace'])}
            <button
              type="button"
              className="link"
              onClick={() => {
                choose(before);
                setBefore(undefined);
                select.current?.focus();
              }}
            >
              {m.wizard.lines.undo}
            </button>
          </>
        )}
      </div>
      {plan.lines.length === 0 && charges.length === 0 ? (
        <p className="dim">{m.wizard.lines.empty}</p>
      ) : (
        <div className="region" role="region" tabIndex={0} aria-label={m.wizard.lines.region}>
          <table className="plain lines">
            <thead>
              <tr>
                <th scope="col">
                  <span className="hidden">{m.wizard.lines.include}</span>
                </th>
                <th scope="col">{m.wizard.lines.from}</th>
                <th scope="col">{m.wizard.lines.to}</th>
                <th scope="col">{m.wizard.lines.service}</th>
                <th scope="col">{m.wizard.lines.text}</th>
                <th scope="col" className="num">
                  {m.wizard.lines.now}
                </th>
                <th scope="col" className="num">
                  {m.wizard.lines.change}
                </th>
                <th scope="col" className="num">
                  {m.wizard.lines.after}
                </th>
                <th scope="col" className="num">{`${m.wizard.lines.price} (${currency})`}</th>
                <th scope="col" className="num">{`${m.wizard.lines.cost} (${currency})`}</th>
                <th scope="col">{m.wizard.lines.detail}</th>
              </tr>
            </thead>
            <tbody>
              {plan.lines.map((line) => (
                <Row
                  key={line.productKey}
                  line={line}
                  choice={lineOf(line.productKey)}
                  readOnly={readOnly}
                  onChange={(change) => {
                    // What was typed since is not to be undone with it.
                    setBefore(undefined);
                    choose({ lines: withLine(choices, line.productKey, change) });
                  }}
                  note={prorated
                    .filter(({ productKey }) => productKey === line.productKey)
                    .map((row) => format.sentence(row.arithmetic))
                    .join(' · ')}
                />
              ))}
              {charges.length > 0 && (
                <tr className="group">
                  <th scope="rowgroup" colSpan={11}>
                    {m.wizard.lines.once}
                  </th>
                </tr>
              )}
              {charges.map((row, index) => (
                <tr key={index}>
                  <td data-label="" />
                  <td data-label={m.wizard.lines.from}>{row.from ? format.day(row.from) : m.common.none}</td>
                  <td data-label={m.wizard.lines.to}>{row.to ? format.day(row.to) : m.common.none}</td>
                  <td data-label={m.wizard.lines.service} className="wrap">
                    {row.label}
                  </td>
                  <td data-label={m.wizard.lines.text} className="dim small wrap">
                    {format.sentence(row.arithmetic)}
                  </td>
                  <td data-label={m.wizard.lines.now} className="num">
                    {m.common.none}
                  </td>
                  <td data-label={m.wizard.lines.change} className="num">
                    +1
                  </td>
                  <td data-label={m.wizard.lines.after} className="num">
                    1
                  </td>
                  <td data-label={m.wizard.lines.price} className="num">
                    {format.money(row.amount)}
                  </td>
                  <td data-label={m.wizard.lines.cost} className="num">
                    {m.common.none}
                  </td>
                  <td data-label={m.wizard.lines.detail}>{m.mapping.feeKinds[row.feeKind] ?? row.feeKind}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div role="status">
        <dl className={`totals${planning ? ' dimmed' : ''}`}>
          {(['setup', 'prorated', 'recurring', 'overuse', 'cancellation'] as const).map((block) => (
            <div key={block}>
              <dt className="dim">{m.wizard.lines.totals[block]}</dt>
              <dd className="num strong">
                {plan.amounts[block].rows.length === 0 ? (
                  m.wizard.lines.notApplicable
                ) : block === 'prorated' && prorated.length > 0 ? (
                  <Expected>{m.wizard.lines.sum(format.money(plan.amounts[block].total), currency)}</Expected>
                ) : (
                  m.wizard.lines.sum(format.money(plan.amounts[block].total), currency)
                )}
                {plan.amounts[block].rows.length > 0 && (block === 'setup' || block === 'recurring') && (
                  <span className="dim small">
                    {' '}
                    {block === 'setup' ? m.common.once : m.common.each(others.length > 0 ? undefined : months)}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      {prorated.length > 0 && <ExpectedNote />}
      <p className="dim small">{m.wizard.lines.untick}</p>
      {asked && (
        <Dialog
          title={m.wizard.lines.loadFrom}
          onClose={() => setAsked(undefined)}
          cancel={m.wizard.lines.keepMine}
          onCancel={() => load(asked, false)}
          go={{ label: m.wizard.lines.replaceGo, run: () => load(asked, true) }}
        >
          <p>{m.wizard.lines.replace(edited)}</p>
        </Dialog>
      )}
    </div>
  );
}

function Row(props: {
  line: Planned;
  choice: Line | undefined;
  readOnly: boolean;
  onChange(change: Partial<Line>): void;
  note: string;
}): ReactNode {
  const { line, choice, readOnly, onChange, note } = props;
  const name = line.serviceName;
  const change = line.quantityAfter - line.quantityNow;
  const label = (what: string): string => m.wizard.lines.cell(what, name);
  return (
    <tr className={line.include ? '' : 'off'}>
      <td data-label={m.wizard.lines.include}>
        <input
          type="checkbox"
          aria-label={label(m.wizard.lines.include)}
          checked={choice?.include ?? line.include}
          disabled={readOnly}
          onChange={({ currentTarget }) => onChange({ include: currentTarget.checked })}
        />
      </td>
      <td data-label={m.wizard.lines.from} className={choice?.date ? 'edited' : ''}>
        <Cell
          label={label(m.wizard.lines.from)}
          value={line.effectiveDate}
          shown={readOnly ? format.day(line.effectiveDate) : line.effectiveDate}
          kind="date"
          readOnly={readOnly}
          check={(text) => (/^\d{4}-\d{2}-\d{2}$/.test(text) ? text : undefined)}
          problem={m.wizard.lines.badDay}
          onKeep={(date) => onChange({ date })}
        />
      </td>
      <td data-label={m.wizard.lines.to}>{line.endDate ? format.day(line.endDate) : m.common.none}</td>
      <td data-label={m.wizard.lines.service} className="wrap">
        <span>
          {name}
          {note !== '' && <span className="dim small note">{note}</span>}
        </span>
      </td>
      <td data-label={m.wizard.lines.text} className={choice?.description ? 'edited' : ''}>
        <Cell
          label={label(m.wizard.lines.text)}
          value={line.invoiceDescription}
          readOnly={readOnly}
          check={(text) => text}
          problem=""
          onKeep={(description) => onChange({ description })}
        />
      </td>
      <td data-label={m.wizard.lines.now} className="num">
        {format.count(line.quantityNow)}
      </td>
      <td data-label={m.wizard.lines.change} className="num">
        {format.signed(change)}
      </td>
      <td data-label={m.wizard.lines.after} className={`num${choice?.quantity === undefined ? '' : ' edited'}`}>
        <Cell
          label={label(m.wizard.lines.after)}
          value={String(line.quantityAfter)}
          kind="number"
          readOnly={readOnly}
          check={(text) => (/^\d{1,9}$/.test(text) ? text : undefined)}
          problem={m.wizard.lines.badWhole}
          onKeep={(quantity) => onChange({ quantity: Number(quantity) })}
        />
        <span className="hidden">
          <NowAfter now={line.unitsNow} after={line.unitsAfter} />
        </span>
      </td>
      <td data-label={m.wizard.lines.price} className={`num${choice?.price ? ' edited' : ''}`}>
        <Cell
          label={label(m.wizard.lines.price)}
          value={line.priceAfter ?? ''}
          shown={line.priceAfter === undefined ? '' : format.price(line.priceAfter)}
          kind="number"
          readOnly={readOnly}
          check={format.typed}
          problem={m.wizard.lines.badNumber}
          onKeep={(price) => onChange({ price })}
        />
        {choice?.price && line.priceNow !== undefined && (
          <span className="dim small">{m.wizard.lines.was(format.price(line.priceNow))}</span>
        )}
      </td>
      <td data-label={m.wizard.lines.cost} className={`num${choice?.cost ? ' edited' : ''}`}>
        <Cell
          label={label(m.wizard.lines.cost)}
          value={line.costAfter ?? ''}
          shown={line.costAfter === undefined ? '' : format.price(line.costAfter)}
          kind="number"
          readOnly={readOnly}
          check={format.typed}
          problem={m.wizard.lines.badNumber}
          onKeep={(cost) => onChange({ cost })}
        />
      </td>
      <td data-label={m.wizard.lines.detail}>{line.detail}</td>
    </tr>
  );
}

/** An editable cell: Enter keeps the value and goes down its column, Escape brings the old one back. */
function Cell(props: {
  label: string;
  value: string;
  shown?: string;
  kind?: 'text' | 'number' | 'date';
  readOnly: boolean;
  check(text: string): string | undefined;
  problem: string;
  onKeep(value: string): void;
}): ReactNode {
  const { label, value, shown = value, kind = 'text', readOnly, check, problem, onKeep } = props;
  const [text, setText] = useState<string>();
  // Kept on the server while it is typed; what stands in the field is not touched before it is left.
  const whileTyping = useDebouncedCallback(
    (typed: string) => {
      const kept = typed === shown ? undefined : check(typed);
      if (kept !== undefined && kept !== value) onKeep(kept);
    },
    { delay: 500, flushOnUnmount: true },
  );
  const invalid = text !== undefined && text !== shown && check(text) === undefined;
  if (readOnly) return <span className="wrap">{shown === '' ? m.common.none : shown}</span>;
  const keep = (): void => {
    // What is left now must not come back half a second later, over prices loaded meanwhile.
    whileTyping.cancel();
    if (text === undefined || text === shown) return setText(undefined);
    const kept = check(text);
    if (kept === undefined) return;
    if (kept !== value) onKeep(kept);
    setText(undefined);
  };
  const field = {
    'aria-label': label,
    'aria-invalid': invalid,
    maxLength: LONGEST_TEXT,
    value: text ?? shown,
    onChange: ({ currentTarget: { value: typed } }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      setText(typed);
      whileTyping(typed);
    },
    onBlur: keep,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Escape') {
        whileTyping.cancel();
        setText(undefined);
      }
      if (event.key !== 'Enter' || event.ctrlKey) return;
      event.preventDefault();
      keep();
      const cell = event.currentTarget.closest('td');
      const below = cell?.parentElement?.nextElementSibling?.children[cell.cellIndex];
      below?.querySelector<HTMLElement>('input, textarea')?.focus();
    },
  };
  return (
    <>
      {kind === 'text' ? (
        <Textarea variant="unstyled" autosize minRows={1} maxRows={4} {...field} />
      ) : (
        <input
          type={kind === 'date' ? 'date' : 'text'}
          className={kind === 'number' ? 'num' : ''}
          inputMode={kind === 'number' ? 'decimal' : undefined}
          {...field}
        />
      )}
      {kind === 'text' && field.value.length >= NEARLY_FULL && (
        <span className="dim small num">{m.wizard.lines.length(field.value.length, LONGEST_TEXT)}</span>
      )}
      {invalid && (
        <span className="small" role="alert" style={{ color: 'var(--bad)' }}>
          {problem}
        </span>
      )}
    </>
  );
}
