import { peerCertificate } from './peer_certificate';

const SHOWN = {
  fingerprint256: 'AA:0B',
  subject: { CN: 'siem' },
  valid_from: 'Nov 22 10:00:00 2026 GMT',
  valid_to: 'Nov 22 10:00:01 2026 GMT',
};
const of = (change: object, authorized?: boolean) =>
  peerCertificate({ authorized, getPeerCertificate: () => ({ ...SHOWN, ...change }) });

describe('the certificate that a caller showed', () => {
  it('is told with its digest, its name, its time and whether an authority signed it', () => {
    const at = Date.UTC(2026, 10, 22, 10);
    const told = { sha256: 'aa0b', name: 'siem', validFrom: at, validTo: at + 1_000 };
    expect(of({}, true)).toEqual({ ...told, trusted: true });
    expect(of({}, false)).toEqual({ ...told, trusted: false });
    expect(of({})).toEqual({ ...told, trusted: false });
  });

  it('has no name where its subject has none, or two', () => {
    expect(of({ subject: { CN: ['siem', 'edr'] } })?.name).toBeUndefined();
    expect(of({ subject: {} })?.name).toBeUndefined();
    expect(of({ subject: undefined })?.name).toBeUndefined();
  });

  it('is none without TLS, and where nobody showed one', () => {
    expect([peerCertificate(undefined), peerCertificate({})]).toEqual([undefined, undefined]);
    expect(peerCertificate({ getPeerCertificate: () => ({}) })).toBeUndefined();
    expect(peerCertificate({ getPeerCertificate: () => null })).toBeUndefined();
  });
});
