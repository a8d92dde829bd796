import { texts } from "../../text/language.ts";

export const text = texts(
  { members: "Members", member: "Member" },
  { members: "成员", member: "成员" },
);
