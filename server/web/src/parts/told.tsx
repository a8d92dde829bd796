import type { ComponentChildren } from "preact";
import type { Problem } from "../api/client.ts";
import { passes, type Resource } from "../api/resource.ts";
import { texts } from "../text/language.ts";
import { kindOf, reasonOf } from "../text/problem-words.ts";

const text = texts(
  {
    loading: "Loading",
    again: "Try again",
    noAnswer: "The service did not answer. Is it running, and is your network up?",
    forbidden: "Your key does not open this.",
    mayNot: "Your key does not allow this.",
    unknown: "There is nothing here under this name.",
    away: "A store of the service is out of reach.",
    repeated: "It is asked again by itself.",
    undone: "It may not have been done: look, and try again later.",
    failed: "The service could not answer this.",
    request: (id: string) => `Request ${id}`,
  },
  {
    loading: "加载中",
    again: "重试",
    noAnswer: "服务没有响应。请确认服务正在运行且网络正常。",
    forbidden: "您的密钥无权查看此内容。",
    mayNot: "您的密钥无权进行此操作。",
    unknown: "没有找到此内容。",
    away: "服务的存储暂时无法访问。",
    repeated: "系统会自动重试。",
    undone: "此操作可能未完成，请稍后查看并重试。",
    failed: "服务无法完成此请求。",
    request: (id: string) => `请求 ${id}`,
  },
);

type ProblemNoticeProps = {
  problem: Problem;
  /** Asks for what is not shown; where there is none, something was to be done. */
  retry?: () => void;
  /** Whether it is asked for again by itself, as a resource is. */
  repeats?: boolean;
};

/** Why something is not shown or was not done, and what to do. */
export function ProblemNotice({ problem, retry, repeats = false }: ProblemNoticeProps) {
  const reason = reasonOf(problem);
  const words = text();
  const wanted = retry ? "shown" : "done";
  return (
    <div class="notice bad" role="alert">
      <strong>{headline(problem, wanted)}</strong>
      {repeats && passes(problem) && <span>{words.repeated}</span>}
      {wanted === "done" && isUncertain(problem) && <span>{words.undone}</span>}
      {reason.said && <span lang={reason.lang}>{reason.said}</span>}
      {problem.errors.length > 0 && (
        // Which field is wrong, and why, the service says in English.
        <ul lang="en">
          {problem.errors.map((error) => (
            <li key={error.loc.join(".")}>
              <code>{error.loc.slice(1).join(".") || error.loc.join(".")}</code> {error.msg}
            </li>
          ))}
        </ul>
      )}
      {problem.requestId && problem.status >= 500 && (
        <span class="small">{words.request(problem.requestId)}</span>
      )}
      {retry && !isSettled(problem) && (
        <button type="button" onClick={retry}>
          {words.again}
        </button>
      )}
    </div>
  );
}

/** The same key and the same address get the same answer again. */
const isSettled = ({ status }: Problem) => status === 403 || status === 404;

/** Without an answer, or out of a store's reach: it may have been done all the same. */
const isUncertain = ({ status }: Problem) => status === 0 || status === 503;

/** What a problem comes to, in the reader's language: of what was to be shown, or to be done. */
export function headline(problem: Problem, wanted: "shown" | "done"): string {
  const words = text();
  const { status, type } = problem;
  if (status === 0) return words.noAnswer;
  if (status === 403 && !type.endsWith("#problem-cross-site")) {
    return wanted === "done" ? words.mayNot : words.forbidden;
  }
  if (status === 404) return words.unknown;
  if (type.endsWith("#problem-unavailable")) return words.away;
  const isFailure = type ? type.endsWith("#problem-internal") : status >= 500;
  return isFailure ? words.failed : kindOf(problem);
}

/** A place that fills soon. */
export function Loading() {
  return (
    <div role="status">
      <div class="skeleton" aria-hidden="true" />
      <span class="hidden-but-read">{text().loading}</span>
    </div>
  );
}

/** Says that there is nothing, which is an answer, too. */
export function Nothing({ children }: { children: ComponentChildren }) {
  return <p class="muted">{children}</p>;
}

type ShownProps<T> = { resource: Resource<T>; children: (value: T) => ComponentChildren };

/** What a resource brought; until then that it comes, or why it does not. */
export function Shown<T>({ resource, children }: ShownProps<T>) {
  const { value, problem, reload } = resource;
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={reload} repeats />}
      {value !== null && children(value)}
      {value === null && !problem && <Loading />}
    </>
  );
}
