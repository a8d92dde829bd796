import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Problem, signIn } from "../api/client.ts";
import { problemOf } from "../api/resource.ts";
import { Field } from "../parts/dialog.tsx";
import { ProblemNotice } from "../parts/told.tsx";
import icon from "../style/icon.svg";
import { texts } from "../text/language.ts";
import { Choices } from "./choices.tsx";

const text = texts(
  {
    title: "Contact Quota",
    lead: "How many contacts can still be added, and why.",
    key: "API key",
    hint: "It is exchanged for a session of 12 hours and kept nowhere in this browser.",
    act: "Sign in",
    wrong: "This key is not valid. Look for missing characters, or ask whoever gave it to you.",
    empty: "Put in your API key.",
    over: "Your session has ended. Sign in with the same key, and all is as you left it.",
    revoked:
      "Does it not open any more? Then it may have been revoked: ask an admin for a new one. With another key the pages begin anew, and what was not sent yet has to be written again.",
  },
  {
    title: "Contact Quota",
    lead: "还能添加多少外部联系人，以及为什么。",
    key: "API 密钥",
    hint: "密钥将换成 12 小时的会话，不会保存在此浏览器中。",
    act: "登录",
    wrong: "没有与之匹配的有效密钥。请检查是否缺少字符，或联系密钥的发放者。",
    empty: "请输入 API 密钥。",
    over: "会话已结束。用同一密钥重新登录，即可继续之前的操作，已填写的内容会保留。",
    revoked:
      "如果该密钥无法登录，可能已被吊销：请向管理员索取新密钥。改用其他密钥登录后页面会重新开始，尚未提交的内容须重新填写。",
  },
);

/** The way in over pages whose session ended by itself; above their dialogs, as a dialog, too. */
export function SignInAgain() {
  const box = useRef<HTMLDialogElement>(null);
  // Read while it is drawn for the first time: what is hidden loses the focus after that.
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => {
    box.current?.showModal();
    return () => {
      // Once what it was over is there again.
      queueMicrotask(() => before instanceof HTMLElement && before.focus());
    };
  }, [before]);
  return (
    <dialog
      ref={box}
      aria-label={text().act}
      style={OVER_ALL}
      onCancel={(event) => event.preventDefault()}
      // A second Escape closes it all the same.
      onClose={() => box.current?.showModal()}
    >
      <SignIn isAgain />
    </dialog>
  );
}

const OVER_ALL = {
  width: "100%",
  maxWidth: "none",
  height: "100%",
  maxHeight: "none",
  padding: 0,
  border: 0,
  borderRadius: 0,
  background: "var(--ground)",
};

/** Where a key becomes a session. */
export function SignIn({ isAgain = false }: { isAgain?: boolean }) {
  const [said, setSaid] = useState<Problem | string | null>(null);
  const [busy, setBusy] = useState(false);
  const words = text();
  const wrongId = useId();
  // A service that does not answer says nothing of the key.
  const isWrong = typeof said === "string";
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    const before = document.title;
    document.title = words.title;
    return () => {
      document.title = before;
    };
  }, [words.title]);

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const key = String(form.get("key")).trim();
    if (!key) return setSaid(words.empty);
    setBusy(true);
    setSaid(null);
    try {
      await signIn(key);
    } catch (error) {
      const problem = problemOf(error);
      setSaid(problem.status === 401 ? words.wrong : problem);
      setBusy(false);
    }
  }

  return (
    <main class="sign-in">
      <form class="card" onSubmit={submit}>
        <div class="brand">
          <img src={icon} alt="" />
          <h1>{words.title}</h1>
        </div>
        {isAgain ? (
          <div class="notice">
            <span>{words.over}</span>
            <span>{words.revoked}</span>
          </div>
        ) : (
          <p class="muted">{words.lead}</p>
        )}
        <Field label={words.key} hint={words.hint}>
          {(id, hint) => (
            <input
              ref={field}
              id={id}
              name="key"
              type="password"
              autocomplete="current-password"
              aria-describedby={isWrong ? `${wrongId} ${hint}` : hint}
              aria-invalid={isWrong}
              spellcheck={false}
            />
          )}
        </Field>
        {isWrong && (
          <p id={wrongId} class="notice bad" role="alert">
            {said}
          </p>
        )}
        {said instanceof Problem && <ProblemNotice problem={said} />}
        <button type="submit" class="primary" disabled={busy}>
          {words.act}
        </button>
        <div class="row">
          <Choices />
        </div>
      </form>
    </main>
  );
}
