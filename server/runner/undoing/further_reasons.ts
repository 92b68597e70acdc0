import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { dueAt } from '../../engine/execution/due';
import { commandsGone, type Effect } from '../../engine/execution/effect';
import type { EffectReason } from '../../engine/execution/reasons';
import { changeEffect, momentNow, type ChangedEffect } from '../executing/change_document';
import { canBeTold, isUndoneOffline, stampOf } from '../executing/claim_world';
import { journalEntryOf } from '../keeping/kinds/effect';
import type { Connector, JournalEntry } from '../ports';
import { answerRequests, type Answer } from './answer_requests';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { isTold, isToKeepLonger, keepLonger } from './keep_longer';
import { clocksOf } from './keeper_clocks';
import type { KeptEffect } from './kept_effect';
import type { Undoing } from './undo';

/** Notes what an answer does to the reasons of an effect. */
type Answers = (before: Effect, changed: ChangedEffect | undefined) => ChangedEffect | undefined;

/** Further reasons of an effect in place: which of them count, and what its target has to be told first. */
export class FurtherReasons {
  constructor(
    private readonly ports: EffectKeeperPorts,
    private readonly undoing: Undoing,
  ) {}

  /**
   * Some of those that are asked for can be answered without telling the target first. Whoever lost its permit answers
   * nothing: what is in its journal would count for it alone, and keep the effect longer than anybody was told.
   */
  canAnswer(kept: KeptEffect, connector: Connector): boolean {
    if (this.ports.session.noPermit() === 'permit_lapsed') return false;
    return kept.effect.requested.some((reason) => this.answerTo(reason, kept, connector) !== 'wait');
  }

  /**
   * Answers whoever asks for the effect to be kept for their reasons as well: they count once they are in this journal.
   *
   * @returns the effect afterwards, or undefined if it is as it was
   */
  answer(id: string, kept: KeptEffect, connector: Connector): Promise<Effect | undefined> {
    const answerTo = (reason: EffectReason): Answer => this.answerTo(reason, kept, connector);
    // What joined here meanwhile may be counted with it: none of both may end before the other would have.
    if (!connector.capabilities.native_ttl)
      for (const commandId of kept.askedAt.keys()) kept.askedAt.set(commandId, this.now);
    return this.closingFolded((answers) =>
      changeEffect(this.undoing.writing, id, (current) => answers(current, this.answers(id, kept, current, answerTo))),
    );
  }

  /** The target is to be told now that the effect ends later. */
  mustTell(kept: KeptEffect, connector: Connector): boolean {
    return isToKeepLonger(kept, connector, this.now);
  }

  /** Tells it. @returns the effect afterwards, or undefined if it is as it was */
  tell(id: string, kept: KeptEffect, connector: Connector): Promise<Effect | undefined> {
    const due = dueAt(kept, clocksOf(this.ports));
    const longer = (answers: Answers) => ({
      id,
      kept,
      countedMs: due === null ? null : due - this.now,
      noteSent: (effect: Effect, reason: EffectReason) => this.entryOfSent(id, effect, reason),
      confirm: (current: Effect, told: ReadonlySet<string>) => {
        const answerTo = ({ command }: EffectReason): Answer => (told.has(command.command_id) ? 'confirm' : 'wait');
        return answers(current, this.answers(id, kept, current, answerTo));
      },
    });
    return this.closingFolded((answers) => keepLonger({ ...this.ports, ...this.undoing }, longer(answers), connector));
  }

  /** Once the document is written, nobody needs the journal entries of what is counted with a newer reason. */
  private async closingFolded(change: (answers: Answers) => Promise<Effect | undefined>): Promise<Effect | undefined> {
    let folded: readonly string[] = [];
    const effect = await change((before, changed) => {
      folded = changed === undefined ? [] : commandsGone(before, changed.effect);
      return changed;
    });
    if (effect !== undefined && folded.length > 0) await this.ports.journal.close(folded);
    return effect;
  }

  private answerTo(reason: EffectReason, kept: KeptEffect, connector: Connector): Answer {
    if (!connector.capabilities.native_ttl || isTold(kept, reason, this.now)) return 'confirm';
    return canBeTold(connector) ? 'wait' : 'refuse';
  }

  private answers(
    id: string,
    { askedAt }: KeptEffect,
    current: Effect,
    answerTo: (reason: EffectReason) => Answer,
  ): ChangedEffect | undefined {
    return answerRequests(current, {
      moment: momentNow(this.undoing.writing, id),
      stampOf: ({ command }) => this.stampAt(askedAt.get(command.command_id) ?? this.now),
      answerTo,
      isUndoneOffline: isUndoneOffline(this.ports.journal, id, current),
    });
  }

  /** A command that is about to be sent and does not count yet: its time is over from the start. */
  private entryOfSent(id: string, { fence }: Effect, { command, next_n }: EffectReason): JournalEntry {
    const { at } = momentNow(this.undoing.writing, id);
    const over = { command: { ...command, ttl_ms: 0 }, deadline: iso(this.ports.basics.clock.utc()), next_n };
    return journalEntryOf(id, over, { at, fence, ...this.stampAt(this.now) });
  }

  private stampAt(monotonic: number) {
    const { session, basics } = this.ports;
    const { boot, ...stamp } = stampOf(session.gate?.generation, basics.clock);
    return { ...stamp, ...present({ boot: boot && { ...boot, now: boot.now - (this.now - monotonic) } }) };
  }

  private get now(): number {
    return this.ports.basics.clock.monotonic();
  }
}
