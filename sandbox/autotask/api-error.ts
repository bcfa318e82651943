import type { SandboxReply } from '../kit/sandbox-server.js';

/** An answer other than 200, thrown anywhere below the request handler. */
export class ApiError extends Error {
  constructor(readonly reply: SandboxReply) {
    super(JSON.stringify(reply.body));
  }
}

/** HTTP 500 with `errors[]`: how Autotask reports validation, business rules and missing rights (reference §8.1). */
export function refused(...errors: [string, ...string[]]): ApiError {
  return new ApiError({ status: 500, body: { errors } });
}

/** 405 with the verb in `Message` (reference §8.2). */
export function wrongVerb(method: string): ApiError {
  return new ApiError({
    status: 405,
    body: { Message: `The requested resource does not support http method '${method}'.` },
  });
}

/** 404 of an unknown route inside the application: JSON with a `Message` (reference §8.1, wording unverified). */
export function noRoute(uri: string): ApiError {
  return new ApiError({
    status: 404,
    body: { Message: `No HTTP resource was found that matches the request URI '${uri}'.` },
  });
}

/** 404 of the web server itself: an HTML page (reference §3). */
export function noPage(): ApiError {
  return new ApiError({
    status: 404,
    headers: { 'content-type': 'text/html' },
    body: '<!DOCTYPE html><html><head><title>404</title></head><body><h2>404 - File or directory not found.</h2></body></html>',
  });
}

/** The message texts of reference §8.2, and beside them those the reference leaves open (marked "own wording"). */
export const texts = {
  missing: (field: string) => `Missing Required Field: ${field}`,
  picklist: (field: string, value: unknown) => `Picklist value [${String(value)}] does not exist for ${field}`,
  reference: (field: string, type: string) =>
    `Reference value on field: ${field} of type: ${type} does not exist or is invalid.`,
  unknownField: (field: string, singular: string) => `Unable to find ${field} in the ${singular} Entity.`,
  conversion: (value: unknown, type: string) =>
    `Conversion failed when converting varchar '${String(value)}' to data type ${type}`,
  maxRecords: 'maxCountOfRecordsToReturn must be between 1 and 500',
  orLimit: "Invalid query syntax. Queries are limited to 500 or fewer 'OR' conditions.",
  serviceName: (name: string) =>
    `Violation of UNIQUE KEY constraint 'IX_service'. Cannot insert duplicate key in object 'dbo.Service'. The duplicate key value is (${name}).`,
  databaseUpdate: 'Error updating database for new entity records.',
  outsideContract:
    'ContractServiceAdjustment effectiveDate must be between the start date and end date of the Contract referenced by contractID.',
  duplicateWindow: 'Attempt to insert duplicate data into contract_service_period',
  noRight: (action: 'query' | 'create' | 'update' | 'delete') =>
    `The logged in Resource does not have the adequate permissions to ${action} this entity type.`,
  noMatch: (action: 'update' | 'delete') =>
    `No message. No matching records found. The logged in Resource may not have the required permissions to ${action} the data.`,
  threads: (limit: number) =>
    `Itgenatr005: The Autotask API thread threshold of ${limit} threads has been exceeded. Wait for a call to end.`,
  postedPeriod:
    'Unable to make changes as it would result in the deletion/modification of an already approved and posted contract period',

  // own wording
  unauthorized: 'The API user name, secret or integration code was not accepted.',
  unknownUser: 'The API user of the zone request is not known.',
  threshold: (limit: number) =>
    `The API request threshold of ${limit} requests in 60 minutes has been exceeded; the API is suspended.`,
  noFilter: 'The query needs a filter with at least one condition.',
  malformed: 'The request body could not be read as JSON.',
  tooLong: (field: string, length: number) => `The value of ${field} is longer than ${length} characters.`,
  readOnly: (field: string) => `The field ${field} is read-only and cannot be changed.`,
  valueType: (field: string, value: unknown, type: string) =>
    `Error converting value ${JSON.stringify(value)} to type '${type}'. Path '${field}'.`,
  notQueryable: (field: string, singular: string) => `The field ${field} of the ${singular} Entity cannot be queried.`,
  unknownOperator: (op: unknown) => `The operator ${String(op)} is not supported.`,
  operatorForType: (op: string, field: string) => `The operator ${op} cannot be used on the field ${field}.`,
  oneUdf: 'A query can contain only one user-defined field.',
  listLimit: 'A list of values can hold at most 500 entries.',
  recurringOnly: 'The Contract referenced by contractID is not of the type Recurring Service.',
  repeatedService: (serviceId: number) => `The Contract already contains the Service ${serviceId}.`,
  lineNeeded: 'A ContractServiceAdjustment needs contractServiceID, or contractID and serviceID.',
  belowZero: 'The adjustment would leave fewer than zero units.',
  endBeforeStart: 'The endDate of a Contract cannot be earlier than its startDate.',
  dateRange: (field: string) => `The date of ${field} is outside the range 1900-01-01 to 2079-06-06.`,
  exchangeRate: 'The exchangeRate of a Currency must be greater than zero.',
  noMultiCurrency: 'Price lists cannot be changed because the Multi-Currency module is not enabled.',
  chargeCode: 'A ContractCharge needs a productID or a billingCodeID of a material code.',
  chargeBilled: 'The ContractCharge has been approved and posted and can no longer be changed.',
  negativeCharge: 'A ContractCharge cannot have a negative amount.',
} as const;
