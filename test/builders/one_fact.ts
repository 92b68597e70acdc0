import { BECAME } from '../../common/api/became';
import type { RouteContract } from '../../common/api/contract';
import { OUTCOMES } from '../../common/api/progress';
import {
  getContainment,
  getDecision,
  getOverview,
  listActs,
  listContainments,
  listDecisions,
  listEscalations,
  type OverviewView,
} from '../../common/api/routes';
import type { DecisionBrief, DecisionDetail } from '../../common/api/views';
import type { DetectionEvent } from '../../common/flow/event';
import { iso } from '../../common/iso';
import { historyCsvOf } from '../../public/pages/containments/history_csv';
import { csvOf, ndjsonOf } from '../../public/pages/decisions/csv';
import { BacktestDesk } from '../../server/runner/doctrine/backtest/desk';
import { Metrics } from '../../server/wiring/metrics';
import { StatusTeller } from '../../server/wiring/status_view';
import { received } from './events';
import { EVERYTHING, routeHost, type RouteHost } from './route_host';

/* What of one act every view tells, asked of the real routes, compared after each step of its life. */

/** What there is of an act while it may be at its target. */
const THERE = ['present', 'applying', 'unknown', 'ending', 'gone'];

type Teller = ConstructorParameters<typeof StatusTeller>;

/** Status and metrics of the same agent, as a host wires them. */
const headOf = ({ agent, sourceHealth, parts }: RouteHost) => {
  const outcomes = { list: () => [], troubles: () => [] };
  const handOvers = { list: () => [], troubles: () => [] };
  const backtests = new BacktestDesk(agent);
  const health = { healthOf: () => ({ state: 'ok', text: '' }), cannot: () => undefined };
  const secrets = { troubles: () => [], list: () => [], keys: () => [] };
  const setup = { open: 0, keep: () => undefined, states: new Map() };
  const tokens = {
    list: () => [],
    overused: new Map(),
    shortCounts: { minted: new Map<string, number>(), refused: 0 },
  };
  const asks = { told: () => [] };
  const standing = {
    agent,
    sourceHealth,
    outcomes,
    handOvers,
    health,
    connectorFaults: [],
    secrets,
    setup,
    audit: parts.ready().audit,
    demo: false,
  };
  const host = { kind: 'standalone', problems: () => [], users: () => [] };
  const setting = {
    host,
    steps: { all: [] },
    demo: { runs: false },
    hostStop: agent.hostStop,
    shown: (text: string) => text,
  };
  const life = { ready: standing, standing };
  const teller = new StatusTeller(setting as unknown as Teller[0], life as unknown as Teller[1]);
  const tell = () => teller.tell(EVERYTHING);
  const metrics = new Metrics(() => ({ ...standing, backtests, tokens, asks }), tell);
  return {
    tell,
    value: (text: string, line: string): number | undefined => {
      const found = text.split('\n').find((each) => each.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length + 1));
    },
    metrics,
  };
};

/** Rows of a CSV file by the names of its columns; no cell of these tests has a quote or a line in it. */
const rowsOf = (csv: string): ReadonlyArray<Readonly<Record<string, string>>> => {
  const [head = [], ...rows] = csv
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );
  return rows.map((cells) => Object.fromEntries(head.map((name, index) => [name, cells[index] ?? ''])));
};

/** What is saved as a file says what the page of each decision says. */
const filesAgree = (decisions: readonly DecisionBrief[], details: readonly DecisionDetail[]): void => {
  const lines = ndjsonOf(decisions).trimEnd().split('\n');
  expect(decisions.length === 0 ? [] : lines.map((line) => JSON.parse(line) as unknown)).toEqual(decisions);
  expect(rowsOf(csvOf(decisions)).map(({ decision_id, outcome, acts }) => [decision_id, outcome, acts])).toEqual(
    details.map(({ decision, outcome, progress = [] }) => [
      decision.decision_id,
      outcome,
      decision.acts
        .map(({ act_id, action, target, result }) => {
          const status = progress?.find((each) => each.act_id === act_id)?.status ?? result;
          return `${action} ${target.value} (${status})`;
        })
        .join('; '),
    ]),
  );
};

