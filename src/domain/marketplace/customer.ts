/** A contact of a customer. */
export interface CustomerContact {
  type: 'admin' | 'billing' | 'technical' | 'other';
  firstName: string;
  lastName: string;
  email: string;
  phone: string;
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
