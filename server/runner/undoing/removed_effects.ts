import { isSettled } from '../../engine/execution/due';
import type { AfterDrift } from '../../engine/execution/drift';
import type { Connector } from '../ports';
import { closeRemoved, tellToGoOn, wantedAfter, type ApplyAgain } from './apply_again';
import type { EffectCare } from './effect_care';
import type { EffectKeeperPorts } from './effect_keeper_ports';
import { lookLater, type KeptEffect } from './kept_effect';
import { isLost } from './say_gone';
import { cancelAll, handleOf } from './undo';

type Ports = Pick<EffectKeeperPorts, 'basics' | 'driftRule' | 'goesOn' | 'session'>;

/** Effects in care that somebody removed at their target, where a policy wants them there all the same. */
export class RemovedEffects {
  constructor(
    private readonly ports: Ports,
    private readonly care: EffectCare,
  ) {}

  /**
   * An effect that is said to be gone: closed, so that its cases go on, once its target says once more that it is not
   * there.
   *
   * @returns false if it is only told
   */
  async goOn(id: string, kept: KeptEffect, connector: Connector): Promise<boolean> {
    const after = this.wanted(id, kept, connector);
    // Without a permit nothing would be claimed: until then it stays, and counts.
    if (after.drift === undefined || this.ports.session.noPermit() !== undefined) return false;
    if (!isSettled(kept, this.care.clocks, connector.capabilities.settle_time_ms)) return false;
    await cancelAll(this.ports.basics.clock, connector, handleOf(id, kept.effect));
    const { state } = await this.care.ask(id, kept, connector);
    if (state !== 'absent' || !(await this.close(id, kept, after))) lookLater(kept, this.care.now);
    return true;
  }

  /**
   * An effect that was taken over, and that its target says finally not to have.
   *
   * @returns false if it is to be closed like any other: it was never seen there, or is only told
   */
  async closeMissing(id: string, kept: KeptEffect, connector: Connector): Promise<boolean> {
    const { effect } = kept;
    const wasThere = effect.gone !== undefined || effect.verified_at !== undefined;
    const after = this.wanted(id, kept, connector);
    if (!wasThere || !isLost(effect, this.care.clocks) || after.drift === undefined) return false;
    if (!(await this.close(id, kept, after))) lookLater(kept, this.care.now);
    return true;
  }

  private get again(): ApplyAgain {
    const { driftRule, goesOn, basics } = this.ports;
    return {
      ...this.care.undoing,
      driftRule: driftRule ?? (() => undefined),
      goesOn: goesOn ?? (() => undefined),
      log: basics.log,
    };
  }

  private wanted(id: string, { effect }: KeptEffect, connector: Connector): AfterDrift {
    return wantedAfter(this.again, id, effect, connector);
  }

  private async close(id: string, kept: KeptEffect, after: AfterDrift): Promise<boolean> {
    // First: should this agent die in between, whoever takes the effect over closes it, and its cases wait for that.
    await tellToGoOn(this.again, after);
    const closed = await closeRemoved(this.again, { id, effect: kept.effect, after });
    if (closed === undefined) await this.care.refresh(id, kept);
    else this.care.drop(id);
    return closed !== undefined;
  }
}
