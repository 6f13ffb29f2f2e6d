/** What the kernel cannot do; the message is the reason that the model's page gives. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
}
