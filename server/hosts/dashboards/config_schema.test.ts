import { readSettings } from '../settings';
import { configSchema } from './config_schema';

describe('the settings in the YAML file of Dashboards', () => {
  it('are recognised as a schema and have defaults', () => {
    expect(configSchema.__isOsdConfigSchemaType).toBe(true);
    expect(configSchema.validate(undefined)).toMatchObject({ enabled: true, connectors: [] });
    expect(configSchema.validate(undefined)).not.toHaveProperty('unusable');
  });

  it.each([
    [{ agent: { roles: ['boss'] } }, /^\[opensearch_reflex\]: `agent\.roles\.0`/],
    [{ no_such_key: 1 }, /no_such_key/],
    [{ listen: { tls: {} } }, /`listen` is for the standalone host/],
    ['text', /^\[opensearch_reflex\]: /],
    [{ intake: { tokens: [{ name: 'a', sha256: '0', expires: {} }] } }, /expires` is a time without quotes/],
  ])('that cannot be used do not end Dashboards: %j', (value, why) => {
    const defaults = readSettings({});
    const { unusable, ...rest } = configSchema.validate(value, {}, 'opensearch_reflex');
    expect(unusable).toMatch(why);
    expect(rest).toEqual(defaults.ok && defaults.value);
  });

  it('turn Reflex off by `enabled: false`, whatever else they say', () => {
    expect(configSchema.validate({ enabled: false, no_such_key: 1 }).enabled).toBe(false);
  });
});
