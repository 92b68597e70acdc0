import type { PresetField } from './preset';

/* What most products ask for. */

/** An address with https; a path only where the product has one. */
export const addressField = (what: string, example: string): PresetField => ({
  name: 'base_url',
  what,
  example,
  pattern: 'https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*',
});

export const secretField = (name: string, what: string, example: string): PresetField => ({
  name,
  what: `the name in the keystore of ${what}`,
  example,
  pattern: '[A-Za-z0-9][A-Za-z0-9._-]{0,127}',
  secret: true,
});

const GUID = '[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';

/** Who asks for access tokens of Microsoft. */
export const MICROSOFT_FIELDS: readonly PresetField[] = [
  {
    name: 'tenant',
    what: 'the directory (tenant) id, or a verified domain of it',
    example: '11111111-2222-3333-4444-555555555555',
    pattern: `${GUID}|[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+`,
  },
  {
    name: 'client_id',
    what: 'the application (client) id of the app registration',
    example: '66666666-7777-8888-9999-000000000000',
    pattern: GUID,
  },
  secretField('client_secret', 'the client secret of the app registration', 'reflex-app'),
];

/** The value of a field that was checked to be there. */
export const valueOf = (values: Readonly<Record<string, string>>, name: string): string => values[name] ?? '';
