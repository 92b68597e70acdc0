import { ROUTES } from '../../common/api/routes';
import { EVERYTHING } from '../builders/route_host';
import { csvOf, ndjsonOf } from '../../public/pages/decisions/csv';
import { alert } from '../cases/public_case';
import { bundleOf, Rig, TOKEN } from '../cases/rig';

/*
 * X12: a secret in every place where one passes, and then a look at all that is kept, logged, answered and exported.
 * Beside each secret stands a mark that is none: where the mark is not found either, the look proves nothing.
 */

const POLICIES = ['t-long', 't-asks'];
const MARK = 'a-mark-that-is-no-secret';
const secret = (name: string): string => `CANARY-${name}-7f3a9c`;

/** Texts that cannot be read as events, with secrets in the forms in which senders leak theirs. */
const LEAKS: readonly string[] = [
  `{"${MARK}": 1, "password": "${secret('json')}"`,
  `{"nested": {"api_key": "${secret('nested')}"}, "x": 1, "x": 2, "mark": "${MARK}"}`,
  `${MARK} https://ops:${secret('address')}@siem.example/`,
  `${MARK} curl -u ops:${secret('option')} https://siem.example/?token=${secret('query')}`,
  `${MARK} Server=db;Password=${secret('connection')};`,
  `${MARK} authorization: Bearer ${secret('words')}`,
];
/** Whoever calls with these is nobody. */
const STRANGERS = [`Bearer ${secret('bearer')}`, `Basic ${secret('basic')}`, `ApiKey ${secret('apikey')}`];

const GETS = Object.values(ROUTES).filter(({ method, path }) => method === 'get' && !path.includes('{'));

describe('secrets', () => {
  let places: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const logged: string[] = [];
    const rig = await Rig.start({ policies: POLICIES, trace: (line) => logged.push(line) });
    const { host } = rig;
    await rig.send(alert(rig, { ip: '203.0.113.5', tags: ['t-long'], rule_name: MARK }));
    await rig.send(alert(rig, { ip: '203.0.113.6', tags: ['t-asks'], rule_name: MARK }));
    for (const body of LEAKS) await rig.sendText(body);
    for (const authorization of STRANGERS) await rig.sendText(LEAKS[0] ?? '', { headers: { authorization } });
    rig.targetAnswers(false);
    await rig.approve();
    await rig.storeAnswers(false);
    await rig.send(alert(rig, { ip: '203.0.113.7', tags: ['t-long'], rule_name: MARK }));
    for (const body of LEAKS) await rig.sendText(body);
    const [machine] = host.world.agents;
    const disk = JSON.stringify([machine?.disk.spooled, [...(machine?.disk.memory ?? [])], machine?.disk.stops]);
    await rig.storeAnswers(true);
    await rig.wait(10_000);
    const answers: string[] = [];
    for (const route of GETS) answers.push(JSON.stringify((await host.call(route, { as: EVERYTHING })).body ?? ''));
    const { decisions } = (await rig.decisions()) as { readonly decisions: Parameters<typeof csvOf>[0] };
    places = new Map([
      ['the state', JSON.stringify([...host.world.store.documents.values()])],
      ['the evidence', JSON.stringify([...host.world.evidence.records.values()].map((each) => [...each.values()]))],
      ['the disk', disk],
      ['answers', answers.join('\n')],
      ['exports', csvOf(decisions) + ndjsonOf(decisions)],
      ['the log', [...logged, ...host.errors].join('\n')],
    ]);
  });

  it.each(['the state', 'the evidence', 'the disk', 'answers', 'exports'])('would be found in %s', (place) => {
    expect(places.get(place)).toContain(MARK);
  });

  it.each(['the state', 'the evidence', 'the disk', 'answers', 'exports', 'the log'])('are not in %s', (place) => {
    const text = places.get(place) ?? '';
    const { privatePem } = bundleOf(POLICIES).keys;
    const [, ...lines] = privatePem.trim().split('\n');
    const key = lines[0] ?? '';
    expect(key.length).toBeGreaterThan(40);
    const found = [TOKEN, key, ...(text.match(/CANARY-[a-z]+-7f3a9c/g) ?? [])].filter((each) => text.includes(each));
    expect([...new Set(found)]).toEqual([]);
  });
});
