import { blocksOf } from './guide_blocks';

/* The worked examples of the guide, each with its parts as they are printed. */

export interface WorkedExample {
  readonly title: string;
  /** Settings, YAML. */
  readonly settings: string;
  /** What is typed into a shell, in its order. */
  readonly commands: readonly string[];
  /** What somebody else puts into a topic or a queue, JSON. */
  readonly message: string | undefined;
  /** What comes of it, as the guide says it. */
  readonly verdict: string;
  readonly result: string;
  readonly action: string;
  readonly target: string;
  readonly policy: string;
}

const COMES = /^\*\*Comes of it\*\*: `(\w+)`; `(\w+)` of `(\w+) (\S+)` by `([\w-]+)`\.$/m;

/** @throws Error for an example that lacks a part */
export const workedExamples = (guide: string): readonly WorkedExample[] =>
  guide
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [title = ''] = section.split('\n', 1);
      const blocks = blocksOf(section);
      const texts = (language: string): readonly string[] =>
        blocks.filter((block) => block.language === language).map(({ text }) => text);
      const [settings] = texts('yaml');
      const [message] = texts('json');
      const commands = texts('sh');
      const [, verdict, result, action, target, policy] = COMES.exec(section) ?? [];
      if (!settings || !(message ?? commands[0]) || !verdict || !result || !action || !target || !policy)
        throw new Error(`the example \`${title}\` lacks its settings, what is sent, or what comes of it`);
      return { title, settings, commands, message, verdict, result, action, target, policy };
    });
