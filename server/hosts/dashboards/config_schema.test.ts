import { configSchema } from './config_schema';

describe('the settings in the YAML file of Dashboards', () => {
  it('are recognised as a schema and have defaults', () => {
    expect(configSchema.__isOsdConfigSchemaType).toBe(true);
    expect(configSchema.validate(undefined)).toMatchObject({ enabled: true, connectors: [] });
  });

  it('are refused with the place of what is wrong', () => {
    expect(() => configSchema.validate({ agent: { roles: ['boss'] } }, {}, 'opensearch_reflex')).toThrow(
      /^\[opensearch_reflex\]: `agent\.roles\.0`/,
    );
  });
});
