import { aPolicy } from '../../../../test/builders/policies';
import { identitiesOf, type Listed } from '../../../engine/entity/identity';
import { unlistedProtections } from './unlisted_protections';

const host = (value: string, ...addresses: string[]): Listed => ({ type: 'host', value, addresses, origin: 'file' });
const WHO = identitiesOf([
  host('dc01.corp.example', '10.0.0.1'),
  host('web-01', '10.0.0.3'),
  host('web-02', '10.0.0.3'),
  { ...host('seen-01', '10.0.0.9'), origin: 'cluster' },
]);

const warningsFor = (protect: string) =>
  unlistedProtections(
    aPolicy(`apiVersion: reflex/v1
kind: Policy
metadata: { id: protect-ours, title: Ours stay, owner: soc }
spec:
  layer: global
  mode: enforce
  protect:
    ${protect}
`),
    WHO,
  ).map(({ code, line, column, message }) => [code, line, column, message]);

describe('protected hosts', () => {
  it.each([
    'hosts: [DC01, dc01.corp.example]',
    'ips: [10.0.0.1]',
    'ips: [8.8.8.8, 10.0.0.0/8]',
    'users: [root]',
    'domains: [corp.example]',
  ])('need no warning where the inventory lists them, or never would: %s', (protect) => {
    expect(warningsFor(protect)).toEqual([]);
  });

  it('are named where the inventory does not list them, each at its place', () => {
    expect(warningsFor('hosts: [dc01, dc02, seen-01]')).toEqual([
      [
        'unlisted_protection',
        8,
        19,
        'the inventory lists no host `dc02`: by another name or address it is not protected',
      ],
      [
        'unlisted_protection',
        8,
        25,
        'the inventory lists no host `seen-01`: by another name or address it is not protected',
      ],
    ]);
    expect(warningsFor('ips: [10.0.0.8]')).toMatchObject([
      ['unlisted_protection', 8, 11, expect.stringContaining('10.0.0.8')],
    ]);
  });

  it('are named where several listed hosts have the address', () => {
    expect(warningsFor('ips: [10.0.0.3]')).toMatchObject([
      ['unlisted_protection', 8, 11, expect.stringContaining('may be several hosts')],
    ]);
  });
});
