/*
 * What a connector is written against: this module and nothing else of the server. The contract suite in
 * `test/contracts/connector.ts` says what every one must do.
 */
export type {
  ActionPromise,
  AskedList,
  BlockLists,
  CallContext,
  CallOutcome,
  Capabilities,
  Connector,
  ConnectorHealth,
  EffectHandle,
  HostStatus,
  Idempotency,
  ListDocument,
  ListDocuments,
  ListedEffect,
  ListFetch,
  ListHold,
  ListPart,
  OfferedList,
  Reachability,
  ServedList,
  UndoOutcome,
  Verification,
  WhenOffline,
} from '../runner/ports';
export { StoreUnavailable } from '../runner/ports';
export type { ClearedCommand } from '../../common/flow/command';
export type { TargetError } from '../../common/flow/outcome';
export { defineKind, type ConnectorConfig, type ConnectorKind, type ConnectorWorld } from './connector_kind';
export { readHeaderSecret, readSecret, SECRET_REF_SCHEMA, type SecretRef, type Secrets } from './http/credentials';
export {
  isTrustFault,
  type Answered,
  type Exchange,
  type HttpRequest,
  type Method,
  type Unanswered,
} from './http/exchange';
export { connections } from './http/connections';
export {
  HTTP_PARAMETERS_SCHEMA,
  liveTls,
  makeHttpTarget,
  readHttpHost,
  requestTimeoutMs,
  tlsMaterial,
  totalMsOf,
  type HttpParameters,
} from './http/http_parameters';
export type { Bearer, HttpTarget, Send } from './http/http_target';
export { makeBearer } from './http/oauth';
export { OAUTH_SCHEMA, type OauthParameters } from './http/oauth_parameters';
export type { ParameterFault } from './http/parameter_fault';
export { renewed } from './http/renewed';
export { isDefiniteRefusal } from './http/definite';
export { oneLine, Redactor } from './http/redact';
export { resolveHost } from './http/resolve_host';
export { isAllowEntry } from './http/address_guard';
export { type TlsMaterial } from './http/tls_material';
export { retryAfterMs } from './http/retry_after';
export { withinLimit } from './http/within_limit';
export { promiseFaults } from './promise_faults';
export { PROMISES_SCHEMA } from './rest/promises_schema';
export { HTTP_RETRIES, outcomeOfUnanswered, whyUnanswered } from './http/unanswered';
