import { percent } from "../../text/format.ts";

/** How probable abuse is, the same wherever it is shown. */
export const probability = (posterior: number) => percent(posterior, 1);
