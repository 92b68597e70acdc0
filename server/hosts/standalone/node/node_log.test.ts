import { NodeLog } from './node_log';

describe('what the node printed', () => {
  it('tells of errors, also when lines come in pieces', () => {
    const told: string[] = [];
    const log = new NodeLog();
    for (const chunk of [
      '[2026-01-01T00:00:00,000][INFO ][o.o.n.Node] [reflex] start',
      'ing\n[2026-01-01T00:00:01,000][ERR',
      'OR][o.o.b.B] [reflex] no memory\n',
    ])
      log.take(chunk, (line) => told.push(line));
    expect(told).toEqual(['no memory']);
    expect(log.verdict()).toBe('no memory');
  });

  it('has a last word even without an error', () => {
    const log = new NodeLog();
    log.take('first\nlast words\n', () => undefined);
    expect(log.verdict()).toBe('last words');
    expect(new NodeLog().verdict()).toBe('');
  });
});
