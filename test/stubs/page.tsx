import React from 'react';
import { act, render, screen, waitFor } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import type * as t from 'io-ts';
import type { ProblemCode, RouteContract } from '../../common/api/contract';
import { ROUTES, type StatusView } from '../../common/api/routes';
import { decode, sentence } from '../../common/codec/decode';
import { present } from '../../common/present';
import { err, ok, type Result } from '../../common/result';
import type { Api, CallInput, Refusal } from '../../public/api_client';
import { Application } from '../../public/application';
import type { Services } from '../../public/components/data/services';
import { PLAIN_HEADER } from '../../public/host_header';
import { openLive, statusIn, type Live } from '../../public/live';
import { switchUser } from '../../public/session_user';
import type { LiveSource } from '../../public/stream/words';
import { aStatus } from '../builders/views';

/*
 * The whole application in jsdom, against answers that a test gives. Answers and bodies go through the codecs of their
 * contracts, as on the wire: a test cannot pass with something that the server would never say or take.
 */

const CONTRACTS = { ...ROUTES, switchUser } as const;
type RouteName = keyof typeof CONTRACTS;
type AnswerOf<Name extends RouteName> = t.TypeOf<(typeof CONTRACTS)[Name]['answer']>;
type Told<Name extends RouteName> = Result<AnswerOf<Name>, Refusal>;

/** One request as the page sent it. */
export interface Sent {
  readonly route: RouteName;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
}

export type Answers = { [Name in RouteName]?: (sent: Sent) => Told<Name> | Promise<Told<Name>> };

export const answer =
  <Value,>(value: Value) =>
  (): Result<Value, Refusal> =>
    ok(value);

export const refuse = (code: ProblemCode, message: string, current?: unknown) => (): Result<never, Refusal> =>
  err(current === undefined ? { code, message } : { code, message, current });

/** An answer that never comes. */
export const silence = (): Promise<never> => new Promise(() => undefined);

const checked = <Value,>(codec: t.Type<Value, unknown, unknown>, value: unknown, what: string): Value => {
  const decoded = decode(codec, value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
  if (!decoded.ok) throw new Error(`${what}: ${sentence(decoded.error)}`);
  return decoded.value;
};

const nameOf = (contract: unknown): RouteName => {
  const found = Object.entries(CONTRACTS).find(([, each]) => each === contract);
  if (found === undefined) throw new Error('a contract that this test does not know');
  return found[0] as RouteName;
};

/** Answers as the test says; what it does not say is not answered at all. */
const fakeApi = (answers: Answers, sent: Sent[]): Api => ({
  call: async <Params, Query, Body, Answer>(
    contract: RouteContract<Params, Query, Body, Answer>,
    { params, query, body }: CallInput<Params, Query, Body> = {},
  ): Promise<Result<Answer, Refusal>> => {
    const route = nameOf(contract);
    if (body !== undefined) checked(contract.body, body, `body of ${route}`);
    const request: Sent = { route, params: params ?? {}, query, body };
    sent.push(request);
    const told = answers[route];
    if (told === undefined) return silence();
    const result = await told(request);
    return result.ok ? ok(checked(contract.answer, result.value, `answer of ${route}`)) : result;
  },
});

class FakeSource implements LiveSource {
  onerror: ((event: Event) => void) | null = null;
  private readonly listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {}

  tell(type: 'status' | 'changed', value: unknown): void {
    this.listeners.get(type)?.(new MessageEvent(type, { data: JSON.stringify(value) }));
  }
}

interface ShownPage {
  readonly user: UserEvent;
  /** Every request, oldest first. */
  readonly sent: readonly Sent[];
  readonly sentTo: (route: RouteName) => readonly Sent[];
  /** New answers from now on. */
  readonly answerWith: (answers: Answers) => void;
  /** The host tells how it is. */
  readonly tellStatus: (status: StatusView) => void;
  /** The host tells what kinds of things changed. */
  readonly tellChanged: (...topics: readonly string[]) => void;
  /** The stream breaks. */
  readonly breakStream: () => void;
  /** What the host was told of the pages shown, oldest first: title and list. */
  readonly shown: ReadonlyArray<Parameters<Services['showPage']>>;
  /** What the host showed for a moment. */
  readonly toasts: ReadonlyArray<Parameters<Services['toast']>>;
}

const open: Live[] = [];

afterEach(() => open.splice(0).forEach((live) => live.close()));

/**
 * Shows the application.
 *
 * @param path of the page, such as `/escalations`
 */
export const showPage = async (
  path: string,
  {
    answers = {},
    status = aStatus(),
    header = PLAIN_HEADER,
    discover,
  }: Partial<Pick<Services, 'discover' | 'header'>> & { readonly answers?: Answers; readonly status?: StatusView } = {},
): Promise<ShownPage> => {
  const sent: Sent[] = [];
  const shown: Array<Parameters<Services['showPage']>> = [];
  const toasts: Array<Parameters<Services['toast']>> = [];
  const current: Answers = { getStatus: answer(status), ...answers };
  const api = fakeApi(current, sent);
  const sources: FakeSource[] = [];
  const latest = (): FakeSource | undefined => sources.at(-1);
  const live = openLive({
    openSource: () => {
      const source = new FakeSource();
      sources.push(source);
      return source;
    },
    poll: async () => statusIn(await api.call(ROUTES.getStatus)),
    now: () => Date.now(),
  });
  open.push(live);
  latest()?.tell('status', status);
  window.location.hash = `#${path}`;
  const services: Services = {
    api,
    live,
    header,
    showPage: (...told) => shown.push(told),
    toast: (...told) => toasts.push(told),
    addressOf: (at) => `https://reflex.example${at}`,
    ...present({ discover }),
  };
  await act(async () => {
    render(<Application services={services} />);
    await Promise.resolve();
  });
  return {
    user: userEvent.setup(),
    sent,
    sentTo: (route) => sent.filter((each) => each.route === route),
    answerWith: (more) => Object.assign(current, more),
    tellStatus: (next) => act(() => latest()?.tell('status', next)),
    tellChanged: (...topics) => act(() => latest()?.tell('changed', { topics })),
    breakStream: () => act(() => latest()?.onerror?.(new Event('error'))),
    shown,
    toasts,
  };
};

/** Waits until the dialog's field for the reason has the focus, and writes the reason. */
export const giveReason = async (user: UserEvent, keys: string): Promise<void> => {
  await waitFor(() => expect(screen.getByLabelText('Reason (goes on record)')).toHaveFocus());
  await user.keyboard(keys);
};
