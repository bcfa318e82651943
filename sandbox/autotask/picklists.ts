import type { Entity, Field } from './entity-fields.js';

/** One legal value of a picklist field. Rows hold it as a number (or text on string fields), metadata always as text. */
export interface PicklistValue {
  readonly value: string;
  readonly label: string;
  readonly isActive: boolean;
}

const list = (...labels: [number | string, string][]): PicklistValue[] =>
  labels.map(([value, label]) => ({ value: String(value), label, isActive: true }));

const periods = list([2, 'Monthly'], [3, 'Quarterly'], [4, 'Semi-Annual'], [5, 'Yearly']);
const agreements = list([1, 'Standard'], [2, 'Priority'], [3, 'Critical']);
const yesNo = list([0, 'No'], [1, 'Yes']);

/**
 * The tenant's picklists by `Entity.field`. Values that the reference could not verify (§16 row 5) are fixture values
 * on purpose out of step with the order of the labels: a client that guesses instead of reading the metadata fails.
 */
const PICKLISTS: Record<string, readonly PicklistValue[]> = {
  'Company.companyType': list(
    [1, 'Customer'],
    [2, 'Lead'],
    [3, 'Prospect'],
    [4, 'Dead'],
    [6, 'Cancellation'],
    [7, 'Vendor'],
    [8, 'Partner'],
  ),
  'Company.classification': list([200, 'Standard'], [201, 'Key account']),
  'Company.invoiceMethod': list([0, 'None'], [1, 'Print'], [2, 'Email'], [3, 'PrintAndEmail']),
  'Company.marketSegmentID': list([29_300, 'Trade'], [29_301, 'Services']),
  'Company.territoryID': list([29_400, 'North'], [29_401, 'South']),
  'Contact.namePrefix': list([1, 'Mr.'], [2, 'Ms.'], [3, 'Mx.']),
  'Contact.nameSuffix': list([1, 'Jr.'], [2, 'Sr.']),
  'Contract.billingPreference': list([1, 'Immediately without review'], [2, 'Manually'], [3, 'On timesheet approval']),
  'Contract.contractCategory': list([12, 'Managed services'], [13, 'Cloud']),
  'Contract.contractPeriodType': periods,
  'Contract.contractType': list(
    [1, 'Time & Materials'],
    [3, 'Fixed Price'],
    [4, 'Block Hours'],
    [6, 'Retainer'],
    [7, 'Recurring Service'],
    [8, 'Per Ticket'],
    [9, 'Umbrella'],
  ),
  'Contract.serviceLevelAgreementID': agreements,
  'Contract.status': list([0, 'Inactive'], [1, 'Active']),
  'Contract.timeReportingRequiresStartAndStopTimes': yesNo,
  'ContractCharge.chargeType': list([1, 'Operational'], [2, 'Capitalized']),
  'ContractCharge.status': list([6, 'Pending'], [7, 'Delivered']),
  'Service.periodType': periods,
  'Service.serviceLevelAgreementID': agreements,
  'ServiceBundle.periodType': periods,
  'ServiceBundle.serviceLevelAgreementID': agreements,
  'BillingCode.billingCodeType': list([0, 'Normal'], [1, 'System'], [2, 'Non-Billable']),
  'BillingCode.generalLedgerAccount': list([41, 'Revenue'], [42, 'Cost of sales']),
  'BillingCode.useType': list(
    [1, 'General Allocation Code'],
    [2, 'Expense'],
    [3, 'Internal Allocation'],
    [4, 'Material Cost'],
    [5, 'Recurring Contract Service'],
    [6, 'Milestone'],
    [7, 'Product'],
    [8, 'Retainer'],
    [9, 'Block Hours'],
    [10, 'Per Ticket'],
  ),
  'Product.billingType': list([1, 'One-time'], [2, 'Recurring']),
  'Product.periodType': list([1, 'One-Time'], ...periods.map(({ value, label }): [string, string] => [value, label])),
  'Product.priceCostMethod': list([1, 'Fixed'], [2, 'List']),
  'Product.productCategory': list([1, 'Fees'], [2, 'Hardware']),
  'Currency.displaySymbol': list([1, '€'], [2, '$'], [3, '£']),
  'BillingItem.billingItemType': list(
    [1, 'Labor'],
    [3, 'Project Cost'],
    [4, 'Ticket Cost'],
    [2, 'Expense'],
    [6, 'Subscription'],
    [19, 'Setup Fee'],
    [14, 'Recurring Services'],
    [17, 'Recurring Services Adjustment'],
    [15, 'Recurring Service Bundle'],
    [18, 'Recurring Service Bundle Adjustment'],
    [5, 'Milestone'],
    [9, 'Contract Block'],
    [8, 'Contract Retainer'],
    [11, 'Contract Cost'],
    [12, 'Contract Incident'],
  ),
  'BillingItem.subType': list(
    [101, 'Labor'],
    [114, 'Recurring Services'],
    [117, 'Recurring Services Adjustment'],
    [111, 'Contract Cost'],
    [119, 'Setup Fee'],
    [120, 'Milestone Labor'],
    [121, 'Block Purchase'],
    [122, 'Retainer Purchase'],
  ),
  'Resource.dateFormat': list(['yyyy-MM-dd', 'yyyy-MM-dd'], ['MM/dd/yyyy', 'MM/dd/yyyy']),
  'Resource.emailTypeCode': list(['PRIMARY', 'Primary'], ['OTHER', 'Other']),
  'Resource.licenseType': list([1, 'Professional'], [2, 'Executive'], [7, 'API User']),
  'Resource.locationID': list([28_000, 'Head office']),
  'Resource.numberFormat': list(['X.XXX,XX', 'X.XXX,XX'], ['X,XXX.XX', 'X,XXX.XX']),
  'Resource.payrollType': list([1, 'Salary'], [2, 'Hourly']),
  'Resource.resourceType': list(['Employee', 'Employee'], ['Contractor', 'Contractor']),
  'Resource.timeFormat': list(['HH:mm', 'HH:mm'], ['hh:mm a', 'hh:mm a']),
  'Resource.userType': list([1, 'System Administrator'], [2, 'Standard'], [17, 'API User (system)']),
};

/** The legal values of a picklist field; a field the tenant never filled has none. */
export function picklistOf(entity: Entity, field: Field): readonly PicklistValue[] {
  return PICKLISTS[`${entity.singular}.${field.name}`] ?? [];
}

/** The number behind a label. @throws Error when the fixture has no such label: a slip in this code. */
export function picklistId(key: string, label: string): number {
  const found = PICKLISTS[key]?.find((value) => value.label === label);
  if (!found) throw new Error(`The picklist ${key} has no "${label}".`);
  return Number(found.value);
}
