import { NOBODY_HERE } from '../../engine/brakes/people_here';
import { NOTHING_OWN } from '../../engine/brakes/own_machine';
import { iso } from '../../../common/iso';
import type { AssetFacts } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { sourcesOf } from '../../engine/brakes/one_intake';
import { clear, type Cleared } from '../../engine/brakes/clear';
import { emptyLedger, granted, refusalOf, type Ledger } from '../../engine/brakes/ledger';
import { noticeFromIndex, type AlertNotice } from '../../engine/intake/alert_notice';
import { readAlertingWebhook } from '../../engine/intake/alerting_webhook';
import { mapAlert } from '../../engine/intake/map_alert';
import { decide } from '../../engine/decision/decide';
import { INITIAL_WEIGHTS, modelOf } from '../../engine/decision/model';
import { sealDecision } from '../../engine/decision/seal';
import { compileDraft } from '../../engine/policy/compile_bundle';
import type { LookupQuery } from '../../../common/flow/lookup';
import type { RestParameters } from '../../connectors/rest/rest_parameters';
import type { LookupSaid } from '../../engine/decision/lookups';
import { demoAnswer } from '../../hosts/standalone/demo/demo_routes';
import { DemoStore } from '../../hosts/standalone/demo/demo_state';
import { demoConnectorConfig } from '../../hosts/standalone/demo/demo_target';
import { brakeRulesOf } from '../../runner/trust/bundle_keeper';
import { HistoryBook } from '../../runner/facts/history';
import { Inventory } from '../../runner/facts/inventory';
import { GrantBook } from '../../runner/sources/grants';
import { keptEvent } from '../../runner/sources/receive';
import { realClock } from '../../adapters/system/real_clock';
import { quietLog } from '../../../test/builders/store_port';
import { demoGrants } from './demo_grants';
import { readStarterSet, starterFolder } from '../starter_set';
import { alertDocument, channelMessage, type Found } from './alerting_shapes';
import { demoInventory } from './cast';
import { demoPolicies } from './demo_policies';
import { foundAt } from './player';
import { pauseAfter, ROUND, sceneAt } from './story';

const BEGAN = Date.parse('2026-11-22T10:00:00.000Z');
const BETWEEN_MS = 40_000;
const ROUNDS = 3;

/** Everything that is found in the first rounds, with its place in the story. */
const story = Array.from({ length: ROUNDS * ROUND.length }, (_, number) => number).flatMap((number) => {
  const scene = sceneAt(number);
  return scene.sightings.map((sighting, index) => ({
    name: `${scene.title}, report ${index + 1} (scene ${number})`,
    scenario: scene.scenario,
    promise: sighting.promise,
    stoppedBy: sighting.stoppedBy,
    found: foundAt(sighting, `${number}/${index}`, BEGAN + number * BETWEEN_MS + sighting.afterMs),
  }));
});

const nothingStored = { store: { search: async () => [] }, clock: realClock, log: quietLog() };
const grants = new GrantBook(nothingStored, new Map(demoGrants()));

/** The event that an alert stands for, with its document read from its index. */
const received = (notice: AlertNotice, { document, sighting, at }: Found): ReceivedEvent => {
  const documents = [{ index: sighting.monitor.index, id: document.id, seqNo: 7, source: document.source }];
  const [mapped, ...others] = mapAlert(notice, { documents, at: iso(at) });
  if (mapped === undefined || others.length > 0) throw new Error('an alert of the demo stands for one event');
  return keptEvent(mapped.event, {
    intake: { type: 'alerting', id: notice.monitorId },
    identity: mapped.identity,
    receivedAt: iso(at),
    uncalibrated: mapped.uncalibrated,
    said: mapped.said,
    granted: grants.of({ type: 'alerting', id: notice.monitorId }),
    demo: true,
  });
};

const byIndex = (found: Found): ReceivedEvent => received(noticeFromIndex(found.alertId, alertDocument(found)), found);

const byChannel = (found: Found): ReceivedEvent => {
  const message = readAlertingWebhook(channelMessage(found));
  if (!message.ok || message.value.kind !== 'alerts' || !message.value.alerts[0]) throw new Error('no alert in it');
  return received(message.value.alerts[0], found);
};

const inventory = new Inventory('demo', demoInventory());

const policiesOfDemo = async () => {
  const folder = starterFolder();
  if (folder === undefined) throw new Error('the starter policies are missing');
  return compileDraft(demoPolicies(await readStarterSet(folder, false)));
};

/** Look-ups as the demo's endpoint agent answers them; of chains there are no records here. */
const askedAtTheDemo = (query: LookupQuery): LookupSaid => {
  if (query.lookup !== 'host_integrity') return { answer: { hops: 0, hosts: [] } };
  const asked = demoConnectorConfig(1).find(({ name }) => name === query.connector)?.parameters as RestParameters;
  const path = asked.host_status?.path.replace('{target.value}', query.host);
  if (path === undefined) return { missing: `nobody to ask at \`${query.connector}\`` };
  const request = { method: 'GET', segments: path.split('/').slice(1), body: undefined };
  const { state } = demoAnswer(new DemoStore(undefined, () => BEGAN), request, BEGAN).body as { state: string };
  return { answer: { state: state === 'tampered' ? 'altered' : 'intact' } };
};

