import { percent } from "./format.ts";

/** The most labels that are shown at once. */
const MAX_BARS = 12;

interface BarsProps {
  readonly labels: readonly string[];
  /** One a label; null until they are known. */
  readonly probabilities: readonly number[] | null;
  /** The label that the attack takes away. */
  readonly label: string;
  /** The label that it makes the classifier say, if there is one yet. */
  readonly wrong: string | null;
}

/**
 * Which labels to show: all in their order, or where there are many, the most probable ones and the two that matter, the most
 * probable first. Of very many labels the service tells the highest alone; the others stand at 0.
 */
function shown({ labels, label, wrong }: BarsProps, probabilities: readonly number[]): number[] {
  const all = labels.map((_, index) => index);
  if (all.length <= MAX_BARS) return all;
  const matters = (index: number) => Number(labels[index] === label || labels[index] === wrong);
  return all
    .filter((index) => matters(index) || probabilities[index]! > 0)
    .toSorted((a, b) => matters(b) - matters(a) || probabilities[b]! - probabilities[a]!)
    .slice(0, MAX_BARS)
    .toSorted((a, b) => probabilities[b]! - probabilities[a]!);
}

/** The classifier's probability of each label. */
export function Bars(props: BarsProps) {
  const { labels, label, wrong } = props;
  const probabilities = props.probabilities ?? labels.map(() => 0);
  const kind = (name: string) => (name === label ? "is-true" : name === wrong ? "is-wrong" : "");
  return (
    <section class="card" aria-labelledby="bars-title">
      <h3 id="bars-title">Prediction of the classifier</h3>
      <ul class="bars">
        {shown(props, probabilities).map((index) => (
          <li key={labels[index]!} class={kind(labels[index]!)}>
            <span class="bar-label">{labels[index]}</span>
            <span class="bar-track" aria-hidden="true">
              <span class="bar" style={{ transform: `scaleX(${probabilities[index]!.toFixed(4)})` }} />
            </span>
            <span class="bar-value">{props.probabilities && percent(probabilities[index]!)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
