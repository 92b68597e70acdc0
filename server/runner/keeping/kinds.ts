import type { BacktestView } from '../../../common/api/routes/backtest';
import type { QuarantineEntryView } from '../../../common/api/routes';
import type { SignedKeyring } from '../../../common/policy/trust';
import type { Ledger } from '../../engine/brakes/ledger';
import type { Effect } from '../../engine/execution/effect';
import type { Episode } from '../../engine/intake/episode';
import type { ListFetch, ListPart, StateKind } from '../ports';
import type { AbsencesContent } from './kinds/absences';
import type { BundleHead, FreshnessContent } from './kinds/bundle';
import type { CaseContent } from './kinds/case';
import type { Gate } from './kinds/gate';
import type { HandOverChannelContent, HandOverContent } from './kinds/hand_over';
import type { HolderContent } from './kinds/holder';
import type { OpinionContent } from './kinds/opinion';
import type {
  BacktestOverride,
  BacktestRun,
  Candidate,
  GuardDraft,
  PolicyDraft,
  PolicyHome,
  RolloutStop,
} from './kinds/policies';
import type { StoredSecret } from './kinds/secret';
import type { SessionContent } from './kinds/session';
import type {
  ChannelContent,
  Doorbell,
  FailingDetection,
  GrantContent,
  MappingContent,
  ParkedAlert,
  PresetChoice,
  SourceCursor,
  SourceSwitch,
  SubscriptionContent,
} from './kinds/sources';
import type { TellingContent } from './kinds/telling';
import type { RevokedTokens } from './kinds/token';
import type { WordContent } from './kinds/word';

/** What a person did with an entry of the quarantine. */
export type QuarantineResolution = NonNullable<QuarantineEntryView['resolution']>;

/** What a document of the state holds, by its kind. */
export interface Kinds {
  readonly gate: Gate;
  readonly session: SessionContent;
  readonly holder: HolderContent;
  readonly case: CaseContent;
  readonly effect: Effect;
  readonly ledger: Ledger;
  readonly bundle: BundleHead;
  readonly keyring: SignedKeyring;
  readonly freshness: FreshnessContent;
  readonly policy_draft: PolicyDraft;
  readonly guard_draft: GuardDraft;
  readonly candidate: Candidate;
  readonly backtest: BacktestView;
  readonly backtest_run: BacktestRun;
  readonly backtest_override: BacktestOverride;
  readonly rollout_stop: RolloutStop;
  readonly policy_home: PolicyHome;
  readonly cursor: SourceCursor;
  readonly episode: Episode;
  readonly doorbell: Doorbell;
  readonly parked_alert: ParkedAlert;
  readonly channel: ChannelContent;
  readonly subscription: SubscriptionContent;
  readonly mapping: MappingContent;
  readonly grant: GrantContent;
  readonly source_switch: SourceSwitch;
  readonly source_preset: PresetChoice;
  readonly failing_detection: FailingDetection;
  readonly telling: TellingContent;
  readonly token: RevokedTokens;
  readonly secret: StoredSecret;
  readonly word: WordContent;
  readonly absences: AbsencesContent;
  readonly opinion: OpinionContent;
  readonly block_list: ListPart;
  readonly block_list_fetch: ListFetch;
  readonly hand_over: HandOverContent;
  readonly hand_over_channel: HandOverChannelContent;
  readonly quarantine: QuarantineResolution;
}

/** The compiler finds a kind that is missing here. */
const EVERY_KIND: Readonly<Record<StateKind & keyof Kinds, true>> = {
  gate: true,
  session: true,
  holder: true,
  case: true,
  effect: true,
  ledger: true,
  bundle: true,
  keyring: true,
  freshness: true,
  policy_draft: true,
  guard_draft: true,
  candidate: true,
  backtest: true,
  backtest_run: true,
  backtest_override: true,
  rollout_stop: true,
  policy_home: true,
  cursor: true,
  episode: true,
  doorbell: true,
  parked_alert: true,
  channel: true,
  subscription: true,
  mapping: true,
  grant: true,
  source_switch: true,
  source_preset: true,
  failing_detection: true,
  telling: true,
  token: true,
  secret: true,
  word: true,
  absences: true,
  opinion: true,
  block_list: true,
  block_list_fetch: true,
  hand_over: true,
  hand_over_channel: true,
  quarantine: true,
};
export const STATE_KINDS = Object.keys(EVERY_KIND) as readonly StateKind[];