describe('the story of the demo', () => {
  it('has nine scenarios and a false positive', () => {
    expect([...new Set(story.map(({ scenario }) => scenario))].sort()).toEqual([
      'account_takeover',
      'altered_host',
      'brute_force',
      'c2_beacon',
      'credential_theft',
      'exfiltration',
      'false_positive',
      'lateral_movement',
      'phishing',
      'ransomware',
    ]);
  });

  it('shows every verdict, an act within the first scene, a question, a refusal and a wait within the first five', () => {
    const first = story.filter(({ found }) => found.at < BEGAN + 5 * BETWEEN_MS).map(({ promise }) => promise);
    expect(first[0]).toBe('permit');
    expect(first).toEqual(expect.arrayContaining(['permit', 'escalate', 'deny', 'hold', 'learn']));
  });

  it.each(story.filter(({ found }) => found.sighting.monitor.hasChannel))(
    'is the same event by the channel and by the index: $name',
    ({ found }) => {
      const { case_id, digest } = byChannel(found);
      expect(byIndex(found)).toMatchObject({ case_id, digest });
    },
  );

  it('says who vouches for each event', () => {
    expect(story.filter(({ found }) => byIndex(found).uncalibrated)).toEqual([]);
  });

  it('has other events in each round', () => {
    expect(new Set(story.map(({ found }) => byIndex(found).case_id)).size).toBe(story.length);
  });

  const decided = async () => {
    const bundle = await policiesOfDemo();
    const history = new HistoryBook();
    const model = modelOf(INITIAL_WEIGHTS);
    return story.map(({ found, ...scene }) => {
      const event = byIndex(found);
      const request = {
        received: event,
        bundle,
        model,
        now: found.at,
        lookups: {
          asset: (type: AssetFacts['type'], value: string) => inventory.asset(type, value),
          history: () => history.factsFor(event, found.at),
          lookUp: askedAtTheDemo,
        },
      };
      const decision = sealDecision(decide(request), request, { decisionId: scene.name, engineDigest: 'test' });
      history.noteEvent(event);
      return { ...scene, found, decision };
    });
  };

  it('leads to what it promises under the policies of the demo', async () => {
    const verdicts = (await decided()).map(({ name, promise, decision }) => ({
      name,
      promise,
      verdict: decision.verdict,
    }));
    expect(verdicts.filter(({ promise, verdict }) => promise !== verdict)).toEqual([]);
  });

  it('is stopped by the brakes where it says so, and nowhere else in the first round', async () => {
    const rules = brakeRulesOf(await policiesOfDemo(), BEGAN);
    const ledgers = new Map<string, Ledger>();
    const reserve = ({ reserve: wanted, command }: Cleared): string | undefined => {
      for (const { terms } of wanted) {
        const key = `${terms.limit} ${terms.scope}`;
        const ledger = ledgers.get(key) ?? emptyLedger(terms);
        if (refusalOf(ledger, terms, command.target.value)) return terms.rate ? 'rate_limit' : 'blast_radius';
        const entry = { target: command.target.value, command_id: command.command_id, session: 's', effect_id: 'e' };
        ledgers.set(key, granted(ledger, terms, entry));
      }
      return undefined;
    };
    const surprises = (await decided())
      .filter(({ found, decision }) => found.at < BEGAN + ROUND.length * BETWEEN_MS && decision.verdict === 'permit')
      .map(({ name, stoppedBy, decision }) => {
        const [act] = decision.acts;
        if (act === undefined) throw new Error('a permit has an act');
        const clearance = clear({
          act,
          decision,
          commandId: name,
          intake: 'webhook:demo',
          sources: sourcesOf(decision.inputs.history, act.target),
          isStopped: () => false,
          rules,
          connectors: demoConnectorConfig(1).map(({ name: connector, parameters }) => ({
            name: connector,
            actions: Object.keys((parameters as { actions: object }).actions),
            settleMs: 1_000,
          })),
          scopes: inventory,
          own: NOTHING_OWN,
          people: NOBODY_HERE,
        });
        const got = clearance.kind === 'stopped' ? clearance.reason : reserve(clearance.command);
        return { name, stoppedBy, got };
      })
      .filter(({ stoppedBy, got }) => stoppedBy !== got);
    expect(surprises).toEqual([]);
  });

  it('marks every document as the demo’s', () => {
    for (const { found } of story) {
      expect(alertDocument(found).monitor_name).toMatch(/^Demo: /);
      expect(found.sighting.monitor.index).toMatch(/^demo-logs-/);
    }
  });

  it('plays a scene every 8 to 40 s at first, and at most 300 a day when nobody watches', () => {
    const early = Array.from({ length: ROUND.length }, (_, number) => pauseAfter(number, false));
    expect(Math.min(...early)).toBeGreaterThanOrEqual(8_000);
    expect(Math.max(...early)).toBeLessThanOrEqual(40_000);
    expect(86_400_000 / pauseAfter(1_000, false)).toBeLessThanOrEqual(300);
    expect(pauseAfter(1_000, true)).toBeLessThanOrEqual(60_000);
  });
});

describe('the company of the demo', () => {
  it('has a subnet of 40 hosts, of which 5 % are two', () => {
    expect(inventory.populationOf('hosts_in_subnet', '10.20.10.0/24')?.count).toBe(40);
  });

  it('knows everybody and everything inside that the story is about', () => {
    const strangers = story.flatMap(({ found }) => {
      const { event } = byIndex(found);
      const host = event.src_host === undefined ? [] : [inventory.asset('host', event.src_host)];
      const source = event.source?.ip === undefined ? [] : [inventory.asset('ip', event.source.ip)];
      return [...host, ...source].filter(({ known }) => !known);
    });
    expect(strangers).toEqual([]);
  });
});
