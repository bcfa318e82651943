import { entity, type Entity } from '../entity-fields.js';

/** Posted billing lines and what the tenant itself consists of (reference §10.12, §10.18, §10.20). */
export const tenantEntities: Entity[] = [
  entity({
    name: 'BillingItems',
    singular: 'BillingItem',
    root: 'QUP',
    ofOrganisation: true,
    table: `
      id i64 RO
      accountManagerWhenApprovedID i32 RO ->Resource
      billingCodeID i32 RO ->BillingCode
      billingItemType i32 RO! picklist
      companyID i32 RO ->Company
      configurationItemID i64 RO ->ConfigurationItem
      contractBlockID i32 RO
      contractChargeID i64 RO ->ContractCharge
      contractID i32 RO ->Contract
      contractServiceAdjustmentID i32 RO
      contractServiceBundleAdjustmentID i32 RO
      contractServiceBundleID i32 RO
      contractServiceBundlePeriodID i32 RO
      contractServiceID i32 RO
      contractServicePeriodID i32 RO
      description str2000 RO
      expenseItemID i32 RO ->ExpenseItem
      extendedPrice dbl RO
      internalCurrencyExtendedPrice dbl RO
      internalCurrencyRate dbl RO
      internalCurrencyTaxDollars dbl RO
      internalCurrencyTotalAmount dbl RO
      invoiceID i32 RO ->Invoice
      itemApproverID i32 RO ->Resource
      itemDate date RO
      itemName str255 RO
      lineItemFullDescription str8000 RO NQ
      lineItemGroupDescription str8000 RO NQ
      milestoneID i64 RO ->ContractMilestone
      nonBillable i32 RO!
      organizationalLevelAssociationID i32 RO ->OrganizationalLevelAssociation
      ourCost dbl RO cost
      postedDate date RO
      postedOnTime dt RO
      projectChargeID i64 RO ->ProjectCharge
      projectID i32 RO ->Project
      purchaseOrderNumber str50 RO
      quantity dbl RO
      rate dbl RO
      roleID i32 RO ->Role
      serviceBundleID i64 RO ->ServiceBundle
      serviceID i64 RO ->Service
      sortOrderID i32 RO
      subType i32 RO! picklist
      taskID i32 RO ->Task
      taxCategoryID i32 RO ->TaxCategory
      taxDollars dbl RO
      ticketChargeID i64 RO ->TicketCharge
      ticketID i32 RO ->Ticket
      timeEntryID i32 RO ->TimeEntry
      totalAmount dbl RO
      vendorID i64 RO ->Company
      webServiceDate dt RW
    `,
  }),
  entity({
    name: 'Resources',
    singular: 'Resource',
    root: 'QUP',
    table: `
      id i64 RO
      accountingReferenceID str100 RW
      dateFormat str20 RO picklist
      defaultServiceDeskRoleID i64 RW
      email str254 REQ
      email2 str254 RW
      email3 str254 RW
      emailTypeCode str20 REQ picklist
      emailTypeCode2 str20 RW picklist
      emailTypeCode3 str20 RW picklist
      firstName str50 REQ
      gender str1 RW picklist
      greeting i32 RW picklist
      hireDate date REQ-CO
      homePhone str25 RW
      initials str32 RW
      internalCost dbl RO cost
      isActive bool REQ
      lastName str50 REQ
      licenseType i32 REQ-CO picklist
      locationID i32 REQ-CO picklist
      middleName str50 RW
      mobilePhone str25 RW
      numberFormat str20 REQ picklist
      officeExtension str10 RW
      officePhone str25 RW
      payrollType i32 REQ picklist
      resourceType str15 REQ picklist
      suffix i32 RW picklist
      surveyResourceRating dbl RO
      timeFormat str20 RO picklist
      title str50 RW
      travelAvailabilityPct str15 RW picklist
      userName str32 REQ
      userType i32 REQ-CO picklist
    `,
  }),
  entity({
    name: 'OrganizationalLevelAssociations',
    singular: 'OrganizationalLevelAssociation',
    root: 'QCUP',
    table: `
      id i64 RO
      isActive bool RW
      organizationalLevel1ID i32 REQ-CO
      organizationalLevel2ID i32 REQ-CO
    `,
  }),
  entity({
    name: 'Countries',
    singular: 'Country',
    root: 'QUP',
    table: `
      id i64 RO
      addressFormatID i64 RO picklist
      countryCode str2 RO!
      displayName str100 REQ
      invoiceTemplateID i32 RW ->InvoiceTemplate
      isActive bool RW
      isDefaultCountry bool RW
      name str100 RO!
      quoteTemplateID i32 RW ->QuoteTemplate
    `,
  }),
];
