import { readReply, refusalOf } from './reply';

const line = (body: object): string => `${JSON.stringify(body)}\n`;
const shown = (text: string): string => text;

describe('an answer of a host', () => {
  it('is one line of JSON of our version', () => {
    expect(readReply(line({ v: 1, ok: true, before: 'none' }))).toEqual({
      ok: true,
      body: { v: 1, ok: true, before: 'none' },
    });
  });

  it.each([
    '',
    '\n',
    '{}\n',
    '[]\n',
    'null\n',
    '{"v":1,"ok":true}',
    '{"v":2,"ok":true}\n',
    '{"v":1,"ok":"true"}\n',
    'Welcome\n{"v":1,"ok":true}\n',
    '{"v":1,"ok":true}\n\n',
    '{"v":1,"ok":false}\n',
    '{"v":1,"ok":false,"code":"X"}\n',
  ])('is none that can be read: %j', (output) => {
    expect(readReply(output)).toBeUndefined();
  });

  it('may have been carried out unless it says that nothing was done', () => {
    const read = (done: unknown) => readReply(line({ v: 1, ok: false, code: 'slow', text: 'late', done }));
    expect(['no', 'maybe', undefined, 0, 'NO'].map((done) => (read(done) as { done: string }).done)).toEqual([
      'no',
      'maybe',
      'maybe',
      'maybe',
      'maybe',
    ]);
  });

  it('is tried again only where the host is busy and nothing was done', () => {
    const outcome = (code: string, done: 'no' | 'maybe', afterS?: number) =>
      refusalOf({ ok: false, code, text: '', done, afterS }, shown);
    expect(outcome('busy', 'no')).toMatchObject({ kind: 'failed', error: { retryable: true }, retry_after_ms: 2_000 });
    expect(outcome('busy', 'no', 7)).toMatchObject({ retry_after_ms: 7_000 });
    expect(outcome('busy', 'maybe')).toMatchObject({ kind: 'unknown', error: { retryable: false } });
    expect(outcome('nft_refused', 'no')).toMatchObject({ kind: 'failed', error: { retryable: false } });
    expect(outcome('slow', 'maybe')).toMatchObject({ kind: 'unknown', error: { retryable: false } });
  });
});
