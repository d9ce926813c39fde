/** A call that cannot be answered as it is. The message tells a model what to do instead, and nothing that the caller may not know. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
