import { iso } from '../../../common/iso';
import type { Decision } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import { decide, type DecideRequest } from '../../engine/decision/decide';
import { sealDecision } from '../../engine/decision/seal';
import { claimTakenBack } from '../../engine/execution/effect';
import { takenBack } from '../../engine/brakes/ledger';
import { planClaim, type ClaimAnswer, type ClaimRequest } from './claim';
import type { Committed } from '../keeping/commit_queue';
import { contentOf, type Draft } from '../keeping/state_docs';
import { caseDraft, type CaseContent, type Resolution } from '../keeping/kinds/case';
import { effectDraft } from '../keeping/kinds/effect';
import { ledgerDraft } from '../keeping/kinds/ledger';
import { executeCommand, type Executed } from './execute_command';
import type { ShiftParts } from './shift_parts';
import { brakeRules, claimWorld } from './claim_world';
import { inBackground } from '../keeping/in_background';
import { guardLookup } from '../trust/guard_lookup';

/*
 * The whole story of one event in reading order: look up, decide, brake and claim in one bulk, execute, write what it
 * came to. Verifying and undoing is the effect keeper's work, looking again is the case keeper's.
 */

/** What became of an event that was handed in. */
export type Receipt =
  | { readonly kind: 'decided'; readonly content: CaseContent }
  | { readonly kind: 'duplicate'; readonly content: CaseContent }
  /** The same identity with another content: a client must not overwrite what another one reported. */
  | { readonly kind: 'conflicting'; readonly content: CaseContent };

export interface Again {
  readonly previous: CaseContent;
  /** A permitted effect is looked at before its ttl ends: age does not count. */
  readonly review?: boolean;
}

export interface ProcessHooks {
  /** A command is being executed. */
  readonly executes: (effectId: string, execution: Promise<unknown>) => void;
  /** An effect now needs looking after. */
  readonly executed: (executed: Executed) => void;
  /** A case is not closed: it is held, waits, is under way, or will be reviewed. */
  readonly open: (content: CaseContent) => void;
}

const MOST_CLAIM_TRIES = 6;

/** Decides an event and seals the decision; pure but for the ids. Undefined without a bundle: then nothing decides. */
export const decideEvent = (
  parts: ShiftParts,
  received: ReceivedEvent,
  options: {
    readonly predecessor?: string;
    readonly review?: boolean;
    readonly effectless?: boolean;
    readonly wanted?: DecideRequest['wanted'];
  } = {},
): Decision | undefined => {
  const bundle = parts.bundles.active;
  if (bundle === undefined) return undefined;
  const now = parts.clock.utc();
  const request: DecideRequest = {
    received,
    bundle,
    model: parts.model(),
    now,
    lookups: {
      asset: (type, value) => parts.inventory.asset(type, value),
      history: (event) => parts.history.factsFor(event, now),
      rolloutStopped: (policy, hash) => parts.rollouts.isStopped(policy, hash),
      ...guardLookup(parts.guards, bundle.bundle.guards),
    },
    ...(options.review === undefined ? {} : { review: options.review }),
    ...(options.wanted === undefined ? {} : { wanted: options.wanted }),
  };
  return sealDecision(decide(request), request, {
    decisionId: parts.chance.uuid(),
    engineDigest: parts.engineDigest,
    ...(options.predecessor === undefined ? {} : { predecessor: options.predecessor }),
    ...(options.effectless === undefined ? {} : { effectless: options.effectless }),
  });
};

/** An event without a bundle in force is kept and looked at again; nothing is decided (INV-13). */
const accept = async (parts: ShiftParts, received: ReceivedEvent): Promise<Receipt> => {
  const due = iso(parts.clock.utc() + 2_000);
  const content: CaseContent = {
    received,
    state: 'accepted',
    acts: [],
    claims: 0,
    due,
    note: 'no policy bundle is in force',
  };
  const committed = await parts.commits.submit<CaseContent | undefined>({
    reads: [received.case_id],
    build: (view) => {
      const stored = contentOf('case', view.get(received.case_id));
      return stored
        ? { drafts: [], answer: stored }
        : { drafts: [caseDraft(content, iso(parts.clock.utc()))], answer: undefined };
    },
  });
  if (committed.kind === 'conflict') return accept(parts, received);
  return committed.answer === undefined ? { kind: 'decided', content } : existing(committed.answer, received);
};

