'use strict';
/*
 * Slips that break a sentence of the protocol. Each edit must apply exactly once: when the code changes, its mutant is
 * written anew.
 */
const mutant = (name, breaks, file, ...edits) => ({
  name,
  breaks,
  edits: edits.map(([from, to]) => ({ file: `server/${file}`, from, to })),
});

exports.NAMED = [
  mutant(
    'permit_from_answer',
    'the permit counts from the answer, not from before sending',
    'runner/session/session.ts',
    ['sentAt + PERMIT_MS', 'this.lastSuccess + PERMIT_MS'],
  ),
  mutant('gate_seldom_read', 'the gate is read at every 20th heartbeat only', 'runner/session/session.ts', [
    "      this.follow(docOf('gate', beat.gate));\n",
    "      if (this.document.content.n % 20 === 0) this.follow(docOf('gate', beat.gate));\n",
  ]),
  mutant(
    'joins_undone_alone',
    'a reason joins an effect that was undone while OpenSearch was away',
    'runner/executing/meet_effect.ts',
    [' ||\n  world.known.isUndoneOffline(id, effect);', ';'],
  ),
  mutant('joins_of_the_dead', 'a reason joins an effect whose owner is dead', 'runner/executing/meet_effect.ts', [
    '  world.known.isDead(effect.session) ||\n',
    '',
  ]),
  mutant(
    'entry_leaves_with_effect',
    'a ledger entry leaves with its effect, whatever its age',
    'engine/brakes/ledger.ts',
    ['entry.ended !== true || entry.age_ms < ledger.within_ms', 'entry.ended !== true'],
  ),
  mutant('no_drift', 'ages allow for no drift of clocks', 'engine/brakes/ledger_age.ts', [
    'CERTAIN_SHARE = 0.99',
    'CERTAIN_SHARE = 1',
  ]),
  mutant(
    'entries_never_end',
    'ledger entries are never noted as ended: a limit stays used up',
    'runner/undoing/ledger_sweep.ts',
    ['      found.gone,\n    );', '      new Set(),\n    );'],
  ),
  mutant(
    'alone_without_mark',
    'undoing while OpenSearch is away leaves no mark in the journal',
    'runner/undoing/undo_offline.ts',
    [
      '    if (unmarked.length > 0) await journal.put(unmarked.map((entry) => ({ ...entry, undone_offline: true })));\n',
      '',
    ],
    ['if (this.isDue(entries) && entries.every((entry) => entry.undone_offline === true))', 'if (this.isDue(entries))'],
  ),
  mutant('journal_never_closed', 'journal entries are never closed', 'runner/undoing/undo.ts', [
    '  await journal.close([...new Set([...commandsOf(effect), ...known])]);\n',
    '',
  ]),
  mutant(
    'takes_cases_of_the_living',
    'a case is taken over whether its owner is dead or not',
    'runner/undoing/cases_left_behind.ts',
    ['if (!seen || !content || !owners.has(seen.owner))', 'if (!seen || !content)'],
  ),
  mutant('repeats_what_counts', 'a target that counts each sending is tried again', 'runner/undoing/case_outcomes.ts', [
    "  if (idempotency === 'none') return { ...act, status: 'waiting', text: MAY_HAVE_BEEN_SENT };\n",
    '',
  ]),
  mutant('absent_at_once', 'absent is final without the settle time', 'runner/undoing/effect_keeper.ts', [
    "if (state !== 'absent' || !isSettled(kept, this.care.clocks, settleMs))",
    "if (state !== 'absent')",
  ]),
  mutant('no_skew', 'clocks of two machines are taken for the same', 'runner/session/session_times.ts', [
    'BETWEEN_CLOCKS_MS = 2 * CLOCK_SKEW_MS',
    'BETWEEN_CLOCKS_MS = 0 * CLOCK_SKEW_MS',
  ]),
  mutant(
    'read_is_proof',
    'what is found as mine after a conflict counts without a second write',
    'runner/keeping/land_writes.ts',
    [
      '  const found = doubtful.length === 0 ? new Map<string, Version>() : await fenceOff(landing, doubtful);\n',
      '  const read = outcomes ? await landing.store.getMany(doubtful.map(({ id }) => id)) : new Map<string, never>();\n' +
        '  const found: ReadonlyMap<string, Version | undefined> = outcomes\n' +
        '    ? new Map([...read].map(([id, { version }]) => [id, version]))\n' +
        '    : await fenceOff(landing, doubtful);\n',
    ],
  ),
  mutant(
    'nothing_blocks_late_items',
    'after a lost answer nothing is created where nothing is: a late item may land',
    'runner/keeping/fence_off.ts',
    [
      '  const outcomes = await bulkOnce(fencing, repeats);\n',
      '  const there = repeats.filter(({ id }) => found.has(id));\n' +
        '  const bulk = await bulkOnce(fencing, there);\n' +
        "  const nothing: WriteOutcome = { kind: 'written', version: { seqNo: 0, primaryTerm: 0 } };\n" +
        '  const outcomes = repeats.map((repeat) => (found.has(repeat.id) ? bulk[there.indexOf(repeat)] : nothing));\n',
    ],
  ),
  mutant('journal_never_written', 'the undo journal is never written', 'runner/keeping/commit_queue.ts', [
    '      await this.options.journal.put(entries);\n',
    '',
  ]),
  mutant(
    'records_dropped',
    'records of the version before that were not copied are dropped',
    'runner/keeping/build_batch.ts',
    ['return [...before, ...(doc.records ?? [])];', 'return before.length < 0 ? before : [...(doc.records ?? [])];'],
  ),
  mutant('records_of_the_dead', 'records of dead sessions are never recovered', 'runner/agent/recover_evidence.ts', [
    '    if (entries.length === 0) return;\n    try {\n      return await evidence.append(entries);',
    '    if (entries.length >= 0) return;\n    try {\n      return await evidence.append(entries);',
  ]),
  mutant(
    'taken_over_confirms',
    'an effect that was taken over confirms further reasons',
    'runner/undoing/answer_requests.ts',
    ['if (taken_over === true || gone !== undefined || isUndoneOffline)', 'if (gone !== undefined || isUndoneOffline)'],
  ),
  mutant('joins_what_is_gone', 'a reason joins an effect that its target lost', 'runner/executing/meet_effect.ts', [
    '  if (effect.gone) return stoppedAct(act, forGood(order, GONE), resolution);\n',
    '',
  ]),
  mutant(
    'applies_again',
    'what is gone is applied again to keep it longer',
    'runner/undoing/keep_longer.ts',
    ['  if (effect.gone !== undefined) return false;\n', ''],
    [
      "if (current.state !== 'present' || current.gone !== undefined) return",
      "if (current.state !== 'present') return",
    ],
  ),
  mutant('gone_at_once', 'one look that does not see an effect makes it gone', 'runner/undoing/ask_again.ts', [
    'missed >= 2',
    'missed >= 1',
  ]),
  mutant('nobody_asks_again', 'a live effect is verified once', 'runner/undoing/effect_keeper.ts', [
    '    this.care.checks.look(id, kept, connector);\n',
    '',
  ]),
  mutant('asks_without_permit', 'whoever lost its permit asks for effects', 'runner/undoing/live_checks.ts', [
    '      session.noPermit() === undefined &&\n',
    '',
  ]),
  mutant('old_answers_count', 'an answer counts though an order went out since', 'runner/undoing/live_checks.ts', [
    '    if (isSame) await',
    '    await',
  ]),
  mutant('acknowledged_early', 'a stop is acknowledged after 0.7 s', 'runner/session/session_times.ts', [
    'ACKNOWLEDGE_AFTER_MS = 1_260',
    'ACKNOWLEDGE_AFTER_MS = 700',
  ]),
  mutant(
    'fence_stands',
    'the fence does not grow at a take-over and at an undo',
    'engine/execution/effect.ts',
    ['  fence: effect.fence + 1,\n  taken_over: true', '  fence: effect.fence,\n  taken_over: true'],
    ['    fence: effect.fence + 1,\n    requested: []', '    fence: effect.fence,\n    requested: []'],
  ),
  mutant('spool_drops_first', 'the spool drops before its events are settled', 'runner/door/drain_spool.ts', [
    '    const outcomes = await Promise.allSettled(',
    '    await this.spool.dropThrough(items[items.length - 1]?.at ?? 0);\n    const outcomes = await Promise.allSettled(',
  ]),
];

/**
 * The source with an edit.
 *
 * @throws Error where it does not apply exactly once
 */
exports.withEdit = (source, { file, from, to }) => {
  const times = source.split(from).length - 1;
  if (times !== 1) throw new Error(`applies ${times} times to ${file}; it must apply once: ${JSON.stringify(from)}`);
  return source.replace(from, () => to);
};
