import type { Model } from "../../api/types.ts";
import { megabytes, millions, percent } from "../result/format.ts";

interface ClassifierProps {
  readonly models: readonly Model[];
  readonly model: Model;
  readonly onChoose: (id: string) => void;
}

/** What is known of a classifier: size, cost, accuracy, data. */
function factsOf({ input, bytes, multiplyAdds, testAccuracy, training }: Model): string {
  const colours = input.channels === 1 ? "grey" : "colour";
  return [
    `${input.width} × ${input.height}, ${colours}`,
    bytes !== null && megabytes(bytes),
    multiplyAdds > 0 && `${millions(multiplyAdds)} multiply-adds`,
    testAccuracy && `${percent(testAccuracy.value)} of ${testAccuracy.dataset} right`,
    training?.data,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** Which classifier is attacked, and what is known of it. */
export function ClassifierField({ models, model, onChoose }: ClassifierProps) {
  return (
    <div class="classifier">
      <label class="field">
        <span>Classifier</span>
        <select
          value={model.id}
          onChange={(event: Event) => onChoose((event.target as HTMLSelectElement).value)}
        >
          {models.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <p class="note">
        {factsOf(model)}.{" "}
        <a href={`/models/${encodeURIComponent(model.id)}`}>How often is this classifier fooled?</a>
      </p>
    </div>
  );
}
