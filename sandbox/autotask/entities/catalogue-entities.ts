import { entity, type Entity } from '../entity-fields.js';

/** What is sold and at which price: services, products, billing codes, currencies (reference §10.9–§10.11, §10.15–§10.16). */
export const catalogueEntities: Entity[] = [
  entity({
    name: 'Services',
    singular: 'Service',
    root: 'QCUP',
    table: `
      id i64 RO
      billingCodeID i32 REQ ->BillingCode
      catalogNumberPartNumber str50 RW newer
      createDate dt RO created
      creatorResourceID i32 RO ->Resource creator
      description str400 RW
      externalID str50 RW newer
      internalID str50 RW newer
      invoiceDescription str1000 RW
      isActive bool RW
      lastModifiedDate dt RO modified
      manufacturerServiceProvider str50 RW newer
      manufacturerServiceProviderProductNumber str50 RW newer
      markupRate dbl RO cost
      name str150 REQ
      periodType i32 REQ-CO picklist
      serviceLevelAgreementID i64 RW picklist
      sku str50 RW newer
      unitCost dbl RW cost
      unitPrice dbl REQ
      updateResourceID i32 RO ->Resource updater
      url str50 RW newer
      vendorCompanyID i32 RW ->Company
    `,
  }),
  entity({
    name: 'ServiceBundles',
    singular: 'ServiceBundle',
    root: 'QCUPD',
    locked: true,
    table: `
      id i64 RO
      billingCodeID i32 REQ ->BillingCode
      catalogNumberPartNumber str50 RW newer
      createDate dt RO created
      creatorResourceID i32 RO ->Resource creator
      description str200 RW
      externalID str50 RW newer
      internalID str50 RW newer
      invoiceDescription str1000 RW
      isActive bool RW
      lastModifiedDate dt RO modified
      manufacturerServiceProvider str50 RW newer
      manufacturerServiceProviderProductNumber str50 RW newer
      name str150 REQ
      percentageDiscount dbl RW
      periodType i32 REQ-CO picklist
      serviceLevelAgreementID i64 RW picklist
      sku str50 RW newer
      unitCost dbl RO cost
      unitDiscount dbl RW
      unitPrice dbl RW
      updateResourceID i32 RO ->Resource updater
      url str50 RW newer
    `,
  }),
  // The live metadata calls these fields writable although the entity has no write route: routes beat flags (§10.11).
  entity({
    name: 'BillingCodes',
    singular: 'BillingCode',
    root: 'Q',
    table: `
      id i64 RO
      afterHoursWorkType i32 RW ->BillingCode
      billingCodeType i32 RW picklist
      department i32 RW
      description str500 RW
      externalNumber str100 RW
      generalLedgerAccount i32 RW picklist
      isActive bool RW
      isExcludedFromNewContracts bool RW
      markupRate dbl RW cost
      name str200 RW
      taxCategoryID i32 RW ->TaxCategory
      unitCost dbl RW cost
      unitPrice dbl RW
      useType i32 RW picklist
    `,
  }),
  entity({
    name: 'Products',
    singular: 'Product',
    root: 'QCUP',
    table: `
      id i64 RO
      billingType i32 RO picklist
      chargeBillingCodeID i32 RW ->BillingCode
      createdByResourceID i32 RO ->Resource creator
      createdTime dt RO created
      defaultInstalledProductCategoryID i32 RW ->ConfigurationItemCategory
      defaultVendorID i32 RW ->Company
      description str2000 RW
      doesNotRequireProcurement bool RW
      externalProductID str50 RW
      impersonatorCreatorResourceID i32 RO ->Resource impersonator
      internalProductID str50 RW
      isActive bool REQ
      isEligibleForRma bool RW
      isSerialized bool REQ
      link str500 RW
      manufacturerName str100 RW
      manufacturerProductName str50 RW
      markupRate dbl RO cost
      msrp dbl RW
      name str100 REQ
      periodType i32 RW picklist
      priceCostMethod i32 RO picklist
      productBillingCodeID i32 REQ ->BillingCode
      productCategory i32 RW picklist
      sku str50 RW
      unitCost dbl RW cost
      unitPrice dbl RW
      vendorProductNumber str50 RW
    `,
  }),
  entity({
    name: 'Currencies',
    singular: 'Currency',
    root: 'QUP',
    table: `
      id i64 RO
      currencyNegativeFormat str10 RO!
      currencyPositiveFormat str10 RO!
      description str100 RO!
      displaySymbol i32 RO! picklist
      exchangeRate dbl REQ
      isActive bool RO!
      isInternalCurrency bool RO!
      lastModifiedDateTime dt RW
      name str3 RO!
      updateResourceId i32 RO ->Resource updater
    `,
  }),
  entity({
    name: 'PriceListServices',
    singular: 'PriceListService',
    root: 'QUP',
    table: `
      id i64 RO
      currencyID i32 RO! ->Currency
      serviceID i32 RO! ->Service
      unitPrice dbl RW
      usesInternalCurrencyPrice bool REQ
    `,
  }),
];
