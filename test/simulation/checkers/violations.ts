/** Checks that can be put off by name (`../not_yet.ts`) while the fault that they found is not mended. */
export type LateCheck = 'late_alive' | 'late_restarted' | 'late_taken_over' | 'late_alone';
export type CheckName =
  | LateCheck
  | 'early_alone'
  | 'limit_frees'
  | 'stop_not_acknowledged'
  | 'stop_given_twice'
  | 'intake_equation'
  | 'journal_empties'
  | 'tidied'
  | 'gone_unsaid'
  | 'here_unsaid'
  | 'gone_false'
  | 'reapplied_unasked'
  | 'reapplied_too_often'
  | 'reapplied_too_long'
  | 'reapplied_lifted'
  | 'withdrawn_policy';

/** A promise that was broken, in one sentence. */
export interface Violation {
  readonly promise: string;
  readonly text: string;
  /** True time, ms. */
  readonly at: number;
  readonly check?: CheckName;
}

/** Takes down what was broken, each thing once. */
export class Violations {
  readonly all: Violation[] = [];
  private readonly told = new Set<string>();

  constructor(private readonly now: () => number) {}

  add(promise: string, text: string, check?: CheckName): void {
    const key = `${promise} ${check ?? ''} ${text.replace(/\d+ ms/g, '')}`;
    if (this.told.has(key)) return;
    this.told.add(key);
    this.all.push({ promise, text, at: Math.round(this.now()), ...(check ? { check } : {}) });
  }
}
