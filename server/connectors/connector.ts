/*
 * What a connector is written against: this module and nothing else of the server. The contract suite in
 * `test/contracts/connector.ts` says what every one must do.
 */
export type {
  ActionPromise,
  CallContext,
  CallOutcome,
  Capabilities,
  Connector,
  ConnectorHealth,
  EffectHandle,
  HostStatus,
  Idempotency,
  ListedEffect,
  Reachability,
  UndoOutcome,
  Verification,
  WhenOffline,
} from '../runner/ports';
export type { ClearedCommand } from '../../common/flow/command';
export type { TargetError } from '../../common/flow/outcome';
export { defineKind, type ConnectorConfig, type ConnectorKind, type ConnectorWorld } from './connector_kind';
export { readHeaderSecret, readSecret, SECRET_REF_SCHEMA, type SecretRef, type Secrets } from './http/credentials';
export type { Answered, Exchange, HttpRequest, Method } from './http/exchange';
export { connections } from './http/connections';
export {
  HTTP_PARAMETERS_SCHEMA,
  makeHttpTarget,
  readHttpHost,
  requestTimeoutMs,
  type HttpParameters,
} from './http/http_parameters';
export type { HttpTarget, Send } from './http/http_target';
export type { ParameterFault } from './http/parameter_fault';
export { renewed } from './http/renewed';
export { isDefiniteRefusal } from './http/definite';
export { oneLine, Redactor } from './http/redact';
export { resolveHost } from './http/resolve_host';
export { isAllowEntry } from './http/address_guard';
export { retryAfterMs } from './http/retry_after';
export { withinLimit } from './http/within_limit';
export { promiseFaults } from './promise_faults';
export { PROMISES_SCHEMA } from './rest/promises_schema';
export { HTTP_RETRIES, outcomeOfUnanswered, whyUnanswered } from './http/unanswered';
