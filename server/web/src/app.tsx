import { useEffect, useState } from "preact/hooks";
import { Router } from "wouter-preact";
import { begin, isOver, type Problem, session } from "./api/client.ts";
import { problemOf } from "./api/resource.ts";
import { Frame } from "./frame/frame.tsx";
import { SignIn, SignInAgain } from "./frame/sign-in.tsx";
import { Pages } from "./pages/pages.tsx";
import { Loading, ProblemNotice } from "./parts/told.tsx";

/**
 * The dashboard: who is signed in sees its pages, anybody else the way in.
 *
 * Pages outlive a session that ended by itself, out of sight, for what was being typed on them.
 */
export function App() {
  const [problem, setProblem] = useState<Problem | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setProblem(null);
    begin().catch((error) => setProblem(problemOf(error)));
  }, [turn]);
  if (problem) {
    return (
      <main class="main">
        <ProblemNotice problem={problem} retry={() => setTurn(turn + 1)} />
      </main>
    );
  }
  if (session.value === undefined) return <Loading />;
  if (session.value === null) return <SignIn />;
  return (
    <>
      <div hidden={isOver.value} inert={isOver.value}>
        <Router base="/dashboard" key={session.value.key_id}>
          <Frame>
            <Pages />
          </Frame>
        </Router>
      </div>
      {isOver.value && <SignInAgain />}
    </>
  );
}
