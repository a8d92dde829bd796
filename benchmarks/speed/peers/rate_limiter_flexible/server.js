// A peer of benchmarks/precheck.py: the daily caps of members and of their enterprises, counted by
// rate-limiter-flexible in Redis, answered by Fastify. Validation, serialisation and pipelining are
// the compiled and batched ones that these libraries bring.
//
// PORT, REDIS_URL, MEMBER_CAP and ENTERPRISE_CAP say where and how many a day.

import Fastify from "fastify";
import { Redis } from "ioredis";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";

const DAY_S = 86_400;
const redis = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
const limiter = (name, cap) =>
  new RateLimiterRedis({ storeClient: redis, keyPrefix: name, points: cap, duration: DAY_S });
const member = limiter("member", Number(process.env.MEMBER_CAP));
const enterprise = limiter("enterprise", Number(process.env.ENTERPRISE_CAP));

const id = { type: "string", pattern: "^[A-Za-z0-9_.:-]{1,64}$" };
const number = { type: "integer" };
const limits = {
  type: "array",
  items: {
    type: "object",
    properties: { name: { type: "string" }, cap: number, remaining: number, resets_in_s: number },
  },
};
const schema = {
  body: {
    type: "object",
    required: ["enterprise_id", "member_id", "target_id"],
    properties: {
      request_id: id, enterprise_id: id, member_id: id, target_id: id, way: { type: "string" },
    },
  },
  response: {
    "2xx": { type: "object", properties: { allowed: { type: "boolean" }, limits } },
    429: { type: "object", properties: { allowed: { type: "boolean" }, limits } },
  },
};
const policy =
  `"member_daily";q=${member.points};w=${DAY_S}, "enterprise_daily";q=${enterprise.points};w=${DAY_S}`;

// A denial is a rejection with the same fields; what else is thrown is an error of the store.
const consumed = (limited, key) =>
  limited.consume(key).catch((why) => {
    if (why instanceof RateLimiterRes) return Object.assign(why, { denied: true });
    throw why;
  });
const told = (name, limited, result) => ({
  name,
  cap: limited.points,
  remaining: result.remainingPoints,
  resets_in_s: Math.ceil(result.msBeforeNext / 1000),
});

const app = Fastify({ logger: false });
app.post("/v1/precheck", { schema }, async (request, reply) => {
  const { enterprise_id, member_id } = request.body;
  // Both at once, so that they share a pipeline: what RateLimiterUnion does for keys that are equal.
  const [ofMember, ofEnterprise] = await Promise.all([
    consumed(member, `${enterprise_id}/${member_id}`),
    consumed(enterprise, enterprise_id),
  ]);
  const allowed = !ofMember.denied && !ofEnterprise.denied;
  const one = told("member_daily", member, ofMember);
  const other = told("enterprise_daily", enterprise, ofEnterprise);
  reply.headers({
    "ratelimit-policy": policy,
    ratelimit:
      `"member_daily";r=${one.remaining};t=${one.resets_in_s}, ` +
      `"enterprise_daily";r=${other.remaining};t=${other.resets_in_s}`,
    "x-request-id": request.id,
  });
  if (!allowed) {
    reply.code(429).header("retry-after", ofMember.denied ? one.resets_in_s : other.resets_in_s);
  }
  return { allowed, limits: [one, other] };
});

await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
