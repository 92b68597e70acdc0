import { addressField, secretField, valueOf } from './fields';
import { NOT_GONE } from './not_gone';
import type { Preset } from './preset';

const statusIs = (equals: string) => [
  { pointer: '/resources', items: 1 },
  { pointer: '/resources/0/device_id', equals: { $: 'target.id' } },
  { pointer: '/resources/0/status', equals },
];

const order = (name: 'contain' | 'lift_containment') => ({
  method: 'POST' as const,
  path: '/devices/entities/devices-actions/v2',
  query: { action_name: name },
  body: { ids: [{ $: 'target.id' }] },
  expect: [200, 202],
});

/** Network containment by CrowdStrike Falcon. */
export const crowdstrike: Preset = {
  name: 'crowdstrike-falcon',
  title: 'CrowdStrike Falcon',
  kind: 'rest',
  contract: {
    product: 'CrowdStrike Falcon',
    version: 'Hosts: devices-actions v2, devices v2, combined devices v1',
    sources: [
      'https://developer.crowdstrike.com/api-reference/collections/hosts/#performactionv2',
      'https://github.com/CrowdStrike/falconpy/blob/main/src/falconpy/_endpoint/_hosts.py',
      'https://github.com/crowdstrike/psfalcon/wiki/Filtering-Results',
      'https://github.com/elastic/kibana/pull/276321',
    ],
    looked_at: '2026-11-30',
    verified: 'contract only',
  },
  fields: [
    addressField('the address of the API in your cloud', 'https://api.eu-1.crowdstrike.com'),
    {
      name: 'client_id',
      what: 'the id of the API client',
      example: '0123456789abcdef0123456789abcdef',
      pattern: '[0-9a-fA-F]{32}',
    },
    secretField('client_secret', 'the secret of the API client', 'falcon-client'),
  ],
  actions: [
    {
      action: 'isolate_host',
      does: 'contains the host',
      undo: 'lifts the containment, also one that is still pending',
      states: {
        containment_pending: 'ordered, the host has not taken it yet: not in effect and not absent',
        contained: 'in effect',
        lift_containment_pending: 'lifting is ordered, the host has not taken it yet: neither in effect nor absent',
        normal: 'absent',
      },
    },
  ],
  needs: ['Hosts: Read', 'Hosts: Write'],
  limits: [
    'a pending containment does not expire: it waits for the host to come online, however long that takes',
    'several hosts of one name, such as one that was installed anew beside its old record: refused, hide the old one',
    'Falcon knows a host by its short name; the inventory must name it so',
    'whether the filter tells capital letters apart is not published; a host that is not found is refused',
  ],
  parameters: (values) => ({
    preset: 'crowdstrike-falcon',
    base_url: valueOf(values, 'base_url'),
    headers: {
      Authorization: {
        oauth: {
          token_url: `${valueOf(values, 'base_url')}/oauth2/token`,
          client_id: valueOf(values, 'client_id'),
          client_secret: { secret: valueOf(values, 'client_secret') },
          auth: 'post',
        },
      },
    },
    timeouts: { connect_ms: 5_000, total_ms: 20_000 },
    idempotency: 'none',
    settle_time_ms: 120_000,
    tagged: false,
    status: { method: 'GET', path: '/devices/queries/devices/v1', query: { limit: 1 } },
    actions: {
      isolate_host: {
        resolve: {
          method: 'GET',
          path: '/devices/combined/devices/v1',
          query: { filter: { $: 'target.value', before: "hostname:'", after: "'" }, limit: 100 },
          found: { status: [200] },
          items: '/resources',
          name: '/hostname',
          id: '/device_id',
        },
        only_if_absent: true,
        execute: order('contain'),
        verify: {
          method: 'GET',
          path: '/devices/entities/devices/v2',
          query: { ids: { $: 'target.id' } },
          present: { status: [200], where: statusIs('contained') },
          // Both spellings are published.
          absent: [
            { status: [200], where: statusIs('normal') },
            { status: [200], where: statusIs('Normal') },
          ],
        },
        undo: { ...order('lift_containment'), ...NOT_GONE },
      },
    },
  }),
};
