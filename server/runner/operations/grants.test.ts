import type { Grant } from '../../../common/flow/voice';
import { getGrant, listIntakeHealth, putGrant } from '../../../common/api/routes';
import { callerWith, routeHost, type RouteHost } from '../../../test/builders/route_host';
import { quietLog } from '../../../test/builders/store_port';
import { GrantBook } from '../sources/grants';

const SIEM = { type: 'webhook', id: 'siem' };
const admin = callerWith('ann', 'read', 'admin');
const grant: Grant = { reason: 'its vendor tests its rules', severity: {}, confidence: { most: 0.9 } };

describe('what an admin grants a source', () => {
  let host: RouteHost;
  const get = (id = 'siem') => host.call(getGrant, { params: { ...SIEM, id }, as: admin });
  const put = (version: number, of: Grant | null = grant, as = admin, id = 'siem') =>
    host.call(putGrant, { params: { ...SIEM, id }, body: { version, grant: of, reason: 'reviewed with them' }, as });
  const audits = () =>
    host.world.evidence.find({ family: 'audit' }).map(({ body }) => [body.verb, body.by, body.object]);

  beforeAll(async () => {
    host = await routeHost();
  });

  it('is nothing at first', async () =>
    expect(await get()).toMatchObject({ status: 200, body: { version: 0, in_settings: false } }));

  it('is kept with a version and an entry in the audit', async () => {
    expect(await put(0)).toMatchObject({ status: 200, body: { version: 1, grant, by: 'ann' } });
    expect(await get()).toMatchObject({ status: 200, body: { version: 1, grant, by: 'ann' } });
    await host.wait(1_000);
    expect(audits()).toContainEqual(['grant', 'ann', { type: 'source', id: 'webhook:siem' }]);
  });

  it('is not changed by somebody who saw an older version', async () =>
    expect(await put(0, { ...grant, confidence: {} })).toMatchObject({ status: 409 }));

  it.each(['read', 'respond', 'approve', 'author'] as const)('is not changed with the right %s', async (right) =>
    expect(await put(1, grant, callerWith('eve', right))).toMatchObject({ status: 403 }),
  );

  it('is refused without a reason of its own, or with an unknown field', async () => {
    expect(await put(1, { ...grant, reason: '' })).toMatchObject({ status: 400 });
    expect(await put(1, { ...grant, everything: true } as Grant)).toMatchObject({ status: 400 });
  });

  it('is said beside what comes in from each source', async () => {
    const { store, clock } = host.agent.parts;
    Object.assign(host.agent.parts, {
      grants: new GrantBook({ store, clock, log: quietLog() }, new Map([['webhook:fixed', grant]])),
    });
    for (const id of ['fixed', 'other']) host.sourceHealth.note({ type: 'webhook', id }, 'received');
    expect(await host.call(listIntakeHealth, { as: admin })).toMatchObject({
      status: 200,
      body: {
        sources: [
          { id: 'fixed', granted: true },
          { id: 'other', granted: false },
        ],
      },
    });
  });

  it('is in force at every agent a few seconds later, until it is withdrawn', async () => {
    const { store, clock } = host.agent.parts;
    const book = new GrantBook({ store, clock, log: quietLog() });
    await host.drive(book.load());
    expect(book.of({ type: 'webhook', id: 'siem' })).toMatchObject({ grant, version: 1 });
    expect(await put(1, null)).toMatchObject({ status: 200, body: { version: 2 } });
    await host.wait(2_000);
    await host.drive(book.load());
    expect(book.of({ type: 'webhook', id: 'siem' })).toBeUndefined();
    expect(await put(2)).toMatchObject({ status: 200, body: { version: 3, grant } });
  });

  it('is the settings’ own where they say it', async () => {
    const { store, clock } = host.agent.parts;
    const fixed = new GrantBook({ store, clock, log: quietLog() }, new Map([['webhook:fixed', grant]]));
    Object.assign(host.agent.parts, { grants: fixed });
    expect(await get('fixed')).toMatchObject({ status: 200, body: { version: 0, in_settings: true, grant } });
    expect(await put(0, grant, admin, 'fixed')).toMatchObject({ status: 400 });
  });
});
