/*
 * The rules of `policy_set.ts` as Rego, as somebody would write them for Open Policy Agent: a set of acts, a rule each,
 * and a word on each act. What Reflex works out by itself (the score, what is private, what the inventory says) comes
 * with the input, so that Open Policy Agent has less to do.
 */

export const ENTRY = 'bench/verdicts';

const HEAD = `package bench

verdicts contains {"policy": act.policy, "result": word(act)} if some act in acts

word(act) := "deny" if {
	act.action == "block_ip"
	input.target.ip.is_private
} else := "escalate" if {
	act.action == "isolate_host"
	input.target.host.criticality == "critical"
} else := "permit"
`;

const rule = (id: string, action: string, lines: readonly string[]): string =>
  `acts contains {"policy": "${id}", "action": "${action}"} if {\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;

const nth = (index: number, origins: number): string => {
  switch (index % 5) {
    case 0:
      return rule(`rule-${index}`, 'block_ip', [
        `input.event.rule.id == "rule-${index}"`,
        'input.event.confidence > 0.8',
        'input.score.value > 0.7',
      ]);
    case 1:
      return rule(`tag-${index}`, 'isolate_host', [
        `"tag-${index}" in input.event.tags`,
        'input.event.severity_rank >= 3',
        'input.history.src.events_24h >= 0',
      ]);
    case 2:
      return rule(`origin-${index}`, 'block_ip', [
        `input.event.rule.origin == "origin-${index % origins}"`,
        `input.event.rule.name == "name-${index}"`,
        'input.event.confidence > 0.9',
      ]);
    case 3:
      return rule(`name-${index}`, 'block_ip', [
        `input.event.rule.name == "name-${index}"`,
        'not "scanner" in input.src.asset.tags',
      ]);
    default:
      return rule(`process-${index}`, 'isolate_host', [
        `input.event.process.name == "process-${index}.exe"`,
        'input.score.value > 0.6',
      ]);
  }
};

/** The rules of a set of `count` policies, in one package; the two that judge are the word on each act. */
export const regoOf = (count: number, origins: number): string =>
  [HEAD, ...Array.from({ length: count - 2 }, (_, index) => nth(index, origins))].join('\n');
