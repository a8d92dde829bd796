import type { Named } from "../../text/account-names.ts";
import type { Penalty } from "./penalties.ts";

/** Appeals and unblock applications as `GET /v1/appeals` and `/v1/unblock-applications` send them. */

export type RequestKind = "appeal" | "application";
export type RequestState =
  | "submitted"
  | "under_review"
  | "need_information"
  | "overturned"
  | "modified"
  | "approved"
  | "rejected"
  | "withdrawn"
  | "expired";

export type Message = { at: string; by: "reviewer" | "appellant"; text: string };

/** `Asked`, as a Request is the browser's. */
export type Asked = Named & {
  id: string;
  kind: RequestKind;
  penalty_id: string;
  number: number;
  state: RequestState;
  grounds: string;
  text: string;
  thread: Message[];
  created_at: string;
  changed_at: string;
  /** When it should be decided; while information is needed, when it expires without. */
  due_at: string;
  decided_at: string | null;
  reason: string | null;
  /** The holder who filed it, for reviewers. */
  filed_by: string | null;
  /** For reviewers: they decided what is objected to, so that somebody else has to decide. */
  decided_by_you?: boolean;
};

export type AskedPage = { items: Asked[]; next_cursor: string | null };

/** A decided request, and the penalties that this changed. */
export type Answered = Asked & { penalties: Penalty[]; queued?: boolean };

export type DocumentKind =
  | "business_licence"
  | "legal_person_id"
  | "handheld_id"
  | "authorisation_letter"
  | "other";

export type Brought = {
  id: string;
  appeal_id: string;
  kind: DocumentKind;
  media_type: "application/pdf" | "image/png" | "image/jpeg";
  /** Bytes. */
  size: number;
  sha256: string;
  created_at: string;
  /** Since when its content is gone. */
  deleted_at: string | null;
};

export type BroughtList = { items: Brought[] };

/** What the live topic `requests` says of those that wait for a reviewer. */
export type RequestsNow = {
  appeals: number;
  applications: number;
  overdue: number;
  newest_changed_at: string | null;
};
