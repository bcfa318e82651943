/** A contact of a customer. */
export interface CustomerContact {
  type: 'admin' | 'billing' | 'technical' | 'other';
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
}

/** A customer to be created. `externalId` is how it is found again (DESIGN §7: the company's id). */
export interface NewCustomer {
  externalId: string;
  name: string;
  language: string;
  taxId?: string;
  address: Customer['address'];
  /** The first is the administrator. */
  contacts: CustomerContact[];
  /** How the administrator signs in. Secret: never stored in the clear, logged or exported. */
  access?: { login: string; password: string };
}

/** The marketplace's end customer. Not to be confused with `Company`, the Autotask record. */
export interface Customer {
  id: string;
  externalId?: string;
  name: string;
  status: 'pending' | 'active' | 'onHold' | 'cancelled' | 'error' | 'unknown';
  taxId?: string;
  language?: string;
  address: {
    street: string;
    extension?: string;
    postalCode: string;
    city: string;
    state?: string;
    countryCode: string;
  };
  contacts: CustomerContact[];
}
