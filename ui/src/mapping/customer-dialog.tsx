import { useState, type ReactNode } from 'react';
import { IconX } from '@tabler/icons-react';
import { api, ok } from '../api/client';
import * as format from '../format';
import { m } from '../messages';
import { Badge } from '../parts/badges';
import { Choice, Dialog } from '../parts/dialog';
import { ProblemNotice, useAct } from '../parts/problem';
import { effective, suggestionBadge, type Company, type CustomerEdit, type Suggestion } from './customer-edits';
import { companyLists, findCompanies, type FoundCompany } from './find';
import { Picker } from './picker';

interface Props {
  conn: string;
  edit: CustomerEdit;
  /** `add` keeps the companies it has, `change` replaces them. */
  how: 'change' | 'add';
  readOnly: boolean;
  onStage(edit: CustomerEdit | undefined): void;
  onClose(): void;
}

/** Chooses the companies of a customer, with every reason for and against each (FEATURES MAP-2, MAP-3). */
export function CustomerDialog({ conn, edit, how, readOnly, onStage, onClose }: Props): ReactNode {
  const { row } = edit;
  const [present, setPresent] = useState(edit.after);
  const [chosen, setChosen] = useState<Company>();
  const [other, setOther] = useState<FoundCompany>();
  const [restore, setRestore] = useState(edit.restore);
  const [asked, setAsked] = useState(false);
  // A company that another customer has makes this customer's side the single one.
  const companyHasMany = row.mappings.some(({ otherCustomerIds }) => otherCustomerIds.length > 0);
  const many = present.length > 1 || how === 'add';
  const after = chosen ? [...(many ? present.filter(({ id }) => id !== chosen.id) : []), chosen] : present;
  const next = effective({ ...edit, after, restore, reject: edit.reject.filter(({ id }) => id !== chosen?.id) });
  const stage = (): void => {
    if (!next && after === edit.after) setAsked(true);
    else onStage(next);
  };
  const several = row.suggestions.length > 1;
  return (
    <Dialog
      title={m.customers.dialog(row.customer.name)}
      size="lg"
      onClose={onClose}
      cancel={readOnly ? m.common.close : m.common.cancel}
      go={readOnly ? undefined : { label: m.customers.stage, run: stage }}
    >
      <p className="dim small">{m.customers.facts(row.customer.id, row.customer.externalId ?? '')}</p>
      {row.broken && <p className="notice bad">{row.broken.message}</p>}
      {present.length > 0 && (
        <section className="stack tight">
          <h3>{m.customers.present}</h3>
          <ul className="row" style={{ listStyle: 'none' }}>
            {present.map((company) => (
              <li key={company.id} className="badge chip">
                <span className="wrap">{company.name}</span>
                {many && !readOnly && (
                  <button
                    type="button"
                    className="iconbutton"
                    style={{ width: 24, height: 24 }}
                    aria-label={m.customers.remove(company.name)}
                    onClick={() => setPresent(present.filter(({ id }) => id !== company.id))}
                  >
                    <IconX size={14} aria-hidden />
                  </button>
                )}
              </li>
            ))}
          </ul>
          <p className="dim small">
            {companyHasMany ? m.customers.manyToMany : many ? m.customers.customerHasMany : m.customers.single}
          </p>
        </section>
      )}
      {row.suggestions.length > 0 && (
        <fieldset className="choices">
          <legend>{m.customers.candidatesTitle}</legend>
          {several && <p className="small">{m.wizard.customer.several}</p>}
          {row.suggestions.map((one) => (
            <Choice
              key={one.companyId}
              name="candidate"
              disabled={readOnly}
              checked={chosen?.id === one.companyId}
              onChoose={() => {
                setOther(undefined);
                setChosen({ id: one.companyId, name: one.companyName });
              }}
              label={
                <span className="row">
                  <span className="wrap">{one.companyName}</span>
                  <span className="dim small">{m.common.companyNumber(one.companyId)}</span>
                  <Badge tone={one.ambiguous ? 'attention' : 'ready'}>{suggestionBadge(one)}</Badge>
                </span>
              }
              text={<Facts of={one} />}
            />
          ))}
        </fieldset>
      )}
      {!readOnly && (
        <div className="stack tight">
          <Picker<FoundCompany>
            label={present.length > 0 ? (many ? m.customers.add : m.customers.change) : m.customers.others}
            placeholder={m.customers.search}
            of={companyLists(conn)}
            fetch={async (search) => await findCompanies(conn, search)}
            value={other}
            focused={row.suggestions.length === 0}
            onChoose={(company) => {
              setOther(company);
              setChosen({ id: company.id, name: company.name });
            }}
          />
          {other && other.customerIds.filter((id) => id !== row.customer.id).length > 0 && (
            <p className="notice attention small">
              {m.customers.taken(other.customerIds.filter((id) => id !== row.customer.id).length)}
            </p>
          )}
          <p className="dim small">{m.customers.nothing}</p>
        </div>
      )}
      {row.rejected.length > 0 && (
        <section className="stack tight">
          <h3>{m.customers.statuses.rejected}</h3>
          {row.rejected.map(({ companyId, companyName, rejectedBy, rejectedAt }) => {
            const name = companyName ?? m.common.companyNumber(companyId);
            return (
              <label key={companyId} className="row">
                {!readOnly && (
                  <input
                    type="checkbox"
                    checked={restore.some(({ id }) => id === companyId)}
                    onChange={({ currentTarget }) =>
                      setRestore(
                        currentTarget.checked
                          ? [...restore, { id: companyId, name }]
                          : restore.filter(({ id }) => id !== companyId),
                      )
                    }
                  />
                )}
                <span className="wrap">{readOnly ? name : m.customers.suggestAgain(name)}</span>
                <span className="dim small">{m.customers.rejectedBy(rejectedBy, format.moment(rejectedAt))}</span>
              </label>
            );
          })}
        </section>
      )}
      {asked && (
        <p className="notice attention" role="alert">
          {m.customers.chooseOne}
        </p>
      )}
    </Dialog>
  );
}

