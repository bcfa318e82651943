import { useState, type ReactNode } from 'react';
import { m } from '../messages';
import { Dialog } from '../parts/dialog';
import { companiesOf, namesOf, untouched, type CustomerEdit } from './customer-edits';
import { findCustomers, type FoundCustomer } from './find';
import { Picker } from './picker';

interface Props {
  conn: string;
  /** The customer whose companies another one gets. */
  edit: CustomerEdit;
  /** `change`: the other customer gets all its companies in its place; `add`: its one company gets a further customer. */
  how: 'change' | 'add';
  /** What is staged for another customer already. */
  stagedOf(customerId: string): CustomerEdit | undefined;
  onStage(edits: CustomerEdit[]): void;
  onClose(): void;
}

/** Edits the customer side of a match: another customer instead, or one more (FEATURES MAP-1, MAP-3). */
export function CustomerSideDialog({ conn, edit, how, stagedOf, onStage, onClose }: Props): ReactNode {
  const { row } = edit;
  const companies = companiesOf(row);
  const [other, setOther] = useState<FoundCustomer>();
  const [asked, setAsked] = useState(false);
  const own = other ? companiesOf(other.row) : [];
  const stage = (): void => {
    if (!other) {
      setAsked(true);
      return;
    }
    const present = stagedOf(other.id) ?? untouched(other.row);
    const more = companies.filter(({ id }) => !present.after.some((one) => one.id === id));
    const gets: CustomerEdit = { ...present, after: [...present.after, ...more] };
    onStage(how === 'add' ? [gets] : [{ ...untouched(row), after: [] }, gets]);
  };
  return (
    <Dialog
      title={(how === 'add' ? m.customers.furtherCustomer : m.customers.otherCustomer)(namesOf(companies))}
      size="lg"
      onClose={onClose}
      go={{ label: m.customers.stage, run: stage }}
    >
      <p>
        {m.customers.presentCustomer}: <strong className="wrap">{row.customer.name}</strong>
      </p>
      <Picker<FoundCustomer>
        label={m.mapping.customer}
        placeholder={m.mapping.searchLabel}
        of={[conn, 'customers', 'but', row.customer.id]}
        focused
        fetch={async (search) => {
          const { items, total } = await findCustomers(conn, search);
          return { items: items.filter(({ id }) => id !== row.customer.id), total };
        }}
        value={other}
        onChoose={setOther}
      />
      {own.length > 0 && <p className="notice attention small">{m.customers.hasAlready(namesOf(own))}</p>}
      {asked && !other && (
        <p className="notice attention" role="alert">
          {m.customers.chooseCustomer}
        </p>
      )}
    </Dialog>
  );
}
