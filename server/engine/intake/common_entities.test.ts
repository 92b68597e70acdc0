import { commonEntities } from './common_entities';

const of = (ip?: string, user?: string) => ({
  ...(ip === undefined ? {} : { source: { ip } }),
  ...(user === undefined ? {} : { 'user.name': user }),
});

describe('what a composite monitor is about', () => {
  it.each([
    ['what both monitors name', [[of('203.0.113.1', 'ana')], [of('203.0.113.1', 'ana')]], ['203.0.113.1', 'ana']],
    [
      'not what one of them does not name',
      [[of('203.0.113.1', 'ana')], [of('203.0.113.1')]],
      ['203.0.113.1', undefined],
    ],
    ['not what they name differently', [[of('203.0.113.1')], [of('203.0.113.2')]], [undefined, undefined]],
    [
      'the one that they share, of several',
      [
        [of('203.0.113.1'), of('203.0.113.2')],
        [of('203.0.113.2'), of('203.0.113.3')],
      ],
      ['203.0.113.2', undefined],
    ],
    [
      'nothing where they share several: nobody knows which is meant',
      [
        [of('203.0.113.1'), of('203.0.113.2')],
        [of('203.0.113.2'), of('203.0.113.1')],
      ],
      [undefined, undefined],
    ],
    ['nothing where one found nothing that can be read', [[of('203.0.113.1')], []], [undefined, undefined]],
    ['nothing where nothing fired', [], [undefined, undefined]],
  ])('is %s', (_, found, [ip, user]) => {
    const common = commonEntities(found);
    expect([common['source.ip'], common['user.name']]).toEqual([ip, user]);
  });

  it('reads a field wherever ECS has it', () =>
    expect(commonEntities([[{ client: { ip: '203.0.113.1' } }], [{ 'source.ip': '203.0.113.1' }]])).toEqual({
      'source.ip': '203.0.113.1',
    }));
});
