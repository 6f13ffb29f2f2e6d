import type { Sample } from "../../api/types.ts";

interface LinkedProps {
  readonly text: string;
  readonly address: string | undefined;
}

function Linked({ text, address }: LinkedProps) {
  return address?.startsWith("https://") ? <a href={address}>{text}</a> : <span>{text}</span>;
}

/** Title, author, licence and source of a sample. */
export function Credits({ sample }: { readonly sample: Sample }) {
  const { title, author, licence, licenceUrl, source } = sample;
  return (
    <p class="note credits">
      {title && `${title}${author ? ` by ${author}` : ""}. `}
      Licence: <Linked text={licence} address={licenceUrl} />.{" "}
      <Linked text={source.startsWith("https://") ? "Source" : `Source: ${source}`} address={source} />
    </p>
  );
}
