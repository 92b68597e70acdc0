import { approveEscalation, putGrant } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import type { Intake } from '../../../common/flow/intake';
import type { Grant } from '../../../common/flow/voice';
import { anEvent, nothingGranted } from '../../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../../test/builders/route_host';
import { plannedGrant, plannedMapping } from '../sources/source_documents';
import { receiveEvents } from '../sources/receive';
import { listEscalations } from './containments';

const SIEM = { type: 'webhook', id: 'siem' } as const;
const grant: Grant = { reason: 'its vendor tests its rules', severity: {} };

describe('whoever gave a source its authority within 24 hours', () => {
  let host: RouteHost;
  let sent = 0;

  beforeEach(async () => {
    host = await routeHost();
    Object.assign(host.agent.parts, { grants: nothingGranted });
  });

  const put = (version: number, of: Grant | null, name: string, source: Intake = SIEM) =>
    host.call(putGrant, {
      params: source,
      body: { version, grant: of, reason: 'reviewed with them' },
      as: callerWith(name, 'read', 'admin'),
    });
  const ask = async (intake: Intake = SIEM): Promise<void> => {
    sent += 1;
    const timestamp = iso(host.agent.parts.clock.utc());
    const event = anEvent({ event_id: `e${sent}`, timestamp, tags: ['ask'], source: { ip: `203.0.113.${sent}` } });
    await host.drive(receiveEvents(host.agent, intake, [event]));
    await host.wait(2_000);
  };
  const approveAs = async (name: string, singleUser = false) => {
    const { escalations } = await host.drive(listEscalations(host.agent));
    const [waiting] = escalations;
    if (!waiting) throw new Error('nothing waits');
    return host.call(approveEscalation, {
      params: { case_id: waiting.case_id, act_id: waiting.act_id },
      body: { reason: 'looks right', seen: waiting.seen },
      as: { ...callerWith(name, 'read', 'approve'), singleUser },
    });
  };
  const refused = (sentence: RegExp) => ({
    status: 403,
    body: { code: 'not_four_eyes', message: expect.stringMatching(sentence) as string },
  });

  it('does not approve what it asks for, by a grant', async () => {
    expect(await put(0, grant, 'ann')).toMatchObject({ status: 200 });
    await ask();
    for (const name of ['ann', 'CORP\\Ann'])
      expect(await approveAs(name)).toMatchObject(refused(/granted `webhook:siem` what it may say less than 24 h ago/));
    expect(await approveAs('ben')).toMatchObject({ status: 200 });
  });

  it('does so neither after somebody else granted it anew, nor after it was withdrawn', async () => {
    await put(0, grant, 'ann');
    await put(1, { ...grant, tags: {} }, 'ben');
    await put(2, null, 'cyd');
    await ask();
    expect(await approveAs('ann')).toMatchObject(refused(/`ann`/));
    expect(await approveAs('ben')).toMatchObject(refused(/`ben`/));
    // Who only withdrew gave nothing.
    expect(await approveAs('cyd')).toMatchObject({ status: 200 });
  });

  it.each([
    [23, 403],
    [25, 200],
  ])('%i hours later is answered with %i', async (hours, status) => {
    const { shift } = host.agent;
    if (!shift) throw new Error('no session is up');
    const at = iso(host.agent.parts.clock.utc() - hours * 3_600_000);
    const doc = plannedGrant({ source: SIEM, version: 1, grant, by: 'ann', at });
    await host.drive(shift.parts.commits.settle({ reads: [], build: () => ({ docs: [doc], answer: 1 }) }));
    await ask();
    expect(await approveAs('ann')).toMatchObject({ status });
  });

  it('approves what other sources ask for, and everything where nobody else is there', async () => {
    await put(0, grant, 'ann', { ...SIEM, id: 'other' });
    await put(0, grant, 'eve');
    await ask();
    expect(await approveAs('eve', true)).toMatchObject({ status: 200 });
    await ask();
    expect(await approveAs('ann')).toMatchObject({ status: 200 });
  });

  it('does not approve what a program asks with the grant of its token', async () => {
    await put(0, grant, 'ann');
    await ask({ type: 'asker', id: 'siem' });
    expect(await approveAs('ann')).toMatchObject(refused(/webhook:siem/));
  });

  it('does not approve what it asks for, by a mapping of its monitor', async () => {
    const { shift } = host.agent;
    if (!shift) throw new Error('no session is up');
    const now = host.agent.parts.clock.utc();
    const content = {
      source: { kind: 'detector' as const, id: 'd1' },
      version: 2,
      mapping: {},
      monitor_ids: ['m1', 'm2'],
      by: 'ben',
      at: iso(now),
      earlier: [{ by: 'ann', at: iso(now - 3_600_000) }],
    };
    await host.drive(
      shift.parts.commits.settle({ reads: [], build: () => ({ docs: [plannedMapping(content)], answer: 1 }) }),
    );
    await ask({ type: 'alerting', id: 'm2' });
    for (const name of ['ann', 'ben'])
      expect(await approveAs(name)).toMatchObject(refused(/mapped the fields of `alerting:m2` less than 24 h ago/));
    expect(await approveAs('cyd')).toMatchObject({ status: 200 });
    await ask({ type: 'alerting', id: 'm3' });
    expect(await approveAs('ann')).toMatchObject({ status: 200 });
  });
});
