import { awayStore, lastSeen, type Standing, standing } from "../api/live.ts";
import { timeOfDay } from "../text/format.ts";
import { texts } from "../text/language.ts";

const text = texts(
  {
    connecting: "Connecting …",
    live: "Live",
    stale: (since: string) => `Not live: these are the numbers of ${since}`,
    never: "Not live: the service does not answer",
    away: (store: string) => `${store} is out of reach; numbers stand still`,
    redis: "The quota store",
    record: "The record",
  },
  {
    connecting: "连接中……",
    live: "实时",
    stale: (since: string) => `已断开：数据截至 ${since}`,
    never: "未连接：服务没有响应",
    away: (store: string) => `${store}无法访问，数据暂停更新`,
    redis: "配额存储",
    record: "记录库",
  },
);

/** Whether the numbers move, since when they do not, and why. */
export function LiveMark() {
  const now = standing.value;
  if (now === "idle") return null;
  return (
    <span class={`live ${now === "live" ? "live-now" : now}`} role="status" data-live={now}>
      {said(now)}
    </span>
  );
}

function said(now: Standing): string {
  const words = text();
  if (now === "live") return words.live;
  if (now === "connecting") return words.connecting;
  if (now === "away") return words.away(awayStore.value === "record" ? words.record : words.redis);
  if (lastSeen.value === null) return words.never;
  return words.stale(timeOfDay(new Date(lastSeen.value).toISOString(), null, true));
}
