/** Why a proof does not hold, or cannot be checked: a sentence in plain words. */
export class Refused extends Error {
  override readonly name = "Refused";
}
