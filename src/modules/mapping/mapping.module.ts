import { Module } from '@nestjs/common';
import { InstallationModule } from '../installation/installation.module.js';
import { NotificationModule } from '../notification/notification.module.js';
import { AutotaskCalls } from './autotask-calls.service.js';
import { AutotaskMirror } from './autotask-mirror.service.js';
import { CatalogController } from './catalog/catalog.controller.js';
import { CatalogList } from './catalog/catalog-list.service.js';
import { ServiceCreation } from './catalog/service-creation.service.js';
import { ServiceJournal } from './catalog/service-journal.service.js';
import { MappingCsvController } from './csv/mapping-csv.controller.js';
import { MappingCsv } from './csv/mapping-csv.service.js';
import { CustomerList } from './customers/customer-list.service.js';
import { CustomerMappings } from './customers/customer-mappings.service.js';
import { ContractHealth } from './subscriptions/contract-health.service.js';
import { CustomerSuggestions } from './customers/customer-suggestions.service.js';
import { CustomersController } from './customers/customers.controller.js';
import { FeeMappings } from './fees/fee-mappings.service.js';
import { FeesController } from './fees/fees.controller.js';
import { CompanyProfiles } from './imports/company-profiles.service.js';
import { CustomerImports } from './imports/customer-imports.service.js';
import { ImportJob } from './imports/import-job.service.js';
import { ImportsController } from './imports/imports.controller.js';
import { MappingChanges } from './mapping-changes.js';
import { MappingService } from './mapping.service.js';
import { MarketplaceMirror } from './marketplace-mirror.service.js';
import { MirrorRefresh } from './mirror-refresh.service.js';
import { ProductList } from './products/product-list.service.js';
import { ProductMappings } from './products/product-mappings.service.js';
import { ProductsController } from './products/products.controller.js';
import { RefreshController } from './refresh.controller.js';
import { RefreshJob } from './refresh-job.service.js';
import { ContractFinder } from './subscriptions/contract-finder.service.js';
import { SubscriptionContracts } from './subscriptions/subscription-contracts.service.js';
import { SubscriptionList } from './subscriptions/subscription-list.service.js';
import {
  ConnectionSubscriptionsController,
  SubscriptionsController,
} from './subscriptions/subscriptions.controller.js';

/** Mirrors of both sides and what belongs to what (FEATURES B). */
@Module({
  imports: [InstallationModule, NotificationModule],
  controllers: [
    CustomersController,
    ProductsController,
    FeesController,
    CatalogController,
    RefreshController,
    ImportsController,
    MappingCsvController,
    ConnectionSubscriptionsController,
    SubscriptionsController,
  ],
  providers: [
    MarketplaceMirror,
    AutotaskMirror,
    MirrorRefresh,
    RefreshJob,
    MappingCsv,
    CompanyProfiles,
    CustomerImports,
    ImportJob,
    MappingService,
    MappingChanges,
    AutotaskCalls,
    CustomerList,
    CustomerMappings,
    CustomerSuggestions,
    ContractHealth,
    ProductList,
    ProductMappings,
    FeeMappings,
    CatalogList,
    ServiceJournal,
    ServiceCreation,
    SubscriptionList,
    SubscriptionContracts,
    ContractFinder,
  ],
  exports: [
    AutotaskCalls,
    CustomerMappings,
    ProductMappings,
    SubscriptionContracts,
    MarketplaceMirror,
    AutotaskMirror,
    MirrorRefresh,
    RefreshJob,
    MappingService,
    MappingChanges,
    ContractFinder,
    CustomerList,
    ProductList,
    SubscriptionList,
  ],
})
export class MappingModule {}