const existing = (content: CaseContent, received: ReceivedEvent): Receipt => ({
  kind: content.received.digest === received.digest ? 'duplicate' : 'conflicting',
  content,
});

/** After a claim that landed in part: what landed is undone by its command ids, so that nothing is left behind. */
const takeBackLanded = async (
  parts: ShiftParts,
  answer: ClaimAnswer & { kind: 'planned' },
  landed: ReadonlySet<string>,
): Promise<void> => {
  const commands = new Set(answer.content.acts.flatMap((act) => act.command_id ?? []));
  const restore = (id: string): Promise<unknown> =>
    parts.commits.settle({
      reads: [id],
      urgent: true,
      build: (view) => {
        const at = iso(parts.clock.utc());
        const seen = view.get(id);
        const drafts: Draft[] = [];
        const effect = id.startsWith('effect:') ? contentOf('effect', seen) : undefined;
        const ledger = id.startsWith('ledger:') ? contentOf('ledger', seen) : undefined;
        if (effect) {
          const moment = { at, session: parts.session.id, effectId: id };
          const restored = [...commands].reduce((current, command) => claimTakenBack(current, command, moment), effect);
          drafts.push(effectDraft(id, restored, at));
        }
        if (ledger) drafts.push(ledgerDraft([...commands].reduce(takenBack, ledger), at));
        return { drafts, answer: undefined };
      },
    });
  await Promise.all([...landed].filter((id) => id.startsWith('effect:') || id.startsWith('ledger:')).map(restore));
  await parts.journal.close([...commands]);
};

/** The case of a claim that failed landed: it is held, to be claimed anew. */
const holdLanded = async (parts: ShiftParts, claim: ClaimRequest): Promise<CaseContent> => {
  const at = iso(parts.clock.utc());
  const held: CaseContent = {
    received: claim.received,
    decision: claim.decision,
    state: 'held',
    acts: (claim.previous?.acts ?? []).filter((act) => claim.decision.acts.some((each) => each.act_id === act.act_id)),
    claims: (claim.previous?.claims ?? 0) + 1,
    due: at,
    note: 'its claim could not be written whole; it is claimed again',
  };
  await parts.commits.settle({
    reads: [claim.received.case_id],
    urgent: true,
    build: (view) => {
      const mine = view.get(claim.received.case_id)?.owner === parts.session.id;
      return { drafts: mine ? [caseDraft(held, at)] : [], answer: undefined };
    },
  });
  return held;
};

const startCommands = (
  parts: ShiftParts,
  answer: ClaimAnswer & { kind: 'planned' },
  ledgers: readonly string[],
  hooks: ProcessHooks,
): void => {
  const clearedAt = parts.clock.monotonic();
  for (const start of answer.start) {
    const execution = executeCommand(parts, start, { ledgers, claims: answer.content.claims, clearedAt }).then(
      (executed) => {
        parts.history.noteAct(answer.content.received, parts.clock.utc());
        hooks.executed(executed);
      },
    );
    hooks.executes(start.effectId, execution);
    inBackground(parts, 'executing a command', execution);
  }
};

/**
 * Writes the claim of a decided case and starts its commands. Tries again, each time with new command ids, when other
 * agents were faster at one of the documents.
 *
 * @returns the case as written, or as somebody else left it (`moved`)
 */
