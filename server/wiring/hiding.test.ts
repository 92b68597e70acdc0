import type { Log } from '../runner/ports';
import { hidingLog } from './hiding';
import { SecretBook } from './secrets';

describe('the log', () => {
  it('is without secrets in words and in details, however deep, and as it is otherwise', () => {
    const told: unknown[] = [];
    const note =
      (level: string): Log['info'] =>
      (...said) =>
        void told.push([level, ...said]);
    const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    const secrets = new SecretBook({ secrets: [], keystore: { edge: 'a-secret' } }, {});
    const hiding = hidingLog(log, secrets.shown);
    hiding.info('a-secret before anybody got it');
    secrets.for('connector edge')('edge');
    hiding.debug('said a-secret');
    hiding.warn('w', { why: 'a-secret', n: 1, none: undefined, list: ['x', { deep: ['a-secret'] }] });
    secrets.hide('another');
    hiding.error('another', { name: null });
    expect(told).toEqual([
      ['info', 'a-secret before anybody got it'],
      ['debug', 'said [secret]'],
      ['warn', 'w', { why: '[secret]', n: 1, none: undefined, list: ['x', { deep: ['[secret]'] }] }],
      ['error', '[secret]', { name: null }],
    ]);
  });
});
