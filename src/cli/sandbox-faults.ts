import { Command } from 'commander';

/** The sandbox package's list of faults, handed over by `main.ts`. */
export interface FaultList {
  /** For people. */
  readonly screen: () => string;
  readonly all: () => readonly object[];
}

/** `headwater sandbox faults`: how the sandbox can be made to misbehave. */
export function faultsCommand(argv: string[], faults: FaultList): number {
  const command = new Command('headwater sandbox faults')
    .description('Lists what can go wrong on request, by the control API or by --scenario.')
    .option('--json', 'as JSON', false)
    .allowExcessArguments(false)
    .exitOverride();
  command.parse(argv, { from: 'user' });
  const { json } = command.opts<{ json: boolean }>();
  console.log(json ? JSON.stringify(faults.all(), null, 2) : faults.screen());
  return 0;
}
