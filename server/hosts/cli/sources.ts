import {
  getSwitch,
  listIntakeHealth,
  listOutcomeReceivers,
  putSwitch,
  type IntakeHealthView,
  type ReceiverView,
} from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const stateOf = ({ off, error, connected }: IntakeHealthView): string => {
  if (off !== undefined) return `SWITCHED OFF ${off.at} by ${off.by}: ${off.reason}`;
  if (error !== undefined) return `fails: ${error}`;
  return connected === false ? 'not connected' : 'on';
};

/** One source of events, for people. */
export const sourceLine = (source: IntakeHealthView): string => {
  const { type, id, received, switched_off: passed, lag } = source;
  const parts = [
    `${type}:${id}: ${stateOf(source)}`,
    `${received} received`,
    ...(passed === 0 ? [] : [`${passed} not taken while it was off`]),
    ...(lag === undefined ? [] : [`${lag} waiting there`]),
  ];
  return parts.join('; ');
};

/** Who is told what became of reports, for people. */
export const receiverLine = (receiver: ReceiverView): string => {
  const { name, told, refused, given_up, lag_s, error, last_told } = receiver;
  const parts = [
    `${name}: ${error === undefined ? 'told' : `not told: ${error}`}`,
    `${told} told`,
    ...(refused === 0 ? [] : [`${refused} refused`]),
    ...(given_up === 0 ? [] : [`${given_up} given up`]),
    ...(lag_s === 0 ? [] : [`the oldest waits for ${lag_s} s`]),
    ...(last_told === undefined ? [] : [`last at ${last_told.at}`]),
  ];
  return parts.join('; ');
};

const failed = (why: string): Outcome => ({ exit: EXIT.error, lines: [why] });

/** The sources that the host knows, those that are switched off first, and who is told what became of reports. */
export const sources = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listIntakeHealth);
  if (!answer.ok) return failed(answer.error);
  const told = await ask(address, listOutcomeReceivers);
  const found = answer.value.sources;
  const lines =
    found.length === 0
      ? ['nothing has come in since that host started, and no source is switched off']
      : found.map(sourceLine);
  return {
    exit: EXIT.done,
    lines: [...lines, ...(told.ok ? told.value.receivers.map(receiverLine) : [`what sources are told: ${told.error}`])],
  };
};

export interface SwitchWish {
  /** As `reflex sources` names it, such as `webhook:siem`. */
  readonly source: string;
  readonly off: boolean;
  readonly reason: string;
}

/** Switches a source off or on at all agents. */
export const switchSource = async (address: Address, { source, off, reason }: SwitchWish): Promise<Outcome> => {
  const colon = source.indexOf(':');
  const params = { type: source.slice(0, colon), id: source.slice(colon + 1) };
  const before = await ask(address, getSwitch, params);
  if (!before.ok) return failed(before.error);
  const { version, off: wasOff } = before.value;
  if (wasOff === off) return { exit: EXIT.done, lines: [`${source} is ${off ? 'off' : 'on'} already`] };
  const after = await ask(address, putSwitch, params, { version, off, reason });
  if (!after.ok) return failed(after.error);
  const done = off
    ? `${source} is switched off: what it sends makes no case and starts nothing`
    : `${source} is switched on again; what happened before asks a person`;
  const unseen = `nothing came from ${source} to that host since it started: look whether the name is right`;
  return { exit: EXIT.done, lines: after.value.seen_here ? [done] : [done, unseen] };
};
