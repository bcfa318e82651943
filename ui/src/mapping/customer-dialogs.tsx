import { useEffect, useState, type ReactNode } from 'react';
import { api, ok } from '../api/client';
import { announce } from '../app/announce';
import { m } from '../messages';
import { CustomerDialog, ReconcileDialog, UnmapDialog } from './customer-dialog';
import { changesOf, effective, untouched, type CustomerEdit, type CustomerRow } from './customer-edits';
import { CustomerSideDialog } from './customer-side-dialog';

/** What a person does with a customer in a dialog of its own. */
export interface CustomerAct {
  kind: 'change' | 'add' | 'changeCustomer' | 'addCustomer' | 'unmap' | 'reconcile';
  row: CustomerRow;
}

interface Props {
  conn: string;
  of: CustomerAct;
  stagedOf(customerId: string): CustomerEdit | undefined;
  readOnly: boolean;
  /** Edits by their customers' ids; undefined takes one back. */
  onStage(edits: (CustomerEdit | undefined)[], customerIds: string[]): void;
  onClose(): void;
}

/** The dialog that is open over the customers list. */
export function CustomerDialogs({ conn, of: { kind, row }, stagedOf, readOnly, onStage, onClose }: Props): ReactNode {
  const { id, name } = row.customer;
  const edit = stagedOf(id) ?? untouched(row);
  switch (kind) {
    case 'change':
    case 'add':
      return (
        <CustomerDialog
          conn={conn}
          edit={edit}
          how={kind}
          readOnly={readOnly}
          onClose={onClose}
          onStage={(next) => {
            onStage([next], [id]);
            if (next) announce(m.mapping.stagedSpoken(name));
          }}
        />
      );
    case 'changeCustomer':
    case 'addCustomer':
      return (
        <CustomerSideDialog
          conn={conn}
          edit={edit}
          how={kind === 'addCustomer' ? 'add' : 'change'}
          stagedOf={stagedOf}
          onClose={onClose}
          onStage={(edits) => {
            onStage(
              edits.map(effective),
              edits.map((one) => one.row.customer.id),
            );
            announce(m.staging.count(edits.length));
          }}
        />
      );
    case 'unmap':
      return (
        <Unmapping
          conn={conn}
          row={row}
          onClose={onClose}
          onGo={() => onStage([effective({ ...untouched(row), after: [] })], [id])}
        />
      );
    default:
      return <ReconcileDialog conn={conn} customerId={id} name={name} onClose={onClose} />;
  }
}

/** Asks the server what an unmapping would touch, and then the person. */
function Unmapping({
  conn,
  row,
  onGo,
  onClose,
}: {
  conn: string;
  row: CustomerRow;
  onGo(): void;
  onClose(): void;
}): ReactNode {
  const [uses, setUses] = useState<{ subscriptions: number; openTasks: number } | null | undefined>(null);
  useEffect(() => {
    void ok(
      api.PUT('/api/v1/connections/{connectionId}/customers/mappings', {
        params: { path: { connectionId: conn }, query: { dryRun: true } },
        body: changesOf({ ...untouched(row), after: [] }),
      }),
    ).then(
      ({ affected }) => setUses(affected),
      () => setUses(undefined),
    );
  }, [conn, row]);
  return (
    <UnmapDialog
      name={row.customer.name}
      uses={uses}
      {...(uses === undefined ? { body: m.customers.unmapPlain } : {})}
      onClose={onClose}
      onGo={onGo}
    />
  );
}
