import React, { type ReactNode } from 'react';
import { act, renderHook } from '@testing-library/react';
import type { Api } from '../../../api_client';
import { REACH_AGAIN_MS } from '../../../components/data/pace';
import { ServicesProvider } from '../../../components/data/services';
import { POLICY_TEXT } from '../../../../test/builders/views';
import { err, ok } from '../../../../common/result';
import { PLAIN_HEADER } from '../../../host_header';
import { useCheck, type Checked } from './use_check';
import { CHECK_PAUSE_MS } from './use_host_check';

const condition = { file: 'policy.yaml', line: 11, column: 9, code: 'bad_condition', message: 'no such field' };
const away = { code: 'unavailable', message: 'the host cannot be reached right now' } as const;
const good: Checked = { id: 'block-known-ioc', faults: [], tests: [] };

const FORMLESS = POLICY_TEXT.replace('mode: shadow', 'mode: shade');
const SHORT_TTL = POLICY_TEXT.replace('ttl: 4h', 'ttl: 4s');

/** The hook with a host that answers as `host` says, and the texts that it was asked about. */
const checking = async (source: string, host: (source: string) => Checked | undefined | Promise<Checked>) => {
  const asked: string[] = [];
  const call = (async (_: unknown, { body }: { body: { source: string } }) => {
    asked.push(body.source);
    const answer = await host(body.source);
    return answer === undefined ? err(away) : ok(answer);
  }) as unknown as Api['call'];
  const services = {
    api: { call },
    live: undefined as never,
    header: PLAIN_HEADER,
    showPage: () => undefined,
    toast: () => undefined,
    addressOf: (at: string) => at,
  };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ServicesProvider services={services}>{children}</ServicesProvider>
  );
  const { result, rerender } = renderHook((text: string) => useCheck(text), { wrapper, initialProps: source });
  // The checker is a module of its own.
  await act(async () => {
    await import('./form_faults');
  });
  await act(() => jest.advanceTimersByTimeAsync(0));
  const wait = (ms: number) => act(() => jest.advanceTimersByTimeAsync(ms));
  return { now: () => result.current, type: rerender, wait, asked };
};

const codesOf = ({ result }: { result?: Checked }) => result?.faults.map(({ code }) => code);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('useCheck', () => {
  it('tells faults of the form at once, and does not ask the host about a text without form', async () => {
    const { now, type, wait, asked } = await checking(POLICY_TEXT, () => good);
    await wait(CHECK_PAUSE_MS);
    expect(now()).toEqual({ pending: false, formIsKnown: false, result: good });
    type(FORMLESS);
    await wait(0);
    expect(now()).toMatchObject({ pending: false, formIsKnown: true, result: { faults: [{ line: 9, column: 9 }] } });
    await wait(60_000);
    expect(asked).toEqual([POLICY_TEXT]);
  });

  it('asks the host about conditions and tests once the typing pauses', async () => {
    const { now, type, wait, asked } = await checking(FORMLESS, (source) => ({
      faults: source === SHORT_TTL ? [condition, { ...condition, line: 12, code: 'bad_duration' }] : [],
      tests: [],
    }));
    type(POLICY_TEXT);
    await wait(CHECK_PAUSE_MS - 1);
    type(SHORT_TTL);
    await wait(1);
    expect(now()).toMatchObject({ pending: true, result: { faults: [{ code: 'bad_duration', line: 12 }] } });
    await wait(CHECK_PAUSE_MS);
    expect(asked).toEqual([SHORT_TTL]);
    expect(now().pending).toBe(false);
    expect(codesOf(now())).toEqual(['bad_condition', 'bad_duration']);
  });

  it('keeps what the host said of conditions and guards until it has said it of the new text, and nothing else of it', async () => {
    const { now, type, wait } = await checking(SHORT_TTL, (source) => ({
      faults:
        source === SHORT_TTL
          ? [
              condition,
              { ...condition, line: 12, code: 'bad_duration' },
              { ...condition, line: 13, code: 'no_guard' },
              { ...condition, line: 14, code: 'undeclared_lookup' },
            ]
          : [],
      tests: [],
    }));
    await wait(CHECK_PAUSE_MS);
    type(POLICY_TEXT);
    await wait(0);
    expect(now().pending).toBe(true);
    expect(codesOf(now())).toEqual(['bad_condition', 'no_guard', 'undeclared_lookup']);
    await wait(CHECK_PAUSE_MS);
    expect(codesOf(now())).toEqual([]);
  });

  it('goes on checking the form while the host is away, and asks again until it is back', async () => {
    let isAway = true;
    const { now, wait, asked } = await checking(SHORT_TTL, () => (isAway ? undefined : good));
    await wait(CHECK_PAUSE_MS);
    expect(now()).toMatchObject({ pending: false, formIsKnown: true, problem: away });
    expect(codesOf(now())).toEqual(['bad_duration']);
    isAway = false;
    await wait(REACH_AGAIN_MS - 1);
    expect(asked).toHaveLength(1);
    await wait(1);
    expect(asked).toHaveLength(2);
    expect(now()).toEqual({ pending: false, formIsKnown: false, result: good });
    await wait(60_000);
    expect(asked).toHaveLength(2);
  });

  it('says nothing old of conditions once the host is away', async () => {
    let isAway = false;
    const { now, type, wait } = await checking(SHORT_TTL, () =>
      isAway ? undefined : { faults: [condition], tests: [] },
    );
    await wait(CHECK_PAUSE_MS);
    expect(codesOf(now())).toEqual(['bad_condition']);
    isAway = true;
    type(POLICY_TEXT);
    await wait(CHECK_PAUSE_MS);
    expect(now()).toMatchObject({ pending: false, problem: away, result: { faults: [] } });
  });

  it('does not take an answer to an older text for one to this', async () => {
    const answers: Array<() => void> = [];
    const { now, type, wait } = await checking(
      SHORT_TTL,
      (source) =>
        new Promise<Checked>((resolve) => {
          answers.push(() => resolve({ ...good, faults: source === SHORT_TTL ? [condition] : [] }));
        }),
    );
    await wait(CHECK_PAUSE_MS);
    type(POLICY_TEXT);
    await wait(CHECK_PAUSE_MS);
    answers[1]?.();
    await wait(0);
    answers[0]?.();
    await wait(0);
    expect(now()).toEqual({ pending: false, formIsKnown: false, result: good });
  });
});
