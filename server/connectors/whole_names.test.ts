import { connectorKinds } from './registry';
import { withWholeNames } from '../../common/codec/whole_names';

const text = { type: 'string' };
const host = { type: 'object', properties: { address: text, port: { type: 'integer' }, tags: { type: 'array' } } };
const mapOf = (of: object) => ({ type: 'object', additionalProperties: of });
const within = (of: object) => ({ type: 'object', properties: { map: mapOf(of) } });

describe('names with dots that a host has split', () => {
  it.each<[what: string, of: object, split: object, whole: object]>([
    ['of texts', text, { corp: 'a', eu: { corp: { example: 'b' } } }, { corp: 'a', 'eu.corp.example': 'b' }],
    [
      'of mappings with fields',
      host,
      { 'web-1': { dmz: { address: '10.0.0.1', port: 22 } }, gw: { address: '10.0.0.2' } },
      { 'web-1.dmz': { address: '10.0.0.1', port: 22 }, gw: { address: '10.0.0.2' } },
    ],
    [
      'of several that begin alike',
      host,
      { web: { a: { address: '1' }, b: { address: '2' } } },
      { 'web.a': { address: '1' }, 'web.b': { address: '2' } },
    ],
    [
      'of a text or the name of a secret',
      { anyOf: [text, { type: 'object', properties: { secret: text } }] },
      { x: { secret: 's' }, a: { b: { secret: 't' }, c: { secret: 'd' } }, y: 'z' },
      { x: { secret: 's' }, 'a.b': { secret: 't' }, 'a.c': { secret: 'd' }, y: 'z' },
    ],
  ])('are joined in a map %s, and stay as they are where nothing split them', (_what, of, split, whole) => {
    expect(withWholeNames(within(of), { map: split })).toEqual({ map: whole });
    expect(withWholeNames(within(of), { map: whole })).toEqual({ map: whole });
  });

  it('leave alone what has no names of the operator, and what is wrong', () => {
    const free = { type: 'object', properties: { body: true, host } };
    const value = { body: { a: { b: 1 } }, host: { addres: { b: 1 } }, other: { c: { d: 1 } } };
    expect(withWholeNames(free, value)).toEqual(value);
    expect(withWholeNames(within(text), { map: ['a'] })).toEqual({ map: ['a'] });
    const wrong = { a: {}, b: { address: '1', unknown: { x: 1 } }, c: { unknown: 1 } };
    expect(withWholeNames(within(host), { map: wrong })).toEqual({ map: wrong });
  });

  it('reach hosts over SSH whole', () => {
    const ssh = connectorKinds.find(({ kind }) => kind === 'ssh');
    const hosts = { 'web-1': { dmz: { address: '10.0.0.1', host_keys: ['k'] } } };
    expect(withWholeNames(ssh?.parameters, { hosts })).toEqual({
      hosts: { 'web-1.dmz': { address: '10.0.0.1', host_keys: ['k'] } },
    });
  });
});
