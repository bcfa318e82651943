import { entity, type Entity } from '../entity-fields.js';

/** Recurring contracts, their lines, windows, adjustments, charges and notes (reference §10.4–§10.7, §10.13, §10.20). */
export const contractEntities: Entity[] = [
  entity({
    name: 'Contracts',
    singular: 'Contract',
    root: 'QCUP',
    ofOrganisation: true,
    userDefined: [
      { name: 'Marketplace Subscription', label: 'Marketplace Subscription', description: 'Subscription id' },
    ],
    table: `
      id i64 RO
      billingPreference i32 RW picklist
      billToCompanyContactID i32 RW ->Contact
      billToCompanyID i32 RW ->Company
      companyID i32 REQ-CO ->Company
      contactID i32 RW ->Contact
      contactName str250 RW
      contractCategory i32 RW picklist
      contractExclusionSetID i32 RW ->ContractExclusionSet
      contractName str100 REQ
      contractNumber str50 RW
      contractPeriodType i32 CO picklist
      contractType i32 REQ-CO picklist
      description str2000 RW
      endDate date REQ
      estimatedCost dbl RW cost
      estimatedHours dbl RW
      estimatedRevenue dbl RW
      exclusionContractID i64 RO ->Contract
      internalCurrencyOverageBillingRate dbl RO
      internalCurrencySetupFee dbl RO
      isCompliant bool RW
      isDefaultContract bool RW
      lastModifiedDateTime dt RO modified
      opportunityID i32 RW ->Opportunity
      organizationalLevelAssociationID i32 RW ->OrganizationalLevelAssociation
      overageBillingRate dbl RW
      purchaseOrderNumber str50 RW
      renewedContractID i64 RW
      serviceLevelAgreementID i32 RW picklist
      setupFee dbl RW
      setupFeeBillingCodeID i64 RW
      startDate date REQ
      status i32 REQ picklist
      timeReportingRequiresStartAndStopTimes i32 REQ picklist
    `,
  }),
  entity({
    name: 'ContractServices',
    singular: 'ContractService',
    root: 'Q',
    child: { parent: 'Contracts', path: 'Services', key: 'contractID', verbs: 'LCUP' },
    ofOrganisation: true,
    table: `
      id i64 RO
      contractID i32 REQ-CO ->Contract
      internalCurrencyAdjustedPrice dbl RO
      internalCurrencyUnitPrice dbl RO
      internalDescription str100 RW
      invoiceDescription str1000 RW
      quoteItemID i64 RO ->QuoteItem
      serviceID i32 REQ-CO ->Service
      unitCost dbl RW cost
      unitPrice dbl RO
    `,
  }),
  entity({
    name: 'ContractServiceAdjustments',
    singular: 'ContractServiceAdjustment',
    root: 'C',
    child: { parent: 'Contracts', path: 'ServiceAdjustments', key: 'contractID', verbs: 'C' },
    ofOrganisation: true,
    table: `
      id i64 RO NQ
      adjustedUnitCost dbl RW NQ cost
      adjustedUnitPrice dbl RW NQ
      allowRepeatService bool RW NQ
      contractID i32 RW NQ ->Contract
      contractServiceID i32 RW NQ ->ContractService
      effectiveDate date REQ NQ
      quoteItemID i32 RW NQ ->QuoteItem
      serviceID i32 RW NQ ->Service
      unitChange i32 RW NQ
    `,
  }),
  entity({
    name: 'ContractServiceUnits',
    singular: 'ContractServiceUnit',
    root: 'Q',
    child: { parent: 'Contracts', path: 'ServiceUnits', key: 'contractID', verbs: 'L' },
    ofOrganisation: true,
    table: `
      id i64 RO
      approveAndPostDate dt RO
      contractID i32 RO! ->Contract
      contractServiceID i32 RW ->ContractService
      cost dbl RO cost
      endDate date RO!
      internalCurrencyPrice dbl RO
      organizationalLevelAssociationID i32 RO ->OrganizationalLevelAssociation
      price dbl RO
      serviceID i32 RO! ->Service
      startDate date RO!
      units i32 RO!
      vendorCompanyID i32 RO ->Company
    `,
  }),
  entity({
    name: 'ContractCharges',
    singular: 'ContractCharge',
    root: 'Q',
    child: { parent: 'Contracts', path: 'Charges', key: 'contractID', verbs: 'LCUPD' },
    ofOrganisation: true,
    table: `
      id i64 RO
      billableAmount dbl RO
      billingCodeID i64 RW ->BillingCode
      chargeType i32 REQ picklist
      contractID i64 REQ ->Contract
      contractServiceBundleID i64 RW ->ContractServiceBundle
      contractServiceID i64 RW ->ContractService
      createDate dt RO created
      creatorResourceID i64 RO ->Resource creator
      datePurchased date REQ
      description str2000 RW
      extendedCost dbl RO cost
      internalCurrencyBillableAmount dbl RO
      internalCurrencyUnitPrice dbl RO
      internalPurchaseOrderNumber str50 RW
      isBillableToCompany bool RW
      isBilled bool RO
      name str100 REQ
      notes str2000 RW
      organizationalLevelAssociationID i32 RO ->OrganizationalLevelAssociation
      productID i64 RW ->Product
      purchaseOrderNumber str50 RW
      status i64 RO picklist
      statusLastModifiedBy i64 RO
      statusLastModifiedDate dt RO modified
      unitCost dbl RW cost
      unitPrice dbl RW
      unitQuantity dbl REQ
    `,
  }),
  entity({
    name: 'ContractNotes',
    singular: 'ContractNote',
    root: 'Q',
    child: { parent: 'Contracts', path: 'Notes', key: 'contractID', verbs: 'LCUP' },
    ofOrganisation: true,
    table: `
      id i64 RO
      contractID i32 REQ-CO ->Contract
      createDateTime dt RO created
      creatorResourceID i32 RO ->Resource creator
      description str8000 REQ
      impersonatorCreatorResourceID i32 RO ->Resource impersonator
      impersonatorUpdaterResourceID i32 RO ->Resource
      lastActivityDate dt RO modified
      title str250 REQ
    `,
  }),
  entity({
    name: 'ContractServiceBundles',
    singular: 'ContractServiceBundle',
    root: 'Q',
    child: { parent: 'Contracts', path: 'ServiceBundles', key: 'contractID', verbs: 'LCUP' },
    ofOrganisation: true,
    locked: true,
    table: `
      id i64 RO
      adjustedPrice dbl RW
      contractID i32 REQ-CO ->Contract
      internalCurrencyAdjustedPrice dbl RO
      internalCurrencyUnitPrice dbl RO
      internalDescription str100 RW
      invoiceDescription str1000 RW
      quoteItemID i64 RO ->QuoteItem
      serviceBundleID i32 REQ-CO ->ServiceBundle
      unitPrice dbl RW
    `,
  }),
  entity({
    name: 'ContractServiceBundleUnits',
    singular: 'ContractServiceBundleUnit',
    root: 'Q',
    child: { parent: 'Contracts', path: 'ServiceBundleUnits', key: 'contractID', verbs: 'L' },
    ofOrganisation: true,
    table: `
      id i64 RO
      approveAndPostDate dt RO
      contractID i32 RO! ->Contract
      contractServiceBundleID i32 RO ->ContractServiceBundle
      cost dbl RO cost
      endDate date RO!
      internalCurrencyPrice dbl RO
      organizationalLevelAssociationID i32 RO ->OrganizationalLevelAssociation
      price dbl RO
      serviceBundleID i32 RO! ->ServiceBundle
      startDate date RO!
      units i32 RO!
    `,
  }),
];
