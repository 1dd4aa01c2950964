/** The host cannot run here and now. The message is one sentence for the person who started it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
