import { useEffect, useRef } from "preact/hooks";
import { Card } from "../../parts/card.tsx";
import { Field } from "../../parts/dialog.tsx";
import { monthName } from "../../text/format.ts";
import {
  including,
  lastDay,
  lastYear,
  month,
  type Period,
  queryOf,
  soFar,
  type Wrong,
} from "./period.ts";
import { text } from "./text.ts";

const MONTHS_BACK = [1, 2, 3, 4] as const;

type PeriodChoiceProps = {
  period: Period;
  /** What keeps it from being counted. */
  wrong: Wrong | null;
  onChoose: (period: Period) => void;
};

/** Months to pick at once, or two days. */
export function PeriodChoice({ period, wrong, onChoose }: PeriodChoiceProps) {
  const words = text();
  const now = Date.now();
  const picks = [
    { name: words.soFar, of: soFar(now) },
    ...MONTHS_BACK.map((back) => {
      const of = month(now, back);
      return { name: monthName(of.from), of };
    }),
    { name: words.lastYear, of: lastYear(now) },
  ];
  return (
    <Card title={words.period}>
      {/* biome-ignore lint/a11y/useSemanticElements: buttons are no set of fields */}
      <div class="row" role="group" aria-label={words.picks}>
        {picks.map(({ name, of }) => (
          <button
            key={name}
            type="button"
            aria-pressed={queryOf(of) === queryOf(period)}
            onClick={() => onChoose(of)}
          >
            {name}
          </button>
        ))}
      </div>
      <OwnDays period={period} wrong={wrong} onChoose={onChoose} />
    </Card>
  );
}

function OwnDays({ period, wrong, onChoose }: PeriodChoiceProps) {
  const words = text();
  const form = useRef<HTMLFormElement>(null);
  // What is typed stays until another period is shown.
  useEffect(() => form.current?.reset(), [queryOf(period)]);
  function submit(event: SubmitEvent) {
    event.preventDefault();
    const typed = new FormData(event.currentTarget as HTMLFormElement);
    onChoose(including(String(typed.get("from")), String(typed.get("to"))));
  }
  return (
    <form ref={form} class="own-days" onSubmit={submit}>
      <Field label={words.from}>
        {(id) => (
          <input
            id={id}
            type="date"
            name="from"
            required
            defaultValue={period.from}
            aria-invalid={wrong !== null}
          />
        )}
      </Field>
      <Field label={words.to}>
        {(id) => (
          <input
            id={id}
            type="date"
            name="to"
            required
            defaultValue={lastDay(period)}
            aria-invalid={wrong !== null && wrong !== "future"}
          />
        )}
      </Field>
      <button type="submit">{words.show}</button>
      {wrong && (
        <p class="notice bad" role="alert">
          {words.wrong[wrong]}
        </p>
      )}
      <p class="muted small">{words.days}</p>
    </form>
  );
}