/** A world with all routes, and everything that can be asked of an act in it. */
export const oneFactScene = async () => {
  const host = await routeHost();
  const get = async <Answer>(
    route: Pick<RouteContract<never, never, never, Answer>, 'method' | 'path' | 'answer'>,
    request: object = {},
  ): Promise<Answer> => (await host.call(route, { ...request, as: EVERYTHING })).body as Answer;
  const head = headOf(host);
  /** Effects that were on the board at any time. */
  const known = new Set<string>();
  let count = 0;
  const hand = async (event: Partial<DetectionEvent>): Promise<void> => {
    const timestamp = iso(host.agent.parts.clock.utc());
    await host.drive(host.agent.admit(received({ event_id: `e${(count += 1)}`, timestamp, ...event })));
    await host.wait(3_000);
  };
  const list = async (query = {}) => (await get(listDecisions, { query })).decisions;
  const detailOf = (decision_id: string) => get(getDecision, { params: { decision_id } });

  /** The figures add up to the events, and each is as long as its list. */
  const figuresAgree = async (counts: OverviewView['became_24h'], events: number): Promise<void> => {
    const groups = BECAME.map((group) => counts[group]);
    expect([groups.reduce((sum, each) => sum + each, 0), counts.events]).toEqual([events, events]);
    for (const became of BECAME) {
      const { total } = await get(listDecisions, { query: { became, from: counts.from } });
      expect([became, total]).toEqual([became, counts[became]]);
    }
  };
  /** The history of acts, and its file, say of each act what its decision says. */
  const historyAgrees = async (details: readonly DecisionDetail[]): Promise<void> => {
    const { acts } = await get(listActs, { query: { outcome: OUTCOMES.join(',') } });
    const progress = new Map(acts.map((act) => [`${act.decision_id} ${act.act_id}`, act.progress]));
    const expected = details.flatMap(({ decision, progress: told = [] }) =>
      decision.acts.map(({ act_id }) => [
        `${decision.decision_id} ${act_id}`,
        told?.find((each) => each.act_id === act_id) ?? { act_id, status: 'not_known' },
      ]),
    );
    expect([...progress].sort()).toEqual(expected.sort());
    const saved = rowsOf(historyCsvOf(acts));
    expect(saved.map((row) => [`${row.decision_id} ${row.act_id}`, row.status, row.ended_by, row.said_by])).toEqual(
      acts.map((act) => [
        `${act.decision_id} ${act.act_id}`,
        act.progress.status,
        act.progress.ended?.by ?? '',
        act.progress.resolution?.by ?? '',
      ]),
    );
  };
  /** The board, each effect by its id, what is over included, and the counts of the header and of the metrics. */
  const boardAgrees = async (details: readonly DecisionDetail[]): Promise<void> => {
    const { containments, total } = await get(listContainments);
    for (const { effect_id } of containments) known.add(effect_id);
    for (const effect_id of known) {
      const byId = await get(getContainment, { params: { effect_id } });
      const row = containments.find((each) => each.effect_id === effect_id);
      expect(byId.containment).toEqual(row);
      expect([effect_id, byId.state]).toEqual([effect_id, row?.state ?? 'absent']);
    }
    const waiting = (await get(listEscalations)).total;
    const status = await host.drive(head.tell());
    const text = await host.drive(head.metrics.text());
    const cases = new Set(
      details.filter(({ case_state }) => case_state === 'waiting').map(({ decision }) => decision.case_id),
    );
    expect({
      contained: [status.containments, head.value(text, 'reflex_containments')],
      waiting: [status.waiting, head.value(text, 'reflex_cases{state="waiting"}')],
    }).toEqual({ contained: [total, total], waiting: [waiting, cases.size] });
  };

  /** The views compared; what became of each decision, by its target, newest first. */
  const told = async (): Promise<readonly string[]> => {
    const [decisions, board, overview] = [await list(), await get(listContainments), await get(getOverview)];
    const details: DecisionDetail[] = [];
    for (const brief of decisions) {
      const detail = await detailOf(brief.decision_id);
      details.push(detail);
      const inList = brief.acts.map(({ progress }) => progress);
      expect([detail.outcome, detail.progress]).toEqual([brief.outcome, inList]);
      const recent = overview.recent.find(({ decision_id }) => decision_id === brief.decision_id);
      if (recent) expect(recent).toEqual(brief);
      const isThere = brief.acts.some(({ progress }) => THERE.includes(progress?.status ?? ''));
      const isOnBoard = board.containments.some(({ reasons }) =>
        reasons.some(({ decision_id }) => decision_id === brief.decision_id),
      );
      expect([brief.summary, isThere]).toEqual([brief.summary, isOnBoard]);
      expect(await list({ outcome: brief.outcome })).toContainEqual(brief);
    }
    filesAgree(decisions, details);
    await historyAgrees(details);
    await boardAgrees(details);
    await figuresAgree(overview.became_24h, new Set(decisions.map(({ case_id }) => case_id)).size);
    const waiting = (await get(listEscalations)).escalations.map(({ decision_id }) => decision_id);
    expect(waiting.sort()).toEqual(
      decisions.flatMap(({ outcome, decision_id }) => (outcome === 'waiting' ? [decision_id] : [])).sort(),
    );
    return decisions.map(({ outcome, brief }) => `${brief.source ?? brief.host ?? ''} ${outcome}`);
  };
  return { host, get, hand, told, list };
};
