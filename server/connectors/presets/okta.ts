import { addressField, secretField, valueOf } from './fields';
import { NOT_GONE } from './not_gone';
import type { Preset } from './preset';

const resolve = {
  method: 'GET',
  path: '/api/v1/users/{target.upn}',
  found: { status: [200] },
  name: '/profile/login',
  id: '/id',
} as const;

const isOurs = { pointer: '/id', equals: { $: 'target.id' } };

/** Accounts of Okta. */
export const okta: Preset = {
  name: 'okta',
  title: 'Okta',
  kind: 'rest',
  contract: {
    product: 'Okta Workforce Identity',
    version: 'Okta management API v1',
    sources: [
      'https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserLifecycle',
      'https://developer.okta.com/docs/api/openapi/okta-management/management/tags/userlifecycle/other/unsuspenduser',
      'https://developer.okta.com/okta-sdk-java/apidocs/com/okta/sdk/resource/api/UserSessionsApi.html',
    ],
    looked_at: '2026-11-30',
    verified: 'contract only',
  },
  fields: [
    addressField('the address of your org', 'https://example.okta.com'),
    secretField('api_token', 'an API token', 'okta-token'),
  ],
  actions: [
    {
      action: 'disable_user',
      does: 'suspends the account',
      undo: 'unsuspends it: it is ACTIVE again',
      states: {
        SUSPENDED: 'in effect',
        'ACTIVE, and every other status': 'absent: not suspended',
      },
    },
    {
      action: 'revoke_sessions',
      does: 'ends the sessions at Okta and revokes OAuth access and refresh tokens',
      undo: null,
      states: { '204': 'done, as far as Okta says' },
    },
  ],
  needs: ['a token of an administrator who may manage users (as scopes: okta.users.manage, okta.sessions.manage)'],
  limits: [
    'disabling and revoking are two acts: a policy orders both, and each has its own outcome',
    'only ACTIVE accounts can be suspended; Okta refuses others, such as LOCKED_OUT or STAGED',
    'suspending twice is an error at Okta, so an order without an answer is never repeated, only looked for',
    'sessions that applications keep by themselves go on; Okta does not know them',
    'access by OAuth for Okta needs a signed JWT (private_key_jwt), which the REST connector cannot make',
    'the login must be the account as the inventory names it; a shortname that is longer at Okta is refused',
  ],
  parameters: (values) => ({
    preset: 'okta',
    base_url: valueOf(values, 'base_url'),
    headers: { Authorization: { secret: valueOf(values, 'api_token'), prefix: 'SSWS ' } },
    timeouts: { connect_ms: 5_000, total_ms: 20_000 },
    idempotency: 'none',
    settle_time_ms: 60_000,
    tagged: false,
    status: { method: 'GET', path: '/api/v1/users', query: { limit: 1 } },
    actions: {
      disable_user: {
        promises: {
          disruption: { usual: 1 },
          offline: { order: 'not_needed' },
          needs: ['okta.users.manage'],
        },
        resolve,
        only_if_absent: true,
        execute: { method: 'POST', path: '/api/v1/users/{target.id}/lifecycle/suspend', expect: [200] },
        verify: {
          method: 'GET',
          path: '/api/v1/users/{target.id}',
          present: { status: [200], where: [isOurs, { pointer: '/status', equals: 'SUSPENDED' }] },
          absent: { status: [200], where: [isOurs, { pointer: '/status', not_equals: 'SUSPENDED' }] },
        },
        undo: {
          method: 'POST',
          path: '/api/v1/users/{target.id}/lifecycle/unsuspend',
          expect: [200],
          ...NOT_GONE,
        },
      },
      revoke_sessions: {
        promises: {
          disruption: { usual: 0.2 },
          offline: { order: 'not_needed' },
          needs: ['okta.sessions.manage'],
        },
        resolve,
        execute: {
          method: 'DELETE',
          path: '/api/v1/users/{target.id}/sessions',
          query: { oauthTokens: true },
          expect: [204],
        },
      },
    },
  }),
};
