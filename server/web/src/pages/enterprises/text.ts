import { texts } from "../../text/language.ts";

export const text = texts(
  { title: "Enterprises", list: "All enterprises", enterprise: "Enterprise" },
  { title: "企业", list: "全部企业", enterprise: "企业" },
);
