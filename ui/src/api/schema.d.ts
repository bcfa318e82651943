/* Made by `npm run ui:types`; do not edit. */
export interface paths {
  '/api/v1/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** State and progress of a job */
    get: operations['JobsController_get'];
    put?: never;
    post?: never;
    /** Stop a job after the step in flight */
    delete: operations['JobsController_stop'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Changes as they happen, ids only */
    get: operations['EventsController_stream'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/action-log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The Action Log, as a page or as CSV */
    get: operations['ActionLogController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/notifications': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Pop-ups, newest first */
    get: operations['NotificationController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/notifications/read': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Mark pop-ups as read */
    post: operations['NotificationController_read'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/.well-known/marketplace-extension.json': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The manifest that a marketplace lists and installs the extension by */
    get: operations['ManifestController_manifest'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/icon.svg': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The icon of the catalogue */
    get: operations['ManifestController_icon'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/lifecycle/{event}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A lifecycle event of the host, signed by JWKS with the hash of its body */
    post: operations['LifecycleController_receive'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who is signed in, and for which installation */
    get: operations['MeController_me'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Connections by alias */
    get: operations['ConnectionsController_list'];
    put?: never;
    /** Create a connection whose access works */
    post: operations['ConnectionsController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Test access, as it would be created or as it is stored */
    post: operations['ConnectionsController_test'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One connection */
    get: operations['ConnectionsController_read'];
    put?: never;
    post?: never;
    /** Remove a connection, or switch it off where it has history */
    delete: operations['ConnectionsController_remove'];
    options?: never;
    head?: never;
    /** Change a connection */
    patch: operations['ConnectionsController_update'];
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/customers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Customers with their companies and suggestions */
    get: operations['CustomersController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/customers/suggestions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Suggestions for unmapped customers */
    get: operations['CustomersController_suggestions'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/customers/automation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many customers are processed automatically */
    get: operations['CustomersController_automation'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/customers/mappings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Save mappings of customers, all or none */
    put: operations['CustomersController_save'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/customers/{customerId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Automatic processing of a customer */
    patch: operations['CustomersController_update'];
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/products': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Products with both periods, their services and suggestions */
    get: operations['ProductsController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/products/mappings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Save mappings of products, all or none */
    put: operations['ProductsController_save'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/fees': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Fees and what they are charged as */
    get: operations['FeesController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/fees/mappings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Save mappings of fees, all or none */
    put: operations['FeesController_save'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/companies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Autotask companies */
    get: operations['CatalogController_companies'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/services': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Autotask services */
    get: operations['CatalogController_services'];
    put?: never;
    /** Add a product to Autotask as a service */
    post: operations['CatalogController_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/billing-codes': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Autotask billing codes */
    get: operations['CatalogController_billingCodes'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/autotask-products': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Autotask products */
    get: operations['CatalogController_autotaskProducts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/vendors': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Autotask vendors */
    get: operations['CatalogController_vendors'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/refresh': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Refresh the mapping lists */
    post: operations['RefreshController_start'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/importable-companies': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Companies that can be imported as customers */
    get: operations['ImportsController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/imports': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Import companies as customers */
    post: operations['ImportsController_start'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/mappings/export': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All mappings as CSV */
    get: operations['MappingCsvController_export'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/mappings/import': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Import mappings from CSV */
    post: operations['MappingCsvController_import'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/subscriptions': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Subscriptions with their contracts and sync status */
    get: operations['ConnectionSubscriptionsController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One subscription */
    get: operations['SubscriptionsController_detail'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/contracts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Contracts a subscription could go to */
    get: operations['SubscriptionsController_candidates'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/contract/unmapping': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What unmapping a subscription would affect */
    get: operations['SubscriptionsController_unmapEffect'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{id}/contract': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Take a subscription off its contract */
    delete: operations['SubscriptionsController_unmap'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/tasks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tasks, filtered */
    get: operations['ConnectionTasksController_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/tasks/selection': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** What a selection of tasks comes to */
    post: operations['ConnectionTasksController_select'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/tasks/sync': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sync many tasks in the background */
    post: operations['ConnectionTasksController_sync'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/tasks/ignore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Ignore tasks */
    post: operations['ConnectionTasksController_ignore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/tasks/restore': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Restore tasks */
    post: operations['ConnectionTasksController_restore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A task */
    get: operations['TasksController_detail'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}/contracts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Contracts a task can go to */
    get: operations['TasksController_contractChoices'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}/mappings': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Mappings of what a task names */
    get: operations['TasksController_mappingsOf'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Preview a task */
    post: operations['TasksController_plan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}/sync': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Sync a task */
    post: operations['TasksController_sync'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}/draft': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** A task's draft */
    get: operations['TasksController_draft'];
    /** Save a task's draft */
    put: operations['TasksController_saveDraft'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tasks/{taskId}/operations/{operationId}/resolve': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Decide about an uncertain write */
    post: operations['TasksController_resolve'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{subscriptionId}/contract': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Map a subscription to a contract, or ask for its move */
    put: operations['SubscriptionSyncController_map'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/subscriptions/{subscriptionId}/sync': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Replay a subscription's open tasks */
    post: operations['SubscriptionSyncController_sync'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{connectionId}/customers/{customerId}/reconcile': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Compare both sides of a customer now */
    post: operations['CustomerReconcileController_reconcile'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{id}/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Check changes now, or join the check that runs */
    post: operations['ChangeCheckController_check'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{id}/checks': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Recent checks with what they found */
    get: operations['ChangeCheckController_checks'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{id}/dashboard': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The numbers above the task list */
    get: operations['ChangeCheckController_numbers'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{id}/tie-out': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Marketplace amounts against Autotask invoice lines, explained */
    get: operations['TieOutController_month'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/connections/{id}/insights': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tasks by day and state, units and recurring amounts on both sides */
    get: operations['InsightsController_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    JobView: {
      id: string;
      /** @enum {string} */
      name: 'check' | 'sync' | 'refresh' | 'import' | 'bulk';
      connectionId: string;
      /** @enum {string} */
      state: 'queued' | 'running' | 'done' | 'stopped' | 'failed';
      requestedBy: string;
      requestedAt: string;
      startedAt: string | null;
      finishedAt: string | null;
      step: string | null;
      total: number;
      done: number;
      failed: number;
      returned: number;
      left: number;
      result: Record<string, never> | null;
      failure: Record<string, never> | null;
    };
    ActionLogRow: {
      id: string;
      /** @example 2027-03-10T10:15:09.000Z */
      at: string;
      /**
       * @description Host user id, or `automatic`
       * @example user-7
       */
      actor: string;
      /** @enum {string} */
      category: 'lifecycle' | 'connection' | 'settings' | 'check' | 'mapping' | 'task' | 'push' | 'access';
      /** @example push.adjustUnits */
      action: string;
      /** @enum {string} */
      outcome: 'ok' | 'failed' | 'uncertain' | 'info' | 'action_required';
      message: string;
      connectionId: string | null;
      taskId: string | null;
      subscriptionId: string | null;
      customerId: string | null;
      before: Record<string, never> | null;
      after: Record<string, never> | null;
      details: Record<string, never> | null;
    };
    ActionLogPage: {
      items: components['schemas']['ActionLogRow'][];
      /** @description Exact up to 10,000 */
      total: number;
      page: number;
      pageSize: number;
    };
    NotificationRow: {
      id: string;
      /** @example 2027-03-10T10:15:09.000Z */
      createdAt: string;
      /** @enum {string} */
      level: 'error' | 'action' | 'info';
      /** @example AUTOTASK_REJECTED */
      code: string;
      message: string;
      connectionId: string | null;
      taskId: string | null;
      /** @description By the caller */
      read: boolean;
    };
    NotificationPage: {
      items: components['schemas']['NotificationRow'][];
      total: number;
      page: number;
      pageSize: number;
      unread: number;
    };
    ReadNotifications: {
      ids?: string[];
      /** @enum {boolean} */
      all?: true;
    };
    UnreadCount: {
      unread: number;
    };
    AccountView: {
      id: string;
      name: string;
    };
    PrefilledAccessView: {
      prefilled: boolean;
      baseUrl?: string;
      user?: string;
      marketplace?: string;
    };
    MeView: {
      installationId: string;
      /** @description User id of the host */
      userId: string;
      /** @enum {string} */
      role: 'viewer' | 'operator' | 'admin';
      account: components['schemas']['AccountView'];
      marketplaceCode: string;
      /** @description IANA name the host sent; null when it sent none */
      timeZone: string | null;
      marketplaceAccess: components['schemas']['PrefilledAccessView'];
    };
    PauseView: {
      /** @example AUTOTASK_SECRET_WRONG */
      code: string;
      /**
       * Format: date-time
       * @description Next try; null = a person must replace or test the credentials
       */
      until: string | null;
    };
    ConnectionListItem: {
      /** Format: uuid */
      id: string;
      /** @example EU - EUR */
      alias: string;
      /** @example EUR */
      currency: string;
      /** @example Europe/Berlin */
      timeZone: string;
      /** @enum {string} */
      state: 'connected' | 'paused' | 'needsCredentials' | 'disabled';
      pause: components['schemas']['PauseView'] | null;
      /** @description Tasks that wait for a person: action required, failed or uncertain */
      needsYou: number;
      /** @enum {string} */
      automation: 'off' | 'daily' | 'every5Minutes';
      /**
       * @description The default filter of the action log follows it
       * @enum {string}
       */
      notificationLevel: 'errorsAndActions' | 'all';
      /** Format: date-time */
      lastCheckAt: string | null;
      /** Format: date-time */
      nextCheckAt: string | null;
    };
    ConnectionPage: {
      items: components['schemas']['ConnectionListItem'][];
      total: number;
      page: number;
      pageSize: number;
    };
    AutotaskUserDto: {
      /** @example api-sync@marmalade-freight.example */
      userName: string;
      secret: string;
    };
    MarketplaceAccessDto: {
      /** @example https://api.marketplace.example/marketplace */
      baseUrl: string;
      user: string;
      password: string;
      subscriptionKey: string;
      /** @example eu */
      marketplace: string;
    };
    SettingsDto: {
      /** @enum {string} */
      priceSource?: 'autotask' | 'marketplace';
      trimDescription?: boolean;
      /** @enum {string} */
      proration?: 'autotask' | 'marketplace';
      syncRefunds?: boolean;
      severalProductsPerService?: boolean;
      /** @enum {string} */
      automation?: 'off' | 'daily' | 'every5Minutes';
      /** @description Local hour of the connection's zone */
      dailyHour?: number;
      /** @enum {string} */
      notificationLevel?: 'errorsAndActions' | 'all';
      apiBudgetShare?: number;
      automaticCreatesLines?: boolean;
    };
    CreateConnectionDto: {
      /** @example EU - EUR */
      alias: string;
      /**
       * @description ISO code; once among enabled connections
       * @example EUR
       */
      currency: string;
      /** @example Europe/Berlin */
      timeZone: string;
      autotask: components['schemas']['AutotaskUserDto'];
      marketplace?: components['schemas']['MarketplaceAccessDto'];
      settings?: components['schemas']['SettingsDto'];
    };
    AutotaskUserView: {
      userName: string;
      hasSecret: boolean;
    };
    MarketplaceAccessView: {
      baseUrl: string;
      user: string;
      marketplace: string;
      hasSecret: boolean;
    };
    SettingsView: {
      /** @enum {string} */
      priceSource: 'autotask' | 'marketplace';
      trimDescription: boolean;
      /** @enum {string} */
      proration: 'autotask' | 'marketplace';
      syncRefunds: boolean;
      severalProductsPerService: boolean;
      /** @enum {string} */
      automation: 'off' | 'daily' | 'every5Minutes';
      dailyHour: number;
      /** @enum {string} */
      notificationLevel: 'errorsAndActions' | 'all';
      apiBudgetShare: number;
      automaticCreatesLines: boolean;
    };
    LearnedView: {
      /** @description Zone of the tenant */
      zoneName?: string;
      /** @description The tenant's web pages, for links */
      webUrl?: string;
      /** @description False: the API user may not see costs, so costs are not synced */
      costVisible?: boolean;
      isInternalCurrency?: boolean;
    };
    ConnectionView: {
      /** Format: uuid */
      id: string;
      /** @example EU - EUR */
      alias: string;
      /** @example EUR */
      currency: string;
      /** @example Europe/Berlin */
      timeZone: string;
      /** @enum {string} */
      state: 'connected' | 'paused' | 'needsCredentials' | 'disabled';
      pause: components['schemas']['PauseView'] | null;
      /** @description Tasks that wait for a person: action required, failed or uncertain */
      needsYou: number;
      /** @enum {string} */
      automation: 'off' | 'daily' | 'every5Minutes';
      /**
       * @description The default filter of the action log follows it
       * @enum {string}
       */
      notificationLevel: 'errorsAndActions' | 'all';
      /** Format: date-time */
      lastCheckAt: string | null;
      /** Format: date-time */
      nextCheckAt: string | null;
      autotask: components['schemas']['AutotaskUserView'];
      marketplace: components['schemas']['MarketplaceAccessView'] | null;
      settings: components['schemas']['SettingsView'];
      learned: components['schemas']['LearnedView'];
      /** @description False once there are tasks */
      currencyCanChange: boolean;
      /** @description Another one after every change a person makes; a change sends it back */
      version: string;
      /** Format: date-time */
      createdAt: string;
      /** Format: date-time */
      updatedAt: string;
    };
    AutotaskUserChangeDto: {
      /** @example api-sync@marmalade-freight.example */
      userName?: string;
      secret?: string;
    };
    MarketplaceAccessChangeDto: {
      /** @example https://api.marketplace.example/marketplace */
      baseUrl?: string;
      user?: string;
      password?: string;
      subscriptionKey?: string;
      /** @example eu */
      marketplace?: string;
    };
    TestConnectionDto: {
      /** @description The version that was read; another one now answers 409 CONNECTION_CHANGED */
      version?: string;
      alias?: string;
      /** @description Only while the connection has no tasks */
      currency?: string;
      timeZone?: string;
      /** @description Switch off without losing anything, or on again */
      enabled?: boolean;
      autotask?: components['schemas']['AutotaskUserChangeDto'];
      marketplace?: components['schemas']['MarketplaceAccessChangeDto'];
      settings?: components['schemas']['SettingsDto'];
      /**
       * Format: uuid
       * @description Stored connection whose values fill what is left out
       */
      connectionId?: string;
    };
    ConnectionCheckView: {
      /** @enum {string} */
      check:
        | 'zone'
        | 'user'
        | 'secret'
        | 'licence'
        | 'rights'
        | 'visible'
        | 'cost'
        | 'billingCode'
        | 'currency'
        | 'marketplace';
      /** @description The Autotask entity a rights row is about */
      subject?: string;
      /** @enum {string} */
      status: 'ok' | 'warning' | 'failed' | 'skipped';
      code?: string;
      /** @description What is the matter and what to do */
      message?: string;
    };
    ConnectionTestView: {
      /** @description No row failed or was skipped: it may be saved */
      passed: boolean;
      checks: components['schemas']['ConnectionCheckView'][];
    };
    UpdateConnectionDto: {
      /** @description The version that was read; another one now answers 409 CONNECTION_CHANGED */
      version?: string;
      alias?: string;
      /** @description Only while the connection has no tasks */
      currency?: string;
      timeZone?: string;
      /** @description Switch off without losing anything, or on again */
      enabled?: boolean;
      autotask?: components['schemas']['AutotaskUserChangeDto'];
      marketplace?: components['schemas']['MarketplaceAccessChangeDto'];
      settings?: components['schemas']['SettingsDto'];
    };
    RemovalView: {
      /**
       * @description disabled: it has history, which is kept
       * @enum {string}
       */
      outcome: 'removed' | 'disabled';
    };
    CustomerView: {
      id: string;
      name: string;
      externalId: string | null;
      /** @enum {string} */
      status: 'pending' | 'active' | 'onHold' | 'cancelled' | 'error' | 'unknown';
    };
    CustomerCompanyView: {
      companyId: number;
      /** @description null when Autotask no longer has the company */
      companyName: string | null;
      companyActive: boolean;
      /** @description Other customers mapped to the same company (MAP-3) */
      otherCustomerIds: string[];
      version: number;
      mappedBy: string;
      /** Format: date-time */
      mappedAt: string;
    };
    SuggestionReason: {
      /** @enum {string} */
      code:
        | 'SAME_EXTERNAL_ID'
        | 'SAME_TAX_NUMBER'
        | 'SAME_NAME'
        | 'ALIKE_NAME'
        | 'CLOSE_NAME'
        | 'SAME_DOMAIN'
        | 'SAME_PHONE'
        | 'SAME_ADDRESS'
        | 'SAME_TOWN';
      customer: string;
      company: string;
    };
    SuggestionView: {
      companyId: number;
      companyName: string;
      /**
       * @description 0 to 1, two decimals
       * @example 0.96
       */
      score: number;
      /** @description The names are spelled the same */
      exact: boolean;
      reasons: components['schemas']['SuggestionReason'][];
      /** @description True: a person must choose; never pre-tick it */
      ambiguous: boolean;
      ambiguousBecause: (
        | 'SEVERAL_COMPANIES'
        | 'SEVERAL_CUSTOMERS'
        | 'COMPANY_TAKEN'
        | 'OTHER_TOWN'
        | 'OTHER_TAX_NUMBER'
        | 'OTHER_LEGAL_FORM'
        | 'NAME_DIFFERS'
        | 'BRANCH'
      )[];
    };
    RejectedCompany: {
      companyId: number;
      companyName: string | null;
      rejectedBy: string;
      /** Format: date-time */
      rejectedAt: string;
    };
    BrokenView: {
      /** @enum {string} */
      code:
        | 'CUSTOMER_INACTIVE'
        | 'CUSTOMER_GONE'
        | 'CUSTOMER_RENAMED'
        | 'COMPANY_INACTIVE'
        | 'COMPANY_GONE'
        | 'COMPANY_RENAMED';
      message: string;
    };
    CustomerRow: {
      customer: components['schemas']['CustomerView'];
      /** @enum {string} */
      state: 'unmapped' | 'matched' | 'broken';
      /** @description Send it back with a save */
      version: number;
      autoSync: boolean;
      mappings: components['schemas']['CustomerCompanyView'][];
      /** @description Only on unmapped rows */
      suggestions: components['schemas']['SuggestionView'][];
      rejected: components['schemas']['RejectedCompany'][];
      broken: components['schemas']['BrokenView'] | null;
    };
    CustomerCounts: {
      unmapped: number;
      suggested: number;
      matched: number;
      broken: number;
      rejected: number;
      all: number;
    };
    CustomerAges: {
      /** Format: date-time */
      customers: string | null;
      /** Format: date-time */
      companies: string | null;
    };
    CustomerPage: {
      items: components['schemas']['CustomerRow'][];
      total: number;
      page: number;
      pageSize: number;
      counts: components['schemas']['CustomerCounts'];
      asOf: components['schemas']['CustomerAges'];
    };
    CustomerSuggestion: {
      companyId: number;
      companyName: string;
      /**
       * @description 0 to 1, two decimals
       * @example 0.96
       */
      score: number;
      /** @description The names are spelled the same */
      exact: boolean;
      reasons: components['schemas']['SuggestionReason'][];
      /** @description True: a person must choose; never pre-tick it */
      ambiguous: boolean;
      ambiguousBecause: (
        | 'SEVERAL_COMPANIES'
        | 'SEVERAL_CUSTOMERS'
        | 'COMPANY_TAKEN'
        | 'OTHER_TOWN'
        | 'OTHER_TAX_NUMBER'
        | 'OTHER_LEGAL_FORM'
        | 'NAME_DIFFERS'
        | 'BRANCH'
      )[];
      customerId: string;
      customerName: string;
      /** @description The customer's version, to be sent back with a save */
      version: number;
    };
    CustomerSuggestionPage: {
      items: components['schemas']['CustomerSuggestion'][];
      total: number;
      page: number;
      pageSize: number;
      asOf: components['schemas']['CustomerAges'];
    };
    AutomationCounts: {
      on: number;
      all: number;
    };
    CustomerMappingChange: {
      /** @example C-1001 */
      customerId: string;
      /** @example 29701 */
      companyId: number;
      /** @enum {string} */
      action: 'map' | 'unmap' | 'reject' | 'restore';
      /** @description The customer's version as the list showed it; refused when it has changed since */
      version?: number;
    };
    CustomerSaveEffect: {
      customers: number;
      /** @description Running subscriptions of these customers */
      subscriptions: number;
      openTasks: number;
    };
    CustomerSaveResult: {
      /** @description Rows that changed something */
      changed: number;
      /** @description Rows that were already so */
      unchanged: number;
      /** @description The customers of the save as they are now */
      items: components['schemas']['CustomerRow'][];
      affected: components['schemas']['CustomerSaveEffect'];
    };
    CustomerSettingsDto: {
      /** @description Automatic processing for this customer (INS-5) */
      autoSync: boolean;
    };
    PeriodView: {
      /** @enum {string} */
      unit: 'day' | 'month' | 'year' | 'statement_day' | 'unknown';
      count: number;
    };
    CycleView: {
      /** @description False: it becomes charges and needs a fee mapping instead */
      needsService: boolean;
      /** @description Autotask's period type: 2, 3, 4 or 5 */
      periodType: number | null;
      /** @example monthly */
      word: string;
      /** @description Why no service is needed */
      message: string | null;
    };
    ProductView: {
      key: string;
      id: string;
      mpn: string | null;
      vendor: string | null;
      name: string;
      /** @description Plan or service name it is grouped under */
      plan: string;
      billingModel: string;
      billingPeriod: components['schemas']['PeriodView'];
      subscriptionPeriod: components['schemas']['PeriodView'];
      cycle: components['schemas']['CycleView'];
      /** @description False: no longer sold nor subscribed */
      active: boolean;
    };
    ProductServiceView: {
      serviceId: number;
      /** @description null when Autotask no longer has the service */
      serviceName: string | null;
      serviceActive: boolean;
      /** @description Other products on the same service (INS-8): their units add up */
      otherProductKeys: string[];
      version: number;
      mappedBy: string;
      /** Format: date-time */
      mappedAt: string;
    };
    ServiceReasonView: {
      /** @enum {string} */
      code: 'SAME_SKU' | 'SAME_EXTERNAL_ID' | 'SAME_NAME';
      product: string;
      service: string;
    };
    ServiceSuggestionView: {
      serviceId: number;
      serviceName: string;
      exact: boolean;
      /** @description Strongest first */
      reasons: components['schemas']['ServiceReasonView'][];
      ambiguous: boolean;
      ambiguousBecause: ('SEVERAL_SERVICES' | 'SEVERAL_PRODUCTS' | 'SERVICE_TAKEN')[];
    };
    ProductBrokenView: {
      /** @enum {string} */
      code:
        | 'SERVICE_INACTIVE'
        | 'SERVICE_GONE'
        | 'SERVICE_RENAMED'
        | 'PRODUCT_GONE'
        | 'PRODUCT_RENAMED'
        | 'CYCLE_MISMATCH'
        | 'PRODUCT_NEEDS_NO_SERVICE';
      message: string;
    };
    ProductRow: {
      product: components['schemas']['ProductView'];
      /** @enum {string} */
      state: 'unmapped' | 'matched' | 'broken' | 'notNeeded';
      /** @description Send it back with a save */
      version: number;
      mapping: components['schemas']['ProductServiceView'] | null;
      suggestions: components['schemas']['ServiceSuggestionView'][];
      broken: components['schemas']['ProductBrokenView'] | null;
    };
    PlanView: {
      name: string;
      products: number;
      mapped: number;
    };
    ProductAges: {
      /** Format: date-time */
      products: string | null;
      /** Format: date-time */
      services: string | null;
    };
    ProductPage: {
      items: components['schemas']['ProductRow'][];
      total: number;
      page: number;
      pageSize: number;
      /** @description With groupBy=plan: every plan under the search */
      plans?: components['schemas']['PlanView'][];
      asOf: components['schemas']['ProductAges'];
    };
    ProductMappingChange: {
      /** @example mpn:EX-OFF-B|Example|1m|12m */
      productKey: string;
      /** @enum {string} */
      action: 'map' | 'unmap';
      /** @description Needed to map; with unmap the service that was seen */
      serviceId?: number;
      /** @description The product's version as the list showed it; refused when it has changed since */
      version?: number;
    };
    ProductSaveResult: {
      changed: number;
      unchanged: number;
      /** @description The products of the save as they are now */
      items: components['schemas']['ProductRow'][];
    };
    FeeTargetView: {
      /** @enum {string} */
      kind: 'billingCode' | 'product';
      id: number;
      /** @description null when Autotask no longer has it */
      name: string | null;
      active: boolean;
    };
    FeeBrokenView: {
      /** @enum {string} */
      code: 'FEE_TARGET_INACTIVE' | 'FEE_TARGET_GONE' | 'FEE_TARGET_RENAMED';
      message: string;
    };
    FeeRow: {
      /** @enum {string} */
      feeKind: 'setup' | 'cancellation' | 'proration' | 'usage';
      /** @description null = for every product without a row of its own */
      productKey: string | null;
      productName: string | null;
      /** @description null = not mapped */
      target: components['schemas']['FeeTargetView'] | null;
      broken: components['schemas']['FeeBrokenView'] | null;
      /**
       * @description Open tasks with a charge that goes where this row says
       * @example 14
       */
      openTasks: number;
      /** @description 0 while not mapped */
      version: number;
      mappedBy: string | null;
      /** Format: date-time */
      mappedAt: string | null;
    };
    FeeAges: {
      /** Format: date-time */
      billingCodes: string | null;
      /** Format: date-time */
      autotaskProducts: string | null;
    };
    FeeList: {
      /** @description The four kinds, each followed by the rows of single products */
      items: components['schemas']['FeeRow'][];
      asOf: components['schemas']['FeeAges'];
    };
    FeeMappingChange: {
      /** @enum {string} */
      feeKind: 'setup' | 'cancellation' | 'proration' | 'usage';
      /** @description For this product only; absent = for every product without a mapping of its own */
      productKey?: string;
      /** @description A material billing code; null takes the mapping away */
      billingCodeId?: number | null;
      /** @description An Autotask product; null takes the mapping away */
      autotaskProductId?: number | null;
      /** @description The row's version as the list showed it; refused when it has changed since */
      version?: number;
    };
    FeeSaveResult: {
      /** @description The four kinds, each followed by the rows of single products */
      items: components['schemas']['FeeRow'][];
      asOf: components['schemas']['FeeAges'];
      changed: number;
      unchanged: number;
    };
    CompanyRow: {
      id: number;
      name: string;
      companyNumber: string | null;
      city: string | null;
      taxId: string | null;
      /** @description Only active ones are listed */
      isActive: boolean;
      /** @description Customers that are mapped to it already (MAP-3) */
      customerIds: string[];
    };
    CompanyRowPage: {
      total: number;
      page: number;
      pageSize: number;
      /**
       * Format: date-time
       * @description Age of the mirror; null = never read
       */
      asOf: string | null;
      items: components['schemas']['CompanyRow'][];
    };
    ServiceRow: {
      id: number;
      name: string;
      periodType: number | null;
      /** @example 8.5 */
      unitPrice: string;
      /** @description null where the API user may not see costs */
      unitCost: string | null;
      billingCodeId: number | null;
      sku: string | null;
      externalId: string | null;
      /** @description Only active ones are listed */
      isActive: boolean;
      /** @description Products that are mapped to it already (INS-8) */
      productKeys: string[];
    };
    ServiceRowPage: {
      total: number;
      page: number;
      pageSize: number;
      /**
       * Format: date-time
       * @description Age of the mirror; null = never read
       */
      asOf: string | null;
      items: components['schemas']['ServiceRow'][];
    };
    NewServiceDto: {
      /** @description The product it is made for: period, SKU and external id are checked or taken from it */
      productKey?: string;
      /**
       * @description Unique in Autotask
       * @example Example Office Basic, monthly
       */
      name: string;
      description?: string;
      invoiceDescription?: string;
      /**
       * @description 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly; fixed for ever
       * @enum {number}
       */
      periodType: 2 | 3 | 4 | 5;
      /**
       * @description In the connection's currency
       * @example 8.50
       */
      unitPrice: string;
      /** @example 6.10 */
      unitCost?: string;
      /** @description An active billing code of use type 5 */
      billingCodeId: number;
      vendorCompanyId?: number;
      sku?: string;
      externalId?: string;
      /** @description Further fields that this Autotask requires, by its own field names */
      additionalFields?: Record<string, never>;
      /**
       * @description Also maps `productKey` to the new service
       * @default false
       */
      mapProduct: boolean;
    };
    MappingProblemView: {
      code: string;
      message: string;
    };
    PriceProblemView: {
      /** @enum {string} */
      code: 'PRICE_LIST_MISSING' | 'PRICE_LIST_REFUSED';
      message: string;
      /** @description Autotask's own words */
      autotask?: string[];
    };
    NewServiceView: {
      service: components['schemas']['ServiceRow'];
      /** @description The product as mapped now; null when that was not asked for */
      product: components['schemas']['ProductRow'] | null;
      mappingProblem: components['schemas']['MappingProblemView'] | null;
      /** @description True: its answer was lost at first and it was found in Autotask afterwards */
      foundAgain: boolean;
      /** @description False: the API user may not write costs, so none was set */
      costWritten: boolean;
      /** @description True: the catalogue keeps price and cost in Autotask's own currency, converted at its exchange rate */
      priceConverted: boolean;
      /** @description The price written to the price list of the connection's currency; null in Autotask's own currency */
      listPrice: string | null;
      priceProblem: components['schemas']['PriceProblemView'] | null;
    };
    BillingCodeRow: {
      id: number;
      name: string;
      useType: number;
      /** @description Only active ones are listed */
      isActive: boolean;
    };
    BillingCodeRowPage: {
      total: number;
      page: number;
      pageSize: number;
      /**
       * Format: date-time
       * @description Age of the mirror; null = never read
       */
      asOf: string | null;
      items: components['schemas']['BillingCodeRow'][];
    };
    NamedRow: {
      id: number;
      name: string;
      /** @description Only active ones are listed */
      isActive: boolean;
    };
    NamedRowPage: {
      total: number;
      page: number;
      pageSize: number;
      /**
       * Format: date-time
       * @description Age of the mirror; null = never read
       */
      asOf: string | null;
      items: components['schemas']['NamedRow'][];
    };
    RefreshStarted: {
      /** Format: uuid */
      jobId: string;
    };
    ProfileView: {
      name?: string;
      street?: string;
      extension?: string;
      postalCode?: string;
      city?: string;
      state?: string;
      countryCode?: string;
      taxId?: string;
      language?: string;
      firstName?: string;
      lastName?: string;
      email?: string;
      phone?: string;
    };
    LastImportView: {
      /** @enum {string} */
      state: 'queued' | 'sending' | 'imported' | 'failed';
      code: string | null;
      message: string | null;
    };
    ImportableCompany: {
      companyId: number;
      name: string;
      number: string | null;
      profile: components['schemas']['ProfileView'];
      /** @description Import All takes only complete profiles */
      complete: boolean;
      missing: (
        'name' | 'street' | 'city' | 'postalCode' | 'countryCode' | 'firstName' | 'lastName' | 'email' | 'phone'
      )[];
      lastImport: components['schemas']['LastImportView'] | null;
    };
    ImportablePage: {
      items: components['schemas']['ImportableCompany'][];
      total: number;
      page: number;
      pageSize: number;
    };
    ImportProfileDto: {
      name?: string;
      street?: string;
      extension?: string;
      postalCode?: string;
      city?: string;
      state?: string;
      /** @description ISO alpha-2 */
      countryCode?: string;
      taxId?: string;
      /** @default en */
      language: string;
      firstName?: string;
      lastName?: string;
      email?: string;
      phone?: string;
      /** @description A second address the marketplace writes to */
      notificationEmail?: string;
      /** @description Sign-in of the administrator; with `password` */
      login?: string;
      /** @description Never stored in the clear, logged or exported */
      password?: string;
    };
    ImportRequestDto: {
      companyIds?: number[];
      /** @enum {boolean} */
      all?: true;
      /** @description Only with exactly one company */
      profile?: components['schemas']['ImportProfileDto'];
    };
    ImportStarted: {
      /** Format: uuid */
      jobId: string;
    };
    CsvProblem: {
      /** @description Line of the file; the heading is 1 */
      row: number;
      kind: string;
      marketplaceKey: string;
      autotaskId: string;
      code: string;
      message: string;
    };
    CsvImportReport: {
      dryRun: boolean;
      /** @description Rows of the file, without the heading */
      rows: number;
      /** @description Rows without a problem; those already so among them */
      good: number;
      /** @description Rows that changed something; 0 in a dry run */
      applied: number;
      /** @description Every problem, by row */
      problems: components['schemas']['CsvProblem'][];
    };
    SubscriptionCustomerView: {
      id: string;
      name: string | null;
    };
    SubscriptionItemView: {
      productKey: string;
      name: string;
      /**
       * @description What the marketplace sells, as decimal text
       * @example 5
       */
      quantity: string;
    };
    ContractBrokenView: {
      /** @enum {string} */
      code: 'CONTRACT_INACTIVE' | 'CONTRACT_GONE' | 'CONTRACT_RENAMED';
      message: string;
    };
    SubscriptionContractView: {
      contractId: number;
      /** @description Its name when it was mapped */
      contractName: string | null;
      /** @description As the last refresh found it; a push reads the contract again */
      broken: components['schemas']['ContractBrokenView'] | null;
      mappedBy: string;
      /** Format: date-time */
      mappedAt: string;
      version: number;
    };
    SubscriptionLineView: {
      contractServiceId: number;
      contractId: number;
      productKey: string;
      productName: string;
      units: number;
    };
    SubscriptionRow: {
      /**
       * Format: uuid
       * @description Our id: marketplace ids are unique only within a connection
       */
      id: string;
      connectionId: string;
      /** @description The marketplace's id */
      subscriptionId: string;
      name: string;
      /** @enum {string} */
      marketplaceStatus: 'pending' | 'active' | 'hold' | 'terminated' | 'removed' | 'unknown';
      customer: components['schemas']['SubscriptionCustomerView'];
      items: components['schemas']['SubscriptionItemView'][];
      contract: components['schemas']['SubscriptionContractView'] | null;
      lines: components['schemas']['SubscriptionLineView'][];
      /** @enum {string} */
      status: 'notMapped' | 'outOfSync' | 'ignored' | 'synced';
      openTasks: number;
      /** @description The last sync found something else in Autotask than was expected */
      drift: boolean;
      /**
       * Format: date-time
       * @description When the marketplace was last read
       */
      asOf: string;
    };
    SubscriptionCounts: {
      notMapped: number;
      outOfSync: number;
      ignored: number;
      synced: number;
      all: number;
    };
    SubscriptionPage: {
      items: components['schemas']['SubscriptionRow'][];
      total: number;
      page: number;
      pageSize: number;
      counts: components['schemas']['SubscriptionCounts'];
    };
    LineShareView: {
      subscriptionId: string;
      productKey: string;
      units: number;
    };
    LineDetailView: {
      contractServiceId: number;
      contractId: number;
      productKey: string;
      productName: string;
      units: number;
      /** @description What the line is expected to hold today */
      expected: number;
      shares: components['schemas']['LineShareView'][];
      /** @description Units nobody tracks */
      untracked: number;
    };
    SubscriptionTaskView: {
      /** Format: uuid */
      id: string;
      /** @enum {string} */
      type: 'sales' | 'change' | 'billing' | 'cancellation' | 'reconciliation';
      /** @enum {string} */
      state:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported';
      orderNumber: string | null;
      /** Format: date */
      effectiveDate: string;
      /** Format: date-time */
      syncedAt: string | null;
    };
    SubscriptionDetail: {
      /**
       * Format: uuid
       * @description Our id: marketplace ids are unique only within a connection
       */
      id: string;
      connectionId: string;
      /** @description The marketplace's id */
      subscriptionId: string;
      name: string;
      /** @enum {string} */
      marketplaceStatus: 'pending' | 'active' | 'hold' | 'terminated' | 'removed' | 'unknown';
      customer: components['schemas']['SubscriptionCustomerView'];
      items: components['schemas']['SubscriptionItemView'][];
      contract: components['schemas']['SubscriptionContractView'] | null;
      /** @enum {string} */
      status: 'notMapped' | 'outOfSync' | 'ignored' | 'synced';
      openTasks: number;
      /** @description The last sync found something else in Autotask than was expected */
      drift: boolean;
      /**
       * Format: date-time
       * @description When the marketplace was last read
       */
      asOf: string;
      billingModel: string;
      billingPeriod: components['schemas']['PeriodView'];
      subscriptionPeriod: components['schemas']['PeriodView'];
      /** Format: date */
      creationDate: string;
      /** Format: date */
      renewalDate: string | null;
      /**
       * Format: date
       * @description First day not covered
       */
      expirationDate: string | null;
      lines: components['schemas']['LineDetailView'][];
      /** @description Newest first, at most 100 */
      tasks: components['schemas']['SubscriptionTaskView'][];
    };
    ContractCompanyView: {
      id: number;
      name: string;
      active: boolean;
    };
    ContractReasonView: {
      /** @enum {string} */
      code: 'CONTRACT_UNSUITABLE' | 'CONTRACT_CYCLE' | 'CONTRACT_CURRENCY' | 'CONTRACT_DATE' | 'COMPANY_INACTIVE';
      message: string;
    };
    ContractCandidateView: {
      id: number;
      name: string;
      number: string | null;
      companyId: number;
      /** Format: date */
      start: string;
      /**
       * Format: date
       * @description Last covered day
       */
      end: string;
      periodType: number | null;
      currency: string;
      suitable: boolean;
      /** @description The only suitable one */
      preselected: boolean;
      /** @description Unsuitable only because it ends too early */
      extendable: boolean;
      reasons: components['schemas']['ContractReasonView'][];
      endsBeforeTerm: string | null;
    };
    ContractChoicesView: {
      /** @description Empty = the customer is not mapped */
      companies: components['schemas']['ContractCompanyView'][];
      /** @description Suitable ones first */
      items: components['schemas']['ContractCandidateView'][];
      /**
       * Format: date
       * @description The day they were judged for
       */
      date: string;
    };
    ReleasedUnitsView: {
      contractServiceId: number;
      productKey: string;
      /** @description Today */
      units: number;
    };
    UnmapEffect: {
      /** @description null = it is not mapped, so nothing would change */
      contractId: number | null;
      lines: components['schemas']['ReleasedUnitsView'][];
      /** @description Units that stay in Autotask and become untracked */
      units: number;
      /** @description Open tasks that would wait for a contract */
      openTasks: number;
      /** @description True: a task is being written or not proven, and unmapping is refused until it has ended */
      taskRunning: boolean;
    };
    AcceptedView: {
      /** @example user-7 */
      by: string;
      at: string;
      byPolicy: boolean;
    };
    IgnoredView: {
      /** @enum {string} */
      kind: 'done_by_hand' | 'not_billed';
      reason: string;
      by: string;
      at: string;
    };
    WaitsFor: {
      /** @enum {string} */
      kind: 'task' | 'lane';
      taskId: string;
      /** @example CH000905 */
      orderNumber: string | null;
      /** @enum {string} */
      state:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported';
    };
    RequiredActionView: {
      /** @example MAPPING_MISSING */
      code: string;
      message: string;
      /**
       * @example {
       *       "kind": "product",
       *       "id": "mpn:EX-OFF-B|…",
       *       "name": "Example"
       *     }
       */
      subject?: Record<string, never>;
      /** @description Ready answers: the choices each one sets */
      options?: Record<string, never>[];
    };
    TaskFailureView: {
      /** @example AUTOTASK_REJECTED */
      code: string;
      message: string;
      /** @description Autotask's own words */
      autotask?: string[];
    };
    PlannedChangeView: {
      /** @example Example Office Basic */
      productName: string;
      /** @example 10 */
      from: number;
      /** @example 12 */
      to: number;
      /** @example 2027-03-10 */
      date: string;
      /** @example Upgrade */
      detail: string;
    };
    PlannedFeeView: {
      /** @enum {string} */
      feeKind: 'setup' | 'cancellation' | 'proration' | 'usage';
      /** @example mpn:EX-OFF-B|example-software|1m|12m */
      productKey: string;
    };
    PlanWarningView: {
      code: string;
      message: string;
      money: boolean;
    };
    LineDriftView: {
      /** @example 5512 */
      contractServiceId: number;
      /** @example 2027-03-10 */
      from: string;
      /** @example 5 */
      expected: number;
      /** @example 6 */
      actual: number;
    };
    PlanSummaryView: {
      /**
       * @description Change of what is billed each period
       * @example 16
       */
      recurringChange: string;
      /**
       * @description Length of that period in months, if lines agree
       * @example 1
       */
      periodMonths?: number;
      /**
       * @description Billed once
       * @example 11.35
       */
      oneOff: string;
      changes: components['schemas']['PlannedChangeView'][];
      /** @description Fees its charges are mapped by */
      fees?: components['schemas']['PlannedFeeView'][];
      /** @description How many writes the plan has */
      operations: number;
      warnings: components['schemas']['PlanWarningView'][];
      /** @description False = a person must confirm it */
      automatic: boolean;
      manualReason?: string;
      /** @description True = planned against the state before an older open task */
      provisional: boolean;
      /** @example 2027-03-10T09:41:00.000Z */
      plannedAt: string;
      /** @description Found by the re-read after the sync */
      drift?: components['schemas']['LineDriftView'][];
    };
    TaskRow: {
      id: string;
      connectionId: string;
      /** @enum {string} */
      type: 'sales' | 'change' | 'billing' | 'cancellation' | 'reconciliation';
      /** @enum {string} */
      source: 'order' | 'initial' | 'usage' | 'expiry' | 'renewal' | 'price' | 'reconcile' | 'move';
      /** @enum {string} */
      state:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported';
      /** @example 1000021 */
      customerId: string;
      /** @example Marmalade Freight */
      customerName: string;
      /** @example 1200017 */
      subscriptionId: string;
      /** @example Example Office Basic */
      subscriptionName: string;
      orderId: string | null;
      /** @example CH000912 */
      orderNumber: string | null;
      /** @example 2027-03-10 */
      effectiveDate: string;
      createdAt: string;
      updatedAt: string;
      syncedAt: string | null;
      accepted: components['schemas']['AcceptedView'] | null;
      ignored: components['schemas']['IgnoredView'] | null;
      supersededBy: string | null;
      notBefore: string | null;
      jobId: string | null;
      waitsFor: components['schemas']['WaitsFor'] | null;
      requiredActions: components['schemas']['RequiredActionView'][];
      failure: components['schemas']['TaskFailureView'] | null;
      planSummary: components['schemas']['PlanSummaryView'] | null;
      /** @enum {string} */
      nextAction: 'wait' | 'map' | 'answer' | 'sync' | 'retry' | 'decide' | 'restore' | 'none';
      whyNotAutomatic: string | null;
    };
    TaskPage: {
      items: components['schemas']['TaskRow'][];
      /** @description Exact up to 10,000 */
      total: number;
      page: number;
      pageSize: number;
    };
    TaskFilterDto: {
      state?: (
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported'
      )[];
      type?: ('sales' | 'change' | 'billing' | 'cancellation' | 'reconciliation')[];
      /** @example 1000021 */
      customerId?: string;
      /** @example SO004711 */
      search?: string;
      waiting?: boolean;
      /** @enum {string} */
      view?: 'needsYou' | 'ready' | 'inProgress' | 'waiting' | 'synced' | 'ignored';
      /** @example 7 */
      minAgeDays?: number;
      /** @example 1 */
      maxAgeDays?: number;
      /** @enum {string} */
      can?: 'sync' | 'ignore';
    };
    TaskSelectionDto: {
      taskIds?: string[];
      filter?: components['schemas']['TaskFilterDto'];
    };
    RecurringChange: {
      /**
       * @description null where a plan has lines of several lengths
       * @example 1
       */
      periodMonths: number | null;
      /** @example 412.00 */
      change: string;
    };
    TaskSelectionView: {
      total: number;
      syncable: number;
      ignorable: number;
      contracts: number;
      /** @description Shortest period first; none where nothing changes */
      recurring: components['schemas']['RecurringChange'][];
      /** @example 130.00 */
      oneOff: string;
    };
    SyncManyDto: {
      taskIds?: string[];
      filter?: components['schemas']['TaskFilterDto'];
      /** @example 38 */
      expectedCount?: number;
    };
    Skipped: {
      taskId: string;
      /** @enum {string} */
      code: 'NOT_FOUND' | 'ALREADY_QUEUED' | 'ACTION_REQUIRED' | 'OUTCOME_UNCERTAIN' | 'NOT_PLANNED' | 'TASK_CLOSED';
    };
    BulkAccepted: {
      jobId: string | null;
      accepted: number;
      skipped: components['schemas']['Skipped'][];
    };
    IgnoreTasksDto: {
      taskIds?: string[];
      filter?: components['schemas']['TaskFilterDto'];
      /** @example 38 */
      expectedCount?: number;
      /** @example Agreed by phone. */
      reason: string;
      /** @enum {string} */
      kind: 'done_by_hand' | 'not_billed';
    };
    NotChanged: {
      taskId: string;
      /** @enum {string} */
      because:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported'
        | 'NOT_FOUND'
        | 'OUTCOME_UNKNOWN';
    };
    IgnoreResult: {
      changed: string[];
      skipped: components['schemas']['NotChanged'][];
    };
    RestoreTasksDto: {
      taskIds: string[];
    };
    NewContractDto: {
      /** @example 29701 */
      companyId?: number;
      /** @example Cloud services 2027 */
      name?: string;
      /** @example C-2027-014 */
      contractNumber?: string;
      /** @example 2027-03-01 */
      startDate?: string;
      /** @example 2028-02-29 */
      endDate?: string;
      /**
       * @description Autotask: 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly
       * @enum {number}
       */
      periodType?: 2 | 3 | 4 | 5;
    };
    ContractChoiceDto: {
      /** @example 4711 */
      id?: number;
      create?: components['schemas']['NewContractDto'];
    };
    LineChoiceDto: {
      /** @example mpn:EX-OFF-B|example-software|1m|12m */
      productKey: string;
      /** @description False = unticked */
      include: boolean;
      /**
       * @description The subscription's absolute share; whole and not negative
       * @example 12
       */
      quantity?: number;
      /** @example 2027-03-10 */
      date?: string;
      /** @example 8.00 */
      price?: string;
      /** @example 6.10 */
      cost?: string;
      /** @example Example Office Basic */
      description?: string;
      /** @example 3 */
      alreadyCounted?: number;
      /** @example 5512 */
      contractServiceId?: number;
      /** @enum {string} */
      priceConflict?: 'keep' | 'repriceAll' | 'secondLine';
    };
    DriftChoiceDto: {
      /** @example 5512 */
      lineId: number;
      /** @enum {string} */
      action: 'adopt' | 'overwrite' | 'leave';
    };
    ChoicesDto: {
      contract?: components['schemas']['ContractChoiceDto'];
      lines?: components['schemas']['LineChoiceDto'][];
      /** @enum {string} */
      priceSource?: 'autotask' | 'marketplace';
      extend?: boolean;
      /** @enum {string} */
      late?: 'fromEffective' | 'fromNow' | 'fromNowWithCharge';
      alreadyBilled?: boolean;
      drift?: components['schemas']['DriftChoiceDto'][];
      creditedByHand?: boolean;
      /** @enum {string} */
      quantityFrom?: 'order' | 'subscription';
    };
    TaskCallView: {
      /** @example POST */
      method: string;
      /** @example Contracts/4711/ServiceAdjustments */
      path: string;
      body: Record<string, never>;
    };
    TaskStep: {
      id: string;
      /** @example units:l5512:2027-03-10 */
      key: string;
      /** @example adjustUnits */
      kind: string;
      title: string;
      /** @enum {string} */
      state: 'sending' | 'applied' | 'not_applied' | 'rejected' | 'uncertain';
      attempt: number;
      sentAt: string;
      settledAt: string | null;
      call: components['schemas']['TaskCallView'];
      contractId: number | null;
      contractServiceId: number | null;
      createdId: number | null;
      before: Record<string, never> | null;
      after: Record<string, never> | null;
      evidence: Record<string, never> | null;
      resolvedBy: string | null;
      note: string | null;
    };
    WaitingTaskView: {
      taskId: string;
      orderNumber: string | null;
    };
    TaskDetail: {
      id: string;
      connectionId: string;
      /** @enum {string} */
      type: 'sales' | 'change' | 'billing' | 'cancellation' | 'reconciliation';
      /** @enum {string} */
      source: 'order' | 'initial' | 'usage' | 'expiry' | 'renewal' | 'price' | 'reconcile' | 'move';
      /** @enum {string} */
      state:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported';
      /** @example 1000021 */
      customerId: string;
      /** @example Marmalade Freight */
      customerName: string;
      /** @example 1200017 */
      subscriptionId: string;
      /** @example Example Office Basic */
      subscriptionName: string;
      orderId: string | null;
      /** @example CH000912 */
      orderNumber: string | null;
      /** @example 2027-03-10 */
      effectiveDate: string;
      createdAt: string;
      updatedAt: string;
      syncedAt: string | null;
      accepted: components['schemas']['AcceptedView'] | null;
      ignored: components['schemas']['IgnoredView'] | null;
      supersededBy: string | null;
      notBefore: string | null;
      jobId: string | null;
      waitsFor: components['schemas']['WaitsFor'] | null;
      requiredActions: components['schemas']['RequiredActionView'][];
      failure: components['schemas']['TaskFailureView'] | null;
      planSummary: components['schemas']['PlanSummaryView'] | null;
      /** @enum {string} */
      nextAction: 'wait' | 'map' | 'answer' | 'sync' | 'retry' | 'decide' | 'restore' | 'none';
      whyNotAutomatic: string | null;
      /** @description The order as read at the check */
      order: Record<string, never> | null;
      /** @description The subscription as read at the check */
      subscription: Record<string, never>;
      usage: Record<string, never>[] | null;
      choices: components['schemas']['ChoicesDto'];
      steps: components['schemas']['TaskStep'][];
      lastReadAt: string | null;
      waitedForBy: components['schemas']['WaitingTaskView'][];
    };
    TaskMappingsView: {
      /** @description null = the marketplace no longer shows it */
      customer: components['schemas']['CustomerRow'] | null;
      /** @description By name; products of the order, else of the subscription */
      products: components['schemas']['ProductRow'][];
    };
    PlanTaskDto: {
      choices?: components['schemas']['ChoicesDto'];
    };
    PlannedLineView: {
      productKey: string;
      productName: string;
      /** @description Absent while the line is still to be created */
      contractServiceId?: number;
      serviceId: number;
      serviceName: string;
      invoiceDescription: string;
      include: boolean;
      /** @example 2027-03-10 */
      effectiveDate: string;
      /** @example 2027-03-31 */
      endDate?: string;
      /** @description The subscription's share */
      quantityNow: number;
      quantityAfter: number;
      /** @description All shares and the base on the effective date */
      unitsNow: number;
      unitsAfter: number;
      /**
       * @description Length of the billing period in months
       * @example 1
       */
      periodMonths: number;
      /** @example 8.00 */
      priceNow?: string;
      /** @example 8.00 */
      priceAfter?: string;
      /** @example 6.10 */
      costNow?: string;
      /** @example 6.10 */
      costAfter?: string;
      /** @enum {string} */
      priceSource: 'autotask' | 'marketplace' | 'hand';
      /** @example Upgrade */
      detail: string;
      /**
       * @example [
       *       {
       *         "first": "2027-03-10",
       *         "last": "2027-03-31",
       *         "units": 12,
       *         "posted": false
       *       }
       *     ]
       */
      now: Record<string, never>[];
      /**
       * @example [
       *       {
       *         "first": "2027-03-10",
       *         "last": "2027-03-31",
       *         "units": 12,
       *         "posted": false
       *       }
       *     ]
       */
      after: Record<string, never>[];
      /**
       * @example {
       *       "from": "2027-03-10",
       *       "expected": 10,
       *       "actual": 11
       *     }
       */
      drift?: Record<string, never>;
      arithmetic: string[];
    };
    AmountRowView: {
      productKey?: string;
      label: string;
      feeKind: string;
      from?: string;
      to?: string;
      /** @example 2 */
      quantity?: string;
      /** @example 8.00 */
      unitPrice?: string;
      days?: number;
      ofDays?: number;
      /** @example 11.35 */
      amount: string;
      /** @enum {string} */
      computedBy: 'autotask' | 'marketplace' | 'psa-sync';
      arithmetic: string;
      /** @description False where it is only stated and not written */
      written: boolean;
    };
    AmountBlockView: {
      /** @example 11.35 */
      total: string;
      rows: components['schemas']['AmountRowView'][];
    };
    AmountsView: {
      setup: components['schemas']['AmountBlockView'];
      prorated: components['schemas']['AmountBlockView'];
      recurring: components['schemas']['AmountBlockView'];
      overuse: components['schemas']['AmountBlockView'];
      cancellation: components['schemas']['AmountBlockView'];
    };
    InvoiceImpactView: {
      first: string;
      last: string;
      now: string;
      after: string;
      change: string;
      /** @description Autotask prorates a part of it itself, once the period is posted */
      expected: boolean;
    };
    SyncPlanView: {
      /**
       * @description The Autotask writes, in order; each has kind, key and a title for people
       * @example [
       *       {
       *         "kind": "adjustUnits",
       *         "key": "units:l5512:2027-03-10",
       *         "title": "Add 2 units",
       *         "unitChange": 2
       *       }
       *     ]
       */
      operations: Record<string, never>[];
      lines: components['schemas']['PlannedLineView'][];
      amounts: components['schemas']['AmountsView'];
      invoiceImpact: components['schemas']['InvoiceImpactView'][];
      /**
       * @example [
       *       {
       *         "taskId": "…",
       *         "reason": "Same day"
       *       }
       *     ]
       */
      folded: Record<string, never>[];
      /** @description Ledger steps that need no write */
      ledgerOnly: Record<string, never>[];
      requiredActions: components['schemas']['RequiredActionView'][];
      warnings: components['schemas']['PlanWarningView'][];
      notSupported?: string;
      automatic: boolean;
      manualReason?: string;
      /** @description What a confirmation of this plan names */
      hash: string;
    };
    SyncOneDto: {
      choices?: components['schemas']['ChoicesDto'];
      /**
       * @description Hash of the plan that was shown
       * @example 9f2c…
       */
      planHash: string;
    };
    Accepted: {
      jobId: string | null;
      taskId: string;
      /** @enum {string} */
      state:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported';
    };
    DraftView: {
      taskId: string;
      /** @example contract */
      step: string;
      choices: components['schemas']['ChoicesDto'];
      version: number;
      updatedBy: string | null;
      updatedAt: string | null;
    };
    SaveDraftDto: {
      /** @example contract */
      step: string;
      choices: components['schemas']['ChoicesDto'];
      /**
       * @description The version last seen; 0 = none was there
       * @example 1
       */
      version: number;
    };
    ResolveOperationDto: {
      /** @enum {string} */
      verdict: 'applied' | 'not_applied' | 'leave';
      /** @example Looked at it in Autotask. */
      note?: string;
    };
    SubscriptionContractDto: {
      /** @example 29683 */
      contractId: number;
      /** @default false */
      move: boolean;
    };
    MoveAccepted: {
      taskId: string;
      /** @enum {string} */
      state:
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported';
    };
    ReconciledSubscription: {
      subscriptionId: string;
      subscriptionName: string;
      /** @enum {string} */
      outcome: 'nothing_to_do' | 'task' | 'not_mapped';
      taskId: string | null;
    };
    ReconcileResult: {
      subscriptions: components['schemas']['ReconciledSubscription'][];
    };
    JobStarted: {
      jobId: string;
    };
    CheckPage: {
      items: components['schemas']['JobView'][];
      total: number;
      page: number;
      pageSize: number;
    };
    TaskViews: {
      needsYou: number;
      ready: number;
      inProgress: number;
      waiting: number;
      synced: number;
      ignored: number;
    };
    TaskCounts: {
      total: number;
      byState: {
        [key: string]: number;
      };
      byType: {
        [key: string]: number;
      };
      views: components['schemas']['TaskViews'];
    };
    CurrencyCount: {
      currency: string;
      count: number;
    };
    OrdersWithoutConnection: {
      total: number;
      byCurrency: components['schemas']['CurrencyCount'][];
    };
    RunningJob: {
      jobId: string;
      /** @enum {string} */
      name: 'check' | 'sync' | 'refresh' | 'import' | 'bulk';
    };
    DashboardView: {
      tasks: components['schemas']['TaskCounts'];
      ordersWithoutConnection: components['schemas']['OrdersWithoutConnection'];
      lastCheckAt: string | null;
      nextCheckAt: string | null;
      lastSweepAt: string | null;
      lastCheck: components['schemas']['JobView'] | null;
      runningCheck: components['schemas']['JobStarted'] | null;
      runningJobs: components['schemas']['RunningJob'][];
    };
    TieOutReasonView: {
      /** @enum {string} */
      code:
        | 'REFUND_WITHHELD'
        | 'CHARGE'
        | 'PRORATED_BY_AUTOTASK'
        | 'UNTRACKED_UNITS'
        | 'STANDING_DIFFERENCE'
        | 'PRICE_SOURCE'
        | 'UNIT_PRICE_CANNOT_EXPRESS'
        | 'NOT_SYNCED'
        | 'DONE_BY_HAND'
        | 'NOT_POSTED'
        | 'OTHER_PERIODS'
        | 'UNEXPLAINED';
      /**
       * @description Billed less sold
       * @example -4.80
       */
      amount: string;
      message: string;
    };
    SoldAmountView: {
      /**
       * @description The marketplace's id
       * @example 1200017
       */
      subscriptionId: string;
      /** @example Example Office Basic */
      productName: string;
      /** @enum {string} */
      kind: 'recurring' | 'part' | 'setup' | 'cancellation' | 'overuse' | 'usage';
      /** @example 2027-03-10 */
      date: string;
      /** @example 5 */
      quantity: number;
      /** @example 8 */
      unitPrice: string | null;
      /** @example 40.00 */
      amount: string;
      /** @example CH000905 */
      orderNumber: string | null;
    };
    BilledAmountView: {
      /** @example 812 */
      billingItemId: number;
      /** @enum {string} */
      kind: 'recurring' | 'adjustment' | 'charge';
      /**
       * @description Of a charge of ours
       * @example proration
       */
      feeKind: string | null;
      /** @example 2027-03-10 */
      date: string;
      /** @example Example Office Basic */
      name: string;
      /** @example 5 */
      quantity: string;
      /** @example 8 */
      rate: string;
      /** @example 40.00 */
      amount: string;
    };
    TieOutLineView: {
      contractId: number | null;
      contractServiceId: number | null;
      /** @example Example Office Basic */
      name: string;
      /** @example 121.77 */
      soldTotal: string;
      /** @example 121.77 */
      billedTotal: string;
      /**
       * @description Billed less sold; the reasons add up to it
       * @example 0.00
       */
      difference: string;
      reasons: components['schemas']['TieOutReasonView'][];
      sold: components['schemas']['SoldAmountView'][];
      billed: components['schemas']['BilledAmountView'][];
    };
    TieOutCustomerView: {
      /** @example 1000021 */
      customerId: string;
      /** @example Marmalade Freight */
      customerName: string;
      /** @example 121.77 */
      soldTotal: string;
      /** @example 121.77 */
      billedTotal: string;
      /** @example 0.00 */
      difference: string;
      lines: components['schemas']['TieOutLineView'][];
    };
    TieOutTotalsView: {
      /** @example 1204.50 */
      soldTotal: string;
      /** @example 1176.50 */
      billedTotal: string;
      /** @example -28.00 */
      difference: string;
    };
    TieOutPage: {
      items: components['schemas']['TieOutCustomerView'][];
      /** @description Of the customers of this page */
      totals: components['schemas']['TieOutTotalsView'];
      total: number;
      page: number;
      pageSize: number;
    };
    TasksOfDayView: {
      /** @example 2027-03-10 */
      date: string;
      /**
       * @example {
       *       "synced": 3,
       *       "failed": 1
       *     }
       */
      states: {
        [key: string]: number;
      };
    };
    ProductUnitsView: {
      /** @example mpn:EX-OFF-B|example-software|1m|12m */
      productKey: string;
      /** @example Example Office Basic */
      name: string;
      /** @example monthly */
      cycle: string;
      /**
       * @description In running subscriptions of this connection
       * @example 41
       */
      marketplace: number;
      /**
       * @description Of these subscriptions, as written to Autotask and read back
       * @example 38
       */
      autotask: number;
    };
    UnitsView: {
      /** @description At most 100 */
      items: components['schemas']['ProductUnitsView'][];
      /** @description All products that are sold or tracked */
      total: number;
      /** @description Products of them whose units differ */
      differing: number;
    };
    RecurringMonthView: {
      /** @example 2027-03 */
      month: string;
      /**
       * @description Whole periods that begin in the month, by the orders
       * @example 1204.50
       */
      marketplace: string;
      /**
       * @description The same at units and prices as written to Autotask
       * @example 1176.50
       */
      autotask: string;
    };
    InsightsView: {
      /**
       * @description Today in the connection's time zone
       * @example 2027-03-10
       */
      asOf: string;
      /** @description States that occur, in the order of a task’s life */
      states: (
        | 'pending'
        | 'action_required'
        | 'ready'
        | 'running'
        | 'failed'
        | 'uncertain'
        | 'ignored'
        | 'superseded'
        | 'synced'
        | 'not_supported'
      )[];
      /** @description Every day of the range, oldest first */
      tasks: components['schemas']['TasksOfDayView'][];
      units: components['schemas']['UnitsView'];
      /** @description Every month of the range, oldest first */
      recurring: components['schemas']['RecurringMonthView'][];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  JobsController_get: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
    };
  };
  JobsController_stop: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobView'];
        };
      };
    };
  };
  EventsController_stream: {
    parameters: {
      query?: never;
      header: {
        'last-event-id': string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description text/event-stream */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  ActionLogController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        connectionId?: string;
        category?: 'lifecycle' | 'connection' | 'settings' | 'check' | 'mapping' | 'task' | 'push' | 'access';
        outcome?: ('ok' | 'failed' | 'uncertain' | 'info' | 'action_required')[];
        taskId?: string;
        subscriptionId?: string;
        customerId?: string;
        actor?: string;
        from?: string;
        to?: string;
        format?: 'json' | 'csv';
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ActionLogPage'];
          'text/csv': components['schemas']['ActionLogPage'];
        };
      };
    };
  };
  NotificationController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        unread?: boolean;
        connectionId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NotificationPage'];
        };
      };
    };
  };
  NotificationController_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReadNotifications'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UnreadCount'];
        };
      };
    };
  };
  ManifestController_manifest: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': Record<string, never>;
        };
      };
    };
  };
  ManifestController_icon: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/svg+xml': string;
        };
      };
    };
  };
  LifecycleController_receive: {
    parameters: {
      query?: never;
      header: {
        /** @description Bearer with the ES256 or RS256 signature of the call */
        authorization: string;
      };
      path: {
        event: 'installed' | 'enabled' | 'disabled' | 'uninstalled' | 'redact';
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Applied, or applied before */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  MeController_me: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MeView'];
        };
      };
    };
  };
  ConnectionsController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConnectionPage'];
        };
      };
    };
  };
  ConnectionsController_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateConnectionDto'];
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConnectionView'];
        };
      };
    };
  };
  ConnectionsController_test: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TestConnectionDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConnectionTestView'];
        };
      };
    };
  };
  ConnectionsController_read: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConnectionView'];
        };
      };
    };
  };
  ConnectionsController_remove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RemovalView'];
        };
      };
    };
  };
  ConnectionsController_update: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['UpdateConnectionDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ConnectionView'];
        };
      };
    };
  };
  CustomersController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        status?: 'unmapped' | 'suggested' | 'matched' | 'broken' | 'rejected' | 'all';
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CustomerPage'];
        };
      };
    };
  };
  CustomersController_suggestions: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CustomerSuggestionPage'];
        };
      };
    };
  };
  CustomersController_automation: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AutomationCounts'];
        };
      };
    };
  };
  CustomersController_save: {
    parameters: {
      query?: {
        /** @description Only say what would happen; nothing is changed */
        dryRun?: boolean;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CustomerMappingChange'][];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CustomerSaveResult'];
        };
      };
    };
  };
  CustomersController_update: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
        customerId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CustomerSettingsDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CustomerRow'];
        };
      };
    };
  };
  ProductsController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        /** @description Sorts by plan and adds how many of each plan are mapped */
        groupBy?: 'plan';
        hideMapped?: boolean;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProductPage'];
        };
      };
    };
  };
  ProductsController_save: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ProductMappingChange'][];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProductSaveResult'];
        };
      };
    };
  };
  FeesController_list: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeeList'];
        };
      };
    };
  };
  FeesController_save: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['FeeMappingChange'][];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['FeeSaveResult'];
        };
      };
    };
  };
  CatalogController_companies: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CompanyRowPage'];
        };
      };
    };
  };
  CatalogController_services: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        /** @description Only this period: 2 monthly, 3 quarterly, 4 semi-annual, 5 yearly */
        periodType?: 2 | 3 | 4 | 5;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ServiceRowPage'];
        };
      };
    };
  };
  CatalogController_create: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewServiceDto'];
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewServiceView'];
        };
      };
    };
  };
  CatalogController_billingCodes: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        /** @description Only this use: 4 material (fees), 5 recurring contract service (services) */
        useType?: number;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BillingCodeRowPage'];
        };
      };
    };
  };
  CatalogController_autotaskProducts: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NamedRowPage'];
        };
      };
    };
  };
  CatalogController_vendors: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NamedRowPage'];
        };
      };
    };
  };
  RefreshController_start: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['RefreshStarted'];
        };
      };
    };
  };
  ImportsController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImportablePage'];
        };
      };
    };
  };
  ImportsController_start: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ImportRequestDto'];
      };
    };
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ImportStarted'];
        };
      };
    };
  };
  MappingCsvController_export: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/csv': string;
        };
      };
    };
  };
  MappingCsvController_import: {
    parameters: {
      query?: {
        /** @description Only say what would happen; nothing is changed */
        dryRun?: boolean;
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'text/csv': string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CsvImportReport'];
        };
      };
    };
  };
  ConnectionSubscriptionsController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        status?: 'notMapped' | 'outOfSync' | 'ignored' | 'synced' | 'all';
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SubscriptionPage'];
        };
      };
    };
  };
  SubscriptionsController_detail: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SubscriptionDetail'];
        };
      };
    };
  };
  SubscriptionsController_candidates: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractChoicesView'];
        };
      };
    };
  };
  SubscriptionsController_unmapEffect: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['UnmapEffect'];
        };
      };
    };
  };
  SubscriptionsController_unmap: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SubscriptionDetail'];
        };
      };
    };
  };
  ConnectionTasksController_list: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        state?: (
          | 'pending'
          | 'action_required'
          | 'ready'
          | 'running'
          | 'failed'
          | 'uncertain'
          | 'ignored'
          | 'superseded'
          | 'synced'
          | 'not_supported'
        )[];
        type?: ('sales' | 'change' | 'billing' | 'cancellation' | 'reconciliation')[];
        customerId?: string;
        subscriptionId?: string;
        waiting?: boolean;
        view?: 'needsYou' | 'ready' | 'inProgress' | 'waiting' | 'synced' | 'ignored';
        minAgeDays?: number;
        maxAgeDays?: number;
        jobId?: string;
        ids?: string[];
      };
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TaskPage'];
        };
      };
    };
  };
  ConnectionTasksController_select: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['TaskSelectionDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TaskSelectionView'];
        };
      };
    };
  };
  ConnectionTasksController_sync: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SyncManyDto'];
      };
    };
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAccepted'];
        };
      };
    };
  };
  ConnectionTasksController_ignore: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['IgnoreTasksDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['IgnoreResult'];
        };
      };
    };
  };
  ConnectionTasksController_restore: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RestoreTasksDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['IgnoreResult'];
        };
      };
    };
  };
  TasksController_detail: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TaskDetail'];
        };
      };
    };
  };
  TasksController_contractChoices: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ContractChoicesView'];
        };
      };
    };
  };
  TasksController_mappingsOf: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TaskMappingsView'];
        };
      };
    };
  };
  TasksController_plan: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PlanTaskDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SyncPlanView'];
        };
      };
    };
  };
  TasksController_sync: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SyncOneDto'];
      };
    };
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Accepted'];
        };
      };
    };
  };
  TasksController_draft: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DraftView'];
        };
      };
    };
  };
  TasksController_saveDraft: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SaveDraftDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DraftView'];
        };
      };
    };
  };
  TasksController_resolve: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        taskId: string;
        operationId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ResolveOperationDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TaskDetail'];
        };
      };
    };
  };
  SubscriptionSyncController_map: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        subscriptionId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SubscriptionContractDto'];
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SubscriptionDetail'];
        };
      };
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MoveAccepted'];
        };
      };
    };
  };
  SubscriptionSyncController_sync: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        subscriptionId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['BulkAccepted'];
        };
      };
    };
  };
  CustomerReconcileController_reconcile: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        connectionId: string;
        customerId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ReconcileResult'];
        };
      };
    };
  };
  ChangeCheckController_check: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobStarted'];
        };
      };
    };
  };
  ChangeCheckController_checks: {
    parameters: {
      query?: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CheckPage'];
        };
      };
    };
  };
  ChangeCheckController_numbers: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DashboardView'];
        };
      };
    };
  };
  TieOutController_month: {
    parameters: {
      query: {
        page?: number;
        pageSize?: number;
        search?: string;
        sort?: string;
        month: string;
        customerId?: string;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TieOutPage'];
        };
      };
    };
  };
  InsightsController_read: {
    parameters: {
      query?: {
        days?: number;
        months?: number;
      };
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InsightsView'];
        };
      };
    };
  };
}
