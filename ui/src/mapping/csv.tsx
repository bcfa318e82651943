import { Button } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { authorizedFetch, download, problemOf, type Schemas } from '../api/client';
import { queryClient, useMay } from '../app/queries';
import { Screen } from '../app/screen';
import { toast } from '../app/toasts';
import * as format from '../format';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { saveAs } from './save-as';

type Report = Schemas['CsvImportReport'];

const MOST_BYTES = 5_000_000;

/** Sends the file's text. @throws ApiProblem */
async function send(conn: string, text: string, dryRun: boolean): Promise<Report> {
  const response = await authorizedFetch(`/api/v1/connections/${conn}/mappings/import?dryRun=${dryRun}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv' },
    body: text,
  });
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw problemOf(body, response.status);
  return body as Report;
}

/** All mappings out as CSV and in again: tried first, problems by row, then applied (reference/page-design §4.11). */
export function CsvScreen({ conn }: { conn: string }): ReactNode {
  const operator = useMay('operator');
  const [file, setFile] = useState<{ name: string; text: string }>();
  const [report, setReport] = useState<Report>();
  const [asked, setAsked] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const act = useAct();
  const exporting = useAct();
  const heading = useRef<HTMLHeadingElement>(null);

  const choose = (chosen: File | undefined): void => {
    if (!chosen) return;
    setReport(undefined);
    setFile(undefined);
    void act.run(async () => {
      if (chosen.size > MOST_BYTES) throw new Error(m.csv.tooLarge);
      const text = await chosen.text();
      setFile({ name: chosen.name, text });
      setReport(await send(conn, text, true));
      heading.current?.focus();
    });
  };
  const apply = (): void =>
    void act
      .run(async () => {
        const trial = report!;
        const done = await send(conn, file!.text, false);
        for (const key of ['customers', 'products', 'fees', 'subscriptions', 'subscription', 'pick'])
          void queryClient.invalidateQueries({ queryKey: [key] });
        setReport(done);
        const same = done.problems.length === trial.problems.length;
        toast(
          same ? 'good' : 'attention',
          `${m.csv.applied(done.applied, done.problems.length)}${same ? '' : ` ${m.csv.differs}`}`,
        );
      })
      .then(() => setAsked(false));
  const problems = report?.problems ?? [];
  return (
    <Screen
      title={m.csv.title}
      kind="form"
      needs="operator"
      status={<Link to={`/c/${conn}/mapping/customers`}>{m.importing.back}</Link>}
    >
      <section className="card form stack tight">
        <h2>{m.csv.exportTitle}</h2>
        <p className="dim">{m.csv.exportText}</p>
        <div>
          <Button
            variant="default"
            loading={exporting.busy}
            onClick={() =>
              void exporting.run(
                async () => await download(`/api/v1/connections/${conn}/mappings/export`, 'psa-sync-mappings.csv'),
              )
            }
          >
            {m.csv.download}
          </Button>
        </div>
        {exporting.error !== undefined && <ProblemNotice error={exporting.error} />}
      </section>
      {operator && (
        <section className="card wide stack">
          <h2>{m.csv.importTitle}</h2>
          <p className="dim">{m.csv.importText}</p>
          <label className="stack tight" style={report ? { display: 'none' } : undefined}>
            <span className="strong">{m.csv.file}</span>
            <input
              ref={input}
              type="file"
              accept=".csv,text/csv"
              onChange={({ currentTarget }) => {
                choose(currentTarget.files?.[0]);
                // The same file, mended, can be chosen again.
                currentTarget.value = '';
              }}
            />
          </label>
          <p role="status" className={act.busy && !report ? undefined : 'hidden'}>
            {act.busy && !report ? m.csv.trying : ''}
          </p>
          {act.error !== undefined &&
            (act.error instanceof Error && act.error.name !== 'ApiProblem' ? (
              <p className="notice bad" role="alert">
                {act.error.message}
              </p>
            ) : (
              <ProblemNotice error={act.error} />
            ))}
          {report && file && (
            <>
              <h3 ref={heading} tabIndex={-1} className="wrap">
                {file.name}: {m.csv.rows(report.rows)}
              </h3>
              <p role="status">
                {report.dryRun
                  ? `${m.csv.summary(report.good, problems.length)} ${m.csv.nothingYet}`
                  : m.csv.applied(report.applied, problems.length)}
              </p>
              <div className="row">
                {problems.length > 0 && (
                  <Button
                    variant="default"
                    onClick={() =>
                      saveAs(
                        'problems.csv',
                        'row,kind,marketplaceKey,autotaskId,problem',
                        problems.map((one) => [
                          String(one.row),
                          one.kind,
                          one.marketplaceKey,
                          one.autotaskId,
                          one.message,
                        ]),
                      )
                    }
                  >
                    {m.csv.downloadProblems}
                  </Button>
                )}
                <Button variant="default" onClick={() => input.current?.click()}>
                  {m.csv.replace}
                </Button>
                {report.dryRun && report.good > 0 && (
                  <Button onClick={() => setAsked(true)}>{m.csv.apply(report.good, problems.length)}</Button>
                )}
              </div>
              {report.dryRun && report.good === 0 && <p className="dim">{m.csv.nothing}</p>}
              {problems.length > 0 && (
                <div
                  className="region"
                  tabIndex={0}
                  role="region"
                  aria-label={m.csv.list}
                  style={{ maxHeight: '60vh', overflowY: 'auto' }}
                >
                  <table className="plain">
                    <thead>
                      <tr>
                        <th scope="col" className="num">
                          {m.csv.row}
                        </th>
                        <th scope="col">{m.csv.kind}</th>
                        <th scope="col">{m.csv.marketplace}</th>
                        <th scope="col">{m.csv.autotask}</th>
                        <th scope="col">{m.csv.problem}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {problems.slice(0, SHOWN).map((one) => (
                        <tr key={`${one.row} ${one.code}`}>
                          <td className="num">{format.count(one.row)}</td>
                          <td>{one.kind}</td>
                          <td className="mono wrap">{one.marketplaceKey}</td>
                          <td className="mono wrap">{one.autotaskId}</td>
                          <td className="wrap">{one.message}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              {problems.length > SHOWN && <p className="dim small">{m.csv.more(SHOWN, problems.length)}</p>}
            </>
          )}
        </section>
      )}
      {asked && report && (
        <Dialog
          title={`${m.csv.apply(report.good, problems.length)}?`}
          onClose={() => setAsked(false)}
          go={{ label: m.csv.apply(report.good, problems.length), busy: act.busy, run: apply }}
        >
          <p>{m.csv.applyBody}</p>
        </Dialog>
      )}
    </Screen>
  );
}

/** Rows drawn; the file of problems has them all. */
const SHOWN = 500;
