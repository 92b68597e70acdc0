import { addressField, MICROSOFT_FIELDS, valueOf } from './fields';
import { microsoftToken } from './microsoft_token';
import { NOT_GONE } from './not_gone';
import type { Preset } from './preset';

/** Where the latest action that counts stands: those that failed, timed out or were cancelled changed nothing. */
const LATEST = {
  before: "machineId eq '",
  after:
    "' and (type eq 'Isolate' or type eq 'Unisolate') and status ne 'Failed' and status ne 'TimeOut' and status ne 'Cancelled'",
};

const latestIs = (type: 'Isolate' | 'Unisolate') => [
  { pointer: '/value/0/machineId', equals: { $: 'target.id' } },
  { pointer: '/value/0/type', equals: type },
  { pointer: '/value/0/status', equals: 'Succeeded' },
];

const not = (...states: readonly string[]) => states.map((state) => ({ pointer: '/status', not_equals: state }));

/** Isolation by Microsoft Defender for Endpoint: every order is a machine action that the host carries out later. */
export const defender: Preset = {
  name: 'defender-for-endpoint',
  title: 'Microsoft Defender for Endpoint',
  kind: 'rest',
  contract: {
    product: 'Microsoft Defender for Endpoint',
    version: 'machine actions API, v1.0',
    sources: [
      'https://learn.microsoft.com/en-us/defender-endpoint/api/isolate-machine',
      'https://learn.microsoft.com/en-us/defender-endpoint/api/unisolate-machine',
      'https://learn.microsoft.com/en-us/defender-endpoint/api/machineaction',
      'https://learn.microsoft.com/en-us/defender-endpoint/api/get-machineactions-collection',
      'https://learn.microsoft.com/en-us/defender-endpoint/api/get-machine-by-id',
      'https://learn.microsoft.com/en-us/defender-endpoint/api/common-errors',
    ],
    looked_at: '2026-11-30',
    verified: 'contract only',
  },
  fields: [
    addressField('the address of the API, of your region where you have one', 'https://api.security.microsoft.com'),
    ...MICROSOFT_FIELDS,
  ],
  actions: [
    {
      action: 'isolate_host',
      does: 'isolates the machine fully (`IsolationType` `Full`)',
      undo: 'releases it from isolation',
      states: {
        Pending: 'taken, the host has not been told yet: not in effect and not absent',
        InProgress: 'the host works on it: not in effect and not absent',
        Succeeded: 'in effect',
        Failed: 'failed, if no earlier isolation is seen',
        TimeOut: 'expired before the host took it: failed, if no earlier isolation is seen',
        Cancelled: 'somebody cancelled it: failed, if no earlier isolation is seen',
      },
    },
  ],
  needs: ['Machine.Isolate', 'Machine.Read.All'],
  limits: [
    'the machine itself has no state of isolation in this API: it is inferred from its latest machine actions',
    'an isolation that waits for a host that is off cannot be cancelled by Reflex; undoing is refused until it is over',
    'how long Defender keeps such an order is not published with the API',
    'several machines of one name: Defender answers with one of them, and Reflex cannot tell',
    'only managed devices; `IsolationType` `UnManagedDevice` is another thing',
  ],
  parameters: (values) => ({
    preset: 'defender-for-endpoint',
    base_url: valueOf(values, 'base_url'),
    headers: { Authorization: microsoftToken(values, 'https://api.securitycenter.microsoft.com/.default') },
    timeouts: { connect_ms: 5_000, total_ms: 30_000 },
    idempotency: 'none',
    settle_time_ms: 300_000,
    tagged: false,
    status: { method: 'GET', path: '/api/machineactions', query: { $top: 1 } },
    actions: {
      isolate_host: {
        resolve: {
          method: 'GET',
          path: '/api/machines/{target.value}',
          found: { status: [200] },
          name: '/computerDnsName',
          id: '/id',
        },
        only_if_absent: true,
        execute: {
          method: 'POST',
          path: '/api/machines/{target.id}/isolate',
          body: { Comment: { $: 'reason' }, IsolationType: 'Full' },
        },
        operation: {
          method: 'GET',
          path: '/api/machineactions/{ref}',
          accepted: [201],
          ref: '/id',
          done: { status: [200], where: { pointer: '/status', equals: 'Succeeded' } },
          failed: { status: [200], where: not('Pending', 'InProgress', 'Succeeded') },
          pending: { status: [200], where: not('Succeeded', 'Failed', 'TimeOut', 'Cancelled') },
          every_ms: 3_000,
        },
        verify: {
          method: 'GET',
          path: '/api/machineactions',
          query: { $filter: { $: 'target.id', ...LATEST }, $top: 1 },
          present: { status: [200], where: latestIs('Isolate') },
          absent: [
            { status: [200], where: latestIs('Unisolate') },
            { status: [200], where: { pointer: '/value', items: 0 } },
          ],
        },
        undo: {
          method: 'POST',
          path: '/api/machines/{target.id}/unisolate',
          body: { Comment: 'released by Reflex' },
          ...NOT_GONE,
          // 400: another action on this machine is still in progress.
          retry: [400, 429],
        },
      },
    },
  }),
};
