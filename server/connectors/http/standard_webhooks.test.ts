import { standardKey, standardSignature } from './standard_webhooks';

describe('signatures of Standard Webhooks', () => {
  it('are those that the libraries of the specification test for', () => {
    // `test_sign_function` of https://github.com/standard-webhooks/standard-webhooks/tree/main/libraries/python
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', utc: 1_614_265_330_000, body: '{"test": 2432232314}' };
    expect(standardSignature('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message)).toEqual({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
  it.each(['', 'whsec_', 'whsec_c2hvcnQ=', 'not base64 at all, and long enough!', `whsec_${'A'.repeat(100)}`])(
    'are not made with a secret that is none, and it is not told: %s',
    (secret) => {
      expect(() => standardKey(secret)).toThrow(/24 to 64 bytes in base64/);
    },
  );
});