/** Every fact that speaks for a suggestion with both sides' values, and every doubt. */
function Facts({ of }: { of: Suggestion }): ReactNode {
  return (
    <>
      {of.reasons.map(({ code, customer, company }) => (
        <span key={code} style={{ display: 'block' }}>
          {customer === company
            ? m.customers.sameFact(m.customers.reasons[code] ?? code, customer)
            : m.customers.fact(m.customers.reasons[code] ?? code, customer, company)}
        </span>
      ))}
      {of.ambiguousBecause.map((code) => (
        <span key={code} style={{ display: 'block' }}>
          {m.customers.doubts[code] ?? code}
        </span>
      ))}
    </>
  );
}

/** Asks before unmapping, with what uses it. */
export function UnmapDialog(props: {
  name: string;
  /** Null = not known yet. */
  uses: { subscriptions: number; openTasks: number } | null | undefined;
  body?: string;
  onGo(): void;
  onClose(): void;
}): ReactNode {
  const { name, uses, body, onGo, onClose } = props;
  return (
    <Dialog
      title={m.customers.unmapTitle(name)}
      onClose={onClose}
      go={{ label: m.customers.unmapGo, run: onGo, busy: uses === null }}
    >
      <p>{body ?? (uses ? m.customers.unmapUse(uses.subscriptions, uses.openTasks) : m.common.loading)}</p>
    </Dialog>
  );
}

/** Compares both sides of a customer now and lists what came of it (FEATURES TSK-10). */
export function ReconcileDialog(props: { conn: string; customerId: string; name: string; onClose(): void }): ReactNode {
  const { conn, customerId, name, onClose } = props;
  const act = useAct();
  const [rows, setRows] =
    useState<{ subscriptionId: string; subscriptionName: string; outcome: string; taskId: string | null }[]>();
  const go = (): void =>
    void act.run(async () => {
      const answer = await ok(
        api.POST('/api/v1/connections/{connectionId}/customers/{customerId}/reconcile', {
          params: { path: { connectionId: conn, customerId } },
        }),
      );
      setRows(answer.subscriptions);
    });
  const tasks = rows?.filter(({ outcome }) => outcome === 'task').length ?? 0;
  return (
    <Dialog
      title={m.customers.reconcileTitle(name)}
      size="lg"
      onClose={onClose}
      cancel={rows ? m.common.close : m.common.cancel}
      go={rows ? undefined : { label: m.customers.reconcileGo, run: go, busy: act.busy }}
    >
      {!rows && <p>{m.customers.reconcileBody}</p>}
      <p role="status">{act.busy ? m.customers.reconciling : ''}</p>
      {act.error !== undefined && <ProblemNotice error={act.error} retry={go} />}
      {rows && (
        <>
          <p className="strong" role="status">
            {rows.length === 0 ? m.customers.reconciledNone : m.customers.reconciled(tasks, rows.length)}
          </p>
          {rows.length > 0 && (
            <div className="region" tabIndex={0} role="region" aria-label={m.customers.reconcileList}>
              <table className="plain stacked">
                <tbody>
                  {rows.map(({ subscriptionId, subscriptionName, outcome, taskId }) => (
                    <tr key={subscriptionId}>
                      <td className="mono">{subscriptionId}</td>
                      <td className="wrap whole">{subscriptionName}</td>
                      <td>
                        <Badge tone={outcome === 'nothing_to_do' ? 'good' : 'attention'}>
                          {m.customers.outcomes[outcome as keyof typeof m.customers.outcomes]}
                        </Badge>
                      </td>
                      <td className="num">
                        {taskId && <a href={`#/c/${conn}/tasks/${taskId}/sync/confirm`}>{m.customers.review}</a>}
                        {outcome === 'not_mapped' && (
                          <a href={`#/c/${conn}/subscriptions?status=all&q=${encodeURIComponent(subscriptionId)}`}>
                            {m.customers.mapContract}
                          </a>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
    </Dialog>
  );
}
