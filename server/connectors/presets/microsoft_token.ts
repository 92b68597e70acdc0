import type { HeaderValue } from '../rest/rest_parameters';
import { valueOf } from './fields';

/** `Authorization` by client credentials of Microsoft's identity platform, for one of its interfaces. */
export const microsoftToken = (values: Readonly<Record<string, string>>, scope: string): HeaderValue => ({
  oauth: {
    token_url: `https://login.microsoftonline.com/${valueOf(values, 'tenant')}/oauth2/v2.0/token`,
    client_id: valueOf(values, 'client_id'),
    client_secret: { secret: valueOf(values, 'client_secret') },
    auth: 'post',
    scope,
  },
});
