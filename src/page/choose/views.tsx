import { formatSettings, type Settings, type View, views } from "./settings.ts";

interface ViewsProps {
  readonly settings: Settings;
  readonly onChange: (view: View) => void;
}

const names: Readonly<Record<View, string>> = {
  attack: "One attack",
  map: "Every pixel",
  targets: "Every class",
};

/** Links between the ways to try a picture. */
export function Views({ settings, onChange }: ViewsProps) {
  return (
    <nav class="views" aria-label="Kinds of attack">
      {views.map((view) => (
        <a
          key={view}
          href={`?${formatSettings({ ...settings, view, run: false })}`}
          aria-current={settings.view === view ? "page" : undefined}
          onClick={(event: MouseEvent) => {
            // Let the browser open a new tab or window where that is asked for.
            if (event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            onChange(view);
          }}
        >
          {names[view]}
        </a>
      ))}
    </nav>
  );
}
