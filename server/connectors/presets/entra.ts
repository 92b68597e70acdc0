import { addressField, MICROSOFT_FIELDS, valueOf } from './fields';
import { microsoftToken } from './microsoft_token';
import { NOT_GONE } from './not_gone';
import type { Preset } from './preset';

const resolve = {
  method: 'GET',
  path: '/users/{target.upn}',
  query: { $select: 'id,userPrincipalName' },
  found: { status: [200] },
  name: '/userPrincipalName',
  id: '/id',
} as const;

const enabled = (equals: boolean) => [
  { pointer: '/id', equals: { $: 'target.id' } },
  { pointer: '/accountEnabled', equals },
];

/** Accounts of Microsoft Entra ID, over Microsoft Graph. */
export const entra: Preset = {
  name: 'entra-id',
  title: 'Microsoft Entra ID',
  kind: 'rest',
  contract: {
    product: 'Microsoft Entra ID',
    version: 'Microsoft Graph v1.0',
    sources: [
      'https://learn.microsoft.com/en-us/graph/api/user-get',
      'https://learn.microsoft.com/en-us/graph/api/user-update',
      'https://learn.microsoft.com/en-us/graph/api/user-revokesigninsessions',
    ],
    looked_at: '2026-11-30',
    verified: 'contract only',
  },
  fields: [
    addressField('the address of Microsoft Graph, with its version', 'https://graph.microsoft.com/v1.0'),
    ...MICROSOFT_FIELDS,
  ],
  actions: [
    {
      action: 'disable_user',
      does: 'sets `accountEnabled` to false',
      undo: 'sets `accountEnabled` to true',
      states: { 'accountEnabled false': 'in effect', 'accountEnabled true': 'absent' },
    },
    {
      action: 'revoke_sessions',
      does: 'invalidates refresh tokens and browser sessions (`revokeSignInSessions`)',
      undo: null,
      states: { '2xx': 'ordered; it takes some minutes, and nothing says when it is done' },
    },
  ],
  needs: ['User.EnableDisableAccount.All', 'User.Read.All', 'User.RevokeSessions.All'],
  limits: [
    'disabling and revoking are two acts: a policy orders both, and each has its own outcome',
    'access tokens that were given stay valid until they end; only refreshing fails',
    'guests sign in at home: their sessions are not revoked',
    'an account that is synchronised from Active Directory is set back by the next synchronisation: disable it there',
    'accounts with an administrative role need a directory role for our application as well; else 403',
    'accounts must be named with their domain; a name alone is refused',
  ],
  parameters: (values) => ({
    preset: 'entra-id',
    base_url: valueOf(values, 'base_url'),
    headers: { Authorization: microsoftToken(values, 'https://graph.microsoft.com/.default') },
    timeouts: { connect_ms: 5_000, total_ms: 20_000 },
    idempotency: 'none',
    settle_time_ms: 120_000,
    tagged: false,
    status: { method: 'GET', path: '/users', query: { $top: 1, $select: 'id' } },
    actions: {
      disable_user: {
        promises: {
          disruption: { usual: 1 },
          offline: { order: 'not_needed' },
          needs: ['User.EnableDisableAccount.All', 'User.Read.All'],
        },
        resolve,
        only_if_absent: true,
        execute: { method: 'PATCH', path: '/users/{target.id}', body: { accountEnabled: false }, expect: [204] },
        verify: {
          method: 'GET',
          path: '/users/{target.id}',
          query: { $select: 'id,accountEnabled' },
          present: { status: [200], where: enabled(false) },
          absent: { status: [200], where: enabled(true) },
        },
        undo: {
          method: 'PATCH',
          path: '/users/{target.id}',
          body: { accountEnabled: true },
          expect: [204],
          ...NOT_GONE,
        },
      },
      revoke_sessions: {
        promises: {
          disruption: { usual: 0.2 },
          offline: { order: 'not_needed' },
          needs: ['User.RevokeSessions.All', 'User.Read.All'],
        },
        resolve,
        execute: { method: 'POST', path: '/users/{target.id}/revokeSignInSessions' },
      },
    },
  }),
};
