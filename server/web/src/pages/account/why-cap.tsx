import type { Quota } from "../../api/shapes/accounts.ts";
import { number } from "../../text/format.ts";
import { texts } from "../../text/language.ts";

const text = texts(
  {
    title: "Why this active cap",
    ramp: (tier: string, most: string) =>
      `Tier ${tier} gives up to ${most} a day. The cap grows into that with use.`,
    tier: (tier: string, most: string) => `It is what tier ${tier} gives: ${most} a day.`,
    seats: (tier: string, each: string, seats: string, floor: string) =>
      `Tier ${tier} gives ${each} a day for each of ${seats} seats, at least ${floor} in all.`,
  },
  {
    title: "主动上限的由来",
    ramp: (tier: string, most: string) =>
      `${tier} 级每日最多可主动添加 ${most} 次，上限随使用逐步提升至此。`,
    tier: (tier: string, most: string) => `即 ${tier} 级的上限：每日 ${most} 次。`,
    seats: (tier: string, each: string, seats: string, floor: string) =>
      `${tier} 级每个席位每日 ${each} 次，现有 ${seats} 个席位，合计不少于 ${floor} 次。`,
  },
);

/** Where the daily cap of active adds comes from. */
export function WhyCap({ quota }: { quota: Quota }) {
  const words = text();
  return (
    <>
      <h3>{words.title}</h3>
      <p>{sentenceOf(quota)}</p>
    </>
  );
}

function sentenceOf({ ramp, per_seat: perSeat, seats, tier, limits }: Quota): string {
  const words = text();
  if (perSeat) {
    const { each, floor } = perSeat;
    return words.seats(number(tier), number(each), number(seats ?? 0), number(floor));
  }
  if (ramp) return words.ramp(number(tier), number(ramp.most));
  const cap = limits.find(({ name }) => name === "member_daily_active")?.cap ?? 0;
  return words.tier(number(tier), number(cap));
}
