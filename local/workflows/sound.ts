import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import { CannotStart } from '../cannot-start.ts';

/** Definitions as JSON text, by ARN. */
type Definitions = Readonly<Record<string, string>>;

/**
 * Has the library check what of a definition is its to know: choice rules, targets and paths.
 *
 * @throws CannotStart naming the first machine that is not sound, and why.
 */
export const mustBeSound = (machines: Definitions): void => {
  for (const [arn, text] of Object.entries(machines))
    try {
      new StateMachine(JSON.parse(text) as StateMachineDefinition, { validationOptions: { checkArn: false } });
    } catch (error) {
      throw new CannotStart(`The state machine ${arn}: ${error instanceof Error ? error.message : error}`);
    }
};

/**
 * As `mustBeSound`, of an assembly that this host has made itself and keeps: the check takes longer than all else in a
 * boot, so that its outcome is kept beside the templates it holds of.
 */
export const mustBeSoundOnce = (assembly: string, machines: Definitions): void => {
  const mark = join(assembly, 'machines-are-sound');
  if (existsSync(mark)) return;
  mustBeSound(machines);
  writeFileSync(mark, '');
};
