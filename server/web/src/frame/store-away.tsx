import { awayStore } from "../api/live.ts";
import { rights } from "../api/rights.ts";
import { texts } from "../text/language.ts";

const text = texts(
  {
    away: "The quota store is out of reach.",
    yours: "What you decide now is kept and binds as soon as the counters are back.",
    others: "What is decided now is kept and binds as soon as the counters are back.",
  },
  {
    away: "配额存储无法访问。",
    yours: "您现在作出的决定会保存，计数存储恢复后立即生效。",
    others: "现在作出的决定会保存，计数存储恢复后立即生效。",
  },
);

/** Says, before anybody decides, that it will not bind at once; nothing while the counters answer. */
export function StoreAway() {
  if (awayStore.value !== "redis") return null;
  const words = text();
  return (
    <div class="notice warn" role="status">
      <strong>{words.away}</strong>
      <span>{rights().reviews ? words.yours : words.others}</span>
    </div>
  );
}