export const claimAndStart = async (
  parts: ShiftParts,
  request: ClaimRequest,
  hooks: ProcessHooks,
): Promise<ClaimAnswer> => {
  const urgent = request.received.event.severity === 'critical';
  let current = request;
  for (let attempt = 0; attempt < MOST_CLAIM_TRIES; attempt += 1) {
    const plan = { ...planClaim(() => claimWorld(parts), current, attempt > 0), urgent };
    const committed: Committed<ClaimAnswer> = await parts.commits.submit<ClaimAnswer>(plan);
    const { answer } = committed;
    if (answer.kind === 'moved') return answer;
    if (committed.kind === 'committed') {
      const ledgers = ledgersOf(parts, answer);
      startCommands(parts, answer, ledgers, hooks);
      if (answer.content.state !== 'decided' || answer.content.due !== undefined) hooks.open(answer.content);
      return answer;
    }
    await takeBackLanded(parts, answer, committed.landed);
    if (committed.landed.has(request.received.case_id))
      current = { ...current, recorded: true, previous: await holdLanded(parts, current) };
    await parts.clock.sleep(Math.floor(parts.chance.random() * 20 * (attempt + 1)));
  }
  if (current.previous) {
    hooks.open(current.previous);
    return { kind: 'planned', content: current.previous, start: [] };
  }
  throw new Error('a claim met other agents too often');
};

/** Ledgers that a claim of these acts reserved in, found again from the limits in force. */
const ledgersOf = (parts: ShiftParts, { content }: ClaimAnswer & { kind: 'planned' }): string[] => {
  const { limits } = brakeRules(parts);
  const acts = content.decision?.acts ?? [];
  return acts.flatMap((act) =>
    limits
      .filter(({ limit }) => limit.action === act.action && limit.of !== undefined)
      .flatMap(({ name, limit }) =>
        (limit.of ? (parts.inventory.scopesOf(limit.of, act.target) ?? []) : []).map(
          (scope) => `ledger:${name}:${scope}`,
        ),
      ),
  );
};

/**
 * Takes an event from durable to decided to acted upon.
 *
 * @returns once the event is durable; executing goes on in the background
 * @throws StoreUnavailable when nothing is known to be written; SessionLost
 */
export const processEvent = async (
  parts: ShiftParts,
  received: ReceivedEvent,
  hooks: ProcessHooks,
): Promise<Receipt> => {
  const decision = decideEvent(parts, received);
  if (decision === undefined) {
    const receipt = await accept(parts, received);
    if (receipt.kind === 'decided') hooks.open(receipt.content);
    return receipt;
  }
  const answer = await claimAndStart(parts, { received, decision }, hooks);
  if (answer.kind === 'moved') {
    if (answer.content === undefined) return processEvent(parts, received, hooks);
    // It may be mine: created empty to fence off a write of which the answer was lost. Its owner goes on with it.
    if (answer.content.state !== 'decided') hooks.open(answer.content);
    return existing(answer.content, received);
  }
  parts.history.noteEvent(received);
  return { kind: 'decided', content: answer.content };
};

/** Decides a case again: a hold that is over, an effect under review, a bundle that changed, a take-over. */
export const processAgain = async (
  parts: ShiftParts,
  { previous, review }: Again,
  hooks: ProcessHooks,
): Promise<ClaimAnswer | undefined> => {
  const decision = decideEvent(parts, previous.received, {
    ...(previous.decision === undefined ? {} : { predecessor: previous.decision.decision_id }),
    ...(review === undefined ? {} : { review }),
  });
  return decision && claimAndStart(parts, { received: previous.received, decision, previous }, hooks);
};

/** A person permitted an act: the brakes judge it again, then it is claimed like any other. */
export const processApproval = (
  parts: ShiftParts,
  {
    previous,
    actId,
    resolution,
  }: { readonly previous: CaseContent; readonly actId: string; readonly resolution: Resolution },
  hooks: ProcessHooks,
): Promise<ClaimAnswer> => {
  if (previous.decision === undefined) throw new Error('a case without a decision cannot be approved');
  return claimAndStart(
    parts,
    {
      received: previous.received,
      decision: previous.decision,
      previous,
      approval: { actId, resolution },
      recorded: true,
    },
    hooks,
  );
};
