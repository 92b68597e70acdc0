import { ledgerId } from './ledger';

describe('the id of a ledger', () => {
  it('says its limit and its scope', () =>
    expect(ledgerId('One-intake', 'webhook:siem')).toBe('ledger:One-intake:webhook:siem'));

  it('is what it was wherever OpenSearch takes it', () => {
    const scope = 'x'.repeat(512 - 'ledger:few:'.length);
    expect(ledgerId('few', scope)).toBe(`ledger:few:${scope}`);
  });

  it('fits where the scope is too long, by its bytes, and is another one for each scope', () => {
    const ids = ['a', 'b'].map((last) => ledgerId('few', `webhook:${'\u5b57'.repeat(255)}${last}`));
    expect(ids.every((id) => Buffer.byteLength(id) <= 512)).toBe(true);
    expect(ids[0]).not.toBe(ids[1]);
  });
});
