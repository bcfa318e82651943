import { entity, type Entity } from '../entity-fields.js';

/** Companies and what hangs below them (reference §10.1–§10.3). */
export const companyEntities: Entity[] = [
  entity({
    name: 'Companies',
    singular: 'Company',
    root: 'QCUP',
    ofOrganisation: true,
    webhooks: true,
    userDefined: [
      { name: 'Marketplace Customer', label: 'Marketplace Customer', description: 'Customer id in the marketplace' },
      { name: 'Account Note', label: 'Account Note', description: 'Free text' },
    ],
    table: `
      id i64 RO
      additionalAddressInformation str100 RW
      address1 str128 RW
      address2 str128 RW
      alternatePhone1 str25 RW
      alternatePhone2 str25 RW
      apiVendorID i32 RO picklist
      assetValue dbl RW NQ
      billingAddress1 str150 RO
      billingAddress2 str150 RO
      billToAdditionalAddressInformation str100 RO
      billToAddressToUse i32 RO picklist
      billToAttention str50 RW
      billToCity str50 RO
      billToCompanyLocationID i32 RW ->CompanyLocation
      billToCountryID i32 RO ->Country
      billToState str128 RO
      billToZipCode str50 RO
      city str30 RW
      classification i32 RW picklist
      companyCategoryID i32 RW
      companyName str100 REQ
      companyNumber str50 RW
      companyType i32 REQ picklist
      competitorID i32 RW picklist
      countryID i32 RW ->Country
      createDate dt RO created
      createdByResourceID i32 RO ->Resource creator
      currencyID i32 RW ->Currency
      fax str25 RW
      impersonatorCreatorResourceID i32 RO ->Resource impersonator
      invoiceEmailMessageID i32 RW
      invoiceMethod i32 RW picklist
      invoiceNonContractItemsToParentCompany bool RW
      invoiceTemplateID i32 RW ->InvoiceTemplate
      isActive bool RW
      isClientPortalActive bool RO
      isEnabledForComanaged bool RW
      isSample bool RW
      isTaskFireActive bool RO
      isTaxExempt bool RW
      lastActivityDate dt RO modified
      lastTrackedModifiedDateTime dt RO modified
      marketSegmentID i32 RW picklist
      ownerResourceID i32 REQ ->Resource
      parentCompanyID i32 RW ->Company
      phone str25 REQ
      postalCode str10 RW
      purchaseOrderTemplateID i32 RW picklist
      quoteEmailMessageID i32 RW
      quoteTemplateID i32 RW ->QuoteTemplate
      sicCode str32 RW NQ
      state str40 RW
      stockMarket str10 RW NQ
      stockSymbol str10 RW NQ
      surveyCompanyRating dbl RO
      taxID str50 RW
      taxRegionID i32 RW ->TaxRegion
      territoryID i32 RW picklist
      webAddress str255 RW
    `,
  }),
  entity({
    name: 'CompanyLocations',
    singular: 'CompanyLocation',
    root: 'Q',
    child: { parent: 'Companies', path: 'Locations', key: 'companyID', verbs: 'LCUPD' },
    ofOrganisation: true,
    table: `
      id i64 RO
      address1 str128 RW
      address2 str128 RW
      alternatePhone1 str25 RW
      alternatePhone2 str25 RW
      city str50 RW
      companyID i32 REQ-CO ->Company
      countryID i32 RW ->Country
      description str500 RW
      fax str25 RW
      isActive bool RW
      isPrimary bool RW
      isTaxExempt bool RW
      name str100 REQ
      overrideCompanyTaxSettings bool RW
      phone str25 RW
      postalCode str20 RW
      roundtripDistance dbl RW
      state str25 RW
      taxRegionID i32 RW ->TaxRegion
    `,
  }),
  entity({
    name: 'Contacts',
    singular: 'Contact',
    root: 'Q',
    child: { parent: 'Companies', path: 'Contacts', key: 'companyID', verbs: 'LCUPD' },
    ofOrganisation: true,
    webhooks: true,
    table: `
      id i64 RO
      additionalAddressInformation str100 RW
      addressLine str128 RW
      addressLine1 str128 RW
      alternatePhone str32 RW
      apiVendorID i32 RO picklist
      bulkEmailOptOutTime dt RO
      city str32 RW
      companyID i32 REQ-CO ->Company
      companyLocationID i32 RW ->CompanyLocation
      countryID i32 RW ->Country
      createDate dt RO created
      emailAddress str254 RW
      emailAddress2 str254 RW
      emailAddress3 str254 RW
      extension str10 RW
      externalID str50 RW
      facebookUrl str200 RW
      faxNumber str25 RW
      firstName str50 REQ
      impersonatorCreatorResourceID i32 RO ->Resource impersonator
      isActive i32 REQ
      isOptedOutFromBulkEmail bool RW NQ
      lastActivityDate dt RO modified
      lastModifiedDate dt RO modified
      lastName str50 REQ
      linkedInUrl str200 RW
      middleInitial str50 RW
      mobilePhone str25 RW
      namePrefix i32 RW picklist
      nameSuffix i32 RW picklist
      note str50 RW
      phone str25 RW
      primaryContact bool RW
      receivesEmailNotifications bool RW
      roomNumber str50 RW
      solicitationOptOut bool RO NQ
      solicitationOptOutTime dt RO
      state str40 RW
      surveyOptOut bool RO NQ
      title str50 RW
      twitterUrl str200 RW
      zipCode str16 RW
    `,
  }),
];
