import type { Start } from './claiming';

/** A command whose first byte was sent, and whose outcome is not written yet. */
export interface InFlightCommand {
  readonly effect_id: string;
  readonly action: string;
  readonly target: string;
}

/** What this agent has on the wire, known without asking anybody. */
export class InFlight {
  private readonly commands = new Map<string, InFlightCommand>();

  get list(): readonly InFlightCommand[] {
    return [...this.commands.values()];
  }

  /** Called right before the first byte. */
  begin({ command, effectId }: Pick<Start, 'command' | 'effectId'>): void {
    const { command_id, action, target } = command;
    this.commands.set(command_id, { effect_id: effectId, action, target: target.value });
  }

  end(commandId: string): void {
    this.commands.delete(commandId);
  }
}
