import { waitFor } from '@testing-library/react';
import {
  aContainment,
  aDecision,
  aDecisionBrief,
  aDecisionDetail,
  anEscalation,
  anOverview,
  aStatus,
} from '../test/builders/views';
import { answer, showPage, type Answers } from '../test/stubs/page';
import { headlineOf } from '../common/api/headline';
import { ACTIONS } from '../common/policy/actions';
import { headlineText } from './format/headline';

/* Sentences of the host hold instants and names. The page tells them in the reader's time zone, with titles. */

const INSTANT = '2026-11-22T01:02:03.004Z';
const SENTENCES = /^(?:text|reason|message|because|summary|why|error)$/;

/** A view in which every sentence of the host ends with an instant. */
const stamped = (value: unknown, key = ''): unknown => {
  if (typeof value === 'string') return SENTENCES.test(key) ? `${value} until ${INSTANT}` : value;
  if (Array.isArray(value)) return (value as unknown[]).map((each) => stamped(each, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, stamped(each, name)]));
};
const stampedView = <View,>(view: View): View => stamped(view) as View;

const AS_OF = '2026-11-22T03:12:04.000Z';
const brief = () => ({ ...aDecisionBrief(), headline: headlineOf(aDecision()) });
const undoing = () =>
  aContainment({ state: 'undoing', undo: { by: 'ann', why: 'lifted', text: 'no harm' }, last_error: undefined });
const broken = () =>
  aContainment({
    effect_id: 'effect:2',
    state: 'unknown',
    last_error: { code: 'timeout', message: 'no answer', retryable: true },
  });

const PAGES: ReadonlyArray<readonly [string, Answers]> = [
  ['/overview', { getOverview: answer(stampedView(anOverview({ recent: [brief()] }))) }],
  [
    '/escalations',
    { listEscalations: answer(stampedView({ as_of: AS_OF, total: 1, escalations: [anEscalation({ text: 'full' })] })) },
  ],
  [
    '/containments',
    { listContainments: answer(stampedView({ as_of: AS_OF, total: 2, containments: [undoing(), broken()] })) },
  ],
  ['/decisions', { listDecisions: answer(stampedView({ as_of: AS_OF, total: 1, decisions: [brief()] })) }],
  ['/decisions/decision-1', { getDecision: answer(stampedView(aDecisionDetail())) }],
];

/** What the page says, apart from code and from what a reader unfolds as it was recorded. */
const told = (): string => {
  const copy = document.body.cloneNode(true) as HTMLElement;
  copy.querySelectorAll('code, pre, style').forEach((each) => each.remove());
  return copy.textContent ?? '';
};

describe('what the host says', () => {
  it.each(PAGES)('has no instant as it came on %s', async (path, answers) => {
    const status = aStatus({ troubles: [{ code: 'bundle_old', text: `nobody signed since ${INSTANT}` }] });
    await showPage(path, { answers, status });
    // The stamp is on the page once its sentences are.
    await waitFor(() => expect(told()).toMatch(/until \d/));
    expect(told()).toContain('nobody signed since ');
    expect(told().match(/.{0,60}\d{4}-\d\d-\d\dT\d\d:\d\d.{0,20}/g)).toBeNull();
  });

  it.each(ACTIONS.map(({ action, target }) => [action, target] as const))('calls %s by its title', (action, type) => {
    const [act] = aDecision().acts;
    const acts = act === undefined ? [] : [{ ...act, action, target: { type, value: 'ws-1' } }];
    const decision = aDecision({ acts });
    expect(headlineText(headlineOf(decision))).not.toContain(action);
    const shadow = aDecision({ acts: acts.map((each) => ({ ...each, shadow: true })) });
    expect(headlineText(headlineOf(shadow))).toMatch(/in shadow, would permit: (?!.*_)/);
  });
});
