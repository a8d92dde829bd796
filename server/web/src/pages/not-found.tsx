import { Page } from "../frame/page.tsx";
import { Nothing } from "../parts/told.tsx";
import { texts } from "../text/language.ts";

const text = texts(
  {
    unknown: {
      title: "No such page",
      why: "This address leads nowhere. The pages you can open are in the menu.",
    },
    closed: {
      title: "Not open to your key",
      why: (who: string) =>
        `This page is for ${who}; your key does not open it. The pages you can open are in the menu.`,
    },
    who: { admin: "admins", reviewer: "reviewers and admins" },
    none: {
      title: "Your key opens no page",
      why: "It is for a gateway, which asks the service by itself. Sign in with an enterprise's, a member's, a reviewer's or an admin's key.",
    },
  },
  {
    unknown: { title: "没有此页面", why: "此地址不存在。您可以打开的页面都在菜单中。" },
    closed: {
      title: "您的密钥无权打开此页面",
      why: (who: string) => `此页面仅供${who}使用。您可以打开的页面都在菜单中。`,
    },
    who: { admin: "管理员", reviewer: "审核员和管理员" },
    none: {
      title: "您的密钥不能打开任何页面",
      why: "此密钥供网关直接调用服务使用。请使用企业、成员、审核员或管理员密钥登录。",
    },
  },
);

/** For an address that is no page. */
export function NotFound() {
  const { title, why } = text().unknown;
  return (
    <Page title={title}>
      <Nothing>{why}</Nothing>
    </Page>
  );
}

/** For a page that is there, but for others. */
export function Closed({ to }: { to: "admin" | "reviewer" }) {
  const words = text();
  return (
    <Page title={words.closed.title}>
      <Nothing>{words.closed.why(words.who[to])}</Nothing>
    </Page>
  );
}

/** For a key that opens no page, whatever the address. */
export function NoPages() {
  const { title, why } = text().none;
  return (
    <Page title={title}>
      <Nothing>{why}</Nothing>
    </Page>
  );
}
